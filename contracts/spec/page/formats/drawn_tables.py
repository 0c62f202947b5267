"""Tables drawn as pandoc draws them, as pipe tables of Markdown or lines with tabs; every line keeps its number. Pure.

+---+---+        a   b
| a | b |        --- ---
+===+===+        c   d
| c | d |
+---+---+
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

_BORDER: Final = re.compile(r"\s*\+(?:[-=:]{2,}\+)+\s*")
_RULE: Final = re.compile(r" {0,3}-{2,}(?: +-{2,})+\s*")
_FENCE: Final = re.compile(r"\s*(```|~~~)")

# The cells of a line by its index, the header first.
Drawn = dict[int, list[str]]
Write = Callable[[Sequence[str]], str]


def with_tabs(lines: Sequence[str]) -> list[str]:
    """Give the lines of plain text with tabs in grid tables; what is aligned by blanks alone is read elsewhere."""
    found = list(lines)
    for start, end, rows in _grids(lines):
        found[start:end] = ["\t".join(rows[index]) if index in rows else "" for index in range(start, end)]
    return found


def with_pipes(lines: Sequence[str]) -> list[str]:
    """Give the lines of Markdown with pipe tables in the place of others, outside of code."""
    found = list(lines)
    code = _in_code(lines)
    for start, end, rows in (*_grids(lines), *_aligned(lines)):
        if not code[start]:
            header, *_ = rows
            empty = ["" for _ in rows[header]]
            drawn = ["" if index < header else _piped(rows.get(index, empty)) for index in range(start, end)]
            drawn[header + 1 - start] = "|" + "---|" * len(empty)
            found[start:end] = drawn
    return found


def _piped(cells: Sequence[str]) -> str:
    return "|" + "|".join(cell.replace("|", "\\|") or " " for cell in cells) + "|"


def _in_code(lines: Sequence[str]) -> list[bool]:
    """Whether each line stands between the marks of code."""
    found, mark = [], ""
    for line in lines:
        found.append(bool(mark))
        if match := _FENCE.match(line):
            mark = "" if mark == match[1] else mark or match[1]
    return found


def _grids(lines: Sequence[str]) -> Iterator[tuple[int, int, Drawn]]:
    """First line, end and rows of each grid whose cells all take one row and one column."""
    index = 0
    while index < len(lines):
        start, index = index, index + 1
        if not _BORDER.fullmatch(lines[start]):
            continue
        edges = [match.start() for match in re.finditer(r"\+", lines[start])]
        while index < len(lines) and _belongs(lines[index], edges):
            index += 1
        borders = [place for place in range(start, index) if _BORDER.fullmatch(lines[place])]
        rows = {above + 1: _cells(lines[above + 1 : below], edges) for above, below in pairwise(borders)}
        if len(borders) > 2 and all(below > above + 1 for above, below in pairwise(borders)):
            yield start, borders[-1] + 1, rows


def _belongs(line: str, edges: Sequence[int]) -> bool:
    """Whether a line is a border of the grid, or a line of cells with a bar at each edge."""
    mark = "+" if _BORDER.fullmatch(line) else "|"
    at = [match.start() for match in re.finditer(r"\+", line)] if mark == "+" else edges
    return at == edges and all(edge < len(line) and line[edge] == mark for edge in edges)


def _cells(lines: Sequence[str], edges: Sequence[int]) -> list[str]:
    pieces = [[line[first + 1 : last].strip() for line in lines] for first, last in pairwise(edges)]
    return [" ".join(filter(None, piece)) for piece in pieces]


def _aligned(lines: Sequence[str]) -> Iterator[tuple[int, int, Drawn]]:
    """First line, end and rows of each table that has a header above a rule, and ends with a blank line."""
    for index, line in enumerate(lines):
        if not (index and _RULE.fullmatch(line) and lines[index - 1].strip()):
            continue
        starts = [match.start() for match in re.finditer(r"-+", line)]
        end = index + 1
        while end < len(lines) and lines[end].strip() and not _RULE.fullmatch(lines[end]):
            end += 1
        rows = {place: _columns(lines[place], starts) for place in (index - 1, *range(index + 1, end))}
        if end > index + 1 and all(rows.values()):
            yield index - 1, end, rows


def _columns(line: str, starts: Sequence[int]) -> list[str]:
    """The cells of a line by where columns begin; nothing where a word stands across such a place."""
    if any(0 < at < len(line) and line[at - 1] != " " for at in starts):
        return []
    return [line[first:last].strip() for first, last in pairwise([*starts, max(len(line), starts[-1])])]
