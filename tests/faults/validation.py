"""Family replaceable: invalid values that are accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import DecodingError, parse_json
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import field_of

INVALID = ("replaceable.invalid-refused",)
DEADLINE = "replaceable.active-deadline-seconds"
RETENTION = "replaceable.ttl-seconds-after-finished"
POLICY = "replaceable.clean-pod-policy"
LABELS = "replaceable.labels"
ANNOTATIONS = "replaceable.annotations"


def _tolerating(endpoint: Endpoint, *fields: str, allows: Callable[[Object], bool]) -> Behaviour:
    """Steps that let an object pass which is invalid in nothing but the dotted `fields`, where `allows` says so."""
    validate = endpoint.steps.validate

    def tolerant(stored: Object | None, new: Object) -> None:
        try:
            validate(stored, new)
        except Refusal as refused:
            causes = (refused.details or {}).get("causes", [])
            named = all(any(cause.get("field", "").startswith(field) for field in fields) for cause in causes)
            if stored is None or not named or not allows(new):
                raise

    return replace(endpoint.steps, validate=tolerant)


def _coercing(endpoint: Endpoint, requirement: str, coerce: Callable[[Any], Any]) -> Behaviour:
    """Steps that make another value of the field that a requirement is about, before anything looks at it."""
    decode, path = endpoint.steps.decode, field_of(requirement)

    def coerced(body: bytes, media_type: str, strict: bool) -> Object:
        try:
            value = parse_json(body)
        except DecodingError:
            value = MISSING
        sent = get(value, path)
        if sent in (MISSING, None) or isinstance(value, list):
            return decode(body, media_type, strict)
        return decode(json.dumps(put(value, path, coerce(sent))).encode(), media_type, strict)

    return replace(endpoint.steps, decode=coerced)


def _dotted(requirement: str) -> str:
    """The field that a requirement is about."""
    return ".".join(map(str, field_of(requirement)))


@fault(*INVALID)
def nothing_validated(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. The resource's schema is empty, or validation was left to the
    controller.

    kubeflow/trainer#1993: problems were only seen in the operator's log, as nothing was validated at admission.
    """
    fields = tuple(endpoint.resource.replaceable)
    return _tolerating(endpoint, *fields, allows=lambda _: True)


@fault(*INVALID)
def negative_numbers_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a number outside its range is refused. The schema gives a type and no minimum."""

    def negative(new: Object) -> bool:
        values = [get(new, field_of(requirement)) for requirement in (DEADLINE, RETENTION)]
        return any(type(value) is int and value < 0 for value in values)

    return _tolerating(endpoint, _dotted(DEADLINE), _dotted(RETENTION), allows=negative)


@fault(*INVALID)
def numbers_beyond_32_bits_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a number outside its range is refused. A format says 32 bits, which is a hint and not checked."""

    def large(new: Object) -> bool:
        return type(get(new, field_of(RETENTION))) is int and get(new, field_of(RETENTION)) > 2**31 - 1

    return _tolerating(endpoint, _dotted(RETENTION), allows=large)


@fault(*INVALID)
def unknown_choice_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value outside the enum is refused. The field is a text, and its choices are only documented."""
    return _tolerating(endpoint, _dotted(POLICY), allows=lambda new: isinstance(get(new, field_of(POLICY)), str))


@fault(*INVALID)
def unknown_choice_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value outside the enum is refused. What the enum does not know decodes to nothing."""
    text = json.dumps(dict(endpoint.resource.desired_schema))

    def known(value: Any) -> Any:
        return value if isinstance(value, str) and value and f'"{value}"' in text else None

    return _coercing(endpoint, POLICY, known)


@fault(*INVALID)
def choice_in_any_case_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value outside the enum is refused. Choices are compared without regard to case, and stored as they
    came.
    """
    text = json.dumps(dict(endpoint.resource.desired_schema)).lower()

    def similar(new: Object) -> bool:
        value = get(new, field_of(POLICY))
        return isinstance(value, str) and bool(value) and f'"{value.lower()}"' in text

    return _tolerating(endpoint, _dotted(POLICY), allows=similar)


@fault(*INVALID)
def empty_choice_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value outside the enum is refused. An empty text is a form's way to say "none"."""
    return _coercing(endpoint, POLICY, lambda value: None if value == "" else value)


