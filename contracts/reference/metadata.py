"""The metadata that every Kubernetes object has: its fields' types (Kubernetes API reference, ObjectMeta)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LARGEST = 2**63


class MetadataError(ValueError):
    """A field of metadata has another type than every object has there."""


def read_metadata(value: Any) -> dict[str, Any]:
    """The metadata of a sent object as an API server understands it; raises `MetadataError`.

    Unknown and empty fields are dropped, a null is the empty value of its type (recordings: "labels null",
    "annotation value null").
    """
    if value is None:
        return {}
    read: dict[str, Any] = _object(value, "metadata")
    found = {}
    for name, convert in _FIELDS.items():
        sent = read.get(name)
        if sent is not None:
            converted = convert(sent, name)
            if converted not in ("", {}, []):
                found[name] = converted
    return found


def unknown_fields(value: Any) -> tuple[str, ...]:
    """The names in a sent metadata that no object has."""
    return tuple(name for name in value if name not in _FIELDS) if isinstance(value, dict) else ()


def format_time(moment: datetime) -> str:
    """A time as objects carry it: UTC, whole seconds (Kubernetes API conventions, units)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _wrong(value: Any, field: str, expected: str) -> MetadataError:
    names: dict[type, str] = {dict: "object", list: "array", str: "string", bool: "bool", type(None): "null"}
    actual = names.get(type(value), "number")
    return MetadataError(f"json: cannot unmarshal {actual} into Go struct field ObjectMeta.{field} of type {expected}")


def _object(value: Any, field: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(value, field, "object")
    return value


def _list(value: Any, field: str) -> Any:
    if not isinstance(value, list):
        raise _wrong(value, field, "array")
    return value


def _string(value: Any, field: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(value, field, "string")
    return value


def _boolean(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, field, "bool")
    return value


def _integer(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -_LARGEST <= value < _LARGEST:
        raise _wrong(value, field, "int64")
    return value


def _time(value: Any, field: str) -> str:
    text = _string(value, field)
    try:
        valid = _TIME.fullmatch(text) and datetime.fromisoformat(text)
    except ValueError:
        valid = None
    if not valid:
        raise MetadataError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00" in ObjectMeta.{field}')
    return text


def _strings(value: Any, field: str) -> list[str]:
    return [_string(item, field) for item in _list(value, field)]


def _string_map(value: Any, field: str) -> dict[str, str]:
    return {key: _string(item, field) for key, item in _object(value, field).items()}


def _objects(value: Any, field: str) -> list[dict[str, Any]]:
    return [_object(item, field) for item in _list(value, field)]


def _owners(value: Any, field: str) -> list[dict[str, Any]]:
    return [
        {
            name: convert(item[name], f"{field}.{name}")
            for name, convert in _OWNER_FIELDS.items()
            if item.get(name) is not None
        }
        for item in _objects(value, field)
    ]


Convert = Callable[[Any, str], Any]
_OWNER_FIELDS: dict[str, Convert] = {
    "apiVersion": _string,
    "kind": _string,
    "name": _string,
    "uid": _string,
    "controller": _boolean,
    "blockOwnerDeletion": _boolean,
}
_FIELDS: dict[str, Convert] = {
    "name": _string,
    "generateName": _string,
    "namespace": _string,
    "selfLink": _string,
    "uid": _string,
    "resourceVersion": _string,
    "generation": _integer,
    "creationTimestamp": _time,
    "deletionTimestamp": _time,
    "deletionGracePeriodSeconds": _integer,
    "labels": _string_map,
    "annotations": _string_map,
    "ownerReferences": _owners,
    "finalizers": _strings,
    "managedFields": _objects,
}
