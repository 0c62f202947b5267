"""Tables of plain text whose columns are aligned by blanks, as lines with tabs between their cells. Pure."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from contracts.spec.page import cell_words
from contracts.spec.page.formats.display_columns import narrowed, widened
from contracts.spec.page.model import Obstacle

Form = Callable[[str], str]
_FORMS: Final[tuple[Form, ...]] = (widened, str)
_GAP: Final = re.compile(r" {2,}")
_DRAWN: Final = re.compile(r"[-=+| ]{3,}")
# So many columns in so many lines one below the other are no chance.
_COLUMNS: Final = 3
_LINES: Final = 2


def with_tabs(lines: Sequence[str]) -> tuple[list[str], list[Obstacle]]:
    """Give the lines with tabs in tables that have a header, and where columns stand without one.

    What continues a cell in the line below joins it; the line is left blank, so that all keep their numbers.
    """
    found, obstacles = list(lines), list[Obstacle]()
    index = 0
    while index < len(found):
        form = _form(found, index)
        if form:
            index = _table(found, index, form)
            continue
        end = index
        while end < len(found) and _is_row(found[end]):
            end += 1
        if end - index >= _LINES:
            obstacles.append(Obstacle(index + 1, "a header above the columns", " ".join(found[index].split())))
        index = max(end, index + 1)
    return found, obstacles


def _form(lines: Sequence[str], index: int) -> Form | None:
    """How the columns of a table are counted whose header stands there: by what is shown, or, as some do, by letters.

    None for a line that does not name at least two columns that are known.
    """
    line = lines[index]
    words = _GAP.split(line.strip())
    if "\t" in line or len(words) < 2 or sum(role is not None for role in cell_words.columns(words)) < 2:
        return None
    end = next((place for place in range(index, len(lines)) if not lines[place].strip()), len(lines))

    def fitting(form: Form) -> int:
        starts = _starts(form(line))
        rows = [_cells(form(one), starts) for one in lines[index:end]]
        return sum(row is not None and not any(map(_GAP.search, row)) for row in rows)

    return max(_FORMS, key=fitting)


def _starts(line: str) -> list[int]:
    """Where the columns begin below a header."""
    starts, at = [], 0
    for one in _GAP.split(line.strip()):
        at = line.index(one, at)
        starts.append(at)
        at += len(one)
    return starts


def _table(lines: list[str], index: int, form: Form) -> int:
    """Put tabs into a table; gives the place behind it."""
    starts = _starts(form(lines[index]))
    lines[index] = "\t".join(_cells(form(lines[index]), starts) or [])
    row = index
    for place in range(index + 1, len(lines)):
        line = lines[place]
        if not line.strip():
            return place
        if _DRAWN.fullmatch(line.strip()):
            lines[place] = ""
            continue
        cells = _cells(form(line), starts)
        if cells is None:
            return place
        if cells[0] or row == index:
            lines[place], row = "\t".join(cells), place
        else:
            above = lines[row].split("\t")
            lines[row] = "\t".join(f"{one} {more}".strip() for one, more in zip(above, cells, strict=True))
            lines[place] = ""
    return len(lines)


def _cells(line: str, starts: Sequence[int]) -> list[str] | None:
    """The cells of a line; None where a word stands across the beginning of a column."""
    if "\t" in line or any(0 < at < len(line) and line[at - 1] != " " and line[at] != " " for at in starts):
        return None
    edges = [0, *starts[1:], len(line)]
    return [narrowed(line[one:after]).strip() for one, after in pairwise(edges)]


def _is_row(line: str) -> bool:
    words = _GAP.split(line.strip())
    names = re.fullmatch(r"[*•-]?\s*[A-Za-z_][\w.-]*", words[0]) is not None
    return names and "\t" not in line and len(words) >= _COLUMNS
