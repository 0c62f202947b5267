"""Strict JSON text (RFC 8259) to values and back. Pure."""

from __future__ import annotations

import json
import math
from typing import Any, Final

DEEPEST: Final = 200
# Parsed, a value takes some hundred bytes, whatever it took as text: `[{},{},…` would grow thirtyfold.
MOST_VALUES: Final = 200_000


class NotJson(ValueError):
    """The bytes are no JSON text that can be judged; the message says why in one line."""


def decode(body: bytes) -> Any:
    """The value of a JSON text.

    Raises `NotJson` for what RFC 8259 does not allow or leaves open and Python's parser lets pass: invalid UTF-8,
    NaN and Infinity, an object with one key twice; and for what is beyond any bounds (RFC 8259, 9): nesting deeper than
    `DEEPEST`, more than `MOST_VALUES` values.
    """
    if _values(body) > MOST_VALUES:
        raise NotJson(f"it holds more than {MOST_VALUES} values")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"it is not UTF-8: byte {error.start}") from None
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
    except NotJson:
        raise
    except RecursionError:
        raise NotJson(f"it is nested deeper than {DEEPEST}") from None
    except ValueError as error:
        raise NotJson(f"it is not JSON: {error}" if text.strip() else "it is empty") from None
    if text.count("[") + text.count("{") >= DEEPEST and _depth(value) > DEEPEST:
        raise NotJson(f"it is nested deeper than {DEEPEST}")
    return value


def decode_leniently(body: bytes) -> Any:
    """The value of a text that a careless server wrote as JSON; None when it is none at all.

    NaN, one key twice and bytes that are no UTF-8 are let pass. For reading back what a faulty target has stored,
    never for judging its answers.
    """
    if _values(body) > MOST_VALUES:
        return None
    try:
        return json.loads(body.decode(json.detect_encoding(body), errors="replace"))
    except (ValueError, RecursionError):
        return None


def without_surrogates(value: Any) -> Any:
    """The value with a question mark for each lone surrogate, which JSON can spell (RFC 8259, 8.2) and UTF-8 cannot."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))


def encode(value: Any) -> bytes:
    """A value as compact JSON text in UTF-8, keys in the order in which they stand; a lone surrogate as its escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _values(body: bytes) -> int:
    """At least as many as the values of a JSON text."""
    return sum(map(body.count, (b"[", b"{", b",")))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotJson(f"an object holds the key {json.dumps(twice)} twice")
    return result


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise NotJson(f"the number {text[:20]} is beyond what programs can hold (RFC 8259, 6)")
    return number


def _no_constant(name: str) -> None:
    raise NotJson(f"it is not JSON: {name} is no JSON value")


def _depth(value: Any) -> int:
    depth, layer = 0, [value]
    while layer:
        layer = [
            item
            for container in layer
            if isinstance(container, dict | list)
            for item in (container.values() if isinstance(container, dict) else container)
        ]
        depth += 1
    return depth
