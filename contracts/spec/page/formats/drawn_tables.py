"""Tables drawn as pandoc draws them, as pipe tables of Markdown or lines with tabs; every line keeps its number. Pure.

+---+---+        a   b
| a | b |        --- ---
+===+===+        c   d
| c | d |        With blank lines between rows of several lines where such a line is drawn above and below, too.
+---+---+
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from contracts.spec.page.formats.display_columns import narrowed, widened

_BORDER: Final = re.compile(r"\s*\+(?:[-=:]{2,}\+)+\s*")
_RULE: Final = re.compile(r" {0,3}-{2,}(?: +-{2,})+\s*")
# Above and below a table whose rows may take several lines.
_DRAWN: Final = re.compile(r" {0,3}-{5,}\s*")
_FENCE: Final = re.compile(r"\s*(```|~~~)")

# The cells of a line by its index, the header first.
Drawn = dict[int, list[str]]
# First line, end and the lines of each row of a table whose rule stands there.
Way = Callable[[Sequence[str], int], tuple[int, int, list[range]] | None]


def with_tabs(lines: Sequence[str]) -> list[str]:
    """Give the lines of plain text with tabs in grids and tables between two lines; other tables are read elsewhere."""
    found = list(lines)
    for start, end, rows in (*_grids(lines), *_aligned(lines, [_between_lines])):
        found[start:end] = ["\t".join(rows[index]) if index in rows else "" for index in range(start, end)]
    return found


def with_pipes(lines: Sequence[str]) -> list[str]:
    """Give the lines of Markdown with pipe tables in the place of others, outside of code."""
    found = list(lines)
    code = in_code(lines)
    for start, end, rows in (*_grids(lines), *_aligned(lines, [_between_lines, _below])):
        if not code[start]:
            header, *_ = rows
            empty = ["" for _ in rows[header]]
            drawn = ["" if index < header else _piped(rows.get(index, empty)) for index in range(start, end)]
            drawn[header + 1 - start] = "|" + "---|" * len(empty)
            found[start:end] = drawn
    return found


def _piped(cells: Sequence[str]) -> str:
    return "|" + "|".join(cell.replace("|", "\\|") or " " for cell in cells) + "|"


def in_code(lines: Sequence[str]) -> list[bool]:
    """Whether each line stands between the marks of code."""
    found, mark = [], ""
    for line in lines:
        found.append(bool(mark))
        if match := _FENCE.match(line):
            mark = "" if mark == match[1] else mark or match[1]
    return found


def _grids(lines: Sequence[str]) -> Iterator[tuple[int, int, Drawn]]:
    """First line, end and rows of each grid whose cells all take one row and one column.

    Where its borders stand is counted in columns, or, as some tools do, in letters.
    """
    index = 0
    while index < len(lines):
        if not _BORDER.fullmatch(lines[index]):
            index += 1
            continue
        (end, rows), *_ = sorted((_grid(lines, index, form) for form in (widened, str)), key=lambda one: -len(one[1]))
        if rows:
            yield index, end, rows
        index = end


def _grid(lines: Sequence[str], start: int, form: Callable[[str], str]) -> tuple[int, Drawn]:
    """The end of a grid that begins there, and its rows: none where it is no such grid."""
    edges = [match.start() for match in re.finditer(r"\+", lines[start])]
    end = start + 1
    while end < len(lines) and _belongs(form(lines[end]), edges):
        end += 1
    borders = [place for place in range(start, end) if _BORDER.fullmatch(lines[place])]
    rows = {
        above + 1: _cells([form(line) for line in lines[above + 1 : below]], edges)
        for above, below in pairwise(borders)
    }
    whole = len(borders) > 2 and all(below > above + 1 for above, below in pairwise(borders))
    return (borders[-1] + 1, rows) if whole else (end, {})


def _belongs(line: str, edges: Sequence[int]) -> bool:
    """Whether a line is a border of the grid, or a line of cells with a bar at each edge."""
    mark = "+" if _BORDER.fullmatch(line) else "|"
    at = [match.start() for match in re.finditer(r"\+", line)] if mark == "+" else edges
    return at == edges and all(edge < len(line) and line[edge] == mark for edge in edges)


def _cells(lines: Sequence[str], edges: Sequence[int]) -> list[str]:
    pieces = [[narrowed(line[first + 1 : last]).strip() for line in lines] for first, last in pairwise(edges)]
    return [" ".join(filter(None, piece)) for piece in pieces]


def _aligned(lines: Sequence[str], ways: Sequence[Way]) -> Iterator[tuple[int, int, Drawn]]:
    """First line, end and rows of each table that has a header above a rule; `ways`: where it may begin and end."""
    for index, line in enumerate(lines):
        if not (index and _RULE.fullmatch(line) and lines[index - 1].strip()):
            continue
        starts = [match.start() for match in re.finditer(r"-+", line)]
        for top, end, groups in filter(None, (way(lines, index) for way in ways)):
            rows = {group[0]: _columns([lines[place] for place in group], starts) for group in groups}
            if len(rows) > 1 and all(rows.values()):
                yield top, end, rows
                break


def _below(lines: Sequence[str], rule: int) -> tuple[int, int, list[range]]:
    """First line, end and the lines of each row of a table with a row on each line, which ends with a blank one."""
    end = rule + 1
    while end < len(lines) and lines[end].strip() and not _RULE.fullmatch(lines[end]):
        end += 1
    return rule - 1, end, [range(place, place + 1) for place in (rule - 1, *range(rule + 1, end))]


def _between_lines(lines: Sequence[str], rule: int) -> tuple[int, int, list[range]] | None:
    """The same of one between two lines that are drawn over all of its width, if there is such.

    There a row may take several lines, with a blank one behind it.
    """
    top = next(place for place in range(rule - 1, -2, -1) if place < 0 or not lines[place].strip(" -"))
    if not (0 <= top < rule - 1 and _DRAWN.fullmatch(lines[top])):
        return None
    end = next((place for place in range(rule + 1, len(lines)) if _DRAWN.fullmatch(lines[place])), None)
    return (top, end + 1, [range(top + 1, rule), *_groups(lines, rule + 1, end)]) if end else None


def _groups(lines: Sequence[str], start: int, end: int) -> Iterator[range]:
    """The lines of each row: those between blank ones."""
    first = start
    for place in range(start, end + 1):
        if place == end or not lines[place].strip():
            if place > first:
                yield range(first, place)
            first = place + 1


def _columns(lines: Sequence[str], starts: Sequence[int]) -> list[str]:
    """The cells of a row by where columns begin; nothing where a word stands across such a place."""
    wide = [widened(line) for line in lines]
    if any(0 < at < len(line) and line[at - 1] != " " for at in starts for line in wide):
        return []
    edges = [*pairwise([*starts, max(*map(len, wide), starts[-1])])]
    return [" ".join(filter(None, (narrowed(line[first:last]).strip() for line in wide))) for first, last in edges]
