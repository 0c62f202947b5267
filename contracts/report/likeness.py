"""How like a request is to the one that a finding was recorded with. Pure."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.report.model import RecordedFinding

# What stands behind a value that was cut for the record.
CUT: Final = "…"


def likeness(finding: RecordedFinding, method: str, url: str, body: bytes | None) -> int:
    """How much of what a finding's request held a request holds, too: the more the liker; 0 for another method."""
    then = finding.exchange
    if then is None or then.method != method:
        return 0
    value = _parsed(body)
    score = 1 + 2 * (urlsplit(then.url).query == urlsplit(url).query)
    return score + 4 * sum(_touches(value, one) and _holds(value, one) for one in finding.change)


def is_alike(finding: RecordedFinding, body: bytes | None) -> bool:
    """Whether a request changes, with whatever value, what the recorded one changed of the field that it is about.

    Of one that is about nothing that was changed (the answer, say), whether it has what held the change: a run may
    make up other keys. True where the record tells of no change.
    """
    value, field = _parsed(body), finding.field
    about = [one for one in finding.change if field and _is_near(str(one.get("path", "")), field)]
    if about or not finding.change:
        return not about or any(_touches(value, one) for one in about)
    holders = (str(one.get("path", "")).rpartition("/")[0] for one in finding.change)
    return any(paths.at_pointer(value, holder) is not MISSING for holder in holders)


def _parsed(body: bytes | None) -> Json:
    try:
        return json.loads(body or b"")
    except (ValueError, RecursionError):  # a body that is broken on purpose, or nested too deep
        return MISSING


def _is_near(pointer: str, field: str) -> bool:
    """Whether one of the two lies in the other; `field` is dotted."""
    near = paths.render(tuple(int(step) if paths.is_index(step) else step for step in paths.steps_of(pointer)))
    return near.startswith(field) or field.startswith(near)


def _touches(value: Json, operation: Mapping[str, Any]) -> bool:
    """Whether an object is as an operation leaves it, whatever value it gives."""
    pointer = str(operation.get("path", ""))
    if operation.get("op") == "remove":
        parent = paths.at_pointer(value, pointer.rpartition("/")[0])
        return parent is not MISSING and paths.at_pointer(value, pointer) is MISSING
    return paths.at_pointer(value, pointer) is not MISSING


def _holds(value: Json, operation: Mapping[str, Any]) -> bool:
    """Whether an object holds what an operation puts there, or the beginning where the record has cut it."""
    wanted = operation.get("value")
    cut = isinstance(wanted, str) and wanted.endswith(CUT)
    return operation.get("op") == "remove" or cut or paths.same(paths.at_pointer(value, operation["path"]), wanted)
