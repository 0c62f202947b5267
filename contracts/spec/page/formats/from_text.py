"""Plain text as copied from a browser: a line is a paragraph, a bullet, a cell of a table, or part of JSON. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from contracts.spec.page import cell_words, curl, dates, mutability, vocabulary
from contracts.spec.page.blocks import Block, Bullet, Cell, Code, Heading, Line, Paragraph, Table
from contracts.spec.page.formats import aligned_tables, drawn_tables, mended_lines, piped_lines, swagger_lines
from contracts.spec.page.formats.cells import rows_of
from contracts.spec.page.model import Obstacle
from contracts.spec.page.shown_json import json_end, opens_json

BULLET: Final = re.compile(
    r"(?:[•·*‣●○▪§\uf0a7\uf0b7–-]|o(?=\t)|(?:\d{1,2}|[a-z])[.)](?=\s)|\((?:\d{1,2}|[a-z])\)(?=\s)|（?(?:\d{1,2}|[a-z])）|[①-⑳])\s*(\S.*)"
)
# No command has more lines.
_LONGEST: Final = 2000
_LONGEST_HEADER: Final = 60
# The number of a line of code, and the line.
_NUMBERED: Final = re.compile(r"\s*(\d{1,4})(?:[\t ](.*))?")
_MARK_ALONE: Final = re.compile(r"\s*[•·*‣●○▪–-]\s*")
_DASHES: Final = frozenset({"-", "–"})
# A line drawn below a heading.
DRAWN: Final = re.compile(r"={3,}|-{3,}|~{3,}")


def read(text: str) -> tuple[list[Block], list[Obstacle]]:
    """Read a page into blocks, and where columns stand that no header names."""
    written, obstacles = aligned_tables.with_tabs(
        _with_items(
            piped_lines.with_tabs(
                swagger_lines.with_items(
                    _without_numbers(mended_lines.mended(drawn_tables.with_tabs(text.split("\n"))))
                )
            )
        )
    )
    numbered = [Line(number, line) for number, line in enumerate(written, start=1) if line.strip()]
    lines = [*_with_captions_apart([line for line in numbered if not DRAWN.fullmatch(line.text.strip())])]
    headings = {
        line.number: 1 + ("=" not in below.text)
        for line, below in pairwise(numbered)
        if DRAWN.fullmatch(below.text.strip()) and below.number == line.number + 1 and "\t" not in line.text
    }
    # Between blank lines a number is that of a heading as well as that of an item.
    edges = [0, *(line.number for line in lines), len(written) + 2]
    alone = {
        one for before, one, after in zip(edges, edges[1:], edges[2:], strict=False) if before < one - 1 < after - 2
    }
    blocks: list[Block] = []
    index = 0
    while index < len(lines):
        words = lines[index].text.strip()
        header = _header(lines, index + 1) if vocabulary.caption(words) else _header(lines, index)
        if opens_json(words):
            end = _end_of_json(lines, index)
            blocks.append(Code(tuple(lines[index:end])))
        elif curl.is_command(lines[index].text):
            end = index + curl.length(lines[index : index + _LONGEST])
            blocks.append(Code(tuple(lines[index:end])))
        elif header:
            start = index + 1 if vocabulary.caption(words) else index
            first = start + header[1]
            caption = _cell(lines[index]) if start > index else None
            rows, taken = rows_of(header[0], lines[first : _end_of_table(lines, first)])
            blocks.append(Table(caption, header[0], rows))
            end = first + taken
        else:
            bullet = BULLET.fullmatch(words)
            number = lines[index].number
            if number in headings:
                blocks.append(Heading(words, number, number, headings[number]))
            elif bullet and not vocabulary.heading(words) and not (number in alone and vocabulary.number_of(words)):
                indented = len(lines[index].text.expandtabs()) - len(lines[index].text.expandtabs().lstrip())
                blocks.append(Bullet(bullet[1], number, number, indented))
            else:
                blocks.append(Paragraph(words, number, number))
                if _names_columns(words):
                    obstacles.append(Obstacle(number, "the cells of a table between tabs, or one a line", words))
            end = index + 1
        index = end
    return blocks, obstacles


def _without_numbers(lines: Sequence[str]) -> list[str]:
    """The lines, those of JSON without the numbers before them, which count from 1."""
    found = list(lines)
    for start, line in enumerate(lines):
        first = _NUMBERED.fullmatch(line)
        if first is None or first[1] != "1" or not opens_json(first[2] or ""):
            continue
        for number, numbered in enumerate(map(_NUMBERED.fullmatch, lines[start:]), start=1):
            if numbered is None or int(numbered[1]) != number:
                break
            found[start + number - 1] = numbered[2] or ""
    return found


def _with_items(lines: list[str]) -> list[str]:
    """The lines, each mark of an item that stands alone together with what follows it in the next line."""
    cells = _dashes_in_cells(lines)
    for index, (mark, words) in enumerate(pairwise(lines)):
        if _MARK_ALONE.fullmatch(mark) and words.strip() and index not in cells:
            lines[index], lines[index + 1] = "", f"{mark.rstrip()} {words.strip()}"
    return lines


def _dashes_in_cells(lines: Sequence[str]) -> set[int]:
    """The lines that are a dash and nothing else in a table with a cell on each line."""
    found = set[int]()
    inside, before = False, ""
    for index, line in enumerate(lines if any(line.strip() in _DASHES for line in lines) else ()):
        if words := line.strip():
            role = cell_words.column(words) or ""
            inside = (inside or bool(role and before in ("name", "status"))) and not vocabulary.heading(words)
            before = role
            found |= {index} if inside and words in _DASHES else set()
    return found


def _with_captions_apart(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, each caption that has the first column's name behind it ("Table 2 Fields Name") as two of them."""
    for line, below in pairwise([*lines, Line(0, "")]):
        first, tab, rest = line.text.strip().partition("\t")
        words, _, name = first.rpartition(" ")
        if vocabulary.caption(first) is None or cell_words.column(below.text.strip()) in ("name", "status"):
            yield line
        elif tab and cell_words.column(rest.partition("\t")[0]) in ("name", "status"):
            yield from (Line(line.number, first), Line(line.number, rest))
        elif (tab or cell_words.column(below.text.strip())) and cell_words.column(name) in ("name", "status"):
            yield from (Line(line.number, words), Line(line.number, name + tab + rest))
        else:
            yield line


