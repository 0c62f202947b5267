"""A request as the steps of the endpoint see it, and what its address means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from contracts.reference.decoding import JSON
from contracts.reference.resource import Resource
from contracts.reference.status_error import Cause, Refusal, invalid, no_such_path, not_acceptable

_DRY_RUN = ("", "All")
_FIELD_VALIDATION = ("", "Ignore", "Warn", "Strict")


@dataclass(frozen=True, slots=True)
class Route:
    """Which collection, or which object of it, a path means; the key of an object in the store."""

    namespace: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names in lower case, of several equal ones the first."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client_certificate: bool = False

    @property
    def media_type(self) -> str:
        """The body's media type without parameters; JSON when the client does not say (recordings)."""
        return self.headers.get("content-type", JSON).partition(";")[0].strip().lower()

    @property
    def dry_run(self) -> bool:
        """Is nothing to be stored?"""
        return bool(self.query.get("dryRun"))

    @property
    def strict(self) -> bool:
        """Are unknown and duplicate fields errors?"""
        return self.query.get("fieldValidation") == "Strict"


def parse_query(query: str) -> dict[str, str]:
    """The parameters of a query string, the first of several equal ones."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        found.setdefault(name, value)
    return found


def find_route(resource: Resource, path: str) -> Route:
    """The route of a path; raises `Refusal` (404) for a path that the endpoint does not serve."""
    template = resource.collection_path.strip("/").split("/")
    parts = path.strip("/").split("/")
    common, rest = parts[: len(template)], parts[len(template) :]
    namespace = ""
    for expected, part in zip(template, common, strict=False):
        if expected == "{namespace}":
            namespace = part
        elif expected != part:
            raise no_such_path()
    if not namespace or len(common) < len(template) or len(rest) > 1:
        raise no_such_path()
    return Route(namespace, rest[0] if rest else None)


def check_accept(request: Request) -> None:
    """Raises `Refusal` (406) when the client does not read JSON (RFC 9110, section 12.5.1)."""
    accept = request.headers.get("accept", "")
    ranges = {part.partition(";")[0].strip().lower() for part in accept.split(",")} - {""}
    if ranges and not ranges & {JSON, "application/*", "*/*"}:
        raise not_acceptable(JSON)


def check_options(request: Request, kind: str) -> None:
    """Raises `Refusal` (422) for a value of dryRun or fieldValidation that the API concepts do not define."""
    for name, allowed in (("dryRun", _DRY_RUN), ("fieldValidation", _FIELD_VALIDATION)):
        value = request.query.get(name, "")
        if value not in allowed:
            raise _wrong_option(kind, name, value, allowed)


def _wrong_option(kind: str, name: str, value: str, allowed: tuple[str, ...]) -> Refusal:
    supported = ", ".join(f'"{option}"' for option in allowed if option)
    message = f'Unsupported value: "{value}": supported values: {supported}'
    return invalid("meta.k8s.io", kind, "", (Cause("FieldValueNotSupported", message, name),))
