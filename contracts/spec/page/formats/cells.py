"""Rows of a table out of lines that hold its cells: between tabs, or one below the other. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from contracts.spec.page import cell_words
from contracts.spec.page.blocks import Cell, Line
from contracts.spec.page.facts import facts

_NAME: Final = re.compile(r"[A-Za-z$_][A-Za-z0-9_.$/\[\]-]*|\{\w+\}")
_STATUS: Final = re.compile(r"[1-5]\d\d")
_TYPE: Final = re.compile(
    r"(?i:string|integer|int(32|64)?|long|boolean|bool|object|float|double|number)"
    r"|(?i:map.*|array.*|list.*|.* objects?|.*数组|.*对象)"
)

# What a cell of a column always looks like, by which rows are told apart when cells have several lines.
_FORMS: Final[dict[str, Callable[[str], bool]]] = {
    "mandatory": lambda text: cell_words.yes_or_no(text) is not None or cell_words.absent(text),
    "status": lambda text: _STATUS.fullmatch(text) is not None,
    "type": lambda text: _TYPE.fullmatch(text) is not None,
    "name": lambda text: _NAME.fullmatch(text) is not None,
}

# Of these values descriptions say something.
_KINDS: Final = ("string", "integer", "boolean")

Row = tuple[Cell, ...]


def rows_of(header: Row, lines: Sequence[Line]) -> tuple[tuple[Row, ...], int]:
    """Give the rows of the lines below a header, and how many of the lines they take: text may follow the last row.

    Cells one below the other: as blank lines part them, where every row then looks as it should; else each line is
    one; else the rows are told by the column whose cells have a form.
    """
    if any("\t" in line.text.strip() for line in lines) or _end_with_tabs(header, lines):
        return _between_tabs(header, lines)
    roles = cell_words.columns([cell.text for cell in header])
    single = [_joined([line]) for line in lines]
    parted = [_joined(group) for group in _groups(lines)]
    for cells in (parted, single):
        whole = len(cells) // len(roles) * len(roles)
        rows, rest = _chunks(cells[:whole], len(roles)), tuple(cells[whole:])
        if all(_fits(row, roles) for row in rows):
            if rest and _fits(rest, roles[: len(rest)]):
                return (*rows, _row(rest, len(roles))), len(lines)
            if rows or not rest:
                return _with_more(rows, lines, roles[-1])
    return _by_form(single, roles), len(lines)


def _with_more(rows: tuple[Row, ...], lines: Sequence[Line], role: str | None) -> tuple[tuple[Row, ...], int]:
    """The rows, the last with the lines right below its description that say something of values, and all their lines.

    Other text there is about something else.
    """
    if not rows:
        return rows, 0
    last = rows[-1][-1]
    taken = sum(line.number <= last.last_line for line in lines)
    below = [line for number, line in enumerate(lines[taken:], start=last.last_line + 1) if line.number == number]
    told = [index for index, line in enumerate(below) if any(facts(line.text, kind).keywords for kind in _KINDS)]
    if role != "description" or not told:
        return rows, taken
    more = below[: told[-1] + 1]
    text = "\n".join([last.text, *(line.text.strip() for line in more)])
    whole = Cell(text, last.first_line, more[-1].number)
    return (*rows[:-1], (*rows[-1][:-1], whole)), taken + len(more)


def _between_tabs(header: Row, lines: Sequence[Line]) -> tuple[tuple[Row, ...], int]:
    """A line with tabs is a row; one without continues the cell before it, after the last row only without a gap."""
    rows: list[list[Cell]] = []
    last_row = max(index for index, line in enumerate(lines) if "\t" in line.text)
    for index, line in enumerate(lines):
        parts = [part.strip() for part in line.text.strip(" \n").split("\t")]
        if len(parts) > 1 or not rows:
            parts += [""] * (len(header) - len(parts))
            rows.append([Cell(part, line.number, line.number) for part in parts])
        elif index > last_row and line.number > lines[index - 1].number + 1:
            return tuple(tuple(row) for row in rows), index
        else:
            last = rows[-1][-1]
            rows[-1][-1] = Cell(f"{last.text}\n{parts[0]}".strip(), last.first_line, line.number)
    return tuple(tuple(row) for row in rows), len(lines)


def _end_with_tabs(header: Row, lines: Sequence[Line]) -> bool:
    """Whether each row has nothing but its first cell: the tabs behind it are all there is of the others."""
    on_one_line = header[0].first_line == header[-1].first_line
    return bool(lines) and on_one_line and all(line.text.count("\t") == len(header) - 1 > 0 for line in lines[:2])


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    for _, group in groupby(enumerate(lines), key=lambda pair: pair[1].number - pair[0]):
        yield [line for _, line in group]


def _joined(lines: Sequence[Line]) -> Cell:
    return Cell("\n".join(line.text.strip() for line in lines), lines[0].number, lines[-1].number)


def _chunks(cells: Sequence[Cell], width: int) -> tuple[Row, ...]:
    return tuple(tuple(cells[start : start + width]) for start in range(0, len(cells), width))


def _fits(row: Row, roles: Sequence[str | None]) -> bool:
    forms = [_FORMS.get(role or "") for role in roles if role != "type"]
    kept = [cell for cell, role in zip(row, roles, strict=False) if role != "type"]
    return len(row) == len(roles) and all(
        form is None or form(cell.text) for form, cell in zip(forms, kept, strict=True)
    )


def _by_form(cells: Sequence[Cell], roles: Sequence[str | None]) -> tuple[Row, ...]:
    """Rows told by the most telling column; where none of its cells looks as it should, by the number of columns."""
    for role in ("mandatory", "status", "type", "name"):
        if role in roles:
            at = roles.index(role)
            hits = [
                index
                for index, cell in enumerate(cells)
                if index >= at and _FORMS[role](cell.text) and _has_type(cells[index - at :], cell, roles)
            ]
            starts = _apart([index - at for index in hits], at + 1)
            if starts:
                edges = [0, *starts, len(cells)] if starts[0] else [*starts, len(cells)]
                return tuple(_row(cells[one:after], len(roles)) for one, after in pairwise(edges))
            break
    return _chunks(cells, len(roles))


def _has_type(row: Sequence[Cell], cell: Cell, roles: Sequence[str | None]) -> bool:
    """Whether a dash among the cells can be that of a row that begins there, as the row has a type in its place."""
    at = roles.index("type") if "type" in roles else -1
    return not cell_words.absent(cell.text) or at < 0 or (at < len(row) and _FORMS["type"](row[at].text))


def _apart(starts: Sequence[int], least: int) -> list[int]:
    """The starts of rows, each so far after the one before that its cells find room."""
    kept: list[int] = []
    for start in starts:
        if not kept or start - kept[-1] >= least:
            kept.append(start)
    return kept


def _row(cells: Sequence[Cell], width: int) -> Row:
    """A cell for each column, the last with all that is left; a missing last one is empty."""
    own, rest = list(cells[: width - 1]), cells[width - 1 :]
    if rest:
        own.append(Cell("\n".join(cell.text for cell in rest), rest[0].first_line, rest[-1].last_line))
    elif len(own) == width - 1 and own:
        own.append(Cell("", own[-1].last_line, own[-1].last_line))
    return tuple(own)
