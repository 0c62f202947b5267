"""Checks whether a text is pretty-printed JSON. Pure.

The page only says "pretty printed". What people agree on: one member of an object a line, indented below the line
that opens the object, siblings in one column, the closing brace back in the column of the opening line. Arrays may
be laid out the same way or, as Jackson's default printer does, with their items one behind the other; the width
and the character of the indentation, and space around colons, are the printer's own choice.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from contracts.jsonvalue import strict

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass
class _Open:
    """An open bracket, the indentation of its line, and whether what it holds begins lines of its own."""

    bracket: str
    indentation: str
    in_lines: bool = False


def defect(text: str) -> str | None:
    """Why `text` is not pretty-printed JSON, in one sentence with the line number; None when it is.

    A scalar and an empty container cannot be laid out in any other way and count as pretty.
    """
    try:
        strict.decode(text.encode())
    except strict.NotJson as error:
        return str(error)
    scan = _Scan()
    for number, line in enumerate(text.split("\n"), start=1):
        scan.indentation, scan.first = line[: len(line) - len(line.lstrip(" \t"))], True
        for token in _TOKEN.findall(line):
            if problem := scan.accept(token):
                return f"line {number}: {problem}"
            scan.previous, scan.first = token, False
    return None


def is_pretty(text: str) -> bool:
    """Whether `text` is pretty-printed JSON; see `defect` for the reason when it is not."""
    return defect(text) is None


@dataclass
class _Scan:
    """Where the scan stands: the line and its first token, the open brackets and, once known, the one indentation."""

    indentation: str = ""
    first: bool = True
    previous: str = ""
    stack: list[_Open] = field(default_factory=list)
    step: str = ""

    def accept(self, token: str) -> str | None:
        """What is wrong with the place of the token."""
        if token in "}]":
            return self._close(token)
        problem = self._begin_item(self.stack[-1]) if self.stack and self.previous in ("{", "[", ",") else None
        if token in "{[":
            self.stack.append(_Open(token, self.indentation))
        return problem

    def _begin_item(self, opened: _Open) -> str | None:
        """Judge the place where a member of an object or an item of an array begins."""
        if not self.first:
            return "a member of an object does not begin a line" if opened.bracket == "{" else None
        if opened.bracket == "[" and self.previous == "," and not opened.in_lines:
            return None
        step = self.indentation.removeprefix(opened.indentation)
        if not self.indentation.startswith(opened.indentation) or not step:
            return "it is not indented below the line that opens its container"
        self.step = self.step or step
        if step != self.step:
            return "its indentation is not one step deeper than its container's"
        opened.in_lines = True
        return None

    def _close(self, token: str) -> str | None:
        opened = self.stack.pop()
        if self.previous == opened.bracket:
            return None
        if not self.first:
            beside = token == "]" and not opened.in_lines
            return None if beside else "a closing bracket does not begin a line"
        if self.indentation != opened.indentation:
            return "a closing bracket is not in the column of the line that opens its container"
        return None
