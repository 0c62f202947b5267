"""The tables of structures that are at hand, found by number or by name. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.spec.page.member_types import near, plain_name
from contracts.spec.page.model import Member, Obstacle, Structure


@dataclass(frozen=True)
class TablesOfPage:
    """The tables of a page in its order; `page`: the name of its file, empty for the page that is derived itself."""

    page: str
    structures: tuple[Structure, ...]
    obstacles: tuple[Obstacle, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, eq=False)
class Found:
    """A table, where it stands among those of its page, and that page."""

    structure: Structure
    place: int
    of: TablesOfPage

    @property
    def title(self) -> str:
        """How people call the table."""
        number = f"Table {self.structure.number}" if self.structure.number else "the table"
        return f"{number} {self.structure.name}".strip()


@dataclass(frozen=True)
class KnownTables:
    """All tables at hand: those of the page itself first."""

    pages: tuple[TablesOfPage, ...]
    tables: tuple[Found, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Number the tables of each page."""
        found = (Found(one, place, page) for page in self.pages for place, one in enumerate(page.structures))
        object.__setattr__(self, "tables", tuple(found))

    @property
    def own(self) -> tuple[Found, ...]:
        """Those of the page that is derived."""
        return tuple(one for one in self.tables if not one.of.page)

    def numbered(self, number: int, referring: Found | None = None, *, elsewhere: bool = False) -> Found | None:
        """Give the table of that number: of the referring table's page, or of the first page that has one.

        `elsewhere`: of a page other than the one that is derived.
        """
        same = [one for one in self.tables if one.structure.number == number and (one.of.page or not elsewhere)]
        own = [one for one in same if referring and one.of is referring.of]
        return next(iter([*own, *same]), None)

    def named(self, name: str, referring: Found) -> tuple[Found | None, bool]:
        """Give the table of that name and whether it is spelled so; of several on a page the one closest by."""
        wanted = plain_name(name)
        for spelled, same in (
            (True, [one for one in self.tables if plain_name(one.structure.name) == wanted]),
            (False, [*self._nearly(wanted)]),
        ):
            if same and (spelled or len({one.structure.name for one in same}) == 1):
                return min(same, key=lambda one: _distance(one, referring)), spelled
        return None, True

    def _nearly(self, wanted: str) -> Iterator[Found]:
        return (one for one in self.tables if near(plain_name(one.structure.name), wanted))


def _distance(one: Found, referring: Found) -> tuple[bool, int, bool]:
    """How far a table is from another: first those of its page, and of two as far the one that follows."""
    return one.of is not referring.of, abs(one.place - referring.place), one.place < referring.place


def matched(rows: Sequence[str], shown: Sequence[str]) -> dict[str, str]:
    """Give the shown name for each name of a table's rows: the same, or the only one that nearly is."""
    found = {name: name for name in rows if name in shown}
    left, open_ = [name for name in rows if name not in found], [name for name in shown if name not in found]
    for name in left:
        likely = [other for other in open_ if near(name, other)]
        rivals = [other for other in left if likely and near(other, likely[0])]
        if len(likely) == 1 and len(rivals) == 1:
            found[name] = likely[0]
    return found


class Place(dict[str, Any]):
    """Where something stands in a table; written on one line."""


def source_of(found: Found, member: Member, name: str) -> Place:
    """Give where a table describes a field, and how it spells its name where that is another."""
    spelled = {"spelled": member.name} if name != member.name else {}
    return Place(place_of(found, member.source.first_line, member.source.last_line) | spelled)


def place_of(found: Found, first: int, last: int) -> Place:
    """Give a table, and some of its lines."""
    number = {"number": found.structure.number} if found.structure.number else {}
    page = {"page": found.of.page} if found.of.page else {}
    return Place({**number, "name": found.structure.name, **page, "lines": [first, last]})
