"""Validates metadata: syntax and limits (Kubernetes: object names, labels, annotations, finalizers)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.reference.status_error import Cause

MAXIMUM_ANNOTATIONS = 256 * 1024
_QUALIFIED_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_OWNER_REQUIRED = ("apiVersion", "kind", "name", "uid")

Metadata = Mapping[str, Any]


def wrong_metadata(metadata: Metadata) -> Iterator[Cause]:
    """What is wrong with the metadata of an object, whether new or changed."""
    yield from _wrong_labels(metadata.get("labels", {}))
    yield from _wrong_annotations(metadata.get("annotations", {}))
    yield from _wrong_finalizers(metadata.get("finalizers", []))
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


def _wrong_finalizers(finalizers: list[str]) -> Iterator[Cause]:
    for finalizer in finalizers:
        yield from _wrong_key("metadata.finalizers", finalizer)


def _wrong_owners(owners: list[dict[str, Any]]) -> Iterator[Cause]:
    for index, owner in enumerate(owners):
        for field in _OWNER_REQUIRED:
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
