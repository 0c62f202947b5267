"""Pipe tables of plain text, also such as have a cell on each line, as lines with tabs between their cells. Pure.

| a | b |        a |
|---|---|        b |
| c | d |        |---|---|
                 c |
                 d |
"""

import re
from collections.abc import Sequence
from typing import Final

from contracts.spec.page import cell_words

# A header without a line below it names so many columns that are known.
_KNOWN: Final = 2
DRAWN: Final = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?|\|\s*:?-{2,}:?\s*\|")

# Not one that stands for itself.
_PIPE: Final = re.compile(r"(?<!\\)\|")


def with_tabs(lines: Sequence[str]) -> list[str]:
    """Give the lines, each table as a header and rows; the others are left blank, so that all keep their numbers."""
    found = list(lines)
    for index, line in enumerate(lines):
        if DRAWN.fullmatch(line.strip()):
            width = len(re.findall(r"-+", line))
            whole = len(_cells(lines[index - 1])) == width if index and width > 1 else False
            (_whole_rows if whole else _rows_of_lines)(found, index, width)
    for index, line in enumerate(found):
        if "|" in line and "\t" not in line and _names_columns(found, index):
            _rows_below(found, index, len(_cells(line)))
    return found


def _names_columns(lines: Sequence[str], index: int) -> bool:
    """Whether a line with no line drawn below it is the header of a table: its words are known, and rows follow."""
    roles = cell_words.columns(_cells(lines[index]))
    below = _cells(lines[index + 1]) if index + 1 < len(lines) else []
    return sum(role is not None for role in roles) >= _KNOWN and len(below) == len(roles)


def _rows_below(lines: list[str], header: int, width: int) -> None:
    for index in range(header, len(lines)):
        if len(_PIPE.findall(lines[index])) < width - 1:
            return
        lines[index] = _row(lines[index], width)


def _cells(line: str) -> list[str]:
    text = line.strip()
    return [cell.strip() for cell in text.strip("|").split("|")] if "|" in text.strip("|") else []


def _whole_rows(lines: list[str], drawn: int, width: int) -> None:
    lines[drawn] = ""
    for index in (drawn - 1, *range(drawn + 1, len(lines))):
        if "|" not in lines[index]:
            return
        lines[index] = _row(lines[index], width)


def _row(line: str, width: int) -> str:
    """A row with tabs; pipes beyond those between the columns stand in the last cell: "One of A|B|C."."""
    cells = _PIPE.split(line.strip().removeprefix("|"), maxsplit=width - 1)
    cells = [cell.replace("\\|", "|").strip() for cell in (*cells[:-1], cells[-1].rstrip("| "))]
    return "\t".join([*cells, *[""] * (width - len(cells))])


def _rows_of_lines(lines: list[str], drawn: int, width: int) -> None:
    """A table whose cells end with a pipe each: so many of them are a row."""
    header: list[str] = []
    index = drawn
    while len(header) < width and index > 0 and lines[index - 1].strip().endswith("|"):
        index -= 1
        cell = lines[index].strip().removesuffix("|").strip()
        header[:0] = [cell] if cell else []
        lines[index] = ""
    lines[drawn] = ""
    lines[index] = "\t".join(header)
    if index and lines[index - 1].strip() == "|":
        lines[index - 1] = ""
    _fill(lines, drawn + 1, width)


def _fill(lines: list[str], start: int, width: int) -> None:
    """Make rows of the cells below a header, until a line between two rows ends with no pipe.

    A row that lacks cells is left as it was, with all that follows.
    """
    written = [*lines]
    cells: list[str] = []
    words: list[str] = []
    row = start
    for index in range(start, len(lines)):
        text = lines[index].strip()
        if not (cells or words):
            if not text.endswith("|") or _begins_another(lines, index, width):
                return
            row = index
        opens = text == "|" and not (cells or words)
        lines[index] = ""
        words += [] if opens else [text.removesuffix("|").strip()]
        if text.endswith("|") and not opens:
            cells.append(" ".join(filter(None, words)))
            words = []
        if len(cells) == width:
            lines[row], cells = "\t".join(cells), []
    if cells or words:
        lines[row:] = written[row:]


def _begins_another(lines: Sequence[str], index: int, width: int) -> bool:
    """Whether the header of another table begins there: a line is drawn below as many cells."""
    below = [line.strip() for line in lines[index : index + width + 2]]
    return any(DRAWN.fullmatch(line) for line in below)
