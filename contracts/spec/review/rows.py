"""Whether rows of tables agree with themselves, and the values of examples with what their rows say. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import jsonschema_rs

from contracts.spec.page.facts import facts
from contracts.spec.page.model import Member, Parameter, Structure
from contracts.spec.page.rows import contradictions
from contracts.spec.review.model import Item, Place

# What is said of a field, and not of the values that it may have.
_OF_FIELD: Final = frozenset({"default", "readOnly", "deprecated"})
_WORDS: Final = {"enum": "one of", "const": "always"}


def row_items(file: str, structures: Iterable[Structure], parameters: Iterable[Parameter] = ()) -> Iterator[Item]:
    """Give the rows of a file's tables that contradict themselves."""
    rows: list[Member | Parameter] = [*parameters, *(row for one in structures for row in one.members)]
    for row in rows:
        for expected in contradictions(row):
            yield Item(Place(file, row.source.first_line), "row-contradicts", row.name, (), (expected,))


def forbidden(value: Any, member: Member, form: str) -> Iterator[str]:
    """Give what the description of a row says that a value of an example is not: "maximum 100", "one of A, B"."""
    for keyword, wanted in facts(member.description, form or None).keywords.items():
        if keyword not in _OF_FIELD and not jsonschema_rs.is_valid({keyword: wanted}, value):
            listed = ", ".join(map(str, wanted)) if keyword == "enum" else str(wanted)
            yield f"{_WORDS.get(keyword, keyword)} {listed}"


def is_read_only(member: Member) -> bool:
    """Whether the description says that the field can only be read."""
    return bool(facts(member.description, None).keywords.get("readOnly"))
