"""Bodies of errors: a Status object, or any other JSON object that says what is wrong. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge.model import Response
from contracts.report.finding import Demand, Expected, Observed, Seen

STATUS: Final = "Status"
PROBLEM: Final = "problem details"
PROBLEM_TYPE: Final = "application/problem+json"
NO_OBJECT: Final = "no JSON object"
MOST_NAMES: Final = 6
# A word of a name in camelCase, snake_case or kebab-case.
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\WA-Z\d_]+")
# What says of a member that an HTTP status may stand there; of names without capitals also what is written together.
_STATUS_WORDS: Final = frozenset(
    f"{about}{word}"
    for about in ("", "http", "error")
    for word in ("code", "codes", "status", "statuses", "statuscode")
)

Defect = tuple[Expected, Observed, Path]


def defects(answer: Response) -> Iterator[Defect]:
    """What is wrong with the body of an error: what is expected and observed, and in which field."""
    body = answer.value
    if not isinstance(body, dict) or not body:
        note = answer.decoded[1] if body is MISSING else ""
        observed = Observed(Seen.NOTE if note else Seen.VALUE, answer.status, body, note)
        yield Expected(Demand.ERROR_OBJECT), observed, ()
    elif _is_kubernetes(body):
        yield from _status_defects(body, answer.status)
    else:
        yield from _other_defects(body, answer.status)


def form(answer: Response) -> str:
    """Of which form the body of an error is; an object of no known form is told by the names of its members."""
    body = answer.value
    if not isinstance(body, dict):
        return NO_OBJECT
    if _is_kubernetes(body):
        return STATUS
    if answer.media_type == PROBLEM_TYPE:
        return PROBLEM
    names = sorted(body)
    return f"{{{', '.join((*names[:MOST_NAMES], *(['…'] if len(names) > MOST_NAMES else [])))}}}"


def _is_kubernetes(body: Json) -> bool:
    """Whether a body says itself what kind of object it is."""
    return "apiVersion" in body and "kind" in body


def _status_defects(body: Json, status: int) -> Iterator[Defect]:
    for field, expected in (("kind", "Status"), ("apiVersion", "v1"), ("status", "Failure"), ("code", status)):
        found = body.get(field, MISSING)
        if not paths.same(found, expected):
            yield Expected(Demand.ANSWERED, (expected,)), Observed(Seen.VALUE, status, found), (field,)
    message = body.get("message", MISSING)
    if not _is_text(message):
        yield Expected(Demand.NON_EMPTY_TEXT), Observed(Seen.VALUE, status, message), ("message",)


def _other_defects(body: Json, status: int) -> Iterator[Defect]:
    members = list(paths.walk(body))
    if not any(_is_text(value) for _, value in members):
        yield Expected(Demand.NON_EMPTY_TEXT), Observed(Seen.VALUE, status, body), ()
    for path, value in members:
        if _names_a_status(path) and _is_status(value) and value != status:
            yield Expected(Demand.ANSWERED, (status,)), Observed(Seen.VALUE, status, value), path


def _names_a_status(path: Path) -> bool:
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    return not _STATUS_WORDS.isdisjoint(word.lower() for word in _WORD.findall(name))


def _is_status(value: Json) -> bool:
    """Whether a value can be an HTTP status (RFC 9110, 15); a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 100 <= value <= 599


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and bool(value.strip())
