"""The shape that a derived specification must have for the rest of this room to read it, checked once. Pure."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs

from contracts.jsonvalue import paths
from contracts.spec.schema import DIALECT, FIELDS, JUDGED, METHODS, SpecificationError, judged_operations

_TEXT: Final = {"type": "string"}
_LINES: Final = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
_SOURCE: Final = {"type": "object", "required": ["section", "lines"], "properties": {"lines": _LINES}}
_UNITS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["kind", "section", "lines", "digest"],
        "properties": {"lines": _LINES},
    },
}
_CONTENT: Final = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {
            "schema": {"$ref": DIALECT},
            "examples": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "required": ["value", "x-source"],
                    "properties": {"x-source": _SOURCE},
                },
            },
        },
    },
}
_BODY: Final = {"type": "object", "properties": {"content": _CONTENT, "x-source": _SOURCE}}
_OPERATION: Final = {
    "type": "object",
    "required": ["parameters", "responses", "x-source"],
    "properties": {
        "x-source": _SOURCE,
        "x-kubernetes-group-version-kind": {
            "type": "object",
            "required": ["group", "version"],
            "properties": dict.fromkeys(("group", "version", "kind"), _TEXT),
        },
        "x-document": {"type": "object", "required": ["title"]},
        "x-units": _UNITS,
        FIELDS: {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "x-source"],
                "properties": {"path": _TEXT, "x-source": _SOURCE},
            },
        },
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "in", "x-source"],
                "properties": {"name": _TEXT, "in": _TEXT, "schema": {"$ref": DIALECT}, "x-source": _SOURCE},
            },
        },
        "requestBody": {**_BODY, "required": ["content"]},
        "responses": {"type": "object", "additionalProperties": {**_BODY, "required": ["x-source"]}},
    },
}
_OBJECT: Final = {"type": "object"}
_JUDGED: Final = {**_OBJECT, "if": {"required": [FIELDS]}, "then": _OPERATION}
_PATH: Final = {
    "type": "object",
    "properties": {**dict.fromkeys(METHODS, _OBJECT), **dict.fromkeys(JUDGED.values(), _JUDGED)},
}
_PATHS: Final = {
    "$schema": DIALECT,
    "required": ["paths"],
    "properties": {"paths": {"type": "object", "additionalProperties": _PATH}},
}
_BESIDE: Final = {
    "$schema": DIALECT,
    "required": ["info", "components"],
    "properties": {
        "info": {
            "type": "object",
            "required": ["title", "x-document"],
            "properties": {"title": _TEXT, "x-document": {"type": "object"}},
        },
        "components": {
            "type": "object",
            "required": ["schemas"],
            "properties": {"schemas": {"type": "object", "additionalProperties": {"$ref": DIALECT}}},
        },
        "x-units": _UNITS,
    },
}


@cache
def _validators() -> tuple[jsonschema_rs.Validator, ...]:
    return tuple(jsonschema_rs.validator_for(one, mask="it") for one in (_PATHS, _BESIDE))


def check(document: Mapping[str, Any]) -> None:
    """Raise `SpecificationError`, which names the place, for what is no specification as `derive` writes it.

    One without an operation that can be judged may have anything beside its paths.
    """
    of_paths, beside = _validators()
    _check(of_paths, document)
    if not judged_operations(document):
        return
    _check(beside, document)
    judged = (item.get(method, {}) for item in document["paths"].values() for method in JUDGED.values())
    for field in (one for operation in judged for one in operation.get(FIELDS, ())):
        try:
            paths.parse(field["path"])
        except ValueError as problem:
            raise SpecificationError(f"{FIELDS}: {problem}") from problem


def _check(validator: jsonschema_rs.Validator, document: Mapping[str, Any]) -> None:
    try:
        error = next(iter(validator.iter_errors(document)), None)
    except ValueError as problem:  # what YAML has and JSON does not, a date
        raise SpecificationError(" ".join(str(problem).split())) from problem
    if error is not None:
        place = paths.render(tuple(error.instance_path)) or "the specification"
        raise SpecificationError(f"{place}: {' '.join(error.message.split())}")
