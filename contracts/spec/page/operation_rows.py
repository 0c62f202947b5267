"""Tables that say of an operation what it is, each thing beside its name: its path, what can be replaced. Pure."""

from collections.abc import Iterator
from typing import Final

from contracts.spec.page import mutability, operation_words
from contracts.spec.page.blocks import Cell, Table

# A name, and what is said of it.
_NAMED: Final = 2


def is_of_operation(table: Table) -> bool:
    """Whether a table has two columns, of which the first names the method or the path."""
    first = (row[0].flat for row in (table.header, *table.rows) if row)
    return len(table.header) == _NAMED and any(map(operation_words.of_operation, first))


def about_change(table: Table) -> Iterator[tuple[Cell, bool]]:
    """Give the lines beside names that say that fields can be replaced (True), or that they cannot (False)."""
    for row in (table.header, *table.rows):
        about = mutability.about_change(row[0].flat) if len(row) == _NAMED else None
        for line in row[1].lines if about is not None else ():
            yield Cell(line.text, line.number, line.number), bool(about)
