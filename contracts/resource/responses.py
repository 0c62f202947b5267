"""Parses answers about the object under test: the object, or one line that says why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetError
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.spec.fields import UID

if TYPE_CHECKING:
    from contracts.client.exchange import Exchange

JSON: Final = {"Content-Type": "application/json"}

Mask = Callable[[str], str]


def object_in(exchange: Exchange, option: str, mask: Mask) -> Json:
    """The object in an answer.

    Raises `TargetError` when there is none: no JSON object at all (--target), or a refusal, which names `option`.
    """
    answer = exchange.response
    value = answer.value if answer.value is not MISSING else strict.decode_leniently(answer.body)
    if not isinstance(value, dict):
        found = f"{answer.status}, a body that is {answer.media_type or 'of no media type'}, no JSON object"
        raise TargetError(f"{exchange.method} {exchange.url}: this is no Kubernetes-style API: {found} (--target)")
    if not answer.accepted:
        raise TargetError(refusal(exchange, "the object cannot be read", mask, option))
    return value


def refusal(exchange: Exchange, what: str, mask: Mask, option: str = "--namespace", *, creating: bool = False) -> str:
    """One line: what was asked, what could not be done, how it was refused, and the options that may be wrong."""
    answer = exchange.response
    absent = "--namespace, or --name to use one that exists" if creating else "--namespace, --name, --target"
    hints = {401: "--token-file, --auth-header", 403: "--token-file, --namespace", 404: absent, 405: absent}
    message = answer.value.get("message") if isinstance(answer.value, dict) else None
    said = f" {mask(paths.show(message, 200))}" if isinstance(message, str) and message else ""
    return f"{exchange.method} {exchange.url}: {what}: {answer.status}{said} ({hints.get(answer.status, option)})"


def uid_of(value: Json) -> str | None:
    """The uid of an object, None where it has none that is a text."""
    uid = paths.get(value, UID)
    return uid if isinstance(uid, str) else None


def delete_options(live: Json) -> bytes:
    """A DeleteOptions body that deletes this very object and no later one of its name, as far as it can be told."""
    uid = uid_of(live)
    preconditions = {"preconditions": {"uid": uid}} if uid else {}
    return strict.encode({"apiVersion": "v1", "kind": "DeleteOptions", **preconditions})
