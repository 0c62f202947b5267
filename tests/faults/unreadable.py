"""Family status: bodies, headers and queries that cannot be read: the server fails at them, or takes them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import yaml

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import DecodingError, parse_json
from contracts.reference.http_request import Request
from contracts.reference.status_error import Refusal, internal_error
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import decoding, turning_away

INFINITE = re.compile(rb"[:,\[]\s*-?\d+(\.\d+)?[eE]\+?(309|3[1-9]\d|[4-9]\d\d)[,}\]]")


def _failing(endpoint: Endpoint, fails: Callable[[Request], str]) -> Behaviour:
    """Steps that fail at replacements for which `fails` gives an error's text."""

    def refusal(request: Request) -> Refusal | None:
        told = fails(request)
        return internal_error(told) if told else None

    return turning_away(endpoint, refusal)


def _value(request: Request) -> Any:
    try:
        return parse_json(request.body)
    except DecodingError:
        return {}


def _texts(request: Request, name: str) -> list[Any]:
    """The values of a map of the sent metadata."""
    found = paths.get(_value(request), ("metadata", name))
    return list(found.values()) if isinstance(found, dict) else []


@fault("status.500")
def broken_yaml_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. Errors of the YAML parser are not those of JSON's, and nobody's."""

    def fails(request: Request) -> str:
        try:
            yaml.safe_load(request.body if "yaml" in request.media_type else b"")
        except yaml.YAMLError:
            return "could not determine a constructor"
        return ""

    return _failing(endpoint, fails)


@fault("status.500")
def unknown_charset_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The charset is looked up, and no such codec is known."""

    def fails(request: Request) -> str:
        match = re.search(r"charset=([^;]*)", request.headers.get("content-type", ""))
        try:
            codecs.lookup(match[1].strip('" ') if match else "utf-8")
        except LookupError:
            return "unknown encoding"
        return ""

    return _failing(endpoint, fails)


@fault("status.500")
def broken_compression_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. What is called gzip and is none raises where it is unpacked."""

    def fails(request: Request) -> str:
        packed = request.headers.get("content-encoding") == "gzip"
        return "not a gzip file" if packed and not request.body.startswith(b"\x1f\x8b") else ""

    return _failing(endpoint, fails)


@fault("status.500")
def undecodable_query_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. A query that is no UTF-8 once it is decoded raises."""
    return _failing(
        endpoint, lambda request: "invalid start byte" * any("\ufffd" in text for text in request.query.values())
    )


@fault("status.500")
def null_among_labels_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. The length of each value is looked at, and null has none."""
    return _failing(endpoint, lambda request: "nil" * (None in _texts(request, "labels")))


@fault("status.500")
def infinite_number_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. 1e400 is infinite, which cannot be converted to an integer."""
    return _failing(endpoint, lambda request: "cannot convert infinity" * bool(INFINITE.search(request.body)))


@fault("status.500")
def half_a_pair_in_an_annotation_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. What is stored is encoded; an unknown field is dropped before."""
    half = re.compile(rb'"annotations":\{[^}]*\\ud83d(?!\\u)')
    return _failing(endpoint, lambda request: "surrogates not allowed" * bool(half.search(request.body)))


def _mending(endpoint: Endpoint, read: Callable[[bytes], bytes]) -> Behaviour:
    """Steps that decode bodies that are no JSON as what `read` makes of them."""

    def mended(body: bytes) -> bytes:
        with suppress(DecodingError):
            parse_json(body)
            return body
        return read(body)

    return decoding(endpoint, mended).steps


@fault("status.400")
def any_escape_accepted(endpoint: Endpoint) -> Behaviour:
    r"""Breaks: what is no JSON is 400. The parser takes a backslash before any character (\x, \', \a)."""
    return _mending(endpoint, lambda body: re.sub(rb"\\(?=[^\"\\/bfnrtu])", b"", body))


@fault("status.400")
def numbers_of_other_languages_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. The parser takes +1, .5, 1. and 0x1f for numbers."""
    forms = rb":\s*(\+\d+|\.\d+|\d+\.|0x[0-9a-fA-F]+)(?=[,}\s])"
    return _mending(endpoint, lambda body: re.sub(forms, b":1", body))


@fault("status.400")
def values_left_out_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. A member without a value is null."""
    return _mending(endpoint, lambda body: re.sub(rb":\s*(?=[,}])", b":null", body))
