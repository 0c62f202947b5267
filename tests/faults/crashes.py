"""Family status: a client's mistake that makes the server fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import DecodingError, parse_json
from contracts.reference.resource import Object
from contracts.reference.status_error import internal_error
from contracts.spec.fields import GENERATION, LABELS, VERSION
from tests.faults.catalogue import Endpoint, fault

CRASH = ("status.500",)


def _crashing(endpoint: Endpoint, mistaken: Callable[[Any], bool]) -> Behaviour:
    """Steps that answer 500 for bodies in which `mistaken` finds something (of no JSON: `MISSING`).

    Of an update what is looked at is the object that the patch makes of the stored one.
    """
    steps = endpoint.steps

    def check(value: Any) -> None:
        if mistaken(value):
            raise internal_error("runtime error: invalid memory address or nil pointer dereference")

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        try:
            check(parse_json(body))
        except DecodingError:
            check(MISSING)
        return steps.decode(body, media_type, strict)

    def apply_patch(stored: Object, patch: dict[str, Any]) -> Any:
        made = steps.apply_patch(stored, patch)
        check(made)
        return made

    return replace(steps, decode=decode, apply_patch=apply_patch)


def _crashing_on_bytes(endpoint: Endpoint, mistaken: Callable[[bytes], bool], said: str) -> Behaviour:
    """Steps that answer 500 and `said` for bodies that are `mistaken`, before anything is decoded."""
    steps = endpoint.steps

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        if mistaken(body):
            raise internal_error(said)
        return steps.decode(body, media_type, strict)

    def read_patch(body: bytes, strict: bool) -> dict[str, Any]:
        if mistaken(body):
            raise internal_error(said)
        return steps.read_patch(body, strict)

    return replace(steps, decode=decode, read_patch=read_patch)


def _at(*path: str) -> Callable[[Any], Any]:
    return lambda value: get(value, path)


@fault(*CRASH)
def missing_spec_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The spec is dereferenced without a look whether there is one.

    kubernetes/kubernetes#55327: an invalid replacement of a service crashed the API server.
    """
    return _crashing(endpoint, lambda value: isinstance(value, dict) and _at("spec")(value) in (MISSING, None))


@fault(*CRASH)
def missing_metadata_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The name is read from metadata before anything is validated."""
    return _crashing(endpoint, lambda value: isinstance(value, dict) and not isinstance(_at("metadata")(value), dict))


@fault(*CRASH)
def deep_nesting_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. A recursive walk runs out of stack."""
    return _crashing(endpoint, lambda value: _deeper_than(value, 50))


@fault(*CRASH)
def labels_of_wrong_type_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. A type assertion on labels has no branch for "is none"."""
    return _crashing(endpoint, lambda value: not _is_map(get(value, LABELS)))


@fault(*CRASH)
def annotations_of_wrong_type_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. Each value is handled as a text, and has no length when it is an object."""

    def wrong(value: Any) -> bool:
        found = get(value, ("metadata", "annotations"))
        return _is_map(found) and any(not isinstance(item, str | None) for item in (found or {}).values())

    return _crashing(endpoint, lambda value: _known_map(value, "annotations") and wrong(value))


@fault(*CRASH)
def long_label_key_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The index of label keys has a column of 317 characters."""
    return _crashing(
        endpoint,
        lambda value: any(len(key) > 317 for key in get(value, LABELS) or ()) if _known_map(value, "labels") else False,
    )


@fault(*CRASH)
def huge_number_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. A number beyond 64 bits overflows where it is converted."""

    def huge(value: Any) -> bool:
        found = get(value, GENERATION)
        return isinstance(found, int | float) and abs(found) > 2**64

    return _crashing(endpoint, huge)


@fault(*CRASH)
def invalid_time_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The time is parsed with the variant that panics."""

    def wrong(value: Any) -> bool:
        found = get(value, ("metadata", "creationTimestamp"))
        return isinstance(found, str) and not found[:1].isdigit()

    return _crashing(endpoint, wrong)


@fault(*CRASH, "status.400")
def body_that_is_no_object_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body that is no object is 400. It is indexed as a map before its type is known."""
    return _crashing(endpoint, lambda value: value is not MISSING and not isinstance(value, dict))


@fault(*CRASH, "status.400")
def empty_body_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: an empty body is 400. Its first byte is looked at, to tell JSON from YAML.

    kubernetes/kubernetes#38525: a decoder panicked on the short remainder of an invalid text.
    """
    return _crashing_on_bytes(endpoint, lambda body: not body.strip(), "index out of range [0] with length 0")


@fault(*CRASH)
def large_body_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: 500 is no answer to a correct request. Objects above 64 KiB do not fit the message bus behind the API."""
    return _crashing_on_bytes(endpoint, lambda body: len(body) > 64 * 1024, "message too large")


@fault("replaceable.labels", *CRASH)
def absent_labels_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels can be left out. A nil map is written to."""
    return _crashing(endpoint, lambda value: isinstance(value, dict) and _no_labels(value))


def _no_labels(value: Any) -> bool:
    replaced = get(value, VERSION) is not MISSING
    return replaced and get(value, LABELS) in (MISSING, None)


def _is_map(value: Any) -> bool:
    return value in (MISSING, None) or isinstance(value, dict)


def _known_map(value: Any, name: str) -> bool:
    return isinstance(get(value, ("metadata", name)), dict)


def _deeper_than(value: Any, depth: int) -> bool:
    if depth == 0:
        return isinstance(value, dict | list)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deeper_than(item, depth - 1) for item in items)


@fault(*CRASH)
def huge_body_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The buffer for bodies has a fixed size."""
    return _crashing_on_bytes(endpoint, lambda body: len(body) > 200_000, "buffer overflow")


@fault(*CRASH)
def half_a_surrogate_pair_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. A text that cannot be encoded raises where it is logged."""
    return _crashing_on_bytes(endpoint, lambda body: b'\\ud83d"' in body, "surrogates not allowed")


@fault(*CRASH, "status.400")
def invalid_utf8_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The body is decoded as a text outside of the block that handles errors."""

    def mistaken(body: bytes) -> bool:
        try:
            body.decode()
        except UnicodeDecodeError:
            return True
        return False

    return _crashing_on_bytes(endpoint, mistaken, "'utf-8' codec can't decode byte 0xff: invalid start byte")


@fault(*CRASH)
def key_twice_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The strict decoder refuses a key given twice; nobody handles its error."""

    def mistaken(body: bytes) -> bool:
        twice = False

        def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            nonlocal twice
            twice = twice or len(dict(pairs)) < len(pairs)
            return dict(pairs)

        with suppress(ValueError, RecursionError):
            json.loads(body, object_pairs_hook=noted)
        return twice

    return _crashing_on_bytes(endpoint, mistaken, "duplicate key")
