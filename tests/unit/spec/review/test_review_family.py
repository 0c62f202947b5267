"""The review of the pages of the family, where they are at hand. They are not part of the project."""

from __future__ import annotations

from collections import Counter

from contracts.spec.page.reader import read_document, read_structures
from contracts.spec.review.model import Page, Review, TableFile
from contracts.spec.review.review import review

from ..test_page_family import FAMILY, PAGES, at_hand

TABLES = FAMILY / "md-zh-data-structures.md"


def reviewed(*, with_tables: bool) -> Review:
    paths = [FAMILY.parent / "replacing-a-pytorchjob.txt", *(FAMILY / name for name in PAGES)]
    files = [TableFile(TABLES.name, *read_structures(TABLES))] if with_tables else []
    return review([Page(path.name, read_document(path)) for path in paths], files)


@at_hand
def test_pages_and_their_tables() -> None:
    found = reviewed(with_tables=True)
    assert Counter(one.kind for one in found.items) == {
        "field-spelled-otherwise": 9,
        "type-of-example": 33,
        "bounds-of-example": 6,
        "row-contradicts": 7,
        "statuses-between-pages": 4,
        "not-understood": 3,
        "capitals-of-keys": 1,
        "dates-between-pages": 1,
        "fields-missing": 1,
    }
    spelled = {(one.found, one.expected) for one in found.items if one.kind == "field-spelled-otherwise"}
    assert spelled == {
        (("activeDeadlineSeconds",), ("activeDeadlineSecond",)),
        (("pytorchReplicaSpecs",), ("ReplicaSpecs",)),
    }


@at_hand
def test_pages_without_their_tables() -> None:
    found = reviewed(with_tables=False)
    missing = [(one.place.page, one.subject) for one in found.items if one.kind == "table-missing"]
    assert len(missing) == 10
    assert Counter(one.kind for one in found.items if one.kind != "table-missing") == {
        "statuses-between-pages": 4,
        "capitals-of-keys": 1,
        "dates-between-pages": 1,
        "fields-missing": 1,
    }
