"""What the other cells of a field's row say of its change: in a description, or in a column of its own. Pure."""

from collections.abc import Collection, Iterator, Sequence

from contracts.spec.page import cell_words, mutability, negation, restrictions
from contracts.spec.page.blocks import Cell


def remarks(header: Sequence[Cell], row: Sequence[Cell], known: Collection[int | None]) -> Iterator[str]:
    """Give what may restrict that the field can be replaced; `known`: the columns that are understood."""
    for index, cell in enumerate(row):
        head, text = header[index].flat if index < len(header) else "", cell.flat
        if index in known or not text or cell_words.absent(text):
            continue
        if _may_deny(head) and cell_words.yes_or_no(cell.text) is not False:
            yield f"{head}: {text}"
        elif mutability.refuses(text) or (mutability.CHANGE.search(text) and restrictions.restricts(text)):
            yield text


def _may_deny(header: str) -> bool:
    said = mutability.CHANGE.search(header) and negation.ANY.search(header)
    return bool(said or mutability.refuses(header))
