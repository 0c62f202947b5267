"""Refusals and the `Status` bodies that tell them (Kubernetes API conventions: response status kind)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.reference.resource import Resource

DOCUMENTED_INSTEAD = 400
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

    def __str__(self) -> str:
        return f"{self.code} {self.reason}: {self.message}"

    def body(self) -> dict[str, Any]:
        """The Status body, its keys in the order in which an API server writes them."""
        body: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        body["message"] = self.message
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = self.details
        return {**body, "code": self.code}


def documented(refusal: Refusal) -> Refusal:
    """The same refusal with a status that the page documents (section Status Code)."""
    if refusal.code not in UNDOCUMENTED:
        return refusal
    return replace(refusal, code=DOCUMENTED_INSTEAD, reason="BadRequest")


def unchanged(refusal: Refusal) -> Refusal:
    """The refusal itself: the statuses of the API conventions."""
    return refusal


def bad_request(message: str) -> Refusal:
    """400: the request cannot be understood."""
    return Refusal(400, "BadRequest", message)


def unrecognized(kind: str, why: object) -> Refusal:
    """400 for a body that is no object of `kind`."""
    return bad_request(f"the object provided is unrecognized (must be of type {kind}): {why}")


def unhandled(kind: str, version: str, why: object) -> Refusal:
    """400 for an object whose fields do not have the types that every object has."""
    return bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {why}')


def unauthorized() -> Refusal:
    """401: no credential, or one that nobody knows."""
    return Refusal(401, "Unauthorized", "Unauthorized")


def internal_error(message: str) -> Refusal:
    """500 without a reason, as an API server answers what its storage layer did not expect."""
    return Refusal(500, "", message)


def forbidden(resource: Resource, name: str | None, message: str, causes: Iterable[Cause] = ()) -> Refusal:
    """403: known, but not allowed."""
    details = _details(resource, name, causes)
    return Refusal(403, "Forbidden", f"{_subject(resource, name)} is forbidden: {message}", details)


def not_found(resource: Resource, name: str) -> Refusal:
    """404: no object of this name."""
    return Refusal(404, "NotFound", f"{_subject(resource, name)} not found", _details(resource, name))


def no_such_path() -> Refusal:
    """404: a path that this endpoint does not serve."""
    message = "the server could not find the requested resource"
    return Refusal(404, "NotFound", message, {})


def method_not_allowed(resource: Resource, verb: str) -> Refusal:
    """405: a method that the path does not know."""
    message = f'{verb} is not supported on resources of kind "{resource.plural}.{resource.group}"'
    return Refusal(405, "MethodNotAllowed", message, _details(resource, None))


def not_acceptable(accepted: str) -> Refusal:
    """406: the client does not read what this endpoint writes."""
    return Refusal(406, "NotAcceptable", f"only the following media types are accepted: {accepted}")


def already_exists(resource: Resource, name: str) -> Refusal:
    """409: the name is taken."""
    message = f"{_subject(resource, name)} already exists"
    return Refusal(409, "AlreadyExists", message, _details(resource, name))


def conflict(resource: Resource, name: str, message: str) -> Refusal:
    """409: the object is not the one, or not in the version, that the client means."""
    message = f"Operation cannot be fulfilled on {_subject(resource, name)}: {message}"
    return Refusal(409, "Conflict", message, _details(resource, name))


def too_large(limit: int) -> Refusal:
    """413: more than the endpoint reads."""
    message = f"Request entity too large: limit is {limit}"
    return Refusal(413, "RequestEntityTooLarge", message, {})


def unsupported_media_type(accepted: str) -> Refusal:
    """415: the body's format is unknown."""
    message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return Refusal(415, "UnsupportedMediaType", message)


def invalid(group: str, kind: str, name: str, causes: Iterable[Cause]) -> Refusal:
    """422: understood, but not a valid object."""
    causes = tuple(causes)
    told = ", ".join(f"{cause.field}: {cause.message}" for cause in causes)
    message = f'{kind}.{group} "{name}" is invalid: {f"[{told}]" if len(causes) > 1 else told}'
    details = {"name": name, "group": group, "kind": kind, "causes": [cause.body() for cause in causes]}
    return Refusal(422, "Invalid", message, details)


def _subject(resource: Resource, name: str | None) -> str:
    subject = f"{resource.plural}.{resource.group}"
    return f'{subject} "{name}"' if name else subject


def _details(resource: Resource, name: str | None, causes: Iterable[Cause] = ()) -> dict[str, Any]:
    details: dict[str, Any] = {"name": name} if name else {}
    details |= {"group": resource.group, "kind": resource.plural}
    told = [cause.body() for cause in causes]
    return {**details, "causes": told} if told else details
