"""The rows of a table of HTML, whose cells may take several rows and columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise, zip_longest

from lxml import etree

from contracts.spec.page import cell_words
from contracts.spec.page.blocks import Block, Cell, Paragraph, Table, code


class Rows:
    """A table while it is read."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.pieces: list[Cell] = []
        self.is_open = False
        self._caption: Cell | None = None
        # The tables in cells, each with the place of the row.
        self._nested: list[tuple[int, Table]] = []
        self._spans = (1, 1)
        # Of each row how many columns its cells take.
        self._widths: list[list[int]] = []
        # By row and place: cells of rows above that reach down to there, and their widths.
        self._below: dict[tuple[int, int], tuple[Cell, int]] = {}
        self._wide: set[int] = set()

    def open(self, tag: str, element: "etree._Element") -> None:
        """Begin a row or a cell; text before a cell belongs to the caption."""
        if tag == "tr":
            self.rows.append([])
            return
        self.is_open, self.pieces = True, []
        if not self.rows:
            self.rows.append([])
        self._spans = _number(element.get("rowspan")), _number(element.get("colspan"))

    def close_cell(self, line: int) -> None:
        """End a cell: all paragraphs in it are its text."""
        cell = _joined(self.pieces) if self.pieces else Cell("", line, line)
        self._fill()
        row = len(self.rows) - 1
        down, wide = self._spans
        self._below |= {(row + more, len(self.rows[-1])): (cell, wide) for more in range(1, down)}
        if wide > 1 and not self.rows[-1]:
            self._wide.add(row)
        self._add(cell, wide)
        self.pieces, self.is_open = [], False

    def close_row(self) -> None:
        """End a row."""
        if self.rows:
            self._fill()

    def nest(self, table: "Rows") -> None:
        """Take a table in a cell: its rows are below that of the cell where both have names, else all is text."""
        inner = next((block for block in table.blocks() if isinstance(block, Table)), None)
        if inner and "name" in _roles(inner.header) and "name" in _roles(self.rows[0]) and len(self.rows) > 1:
            self._nested.append((len(self.rows) - 1, inner))
        else:
            self.pieces.extend(cell for row in table.rows for cell in row)

    def close_caption(self) -> None:
        """End the caption."""
        self._caption = _joined(self.pieces) if self.pieces else None
        self.pieces = []

    def blocks(self) -> Iterator[Block]:
        """Give the table, and what stood in it but in no cell; code beside the numbers of its lines is code."""
        yield from (Paragraph(piece.text, piece.first_line, piece.last_line) for piece in self.pieces)
        rows = [(row, index) for index, row in enumerate(self._below_header()) if any(c.text for c in row)]
        if len(rows) == 1 and len(rows[0][0]) == 2 and re.fullmatch(r"(?:\d+\s*)+", rows[0][0][0].text):
            shown = rows[0][0][1]
            yield from [typed] if (typed := code(shown.first_line, shown.text)) else []
            return
        if len(rows) > 1 and self._caption is None and rows[0][1] in self._wide and len(rows[0][0]) == 1:
            if len(rows) > 2 and any(_roles(rows[1][0])):
                self._caption = rows.pop(0)[0][0]
            else:
                # Nothing below it names columns: it is the header of them all, and no row may be lost as one.
                words = rows[0][0][0]
                others = (replace(words, text="") for _ in rows[1][0][1:])
                rows[0] = ((words, *others), rows[0][1])
        if rows:
            yield Table(self._caption, rows[0][0], tuple(self._with_nested(rows[0][0], rows[1:])))

    def _with_nested(
        self, header: Sequence[Cell], rows: Sequence[tuple[tuple[Cell, ...], int]]
    ) -> Iterator[tuple[Cell, ...]]:
        """The rows below the header, each with those of the tables in its cells, as fields of its own."""
        for row, index in rows:
            yield row
            for place, inner in self._nested:
                if index == place:
                    yield from (_as_field(header, row, inner.header, cells) for cells in inner.rows)

    def _fill(self) -> None:
        """Put the cells that reach down from rows above into the row."""
        while reaching := self._below.pop((len(self.rows) - 1, len(self.rows[-1])), None):
            self._add(*reaching)

    def _add(self, cell: Cell, width: int) -> None:
        """Put a cell behind the others of the row."""
        self.rows[-1].append(cell)
        self._widths += [[] for _ in range(len(self.rows) - len(self._widths))]
        self._widths[-1].append(width)

    def _below_header(self) -> Iterator[tuple[Cell, ...]]:
        """The rows; cells that stand together below one cell of the header are one: "metadata" and "name" a path."""
        header = self._widths[0] if self._widths else []
        # A second row of the header is not a row of the table.
        second = any(cell.text and cell in self.rows[0] for row in self.rows[1:2] for cell in row)
        for row, widths in zip_longest(self.rows, self._widths, fillvalue=()):
            if not second and max(header, default=1) > 1 and len(header) > 1 and sum(widths) == sum(header):
                starts = [*accumulate(widths, initial=0)]
                edges = [*accumulate(header, initial=0)]
                yield tuple(
                    _as_path([cell for cell, at in zip(row, starts, strict=False) if first <= at < last])
                    for first, last in pairwise(edges)
                )
            else:
                yield tuple(row)


def _roles(header: Sequence[Cell]) -> list[str | None]:
    return [*cell_words.columns([cell.flat for cell in header])]


def _as_field(
    header: Sequence[Cell], above: Sequence[Cell], inner: Sequence[Cell], row: Sequence[Cell]
) -> tuple[Cell, ...]:
    """A row of a table in a cell, in the columns of the outer one; its name is a path that begins with the row's."""
    roles = _roles(header)
    cells = {role: cell for role, cell in reversed(list(zip(_roles(inner), row, strict=False))) if role}
    name = next((cell.flat.rstrip("* ") for cell, role in zip(above, roles, strict=False) if role == "name"), "")
    line = row[0].first_line
    return tuple(
        replace(cells[role], text=f"{name}.{cells[role].flat}")
        if role == "name" and role in cells
        else cells.get(role or "", Cell("", line, line))
        for role in roles
    )


def _number(text: str | None) -> int:
    """How many rows or columns a cell takes; no table has more than some hundred."""
    return min(max(int(text), 1), 300) if text and text.strip().isdecimal() and len(text) < 6 else 1


def _as_path(cells: list[Cell]) -> Cell:
    """Cells below one cell of the header as one."""
    if len(cells) < 2:
        return cells[0] if cells else Cell("", 1, 1)
    told = [cell for cell in dict.fromkeys(cells) if cell.text]
    joined = _joined(told or cells)
    names = all(re.fullmatch(r"[\w$.\[\]*-]+", cell.text) for cell in told)
    return Cell((". " if not names else ".").join(cell.text for cell in told), joined.first_line, joined.last_line)


def _joined(pieces: list[Cell]) -> Cell:
    text = "\n".join(piece.text for piece in pieces)
    return Cell(text, min(piece.first_line for piece in pieces), max(piece.last_line for piece in pieces))
