"""Rows of tables that say of fields whether they can be replaced. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contracts.spec.page import cell_words, mutability, operation_words
from contracts.spec.page.blocks import Cell, Table
from contracts.spec.page.model import Obstacle
from contracts.spec.page.table_remarks import remarks

UNCONDITIONAL: Final = "a field that can be replaced whatever it holds"
# A name, and what is said of it.
_NAMED: Final = 2


@dataclass(frozen=True)
class ChangeRow:
    """The cell that names fields, whether these can be replaced (None: not known), and what is not clear of it."""

    cell: Cell
    replaceable: bool | None
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True)
class ChangeColumns:
    """Which columns of a table name fields, and say of them whether they can be replaced; `at` None: no column does.

    `about`: which answer in that column says that they can be.
    """

    name: int
    at: int | None
    about: bool | None


def is_of_operation(table: Table) -> bool:
    """Whether a table says of an operation what it is: of two columns the first names the method or the path."""
    first = (row[0].flat for row in (table.header, *table.rows) if row)
    return len(table.header) == _NAMED and any(map(operation_words.of_operation, first))


def of_operation(table: Table) -> Iterator[ChangeRow]:
    """Give the lines of such a table beside names that say that fields can be replaced, or that they cannot."""
    for row in (table.header, *table.rows):
        about = mutability.about_change(row[0].flat) if len(row) == _NAMED else None
        for line in row[1].lines if about is not None else ():
            yield ChangeRow(Cell(line.text, line.number, line.number), bool(about))


def columns(table: Table) -> ChangeColumns:
    """Tell the columns by their headers."""
    roles = [cell_words.column(cell.flat) for cell in table.header]
    name = roles.index("name") if "name" in roles else 0
    about = [mutability.about_change(cell.flat) for cell in table.header]
    at = next((index for index, says in enumerate(about) if says is not None and index != name), None)
    return ChangeColumns(name, at, None if at is None else about[at])


def of_columns(table: Table, found: ChangeColumns) -> Iterator[ChangeRow]:
    """Give each row; without a column that says so all fields can be replaced."""
    name, at, width = found.name, found.at, len(table.header)
    for row in table.rows:
        if name >= len(row) or (at is not None and len(row) != width):
            # Which of its cells says whether the field can be replaced is not known.
            wanted = Obstacle(row[0].first_line, f"a table row of {width} cells", str(len(row)))
            yield ChangeRow(row[0], None, (wanted,))
            continue
        says = cell_words.yes_or_no(row[at].text) if at is not None and at < len(row) else None
        if at is not None and says is None:
            said = row[at].flat if at < len(row) else ""
            yield ChangeRow(row[name], None, (Obstacle(row[name].first_line, "yes or no", said),))
        elif at is None or says == found.about:
            beside = remarks(table.header, row, (name, at)) if row[name].flat else ()
            told = tuple(Obstacle(row[name].first_line, UNCONDITIONAL, text) for text in beside)
            yield ChangeRow(row[name], replaceable=True, obstacles=told)
        else:
            yield ChangeRow(row[name], replaceable=False)
