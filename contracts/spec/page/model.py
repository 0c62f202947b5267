"""What is read from a help page, each with the lines that state it, and the error for a file that is no such page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.jsonvalue.paths import Path

# Names of the sections, whatever the page calls them and in whichever language.
HEAD: Final = "Head"
FUNCTION, URI, REQUEST, RESPONSE, STATUS_CODE = SECTIONS = ("Function", "URI", "Request", "Response", "Status Code")
OTHER: Final = "Other"
# The lowest status of an error (RFC 9110, 15.5).
FIRST_ERROR: Final = 400

# Kinds of units that only name what follows or point elsewhere; nothing of the specification comes from them.
HEADING, CAPTION, COLUMNS, FURNITURE = STRUCTURE = ("heading", "caption", "columns", "furniture")


class DocumentError(ValueError):
    """A file that is no page about an operation, or cannot be read; the message is one line."""


@dataclass(frozen=True)
class PageLines:
    """Where the page states something: its section and the first and last line, counted from 1."""

    section: str
    first_line: int
    last_line: int


@dataclass(frozen=True)
class Obstacle:
    """What could not be understood: the line, what was expected there, and what was found.

    `page`: the name of the file of structures that it is in, empty for the page itself.
    """

    line: int
    expected: str
    found: str = ""
    page: str = ""

    def __str__(self) -> str:
        """One line for people."""
        return f"line {self.line}: expected {self.expected}" + (f", found {self.found[:60]!r}" if self.found else "")


@dataclass(frozen=True)
class Operation:
    """A method and a path, as one line of the page shows them."""

    method: str
    path: str
    source: PageLines


@dataclass(frozen=True)
class Parameter:
    """A parameter of the request outside its body; `mandatory` and `type` are None where the page has no such column.

    The description is there for the facts in it and is not taken over.
    """

    name: str
    location: str
    mandatory: bool | None
    source: PageLines
    type: str | None = None
    description: str = ""


@dataclass(frozen=True)
class Member:
    """A field of a structure, or one of the values that a field may have; as a row of a table describes it."""

    name: str
    type: str | None
    mandatory: bool | None
    description: str
    source: PageLines


@dataclass(frozen=True)
class Structure:
    """A table: of the body's fields (`role` "body"), of those of a type ("type"), or of a field's values ("values").

    `number`: of the table, by which pages refer to it; `status`: of the response that it belongs to, if it says so.
    """

    number: int | None
    name: str
    role: str
    members: tuple[Member, ...]
    source: PageLines
    status: int | None = None


@dataclass(frozen=True)
class TableReference:
    """A place that names a table by its number: one that refers to it, on this page or another, or its caption.

    `elsewhere`: it is a link to another page.
    """

    number: int
    source: PageLines
    elsewhere: bool = False


@dataclass(frozen=True)
class ReplaceableField:
    """A field, as a dotted path, that the page says a replacement or an update may change."""

    path: str
    source: PageLines


@dataclass(frozen=True)
class DocumentedStatus:
    """An HTTP status that the page lists, and the short reason beside it."""

    code: int
    reason: str
    source: PageLines


@dataclass(frozen=True)
class MediaType:
    """A media type that the page gives for the request's body, in small letters."""

    name: str
    source: PageLines


@dataclass(frozen=True)
class Example:
    """A JSON object or array that the page shows, and the lines of each of its top-level members.

    `media_type`: of the Content-Type shown with it; `status`: of the response that it is an example of; `places`: where
    the name of each member stands, at any depth.
    """

    value: Any
    source: PageLines
    members: tuple[tuple[str, PageLines], ...]
    media_type: str | None = None
    status: int | None = None
    places: tuple[tuple[Path, PageLines], ...] = ()


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
    """What one help page says about one operation; what it does not say is None or empty.

    `operations`: all that it shows, of one method (a namespaced path and a cluster-scoped one); `sections`: the lines
    of each below its heading; `tables`: the captions of its own; `named_kinds`: of sentences about the function, where
    they are other than the path's; `deprecated`: where it says that the operation is;
    `obstacles`: what could not be understood.
    """

    title: str | None
    updated: str | None
    sha256: str
    operations: tuple[Operation, ...]
    api_version: str | None
    kind: str | None
    parameters: tuple[Parameter, ...] = ()
    replaceable: tuple[ReplaceableField, ...] = ()
    statuses: tuple[DocumentedStatus, ...] = ()
    requests: tuple[Example, ...] = ()
    responses: tuple[Example, ...] = ()
    media_types: tuple[MediaType, ...] = ()
    structures: tuple[Structure, ...] = ()
    references: tuple[TableReference, ...] = ()
    tables: tuple[TableReference, ...] = ()
    sections: Mapping[str, PageLines] = field(default_factory=dict)
    units: tuple[Unit, ...] = ()
    named_kinds: tuple[tuple[str, PageLines], ...] = ()
    deprecated: PageLines | None = None
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def method(self) -> str:
        """The method of the operation."""
        return self.operations[0].method

    @property
    def schema_name(self) -> str:
        """What the schema of its object is called."""
        return self.kind or "Object"

    @property
    def answers(self) -> tuple[Example, ...]:
        """The responses that are shown, but for those of errors."""
        return tuple(one for one in self.responses if one.status is None or one.status < FIRST_ERROR)

    @property
    def path(self) -> str:
        """The first of its paths."""
        return self.operations[0].path
