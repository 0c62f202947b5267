"""The review of pages: everything in them that contradicts or is missing. Pure."""

from collections.abc import Sequence

from contracts.spec.review.between import between_items
from contracts.spec.review.examples import example_items
from contracts.spec.review.fields import field_items
from contracts.spec.review.model import Item, NoPage, Page, Place, Review, TableFile, ordered
from contracts.spec.review.operation import operation_items
from contracts.spec.review.rows import row_items
from contracts.spec.review.tables import tables_of


def review(pages: Sequence[Page], files: Sequence[TableFile] = (), no_pages: Sequence[NoPage] = ()) -> Review:
    """Give what contradicts or is missing inside pages, between them, and between them and tables in other files."""
    items: list[Item] = []
    for page in pages:
        items += operation_items(page)
        items += example_items(page)
        items += field_items(page, tables_of(page, files))
        items += row_items(page.name, page.document.structures, page.document.parameters)
    items += between_items(pages) if len(pages) > 1 else ()
    for file in files:
        items += row_items(file.name, file.structures)
        for one in file.obstacles:
            found = (one.found,) if one.found else ()
            items.append(Item(Place(file.name, one.line), "not-understood", "", found, (one.expected,)))
    return Review(tuple(pages), ordered(items), tuple(no_pages))
