"""Values read from a help page, the patterns of its parts, and the error for a page that cannot be used. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

SECTIONS = ("Function", "URI", "Request", "Response", "Status Code")
PARAMETER_HEADER = ("Parameter", "Mandatory", "Description")
STATUS_HEADER = ("Status Code", "Description")

UPDATED = re.compile(r"Updated on (\d{4}-\d{2}-\d{2})\b")
BULLET = re.compile(r"[•·*‣-]\s*(.*)")
OPERATION = re.compile(r"(GET|PUT|POST|PATCH|DELETE)\s+(/\S*)")
TABLE = re.compile(r"Table\s+\d+\s+(.+)")


class DocumentError(ValueError):
    """A page that cannot be used; the message is one line: where, what was expected, what was found."""


@dataclass(frozen=True)
class PageLines:
    """Where the page states something: its section and the first and last line, counted from 1."""

    section: str
    first_line: int
    last_line: int


@dataclass(frozen=True)
class Parameter:
    """A parameter of the URL; the page's description of it is not taken over."""

    name: str
    location: str
    mandatory: bool
    source: PageLines


@dataclass(frozen=True)
class ReplaceableField:
    """A field, as a dotted path, that the page says a replacement may change."""

    path: str
    source: PageLines


@dataclass(frozen=True)
class DocumentedStatus:
    """An HTTP status that the page lists, and the short reason beside it."""

    code: int
    reason: str
    source: PageLines


@dataclass(frozen=True)
class Example:
    """A JSON object that the page shows, and the lines of each of its top-level members."""

    value: dict[str, Any]
    source: PageLines
    members: tuple[tuple[str, PageLines], ...]


@dataclass(frozen=True)
class Unit:
    """The least that a page says or shows: a sentence, a bullet, a row of a table, a member of an example, a heading.

    `digest` stands for its words, which are not taken over: other words are another unit.
    """

    kind: str
    source: PageLines
    digest: str


@dataclass(frozen=True)
class Document:
    """What one help page says about one operation; `sections`: the lines of each below its heading."""

    title: str
    updated: str
    sha256: str
    method: str
    path: str
    path_source: PageLines
    api_version: str
    kind: str
    parameters: tuple[Parameter, ...]
    replaceable: tuple[ReplaceableField, ...]
    statuses: tuple[DocumentedStatus, ...]
    request: Example
    response: Example
    sections: Mapping[str, PageLines]
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line of the page that is not blank: its number from 1, and its text without white space around it."""

    number: int
    text: str


@dataclass(frozen=True)
class Section:
    """A section of the page: its name, the number of its heading's line, and its lines below."""

    name: str
    heading: int
    lines: tuple[Line, ...]

    def source(self, first: Line, last: Line) -> PageLines:
        """Give the place that reaches from one line of the section to another."""
        return PageLines(self.name, first.number, last.number)


def fail(where: int | str, expected: str, found: str | None = None) -> NoReturn:
    """Raise DocumentError for a line number or a named place: what was expected there, and what was found."""
    place = f"line {where}" if isinstance(where, int) else where
    shown = "" if found is None else f", found {found[:60]!r}"
    raise DocumentError(f"{place}: expected {expected}{shown}")
