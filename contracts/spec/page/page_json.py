"""The JSON examples on a help page. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from contracts.spec.page.model import Line, fail

DEEPEST_JSON = 64
_BETWEEN_MEMBERS = re.compile(r"[\s,:]*")


def json_object(text: str, block: Sequence[Line]) -> dict[str, Any]:
    """Give the object that the text of a block of lines is; DocumentError with the line where it is none."""
    place = block[0].number
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_reject, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        fail(block[error.lineno - 1].number, "valid JSON and nothing after it", error.msg)
    except (ValueError, RecursionError) as error:
        fail(place, "JSON that every reader takes alike", str(error))
    if not isinstance(value, dict):
        fail(place, "a JSON object", text)
    if _depth(value) > DEEPEST_JSON:
        fail(place, f"JSON nested at most {DEEPEST_JSON} levels deep")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name that occurs twice in one object")
    return members


def _reject(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if abs(number) != float("inf") else _reject(digits)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        containers = [item for item in level if isinstance(item, dict | list)]
        level = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
    return depth


def member_lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Give name, first and last line (from 0) of each top-level member of a valid JSON object."""
    decoder = json.JSONDecoder()
    name, start, position = None, 0, text.index("{") + 1
    while text[position := position + len(_BETWEEN_MEMBERS.match(text, position)[0])] != "}":  # type: ignore[index]
        value, end = decoder.raw_decode(text, position)
        if name is None:
            name, start = value, position
        else:
            yield name, text.count("\n", 0, start), text.count("\n", 0, end)
            name = None
        position = end
