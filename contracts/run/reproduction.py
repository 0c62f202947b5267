"""What a run has found with one request → the script that shows it again (`contracts.report.reproduction.script`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from contracts.client.errors import TargetError
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Difference, Json
from contracts.judge.model import Exchange
from contracts.masking.masker import PULL_SECRET
from contracts.report.model import RecordedFinding
from contracts.report.reproduction import script as scripts
from contracts.report.reproduction.script import NAME, NAMESPACE, Change, MergePatch, Raw, Reproduction
from contracts.report.reproduction.shell import ENCODINGS, Template
from contracts.run.evidence import Evidence
from contracts.run.reproduction_request import NoScript, others, request
from contracts.run.trial import MadeOf
from contracts.spec import fields

if TYPE_CHECKING:
    from contracts.run.run import Run

OF_METADATA: Final = ("labels", "annotations", "name", "namespace")
# What stands in a text in place of a secret that no script asks for.
OTHER_SECRETS: Final = re.compile(r"\$(?:TOKEN|PASSWORD|COOKIE|USER)|_IN_OTHER_CAPITALS")
# What jq reads and writes as it is.
GREATEST: Final = 2**53
DIGITS: Final = 15


def script_of(run: Run, evidence: Evidence, found: RecordedFinding) -> str:
    """The script that shows a finding again; "" where one request does not, or where curl cannot send that."""
    exchange, made_of = evidence.exchange, evidence.made_of
    if exchange is None or made_of is None or not isinstance(made_of.before, dict) or exchange.repeated:
        return ""
    if is_outdated(made_of):
        return ""
    url, _, query = exchange.url.partition("?")
    if exchange.method != run.contract.write.method or url != run.secrets.mask(run.resource.url):
        return ""
    with suppress(NoScript, TargetError):
        reproduction = Reproduction(
            found=found,
            requirement=evidence.finding.requirement,
            seen=_seen(exchange),
            method=exchange.method,
            base=run.secrets.mask(run.public_url.rstrip("/")),
            namespace=run.namespace,
            item=_item(run),
            new=_new(run, made_of),
            body=_body(run, exchange, made_of),
            request=request(run, exchange, made_of, query),
            others=others(run),
            version=fields.VERSION,
            uid=fields.UID,
            unshown=(fields.MANAGED,),
            counted=(fields.VERSION, fields.GENERATION),
        )
        text = scripts.script(reproduction)
        return "" if run.secrets.found(text.encode("utf-8", "replace")) else text
    return ""


def is_outdated(made_of: MadeOf) -> bool:
    """Whether a version was sent that the object may have had before: it takes a write before this one to have one."""
    before, sent = (paths.get(one, fields.VERSION) for one in (made_of.before, made_of.sent))
    return isinstance(before, str) and isinstance(sent, str) and before != sent and before.isdigit() == sent.isdigit()


def _seen(exchange: Exchange) -> str:
    at = datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="seconds")
    return f"{at}, answered with {exchange.response.status}"


def _item(run: Run) -> Template:
    """The object's path; the contract's template has both names in braces."""
    parts = re.split(r"(\{namespace\}|\{name\})", run.contract.item_path)
    known = {"{namespace}": NAMESPACE, "{name}": NAME}
    return tuple(known.get(part, part) for part in parts if part)


def _new(run: Run, made_of: MadeOf) -> Json:
    """The object to create: as it stood before the request, or, where it is somebody's, the contract's.

    That gets what stood before at the places that the request changes.
    """
    owned, before = run.scope.server_owned, made_of.before
    metadata = before.get("metadata", {})
    known = run.resource.original.get("metadata", {}) if isinstance(run.resource.original, dict) else {}
    if not isinstance(metadata, dict) or set(metadata) - set(known) - set(OF_METADATA):
        raise NoScript  # finalizers, owners: it could not be created so
    if run.resource.adopted:
        new: Json = run.resource.new_object()
        for change in paths.differences(before, made_of.sent) if made_of.sent is not MISSING else ():
            in_metadata = change.path[0] == "metadata" and change.path[1:2] not in (("labels",), ("annotations",))
            if change.before is not MISSING and not in_metadata and not paths.starts_with(change.path, owned):
                new = paths.put(new, change.path, _masked(run, Change(change.path, change.before)).value)
    else:
        new = paths.without(before, owned)
        own = {key: item for key, item in metadata.items() if key in OF_METADATA}
        new = run.secrets.mask_json({**new, "metadata": own})
    if not is_exact(new):
        raise NoScript
    return new


def _body(run: Run, exchange: Exchange, made_of: MadeOf) -> tuple[Change, ...] | MergePatch | Raw:
    """The changes that make the body of the stored object, the patch, or the bytes where neither would."""
    body, before, sent = exchange.body or b"", made_of.before, made_of.sent
    if isinstance(sent, dict) and run.contract.write.is_patch:
        patch = strict.decode(body)
        if isinstance(patch, dict) and is_exact(patch):
            return MergePatch(_masked(run, Change((), patch)).value)
    elif isinstance(sent, dict):
        found = list(paths.differences(before, sent))
        made = before
        for one in found:
            made = paths.put(made, one.path, one.after)
        if strict.encode(made) == body and all(one.after is MISSING or is_exact(one.after) for one in found):
            changes = tuple(_change(one) for one in found)
            return tuple(_masked(run, one) for one in changes)
    text = body.decode("utf-8", "replace")
    if run.secrets.found(body) or run.secrets.mask(text) != text:
        raise NoScript
    return raw(body, before)


def _change(one: Difference) -> Change:
    return Change(one.path, removed=True) if one.after is MISSING else Change(one.path, one.after)


def _masked(run: Run, change: Change) -> Change:
    """The change with the name of an imagePullSecret masked; where it holds another secret, nothing can send it."""
    key = next((str(step) for step in reversed(change.path)), "")
    pull_secret = key == "name" and "imagePullSecrets" in change.path and run.secrets.hides_pull_secrets
    value = PULL_SECRET if pull_secret and isinstance(change.value, str) else run.secrets.mask_json(change.value, key)
    before, after = (len(OTHER_SECRETS.findall(json.dumps(one))) for one in (change.value, value))
    if after > before:
        raise NoScript
    return replace(change, value=value)


def raw(body: bytes, before: Json) -> Raw:
    """The bytes of a body, with the stored object's name, version and uid put in where they stood."""
    known = {scripts.NAME: fields.NAME, scripts.UID: fields.UID, scripts.VERSION: fields.VERSION}
    found = {paths.get(before, path): variable for variable, path in known.items()}
    slots = {value: variable for value, variable in found.items() if isinstance(value, str) and value}
    # a version may be a short number, which stands in other texts, too; names are made of the object's
    ends = {value: "" if variable is scripts.NAME else '(?=")' for value, variable in slots.items()}
    pattern = "|".join(f'(?<="){re.escape(value)}{end}' for value, end in ends.items())
    for encoding in ENCODINGS if slots else ():
        errors = "surrogateescape" if encoding == "utf-8" else "strict"
        with suppress(UnicodeDecodeError):
            pieces = [piece for piece in re.split(f"({pattern})", body.decode(encoding, errors)) if piece]
            if slots.keys() & pieces:
                return Raw(tuple(slots.get(one) or one.encode(encoding, errors) for one in pieces), encoding)
    if not body.isascii():
        raise NoScript  # compressed, say: the version in it cannot be exchanged
    return Raw((body,) if body else ())


def is_exact(value: Json) -> bool:
    """Whether jq writes a value as it reads it, and reads it as it is."""
    items: Iterator[Any] = chain([value], (item for _, item in paths.walk(value)))
    keys = (str(path[-1]) for path, _ in paths.walk(value))
    return all(map(_is_plain, items)) and all(map(_is_plain, keys))


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, float):
        return isfinite(value) and not value.is_integer() and "e" not in repr(value) and len(repr(value)) <= DIGITS
    return not isinstance(value, int) or abs(value) < GREATEST
