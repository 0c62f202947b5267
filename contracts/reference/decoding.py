"""Decodes the body of a request, JSON or YAML, as strictly as an API server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from contracts.jsonvalue import strict as strict_json
from contracts.reference.http_request import JSON

YAML = "application/yaml"
# An API server stops at 10,000; ours is lower because Python's own recursion is.
MAXIMUM_DEPTH = 200
_MAXIMUM_INTEGER = 2**63 - 1
_MINIMUM_INTEGER = -(2**63)
# Go writes floats from here on with an exponent, so that an integer would be something else.
_LARGEST_WHOLE = 1e21


class DecodingError(ValueError):
    """The bytes are not one JSON value; the message says why."""


def parse_json(body: bytes, strict: bool = False) -> Any:
    """The JSON value of a body: RFC 8259 without NaN, control characters, trailing data; numbers as Go keeps them.

    Integral floats become integers (5.0 is 5), integers beyond 64 bits become floats, bytes that are not UTF-8 become
    U+FFFD. The last of several equal keys counts; with `strict` they are an error. Raises `DecodingError`.
    """
    text = body.decode(errors="replace")
    try:
        value = strict_json.parse(text, deepest=MAXIMUM_DEPTH, unique=strict, integer=_integer, number=_number)
    except strict_json.NotJson as error:
        told = f'strict decoding error: duplicate field "{error.key}"' if error.key else str(error)
        raise DecodingError(told) from error
    return _scrub(value) if "\\u" in text else value


def parse_yaml(body: bytes, strict: bool = False) -> Any:
    """The JSON value of a YAML document, through JSON so that the same rules hold; raises `DecodingError`."""
    try:
        value = yaml.load(body.decode(errors="replace"), Loader=_JsonLoader)  # noqa: S506 - a SafeLoader
        return parse_json(json.dumps(value, allow_nan=False).encode(), strict)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise DecodingError(" ".join(str(error).split())) from error


PARSERS: dict[str, Callable[[bytes, bool], Any]] = {JSON: parse_json, YAML: parse_yaml}


def _integer(digits: str) -> int | float:
    if len(digits) < 19:
        return int(digits)
    # Python refuses to read more than 4,300 digits at once; a float of that size is infinite anyway.
    value = int(digits) if len(digits) < 400 else None
    if value is not None and _MINIMUM_INTEGER <= value <= _MAXIMUM_INTEGER:
        return value
    return _number(digits)


def _number(text: str) -> int | float:
    value = strict_json.finite(text)
    return int(value) if value.is_integer() and abs(value) < _LARGEST_WHOLE else value


def _scrub(value: Any) -> Any:
    """The value with lone surrogates replaced: they cannot be written as UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_scrub(key): _scrub(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    return value


class _JsonLoader(yaml.SafeLoader):
    """YAML without what JSON has no word for: no timestamps, and no aliases, which can grow without bound."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not supported")
        return super().compose_node(parent, index)


_JsonLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
