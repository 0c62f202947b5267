"""From the bytes of a request to a JSON value, as strict as an API server is."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn

import yaml

from contracts.reference.status_error import Refusal, bad_request

JSON = "application/json"
YAML = "application/yaml"
# An API server stops at 10,000; ours is lower because Python's own recursion is.
MAXIMUM_DEPTH = 200
_MAXIMUM_INTEGER = 2**63 - 1
_MINIMUM_INTEGER = -(2**63)
# Go writes floats from here on with an exponent, so that an integer would be something else.
_LARGEST_WHOLE = 1e21

Pairs = list[tuple[str, Any]]


class DecodingError(ValueError):
    """The bytes are not one JSON value; the message says why."""


def parse_json(body: bytes, strict: bool = False) -> Any:
    """The JSON value of a body: RFC 8259 without NaN, control characters, trailing data; numbers as Go keeps them.

    Integral floats become integers (5.0 is 5), integers beyond 64 bits become floats, bytes that are not UTF-8 become
    U+FFFD. The last of several equal keys counts; with `strict` they are an error. Raises `DecodingError`.
    """
    text = body.decode(errors="replace")
    if _too_deep(text):
        raise DecodingError("exceeded max depth")
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_number,
            parse_int=_integer,
            object_pairs_hook=_without_duplicates if strict else None,
        )
    except (ValueError, RecursionError) as error:
        raise DecodingError(str(error)) from error
    return _scrub(value) if "\\u" in text else value


def parse_yaml(body: bytes, strict: bool = False) -> Any:
    """The JSON value of a YAML document, through JSON so that the same rules hold; raises `DecodingError`."""
    try:
        value = yaml.load(body.decode(errors="replace"), Loader=_JsonLoader)  # noqa: S506 - a SafeLoader
        return parse_json(json.dumps(value, allow_nan=False).encode(), strict)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise DecodingError(" ".join(str(error).split())) from error


PARSERS: dict[str, Callable[[bytes, bool], Any]] = {JSON: parse_json, YAML: parse_yaml}


def unrecognized(kind: str, why: object) -> Refusal:
    """400 for a body that is no object of `kind`."""
    return bad_request(f"the object provided is unrecognized (must be of type {kind}): {why}")


def unhandled(kind: str, version: str, why: object) -> Refusal:
    """400 for an object whose fields do not have the types that every object has."""
    return bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {why}')


def _too_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= MAXIMUM_DEPTH:
        return False
    depth, inside, escaped = 0, False, False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = not escaped and character == "\\"
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > MAXIMUM_DEPTH:
                return True
        elif character in "]}":
            depth -= 1
    return False


def _refuse_constant(name: str) -> NoReturn:
    raise DecodingError(f"invalid literal {name}")


def _integer(digits: str) -> int | float:
    if len(digits) < 19:
        return int(digits)
    # Python refuses to read more than 4,300 digits at once; a float of that size is infinite anyway.
    value = int(digits) if len(digits) < 400 else None
    if value is not None and _MINIMUM_INTEGER <= value <= _MAXIMUM_INTEGER:
        return value
    return _number(digits)


def _number(text: str) -> int | float:
    value = float(text)
    if not math.isfinite(value):
        raise DecodingError(f"number {text[:20]} is out of range")
    return int(value) if value.is_integer() and abs(value) < _LARGEST_WHOLE else value


def _without_duplicates(pairs: Pairs) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DecodingError(f'strict decoding error: duplicate field "{twice}"')
    return value


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
