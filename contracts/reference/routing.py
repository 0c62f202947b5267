"""What a request addresses, and which headers and parameters the endpoint takes."""

from __future__ import annotations

from contracts.reference.http_request import JSON, Request, Route
from contracts.reference.resource import Resource
from contracts.reference.status_error import Cause, Refusal, invalid, no_such_path, not_acceptable

_DRY_RUN = ("", "All")
_FIELD_VALIDATION = ("", "Ignore", "Warn", "Strict")


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
