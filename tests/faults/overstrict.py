"""Family replaceable: valid values that are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from contracts.reference.status_error import Cause, invalid
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import field_of

DEADLINE = "replaceable.active-deadline-seconds"
RETENTION = "replaceable.ttl-seconds-after-finished"
POLICY = "replaceable.clean-pod-policy"
LABELS = "replaceable.labels"
ANNOTATIONS = "replaceable.annotations"


def _refusing(endpoint: Endpoint, requirement: str, unwanted: Callable[[Any], bool]) -> Behaviour:
    """Steps that refuse a replacement whose field, the one that a requirement is about, has an unwanted value."""
    steps, resource, path = endpoint.steps, endpoint.resource, field_of(requirement)

    def validate(stored: Object | None, new: Object) -> None:
        steps.validate(stored, new)
        value = get(new, path)
        if stored is not None and value is not MISSING and unwanted(value):
            cause = Cause("FieldValueInvalid", "Invalid value", _dotted(path))
            raise invalid(resource.group, resource.kind, new["metadata"]["name"], (cause,))

    return replace(steps, validate=validate)


@fault("replaceable.ttl-seconds-after-finished")
def zero_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: any number of the field's range is accepted. "Positive" was checked where "not negative" was meant.

    hashicorp/terraform-provider-kubernetes#849: ttl_seconds_after_finished = 0 was refused.
    """
    return _refusing(endpoint, RETENTION, lambda value: value == 0)


@fault("replaceable.ttl-seconds-after-finished")
def largest_number_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: any number of the field's range is accepted. The comparison with the maximum excludes it."""
    return _refusing(endpoint, RETENTION, lambda value: value >= 2**31 - 1)


@fault("replaceable.clean-pod-policy")
def one_choice_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: every choice can be made. The server's list of choices is of an older release."""
    seen: list[str] = []

    def unknown(value: Any) -> bool:
        seen.extend([value] if value not in seen else [])
        return seen.index(value) == 1

    return _refusing(endpoint, POLICY, unknown)


@fault("replaceable.invalid-refused")
def long_annotations_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation's value is free. The limit of labels is applied to annotations."""
    return _refusing(endpoint, ANNOTATIONS, lambda found: any(len(value) > 63 for value in found.values()))


@fault("replaceable.invalid-refused")
def empty_label_values_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label's value may be empty. "Required" and "not empty" are one annotation in the framework."""
    return _refusing(endpoint, LABELS, lambda found: "" in found.values())


@fault("replaceable.active-deadline-seconds")
def short_deadline_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: any number of the field's range is accepted. Less than a minute "makes no sense", so it is refused."""
    return _refusing(endpoint, DEADLINE, lambda value: value < 60)


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


@fault("replaceable.invalid-refused")
def keys_of_full_length_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: every valid key can be set. The limit of the name is applied to the key with its prefix."""
    return _refusing(endpoint, LABELS, lambda value: any(len(key) > 253 for key in value))
