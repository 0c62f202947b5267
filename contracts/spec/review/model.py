"""What a review is made of and what it gives: values, no words."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.spec.page.model import Document, Obstacle, PageLines, Structure


@dataclass(frozen=True)
class Page:
    """A page to be reviewed, and the name of its file."""

    name: str
    document: Document


@dataclass(frozen=True)
class TableFile:
    """A file of tables that pages refer to, and what could not be understood in it."""

    name: str
    structures: tuple[Structure, ...]
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file, counted from 1."""

    page: str
    line: int


@dataclass(frozen=True)
class Item:
    """One thing that contradicts another, or is missing.

    `kind`: a key of `words.KINDS`; `subject`: the field, parameter or table that it is about, if any; `found` and
    `expected`: values of the pages; `elsewhere`: the line that it disagrees with.
    """

    place: Place
    kind: str
    subject: str = ""
    found: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    elsewhere: Place | None = None


@dataclass(frozen=True)
class NoPage:
    """A file that is no page about an operation, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Review:
    """The pages that were reviewed, the files that are none, and the items by page and line."""

    pages: tuple[Page, ...]
    items: tuple[Item, ...]
    no_pages: tuple[NoPage, ...] = ()


def place(page: Page, source: PageLines) -> Place:
    """Give the first line of a source of the page."""
    return Place(page.name, source.first_line)


def ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Give each item once, by page and line, then by kind and subject."""
    return tuple(sorted(dict.fromkeys(items), key=lambda one: (one.place, one.kind, one.subject, one.found)))
