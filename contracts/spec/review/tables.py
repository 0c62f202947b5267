"""The tables that pages refer to: which one is meant by a number or a type. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from contracts.spec.page.model import REQUEST, Member, Structure
from contracts.spec.review.model import Page, TableFile

_ARRAY: Final = re.compile(r"(?:array|list) of\s*|\[\]\s*", re.IGNORECASE)
_OBJECT: Final = re.compile(r"\s*objects?$", re.IGNORECASE)
# The form of a JSON value by the word of a table's column of types.
_FORMS: Final = {
    **dict.fromkeys(("string", "strings", "time", "timestamp"), "string"),
    **dict.fromkeys(("integer", "integers", "int", "int32", "int64", "long"), "integer"),
    **dict.fromkeys(("boolean", "booleans", "bool"), "boolean"),
    **dict.fromkeys(("object", "map"), "object"),
}
# A word that ends a longer one is no other spelling of it unless it is rather long itself.
_LONG_ENDING: Final = 8
_SHORTEST: Final = 4
_ALIKE: Final = 0.88


@dataclass(frozen=True)
class Table:
    """A structure and the file that it stands in."""

    file: str
    structure: Structure

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields, or the values that it lists."""
        return tuple(member.name for member in self.structure.members)

    @property
    def kind(self) -> str:
        """The kind that it describes; empty where it describes no whole object, or is called after where it stands."""
        if self.structure.role == "body":
            return ""
        return self.structure.name.partition(" ")[0] if {"apiVersion", "kind"} <= set(self.names) else ""

    @property
    def is_open(self) -> bool:
        """Whether it lists keys of a map, among which there may be others."""
        return any(mark in name for name in self.names for mark in "./")


@dataclass(frozen=True)
class Type:
    """What a column of types says: the form of the value ("" if it is not known), and of its elements the name."""

    form: str
    name: str = ""


@dataclass(frozen=True)
class Tables:
    """The tables by number and by the name of their structure."""

    by_number: Mapping[int, Table] = field(default_factory=dict)
    by_name: Mapping[str, tuple[Table, ...]] = field(default_factory=dict)
    bodies: tuple[Table, ...] = ()

    def of_type(self, name: str, row: Member, within: Table) -> Table | None:
        """Give the table of a type that a row of a table names: that of its whole name, else that of its first word.

        Of several the one in the same file that begins nearest below the row, else nearest above it.
        """
        found = self.by_name.get(name.casefold()) or self.by_name.get(name.partition(" ")[0].casefold(), ())
        line = row.source.first_line

        def distance(table: Table) -> tuple[bool, bool, int]:
            below = table.structure.source.first_line - line
            return table.file != within.file, below < 0, abs(below)

        return min(found, key=distance, default=None)


def tables_of(page: Page, files: Iterable[TableFile]) -> Tables:
    """Give the tables that a page may mean: its own, and those of the files."""
    own = [Table(page.name, one) for one in page.document.structures]
    others = [Table(file.name, one) for file in files for one in file.structures]
    by_name: dict[str, list[Table]] = {}
    for table in (*own, *others):
        name = table.structure.name.casefold()
        for word in {name, name.partition(" ")[0]}:
            by_name.setdefault(word, []).append(table)
    return Tables(
        {table.structure.number: table for table in reversed([*own, *others]) if table.structure.number is not None},
        {name: tuple(found) for name, found in by_name.items()},
        tuple(table for table in own if table.structure.role == "body" and table.structure.source.section == REQUEST),
    )


def read_type(text: str | None) -> Type:
    """Give the form and the name of a type as a table words it."""
    words = " ".join((text or "").split())
    array = _ARRAY.match(words)
    inner = words[array.end() :] if array else words
    name = _OBJECT.sub("", inner) or "object"
    form = _FORMS.get(re.split(r"[<(\[ ]", name.casefold())[0], "")
    if array:
        return Type("array", "" if form else name)
    if form:
        return Type(form)
    return Type("object" if name != inner else "", name)


def near(name: str, others: Iterable[str]) -> str | None:
    """Give the name among others that is most likely the same one, spelled otherwise; None where none is."""
    likely = [(_likeness(name, other), other) for other in others if other != name]
    best = max(likely, default=(0.0, ""))
    return best[1] if best[0] >= _ALIKE else None


def unlike(names: Iterable[str], others: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give each name that the others have not, with the one of them that is likely meant and not used itself."""
    names = tuple(names)
    for name in names:
        if name not in (others := tuple(others)) and (other := near(name, (one for one in others if one not in names))):
            yield name, other


def _likeness(one: str, other: str) -> float:
    first, second = one.casefold(), other.casefold()
    if first == second:
        return 1.0
    short, long = sorted((first, second), key=len)
    if len(short) >= _LONG_ENDING and long.endswith(short):
        return 0.99
    if len(short) < _SHORTEST or 2 * len(short) < _ALIKE * (len(short) + len(long)):
        return 0.0
    return SequenceMatcher(None, first, second).ratio()
