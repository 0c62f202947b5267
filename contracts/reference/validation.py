"""Validates objects: the spec by the schema of the contract, the metadata by Kubernetes' own rules.

Those are syntax and limits (Kubernetes: object names, labels, annotations, finalizers).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from contracts.jsonvalue import paths
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import Cause, invalid

Metadata = Mapping[str, Any]
MAXIMUM_ANNOTATIONS = 256 * 1024
_QUALIFIED_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_REASONS = {"type": "FieldValueTypeInvalid", "required": "FieldValueRequired", "enum": "FieldValueNotSupported"}


def validate(resource: Resource, schema: jsonschema_rs.Validator, stored: Object | None, new: Object) -> None:
    """Raises `Refusal` (422) with a cause for each wrong field of an object that replaces `stored` or is created."""
    metadata = new["metadata"]
    if new["kind"] != resource.kind:
        causes = [_invalid("kind", new["kind"], f"must be {resource.kind}")]
    else:
        changed = wrong_change(stored["metadata"], metadata) if stored else wrong_name(metadata)
        causes = [*wrong_metadata(metadata), *changed, *map(_cause, schema.iter_errors(new))]
    if causes:
        raise invalid(resource.group, new["kind"], metadata.get("name", ""), causes)


def wrong_metadata(metadata: Metadata) -> Iterator[Cause]:
    """What is wrong with the metadata of an object, whether new or changed."""
    yield from _wrong_labels(metadata.get("labels", {}))
    yield from _wrong_annotations(metadata.get("annotations", {}))
    for finalizer in metadata.get("finalizers", []):
        yield from _wrong_key("metadata.finalizers", finalizer)
    yield from _wrong_owners(metadata.get("ownerReferences", []))


def wrong_name(metadata: Metadata) -> Iterator[Cause]:
    """What is wrong with the name of a new object."""
    name = metadata.get("name", "")
    if not name:
        yield Cause("FieldValueRequired", "Required value: name or generateName is required", "metadata.name")
    elif len(name) > 253 or not _SUBDOMAIN.fullmatch(name):
        yield _invalid("metadata.name", name, "a lowercase RFC 1123 subdomain is expected")


def wrong_change(stored: Metadata, new: Metadata) -> Iterator[Cause]:
    """What a replacement may not do to the metadata of any object."""
    for field in ("uid", "deletionTimestamp", "deletionGracePeriodSeconds"):
        if stored.get(field) != new.get(field):
            yield _invalid(f"metadata.{field}", new.get(field), "field is immutable")
    added = set(new.get("finalizers", [])) - set(stored.get("finalizers", []))
    if added and "deletionTimestamp" in stored:
        message = "Forbidden: no new finalizers can be added if the object is being deleted"
        yield Cause("FieldValueForbidden", message, "metadata.finalizers")


def _wrong_labels(labels: Mapping[str, str]) -> Iterator[Cause]:
    for key, value in labels.items():
        yield from _wrong_key("metadata.labels", key)
        if len(value.encode()) > 63:
            yield _invalid("metadata.labels", value, "must be no more than 63 bytes")
        elif value and not _QUALIFIED_NAME.fullmatch(value):
            yield _invalid("metadata.labels", value, "a label's value has letters, digits, '-', '_' and '.'")


def _wrong_annotations(annotations: Mapping[str, str]) -> Iterator[Cause]:
    for key in annotations:
        yield from _wrong_key("metadata.annotations", key.lower(), key)
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > MAXIMUM_ANNOTATIONS:
        message = f"Too long: may not be more than {MAXIMUM_ANNOTATIONS} bytes"
        yield Cause("FieldValueTooLong", message, "metadata.annotations")


def _wrong_owners(owners: list[dict[str, Any]]) -> Iterator[Cause]:
    for index, owner in enumerate(owners):
        for field in ("apiVersion", "kind", "name", "uid"):
            if not owner.get(field):
                path = f"metadata.ownerReferences[{index}].{field}"
                yield Cause("FieldValueRequired", "Required value: must not be empty", path)
    if sum(owner.get("controller", False) for owner in owners) > 1:
        yield _invalid("metadata.ownerReferences", "", "only one reference can have controller set to true")


def _wrong_key(field: str, key: str, shown: str | None = None) -> Iterator[Cause]:
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > 253 or not _SUBDOMAIN.fullmatch(prefix)):
        yield _invalid(field, shown or key, "prefix part must be a lowercase RFC 1123 subdomain")
    if len(name) > 63 or not _QUALIFIED_NAME.fullmatch(name):
        yield _invalid(field, shown or key, "name part has 1-63 letters, digits, '-', '_' and '.'")


def _invalid(field: str, value: Any, message: str) -> Cause:
    return Cause("FieldValueInvalid", f'Invalid value: "{value}": {message}', field)


def _cause(error: jsonschema_rs.ValidationError) -> Cause:
    name = error.kind.name
    path = tuple(error.instance_path)
    if name == "required":
        path = (*path, error.kind.as_dict()["property"])
        return Cause(_REASONS[name], "Required value", paths.render(path))
    value = paths.show(error.instance, 100)
    message = f"Invalid value: {value}: {paths.render(path)} in body: {error.message}"
    if name == "enum":
        supported = ", ".join(paths.show(option) for option in error.kind.as_dict()["options"])
        message = f"Unsupported value: {value}: supported values: {supported}"
    return Cause(_REASONS.get(name, "FieldValueInvalid"), message, paths.render(path))
