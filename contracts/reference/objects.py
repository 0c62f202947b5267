"""A sent body as an object of the resource: which fields it has, and metadata's types (Kubernetes API, ObjectMeta)."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.reference.encoding import PARSERS, DecodingError, parse_json
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import Refusal, bad_request

Convert = Callable[[Any, str], Any]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_GO_NAMES = {dict: "object", list: "array", str: "string", bool: "bool", type(None): "null"}


class MetadataError(ValueError):
    """A field of metadata has another type than every object has there."""


def decode(resource: Resource, body: bytes, media_type: str, strict: bool) -> Object:
    """The object in a body, as `read_object` understands it; raises `Refusal` (400)."""
    try:
        value = PARSERS[media_type](body, strict)
    except DecodingError as error:
        raise _unrecognized(resource, f"couldn't get version/kind; json parse error: {error}") from error
    return read_object(resource, value, strict)


def read_object(resource: Resource, value: Any, strict: bool) -> Object:
    """The object that a JSON value stands for: unknown fields and nulls pruned, metadata typed.

    Fields are pruned at the top, in metadata and in spec; below, an object is kept as it was sent. With `strict`
    an unknown field is refused. Raises `Refusal` (400) for what is no object of any kind.
    """
    if not isinstance(value, dict) or not all(isinstance(value.get(key) or "", str) for key in ("kind", "apiVersion")):
        raise _unrecognized(resource, "couldn't get version/kind")
    if not value.get("kind"):
        raise _unrecognized(resource, "Object 'Kind' is missing")
    try:
        metadata = read_metadata(value.get("metadata"))
    except MetadataError as error:
        raise _unhandled(resource, error) from error
    found = {key: item for key, item in value.items() if key in resource.fields and item is not None}
    unknown = [key for key in value if key not in resource.fields]
    unknown += [f"metadata.{key}" for key in unknown_fields(value.get("metadata"))]
    if resource.spec_fields is not None and isinstance(spec := value.get("spec"), dict):
        found["spec"] = {key: item for key, item in spec.items() if key in resource.spec_fields and item is not None}
        unknown += [f"spec.{key}" for key in spec if key not in resource.spec_fields]
    if unknown and strict:
        told = ", ".join(f'unknown field "{path}"' for path in unknown)
        raise _unhandled(resource, f"strict decoding error: {told}")
    return {**found, "metadata": metadata}


def read_patch(body: bytes, strict: bool) -> dict[str, Any]:
    """The JSON object in a body; raises `Refusal` (400)."""
    try:
        value = parse_json(body, strict)
    except DecodingError as error:
        raise bad_request(f"error decoding the body: {error}") from error
    if not isinstance(value, dict):
        raise bad_request("the body is not a JSON object")
    return value


def _unrecognized(resource: Resource, why: str) -> Refusal:
    return bad_request(f"the object provided is unrecognized (must be of type {resource.kind}): {why}")


def _unhandled(resource: Resource, why: object) -> Refusal:
    kind = resource.kind
    return bad_request(f'{kind} in version "{resource.version}" cannot be handled as a {kind}: {why}')


def read_metadata(value: Any) -> dict[str, Any]:
    """The metadata of a sent object as an API server understands it; raises `MetadataError`.

    Unknown and empty fields are dropped, a null is the empty value of its type (recordings: "labels null",
    "annotation value null").
    """
    read = _fields(_object({} if value is None else value, "metadata"), "", _FIELDS)
    return {name: item for name, item in read.items() if item not in ("", {}, [])}


def unknown_fields(value: Any) -> tuple[str, ...]:
    """The names in a sent metadata that no object has."""
    return tuple(name for name in value if name not in _FIELDS) if isinstance(value, dict) else ()


def format_time(moment: datetime) -> str:
    """A time as objects carry it: UTC, whole seconds (Kubernetes API conventions, units)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _typed(kind: type, told: str) -> Convert:
    """A conversion that takes values of one type only; where that is text, null is the empty one."""

    def convert(value: Any, field: str) -> Any:
        if value is None and kind is str:
            return ""
        boolean = isinstance(value, bool) and kind is not bool
        if boolean or not isinstance(value, kind) or (isinstance(value, int) and not -(2**63) <= value < 2**63):
            actual = _GO_NAMES.get(type(value), "number")
            place = f"Go struct field ObjectMeta.{field}"
            raise MetadataError(f"json: cannot unmarshal {actual} into {place} of type {told}")
        return value

    return convert


_object, _list, _string = _typed(dict, "object"), _typed(list, "array"), _typed(str, "string")
_boolean, _integer = _typed(bool, "bool"), _typed(int, "int64")


def _time(value: Any, field: str) -> str:
    text: str = _string(value, field)
    try:
        valid = _TIME.fullmatch(text) and datetime.fromisoformat(text)
    except ValueError:
        valid = None
    if not valid:
        raise MetadataError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00" in ObjectMeta.{field}')
    return text


def _fields(value: dict[str, Any], prefix: str, known: Mapping[str, Convert]) -> dict[str, Any]:
    return {name: to(value[name], prefix + name) for name, to in known.items() if value.get(name) is not None}


def _each(convert: Convert) -> Convert:
    return lambda value, field: [convert(item, field) for item in _list(value, field)]


def _string_map(value: Any, field: str) -> dict[str, str]:
    return {key: _string(item, field) for key, item in _object(value, field).items()}


def _owner(value: Any, field: str) -> dict[str, Any]:
    return _fields(_object(value, field), f"{field}.", _OWNER_FIELDS)


_OWNER_FIELDS: dict[str, Convert] = {
    **dict.fromkeys(("apiVersion", "kind", "name", "uid"), _string),
    **dict.fromkeys(("controller", "blockOwnerDeletion"), _boolean),
}
_FIELDS: dict[str, Convert] = {
    **dict.fromkeys(("name", "generateName", "namespace", "selfLink", "uid", "resourceVersion"), _string),
    **dict.fromkeys(("generation", "deletionGracePeriodSeconds"), _integer),
    **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), _time),
    **dict.fromkeys(("labels", "annotations"), _string_map),
    "ownerReferences": _each(_owner),
    "finalizers": _each(_string),
    "managedFields": _each(_object),
}
