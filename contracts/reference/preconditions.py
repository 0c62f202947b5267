"""Preconditions of a write: identity, uid and resourceVersion (Kubernetes API conventions: concurrency control)."""

from __future__ import annotations

from contracts.reference.http_request import Route
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import Cause, bad_request, conflict, internal_error, invalid, not_found

_LARGEST_VERSION = 2**64 - 1
_STALE = "the object has been modified; please apply your changes to the latest version and try again"


def check_identity(resource: Resource, sent: Object, route: Route) -> None:
    """Raises `Refusal` (400) when the object is not the one on the URL."""
    _check_api_version(resource, sent)
    metadata = sent["metadata"]
    if route.name is not None:
        name = metadata.get("name")
        if name is None:
            undeterminable = f"({route.name} based on URL) was undeterminable: name must be provided"
            raise bad_request(f"the name of the object {undeterminable}")
        if name != route.name:
            on_url = f"does not match the name on the URL ({route.name})"
            raise bad_request(f"the name of the object ({name}) {on_url}")
    if metadata.get("namespace", route.namespace) != route.namespace:
        provided = "the namespace of the provided object"
        raise bad_request(f"{provided} does not match the namespace sent on the request")


def _check_api_version(resource: Resource, sent: Object) -> None:
    """Raises `Refusal` (400) when the object belongs to another API version than the path."""
    version = sent.get("apiVersion", "")
    if version != resource.api_version:
        expected = f"does not match the expected API version ({resource.api_version})"
        raise bad_request(f"the API version in the data ({version}) {expected}")


def check_uid(resource: Resource, stored: Object | None, uid: str | None, name: str) -> None:
    """Raises `Refusal` (409) when the request means another object of this name, one that is gone included."""
    actual = stored["metadata"]["uid"] if stored else ""
    if uid and uid != actual:
        told = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {actual}"
        raise conflict(resource, name, told)


def check_found(resource: Resource, stored: Object | None, name: str) -> Object:
    """The stored object; raises `Refusal` (404) without one."""
    if stored is None:
        raise not_found(resource, name)
    return stored


def check_version(resource: Resource, stored: Object, sent: Object) -> None:
    """Raises `Refusal` when the sent resourceVersion is missing (422), no number (500) or not the stored one (409)."""
    version = parse_version(sent["metadata"].get("resourceVersion", ""))
    name = stored["metadata"]["name"]
    if version == 0:
        message = "Invalid value: 0: must be specified for an update"
        cause = Cause("FieldValueInvalid", message, "metadata.resourceVersion")
        raise invalid(resource.group, resource.plural, name, (cause,))
    if version != int(stored["metadata"]["resourceVersion"]):
        raise conflict(resource, name, _STALE)


def parse_version(text: str) -> int:
    """A resourceVersion as a number, 0 for none; raises `Refusal` (500, as recorded) for anything else."""
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 400 and int(text) <= _LARGEST_VERSION):
        raise internal_error(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    return int(text)
