"""Splits a help page into units (sentences, bullets, table rows, members of examples), none left out. Pure.

More lenient than the reading of its facts: what fits nowhere is a sentence, so that it shows.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Bullet, Cell, Code, Line, Table
from contracts.spec.page.model import CAPTION, COLUMNS, FURNITURE, PageLines, Unit
from contracts.spec.page.operations import OPERATION
from contracts.spec.page.outline import Placed

DIGITS = 12

_BETWEEN_MEMBERS = re.compile(r"[\s,:]*")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.:!?])\s+(?=[A-Z])|(?<=[。！？])\s*(?=\S)")


def units_of(placed: Sequence[Placed]) -> tuple[Unit, ...]:
    """Every unit of a page, in its order; each block is one, or several."""
    return tuple(unit for one in placed for unit in _units(one))


def member_lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Give name, first and last line (from 0) of each top-level member of a valid JSON object."""
    decoder = json.JSONDecoder()
    name, start, position = None, 0, text.index("{") + 1
    while text[position := position + len(_BETWEEN_MEMBERS.match(text, position)[0])] != "}":  # type: ignore[index]
        value, end = decoder.raw_decode(text, position)
        if name is None:
            name, start = value, position
        else:
            yield name, text.count("\n", 0, start), text.count("\n", 0, end)
            name = None
        position = end


def _units(one: Placed) -> Iterator[Unit]:
    block, section = one.block, one.section
    if isinstance(block, Table):
        yield from _table(section, block)
    elif isinstance(block, Code):
        yield from _code(section, block)
    elif one.kind:
        yield _unit(one.kind, section, [block])
    elif isinstance(block, Bullet):
        yield _unit("bullet", section, [block])
    elif vocabulary.caption(block.flat):
        yield _unit(CAPTION, section, [block])
    elif all(OPERATION.fullmatch(line.text) for line in block.lines):
        yield from (_unit("operation", section, [_cell(line)]) for line in block.lines)
    elif vocabulary.furniture(block.flat):
        yield _unit(FURNITURE, section, [block])
    else:
        for sentence in _BETWEEN_SENTENCES.split(block.flat):
            yield _unit("sentence", section, [Cell(sentence, block.first_line, block.last_line)])


def _table(section: str, table: Table) -> Iterator[Unit]:
    if table.caption:
        yield _unit(CAPTION, section, [table.caption])
    if table.header:
        yield _unit(COLUMNS, section, table.header)
    for row in table.rows:
        yield _unit("row", section, row)


def _code(section: str, block: Code) -> Iterator[Unit]:
    """The top-level members of a JSON object; of any other code each line."""
    text = "\n".join(line.text for line in block.lines)
    try:
        value = json.loads(text)
        if not isinstance(value, dict):
            raise TypeError
        # Names that occur twice are two members.
        members = [(first, last) for _, first, last in member_lines(text)] if value else []
    except (ValueError, TypeError, RecursionError):
        yield from (_unit("sentence", section, [_cell(line)]) for line in block.lines)
        return
    for first, last in members:
        yield _unit("member", section, [_cell(line) for line in block.lines[first : last + 1]])


def _cell(line: Line) -> Cell:
    return Cell(line.text, line.number, line.number)


def _unit(kind: str, section: str, cells: Sequence[Cell]) -> Unit:
    digest = hashlib.sha256(" ".join(_words(cells)).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    first, last = min(cell.first_line for cell in cells), max(cell.last_line for cell in cells)
    return Unit(kind, PageLines(section, first, last), digest)


def _words(cells: Iterable[Cell]) -> Iterator[str]:
    for cell in cells:
        yield from cell.text.split()
