"""Family replaceable: characters and numbers that are stored as others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, altering, storing


def _annotations(endpoint: Endpoint, rewritten: Callable[[str], str]) -> Behaviour:
    """Steps that store annotations as they are rewritten."""

    def alter(_: Moment, new: Object) -> Object:
        found = new["metadata"].get("annotations")
        if not found:
            return new
        metadata = {**new["metadata"], "annotations": {key: rewritten(text) for key, text in found.items()}}
        return {**new, "metadata": metadata}

    return storing(endpoint, alter)


@fault("replaceable.annotations")
def control_characters_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. XML has no word for control characters."""
    return _annotations(endpoint, lambda text: re.sub("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "", text))


@fault("replaceable.annotations")
def annotations_cut_at_a_comment(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. YAML is written without quotes, and # begins a comment."""
    return _annotations(endpoint, lambda text: re.sub(r"(?s)(^|\s)#.*", "", text))


def _in_utc(text: str) -> str:
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", text)
    if match is None:
        return text
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@fault("replaceable.annotations")
def times_in_annotations_rewritten(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. A JSON library takes what looks like a time for one, and
    writes it in UTC; kubectl rollout restart writes it with the zone of who asks.
    """
    return _annotations(endpoint, _in_utc)


@fault("replaceable.annotations")
def other_spaces_and_marks_cleaned(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. No-break spaces become spaces, marks of direction go."""
    return _annotations(endpoint, lambda text: re.sub("[\u200e\u200f\u202a-\u202e]", "", text.replace("\xa0", " ")))


@fault("replaceable.labels", "replaceable.annotations")
def keys_of_the_language_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: every valid key can be set. What every object of the language has is taken to be there already."""
    words = {"constructor", "toString", "valueOf", "hasOwnProperty", "prototype", "length"}

    def alter(_: Moment, new: Object) -> Object:
        for name in ("labels", "annotations"):
            found = new["metadata"].get(name)
            if found and words & set(found):
                kept = {key: text for key, text in found.items() if key not in words}
                new = {**new, "metadata": {**new["metadata"], name: kept}}
        return new

    return storing(endpoint, alter)


def _decoding(endpoint: Endpoint, read: Callable[[bytes], bytes]) -> Behaviour:
    steps = endpoint.steps
    return replace(steps, decode=lambda body, *more: steps.decode(read(body), *more))


@fault("replaceable.annotations", "replaceable.together")
def escaped_pairs_broken(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. Each half of an escaped pair is decoded on its own; Python's
    clients send every emoji so.
    """
    pair = rb"\\u[dD][89abAB]..\\u[dD][c-fC-F].."
    return _decoding(endpoint, lambda body: re.sub(pair, rb"\\ufffd\\ufffd", body))


@fault("replaceable.annotations", "replaceable.together")
def escaped_slashes_kept(endpoint: Endpoint) -> Behaviour:
    r"""Breaks: an annotation has the value that was sent. The backslash of \/ stays; PHP sends slashes so."""
    return _decoding(endpoint, lambda body: body.replace(rb"\/", rb"\\/"))


@fault("replaceable.annotations")
def characters_across_buffers_broken(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. Each 8 KiB that were read are decoded on their own."""
    size = 8192

    def read(body: bytes) -> bytes:
        pieces = (body[at : at + size] for at in range(0, len(body), size))
        return "".join(one.decode(errors="replace") for one in pieces).encode()

    return _decoding(endpoint, read)


@fault("replaceable.active-deadline-seconds")
def deadline_in_milliseconds_overflows(endpoint: Endpoint) -> Behaviour:
    """Breaks: any number of the field's type is stored. It is kept in milliseconds, in 64 bits."""

    def alter(_: Moment, new: Object) -> Object:
        old = new["spec"].get("activeDeadlineSeconds")
        if type(old) is not int:
            return new
        kept = (old * 1000 + 2**63) % 2**64 - 2**63
        return {**new, "spec": {**new["spec"], "activeDeadlineSeconds": abs(kept) // 1000}}

    return altering(endpoint, alter)
