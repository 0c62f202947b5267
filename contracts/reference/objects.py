"""A sent body as an object of the resource."""

from __future__ import annotations

from typing import Any

from contracts.reference.decoding import PARSERS, DecodingError
from contracts.reference.metadata import MetadataError, read_metadata, unknown_fields
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import unhandled, unrecognized


def decode(resource: Resource, body: bytes, media_type: str, strict: bool) -> Object:
    """The object in a body, as `read_object` understands it; raises `Refusal` (400)."""
    try:
        value = PARSERS[media_type](body, strict)
    except DecodingError as error:
        why = f"couldn't get version/kind; json parse error: {error}"
        raise unrecognized(resource.kind, why) from error
    return read_object(resource, value, strict)


def read_object(resource: Resource, value: Any, strict: bool) -> Object:
    """The object that a JSON value stands for: unknown fields and nulls pruned, metadata typed.

    Fields are pruned at the top, in metadata and in spec; below, an object is kept as it was sent. With `strict`
    an unknown field is refused. Raises `Refusal` (400) for what is no object of any kind.
    """
    if not isinstance(value, dict) or not isinstance(value.get("kind") or "", str):
        raise unrecognized(resource.kind, "couldn't get version/kind")
    if not value.get("kind"):
        raise unrecognized(resource.kind, "Object 'Kind' is missing")
    if not isinstance(value.get("apiVersion") or "", str):
        raise unrecognized(resource.kind, "couldn't get version/kind")
    try:
        metadata = read_metadata(value.get("metadata"))
    except MetadataError as error:
        raise unhandled(resource.kind, resource.version, error) from error
    if strict:
        _refuse_unknown(resource, value)
    found = _known(value, resource.fields)
    found["metadata"] = metadata
    if isinstance(found.get("spec"), dict):
        found["spec"] = _known(found["spec"], resource.spec_fields)
    return found


def merge_patch(target: Any, patch: Any) -> Any:
    """The target with a JSON merge patch applied (RFC 7396, section 2)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def _known(value: Object, known: frozenset[str]) -> Object:
    return {key: item for key, item in value.items() if key in known and item is not None}


def _refuse_unknown(resource: Resource, value: Object) -> None:
    spec = value.get("spec")
    unknown = [key for key in value if key not in resource.fields]
    unknown += [f"metadata.{key}" for key in unknown_fields(value.get("metadata"))]
    if isinstance(spec, dict):
        unknown += [f"spec.{key}" for key in spec if key not in resource.spec_fields]
    if unknown:
        told = ", ".join(f'unknown field "{path}"' for path in unknown)
        raise unhandled(resource.kind, resource.version, f"strict decoding error: {told}")
