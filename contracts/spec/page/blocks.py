"""What a page consists of, whatever format it has: headings, paragraphs, bullets, tables, code; each with its lines.

The readers in `formats/` make these; what they mean is told by `outline.py` and what follows it.
"""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain


@dataclass(frozen=True)
class Line:
    """A line of the page: its number from 1, and its text."""

    number: int
    text: str


@dataclass(frozen=True)
class Cell:
    """Text, with its line breaks where they mean something, and its first and last line in the file, from 1.

    `elsewhere`: the numbers of tables in it that are links to other pages.
    """

    text: str
    first_line: int
    last_line: int
    elsewhere: frozenset[int] = field(default=frozenset(), kw_only=True)

    @cached_property
    def flat(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Its lines that are not blank; where the file has fewer, several have the number of the last."""
        numbered = enumerate(self.text.split("\n"), start=self.first_line)
        return tuple(Line(min(number, self.last_line), text.strip()) for number, text in numbered if text.strip())


@dataclass(frozen=True)
class Heading(Cell):
    """A heading; `level`: 1 for the page's own."""

    level: int = 1


@dataclass(frozen=True)
class Paragraph(Cell):
    """A paragraph, or whatever else is text in a place of its own; `within`: whether it belongs to a list's item."""

    within: bool = False


@dataclass(frozen=True)
class Bullet(Cell):
    """An item of a list, without its mark; `depth`: greater than that of the item that it stands below."""

    depth: int = 1


@dataclass(frozen=True)
class Tab(Cell):
    """The words on a tab; what the tab shows follows."""


@dataclass(frozen=True)
class Table:
    """A table; a row may have fewer or more cells than the header."""

    caption: Cell | None
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Everything in it, in its order."""
        caption = (self.caption,) if self.caption else ()
        return (*caption, *self.header, *chain.from_iterable(self.rows))

    @property
    def first_line(self) -> int:
        """The first line of its first cell, or of its caption."""
        return min((cell.first_line for cell in self.cells), default=1)

    @property
    def last_line(self) -> int:
        """The last line of its last cell."""
        return max((cell.last_line for cell in self.cells), default=1)


@dataclass(frozen=True)
class Code:
    """Text that stands as it was typed; only its lines that are not blank."""

    lines: tuple[Line, ...]

    @property
    def first_line(self) -> int:
        """The number of its first line."""
        return self.lines[0].number

    @property
    def last_line(self) -> int:
        """The number of its last line."""
        return self.lines[-1].number


Block = Heading | Paragraph | Bullet | Tab | Table | Code


def code(first_line: int, text: str) -> Code | None:
    """Code out of text whose first line has that number; None where there is nothing in it."""
    numbered = enumerate(text.split("\n"), start=first_line)
    lines = tuple(Line(number, line.rstrip()) for number, line in numbered if line.strip())
    return Code(lines) if lines else None
