"""The numbers of a page's tables: their captions, what refers to them, and captions without a table. Pure."""

from collections.abc import Iterator, Sequence

from contracts.spec.page import vocabulary
from contracts.spec.page.blocks import Bullet, Paragraph, Table
from contracts.spec.page.model import FUNCTION, HEAD, Obstacle, TableReference
from contracts.spec.page.outline import Placed


def references(placed: Sequence[Placed]) -> tuple[TableReference, ...]:
    """Give the places outside of tables that refer to a table by its number, each number once a section."""
    found: dict[tuple[str, int], TableReference] = {}
    for one in placed:
        block = one.block
        if one.kind or not isinstance(block, Paragraph | Bullet) or vocabulary.caption(block.flat):
            continue
        for match in vocabulary.REFERENCE.finditer(block.flat):
            number = int(match[1][:9])
            found.setdefault((one.section, number), TableReference(number, one.source(), number in block.elsewhere))
    return tuple(found.values())


def captions(placed: Sequence[Placed]) -> tuple[TableReference, ...]:
    """Give the captions of the page's tables that have a number."""
    found = []
    for one in placed:
        above = one.block.caption if isinstance(one.block, Table) else None
        if above and (named := vocabulary.caption(above.flat)):
            found.append(TableReference(named[0], one.of(above)))
    return tuple(found)


def missing(placed: Sequence[Placed]) -> Iterator[Obstacle]:
    """Give the captions below which no table was recognised."""
    for one in placed:
        block = one.block
        if isinstance(block, Paragraph) and one.section not in (HEAD, FUNCTION) and vocabulary.caption(block.flat):
            yield Obstacle(block.first_line, "a table below its caption, with columns that are known", block.flat)
