"""Validates objects: the spec by the schema of the contract, the metadata by Kubernetes' own rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs

from contracts.reference.metadata_rules import wrong_change, wrong_metadata, wrong_name
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import Cause, invalid

Validate = Callable[[Object | None, Object], None]
_REASONS = {"type": "FieldValueTypeInvalid", "required": "FieldValueRequired", "enum": "FieldValueNotSupported"}


def validator(resource: Resource) -> Validate:
    """The check of a new object, before it is stored, against the stored one (None: it is created).

    It raises `Refusal` (422) with a cause for each wrong field. Raises `ValueError` itself for an unusable schema.
    """
    schema = jsonschema_rs.validator_for(dict(resource.spec_schema), offline=True)

    def validate(stored: Object | None, new: Object) -> None:
        metadata = new["metadata"]
        causes = list(_wrong_kind(resource, new))
        if not causes:
            causes += wrong_metadata(metadata)
            causes += wrong_change(stored["metadata"], metadata) if stored else wrong_name(metadata)
            if not schema.is_valid(new):
                causes += map(_cause, schema.iter_errors(new))
        if causes:
            raise invalid(resource.group, new["kind"], metadata.get("name", ""), causes)

    return validate


def _wrong_kind(resource: Resource, new: Object) -> Iterator[Cause]:
    if new["kind"] != resource.kind:
        message = f'Invalid value: "{new["kind"]}": must be {resource.kind}'
        yield Cause("FieldValueInvalid", message, "kind")


def _cause(error: jsonschema_rs.ValidationError) -> Cause:
    name = error.kind.name
    path = list(error.instance_path)
    if name == "required":
        path.append(error.kind.as_dict()["property"])
        return Cause(_REASONS[name], "Required value", _dotted(path))
    value = _shown(error.instance)
    message = f"Invalid value: {value}: {_dotted(path)} in body: {error.message}"
    if name == "enum":
        supported = ", ".join(_shown(option) for option in error.kind.as_dict()["options"])
        message = f"Unsupported value: {value}: supported values: {supported}"
    return Cause(_REASONS.get(name, "FieldValueInvalid"), message, _dotted(path))


def _dotted(path: list[str | int]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:100]}…"
