"""Strict JSON text (RFC 8259) to values and back. Pure."""

import json
import math
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
DEEPEST: Final = 200
# Parsed, a value takes some hundred bytes, whatever it took as text: `[{},{},…` would grow thirtyfold.
MOST_VALUES: Final = 200_000


class NotJson(ValueError):
    """The text is no JSON that can be judged; the message says why in one line.

    `line`: of a syntax error, counted from 1, else 0; `key`: the one that an object holds twice.
    """

    def __init__(self, message: str, *, line: int = 0, key: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.key = key


def decode(body: bytes) -> Any:
    """The value of a JSON text in UTF-8, as strict as `parse`; at most `MOST_VALUES` values (RFC 8259, 9)."""
    if _values(body) > MOST_VALUES:
        raise NotJson(f"it holds more than {MOST_VALUES} values")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"it is not UTF-8: byte {error.start}") from None
    return parse(text)


def parse(
    text: str,
    *,
    deepest: int = DEEPEST,
    unique: bool = True,
    integer: Callable[[str], Any] = int,
    number: Callable[[str], Any] | None = None,
) -> Any:
    """The value of a JSON text.

    Raises `NotJson` for what RFC 8259 does not allow or leaves open and Python's parser lets pass: NaN and Infinity,
    numbers beyond what programs can hold, an object with one key twice (unless not `unique`: then the last counts);
    and for nesting deeper than `deepest`. `integer` and `number`: what makes values of the digits of numbers.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique if unique else None,
            parse_constant=_no_constant,
            parse_float=number or finite,
            parse_int=integer,
        )
    except NotJson:
        raise
    except RecursionError:
        raise NotJson(f"it is nested deeper than {deepest}") from None
    except ValueError as error:
        message = f"it is not JSON: {error}" if text.strip() else "it is empty"
        raise NotJson(message, line=getattr(error, "lineno", 0)) from None
    if text.count("[") + text.count("{") >= deepest and _depth(value) > deepest:
        raise NotJson(f"it is nested deeper than {deepest}")
    return value


def finite(digits: str) -> float:
    """The number of a JSON text that is no integer; raises `NotJson` where it is infinite."""
    number = float(digits)
    if math.isinf(number):
        raise NotJson(f"the number {digits[:20]} is beyond what programs can hold (RFC 8259, 6)")
    return number


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


def readings(body: bytes) -> list[Any]:
    """What careless decoders make of a text: of an object with one key twice the last counts, or the first.

    A lone surrogate, which UTF-8 cannot carry, some take for U+FFFD (WHATWG Encoding, 4.3).
    """
    hooks: tuple[Callable[[list[tuple[str, Any]]], Any], ...] = (dict, lambda pairs: dict(reversed(pairs)))
    found = []
    for hook in hooks:
        with suppress(ValueError, RecursionError):
            value = json.loads(body.decode(json.detect_encoding(body), errors="replace"), object_pairs_hook=hook)
            found.append(value)
            text = json.dumps(value, ensure_ascii=False)
            if _SURROGATE.search(text):
                found.append(json.loads(_SURROGATE.sub("\ufffd", text)))
    return found


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
        raise NotJson(f"an object holds the key {json.dumps(twice)} twice", key=twice)
    return result


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
