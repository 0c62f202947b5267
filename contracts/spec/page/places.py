"""In which line each member of a JSON text begins, at any depth. Pure."""

import json
import re
from collections.abc import Iterator

from contracts.jsonvalue.paths import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|\n')


def places(text: str) -> Iterator[tuple[Path, int]]:
    """Give the path of each member of an object and the line of its name, from 0; `text` is valid JSON."""
    line, name, named = 0, "", 0
    # The steps to where the text is: for each open object the last name, for each open array the index.
    above: list[str | int] = []
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark == "\n":
            line += 1
        elif mark in "{[":
            above.append("" if mark == "{" else 0)
        elif mark in "}]":
            above.pop()
        elif mark == ",":
            if isinstance(index := above[-1], int):
                above[-1] = index + 1
        elif mark == ":":
            above[-1] = json.loads(name)
            yield tuple(above), named
        else:
            name, named = mark, line