def _header(lines: Sequence[Line], start: int) -> tuple[tuple[Cell, ...], int] | None:
    """The header of a table that begins there, and how many lines it takes: cells between tabs, or one a line."""
    if start < len(lines) and "\t" in lines[start].text.strip():
        cells = tuple(
            Cell(part.strip(), lines[start].number, lines[start].number) for part in lines[start].text.split("\t")
        )
        roles = cell_words.columns([cell.text for cell in cells])
        named = zip(cells, roles, strict=True)
        known = [cell for cell, role in named if role or (_is_short(cell) and mutability.speaks_of_change(cell.text))]
        return (cells, 1) if len(known) > 1 and any(roles) else None
    found: list[str] = []
    for line in lines[start : start + 8]:
        role = cell_words.column(line.text.strip())
        if role is None or role in found:
            break
        found.append(role)
    if len(found) < 2 or found[0] not in ("name", "status", "values"):
        return None
    return tuple(_cell(line) for line in lines[start : start + len(found)]), len(found)


def _is_short(cell: Cell) -> bool:
    return len(cell.text) <= _LONGEST_HEADER


def _names_columns(words: str) -> bool:
    """Whether a line is the header of a table whose cells nothing parts."""
    roles = [cell_words.column(word) for word in words.split()]
    return len(roles) > 2 and "name" in roles and None not in roles and len({*roles}) == len(roles)


def _end_of_table(lines: Sequence[Line], start: int) -> int:
    for index in range(start, len(lines)):
        words = lines[index].text.strip()
        if (
            vocabulary.heading(words)
            or (vocabulary.caption(words) and words[-1] not in ".。")
            or vocabulary.status_label(words)
            or vocabulary.furniture(words)
            or dates.dated(words) is not None
            or opens_json(words)
            or curl.is_command(words)
            or _header(lines, index)
        ):
            return index
    return len(lines)


def _end_of_json(lines: Sequence[Line], start: int) -> int:
    """Where the brackets are closed; where they never are, the next heading."""
    end = json_end(lines, start)
    return next((i for i in range(start + 1, end) if vocabulary.heading(lines[i].text.strip())), end)


def _cell(line: Line) -> Cell:
    return Cell(line.text.strip(), line.number, line.number)
