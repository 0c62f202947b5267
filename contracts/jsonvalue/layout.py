"""Checks whether a text is pretty-printed JSON. Pure.

The page only says "pretty printed". What people agree on: one member of an object a line, indented below the line
that opens the object, siblings in one column, the closing brace back in the column of the opening line. Arrays may
be laid out the same way or, as Jackson's default printer does, with their items one behind the other; the width
and the character of the indentation, and space around colons, are the printer's own choice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from contracts.jsonvalue import strict

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass
class _Open:
    """An open bracket, the indentation of its line, and whether what it holds begins lines of its own."""

    bracket: str
    indentation: str
    in_lines: bool = False


@dataclass
class _Layout:
    """Where the scan stands: the open brackets and, once it is known, the one step of indentation."""

    stack: list[_Open]
    step: str | None = None


def defect(text: str) -> str | None:
    """Why `text` is not pretty-printed JSON, in one sentence with the line number; None when it is.

    A scalar and an empty container cannot be laid out in any other way and count as pretty.
    """
    try:
        strict.decode(text.encode())
    except strict.NotJson as error:
        return str(error)
    layout = _Layout([])
    previous = ""
    for number, line in enumerate(text.split("\n"), start=1):
        indentation = line[: len(line) - len(line.lstrip(" \t"))]
        for position, token in enumerate(_TOKEN.findall(line)):
            problem = _accept(layout, token, previous, indentation, first=position == 0)
            if problem:
                return f"line {number}: {problem}"
            previous = token
    return None


def is_pretty(text: str) -> bool:
    """Whether `text` is pretty-printed JSON; see `defect` for the reason when it is not."""
    return defect(text) is None


def _accept(layout: _Layout, token: str, previous: str, indentation: str, *, first: bool) -> str | None:
    if token in "}]":
        return _close(layout, token, previous, indentation, first=first)
    problem = _begin_item(layout, previous, indentation, first=first) if previous in ("{", "[", ",") else None
    if token in "{[":
        layout.stack.append(_Open(token, indentation))
    return problem


def _begin_item(layout: _Layout, previous: str, indentation: str, *, first: bool) -> str | None:
    """Judge the place where a member of an object or an item of an array begins."""
    if not layout.stack:
        return None
    opened = layout.stack[-1]
    if not first:
        return "a member of an object does not begin a line" if opened.bracket == "{" else None
    if opened.bracket == "[" and previous == "," and not opened.in_lines:
        return None
    return _check_column(layout, opened, indentation)


def _check_column(layout: _Layout, opened: _Open, indentation: str) -> str | None:
    step = indentation.removeprefix(opened.indentation)
    if not indentation.startswith(opened.indentation) or not step:
        return "it is not indented below the line that opens its container"
    if layout.step is None:
        layout.step = step
    if step != layout.step:
        return "its indentation is not one step deeper than its container's"
    opened.in_lines = True
    return None


def _close(layout: _Layout, token: str, previous: str, indentation: str, *, first: bool) -> str | None:
    opened = layout.stack.pop()
    if previous == opened.bracket:
        return None
    if not first:
        if token == "]" and not opened.in_lines:
            return None
        return "a closing bracket does not begin a line"
    if indentation != opened.indentation:
        return "a closing bracket is not in the column of the line that opens its container"
    return None