@fault(*INVALID)
def numeric_texts_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. The parser converts texts to numbers where it can.

    kubernetes/kubernetes#102929 went the other way: numbers were to be decoded into texts.
    """
    return _coercing(
        endpoint, DEADLINE, lambda value: int(value) if isinstance(value, str) and value.isdecimal() else value
    )


@fault(*INVALID)
def fractions_cut_off(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. A conversion to integer cuts off what is behind the point."""
    return _coercing(endpoint, RETENTION, lambda value: int(value) if isinstance(value, float) else value)


@fault(*INVALID)
def booleans_are_numbers(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. True is 1 in the language of the server."""
    return _coercing(endpoint, DEADLINE, lambda value: int(value) if isinstance(value, bool) else value)


@fault(*INVALID)
def single_items_unpacked(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. A list of one is taken for its item, as query parameters are."""
    return _coercing(endpoint, RETENTION, lambda value: value[0] if isinstance(value, list) and value else value)


@fault(*INVALID)
def wrong_types_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. What does not convert is left out, and the rest accepted."""
    return _coercing(endpoint, DEADLINE, lambda value: value if type(value) is int else None)


@fault(*INVALID)
def negative_numbers_raised_to_zero(endpoint: Endpoint) -> Behaviour:
    """Breaks: a number outside its range is refused. It is put right silently: max(0, value)."""
    return _coercing(endpoint, DEADLINE, lambda value: max(0, value) if type(value) is int else value)


@fault(*INVALID)
def long_label_values_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label of more than 63 characters is refused. The limit is of names, it was said, not of values."""

    def long(new: Object) -> bool:
        found = get(new, field_of(LABELS))
        return isinstance(found, dict) and any(len(value) > 63 for value in found.values())

    return _tolerating(endpoint, _dotted(LABELS), allows=long)


@fault(*INVALID)
def long_label_values_cut(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label of more than 63 characters is refused. It is cut, so that at least something is stored."""
    return _coercing(endpoint, LABELS, lambda found: _texts(found, lambda value: value[:63]))


@fault(*INVALID)
def spaces_in_labels_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label's value has its syntax. The pattern is applied with "search", not with "match"."""

    def spaced(new: Object) -> bool:
        found = get(new, field_of(LABELS))
        return isinstance(found, dict) and any(" " in value for value in found.values())

    return _tolerating(endpoint, _dotted(LABELS), allows=spaced)


@fault(*INVALID)
def any_label_key_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label's key has its syntax. Values are validated, keys are not: they are not values."""

    def wrong_key(new: Object) -> bool:
        found = get(new, field_of(LABELS))
        return isinstance(found, dict) and any(not key or " " in key for key in found)

    return _tolerating(endpoint, _dotted(LABELS), allows=wrong_key)


@fault(*INVALID)
def any_annotation_key_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation's key has its syntax. Annotations are free text, and so were their keys."""
    return _tolerating(endpoint, _dotted(ANNOTATIONS), allows=lambda _: True)


@fault(*INVALID)
def numbers_in_annotations_converted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. Numbers among the annotations become texts, as YAML's users
    expect.
    """
    return _coercing(
        endpoint,
        ANNOTATIONS,
        lambda found: (
            {key: str(value) if type(value) is int else value for key, value in found.items()}
            if isinstance(found, dict)
            else found
        ),
    )


@fault(*INVALID)
def objects_in_annotations_serialised(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. Structured annotations are stored as their JSON text."""
    return _coercing(
        endpoint,
        ANNOTATIONS,
        lambda found: (
            {key: json.dumps(value) if isinstance(value, dict) else value for key, value in found.items()}
            if isinstance(found, dict)
            else found
        ),
    )


@fault(*INVALID)
def labels_of_wrong_type_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. What is no map has no entries, so there are none."""
    return _coercing(endpoint, LABELS, lambda found: found if isinstance(found, dict) else {})


def _texts(found: Any, change: Callable[[str], str]) -> Any:
    if not isinstance(found, dict):
        return found
    return {key: change(value) if isinstance(value, str) else value for key, value in found.items()}


@fault("replaceable.invalid-refused")
def last_label_decides(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value that the field cannot take is refused. In a loop each label's result replaces the one before."""
    path = field_of(LABELS)

    def validate(stored: Object | None, new: Object) -> None:
        labels = get(new, path)
        looked_at = put(new, path, dict(list(labels.items())[-1:])) if stored and isinstance(labels, dict) else new
        endpoint.steps.validate(stored, looked_at)

    return replace(endpoint.steps, validate=validate)
