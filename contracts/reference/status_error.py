"""Refusals and the `Status` bodies that tell them (Kubernetes API conventions: response status kind)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.reference.resource import Resource

UNDOCUMENTED = frozenset({404, 405, 406, 409, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class Cause:
    """One wrong field of a refused object."""

    reason: str
    message: str
    field: str

    def body(self) -> dict[str, str]:
        """The cause as it stands in a Status body; an unknown reason and field are left out."""
        pairs = (("reason", self.reason), ("message", self.message), ("field", self.field))
        return {key: value for key, value in pairs if value}


@dataclass(eq=False)
class Refusal(Exception):
    """A request that is answered with a Status of Failure; every step of the endpoint may raise it.

    Not frozen: Python itself writes an exception's traceback.
    """

    code: int
    reason: str
    message: str
    details: dict[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        """The Status body, its keys in the order in which an API server writes them."""
        head = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": self.message}
        reason = {"reason": self.reason} if self.reason else {}
        details = {"details": self.details} if self.details is not None else {}
        return {**head, **reason, **details, "code": self.code}


def documented(refusal: Refusal) -> Refusal:
    """The same refusal with a status that the page documents (section Status Code)."""
    return replace(refusal, code=400, reason="BadRequest") if refusal.code in UNDOCUMENTED else refusal


def bad_request(message: str) -> Refusal:
    """400: the request cannot be understood."""
    return Refusal(400, "BadRequest", message)


def unauthorized() -> Refusal:
    """401: no credential, or one that nobody knows."""
    return Refusal(401, "Unauthorized", "Unauthorized")


def forbidden(resource: Resource, name: str | None, message: str, causes: Iterable[Cause] = ()) -> Refusal:
    """403: known, but not allowed."""
    details = resource.details(name, [cause.body() for cause in causes])
    return Refusal(403, "Forbidden", f"{resource.subject(name)} is forbidden: {message}", details)


def conflict(resource: Resource, name: str, message: str) -> Refusal:
    """409: the object is not the one, or not in the version, that the client means."""
    message = f"Operation cannot be fulfilled on {resource.subject(name)}: {message}"
    return Refusal(409, "Conflict", message, resource.details(name))


def unsupported_media_type(accepted: str) -> Refusal:
    """415: the body's format is unknown."""
    message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return Refusal(415, "UnsupportedMediaType", message)


def invalid(group: str, kind: str, name: str, causes: Iterable[Cause]) -> Refusal:
    """422: understood, but not a valid object."""
    causes = tuple(causes)
    told = ", ".join(f"{cause.field}: {cause.message}" for cause in causes)
    of = f"{kind}.{group}" if group else kind
    message = f'{of} "{name}" is invalid: {f"[{told}]" if len(causes) > 1 else told}'
    details = {"name": name, "group": group, "kind": kind, "causes": [cause.body() for cause in causes]}
    return Refusal(422, "Invalid", message, details)


def internal_error(message: str) -> Refusal:
    """500 without a reason, as an API server answers what its storage layer did not expect."""
    return Refusal(500, "", message)
