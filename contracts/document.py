"""Reading a vendor's help page: plain text in, its facts out, each with the lines that state it.

A page is read by its structure (section headings, numbered tables, bullets, JSON blocks) and never by line
number, so blank lines, line endings and a byte order mark do not matter. Names, values, statuses and examples
are taken; the vendor's prose is not.

    DocumentError   the page cannot be read, lacks something, or contradicts itself
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

SECTIONS = ("Function", "URI", "Request", "Response", "Status Code")
PARAMETER_HEADER = ("Parameter", "Mandatory", "Description")
STATUS_HEADER = ("Status Code", "Description")
DEEPEST_JSON = 64

_UPDATED = re.compile(r"Updated on (\d{4}-\d{2}-\d{2})\b")
_BULLET = re.compile(r"[•·*‣-]\s*(.*)")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")
_OPERATION = re.compile(r"(GET|PUT|POST|PATCH|DELETE)\s+(/\S*)")
_PATH = re.compile(r"(/([A-Za-z0-9._-]+|\{[A-Za-z][A-Za-z0-9]*\}))+")
_API_VERSION = re.compile(r"/api/(?P<core>[^/{]+)/|/apis/(?P<group>[^/{]+/[^/{]+)/")
_TABLE = re.compile(r"Table\s+\d+\s+(.+)")
_PARAMETER_TABLE = re.compile(r"(path|query) parameters?", re.IGNORECASE)
_BETWEEN_MEMBERS = re.compile(r"[\s,:]*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")


class DocumentError(ValueError):
    """A page that cannot be used; the message is one line: where, what was expected, what was found."""


@dataclass(frozen=True)
class Source:
    """Where the page states something: its section and the first and last line, counted from 1."""

    section: str
    first_line: int
    last_line: int


@dataclass(frozen=True)
class Parameter:
    """A parameter of the URL; the page's description of it is not taken over."""

    name: str
    location: Literal["path", "query"]
    mandatory: bool
    source: Source


@dataclass(frozen=True)
class ReplaceableField:
    """A field, as a dotted path, that the page says a replacement may change."""

    path: str
    source: Source


@dataclass(frozen=True)
class DocumentedStatus:
    """An HTTP status that the page lists, and the short reason beside it."""

    code: int
    reason: str
    source: Source


@dataclass(frozen=True)
class Example:
    """A JSON object that the page shows, and the lines of each of its top-level members."""

    value: dict[str, Any]
    source: Source
    members: tuple[tuple[str, Source], ...]


@dataclass(frozen=True)
class Document:
    """What one help page says about one operation."""

    title: str
    updated: str
    sha256: str
    method: str
    path: str
    path_source: Source
    api_version: str
    kind: str
    parameters: tuple[Parameter, ...]
    replaceable: tuple[ReplaceableField, ...]
    statuses: tuple[DocumentedStatus, ...]
    request: Example
    response: Example
    sections: tuple[Source, ...]

    def section(self, name: str) -> Source:
        """Give the lines of a section below its heading; KeyError for a name that is not in SECTIONS."""
        return {source.section: source for source in self.sections}[name]


@dataclass(frozen=True)
class _Line:
    number: int
    text: str


@dataclass(frozen=True)
class _Section:
    name: str
    heading: int
    lines: tuple[_Line, ...]

    def source(self, first: _Line, last: _Line) -> Source:
        return Source(self.name, first.number, last.number)


def read_document(path: Path) -> Document:
    """Read the page in a file. Raises DocumentError where the file cannot be read or is not such a page."""
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        return parse_document(content)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error


def parse_document(text: bytes) -> Document:
    """Parse a page (UTF-8, with or without a byte order mark). Raises DocumentError and nothing else."""
    lines = _lines(text)
    head, sections = _split(lines)
    title, updated = _head(head)
    function, uri, request, response, status_code = sections
    method, path, path_source = _operation(uri)
    example_request, example_response = _example(request), _example(response)
    document = Document(
        title=title,
        updated=updated,
        sha256=hashlib.sha256(text).hexdigest(),
        method=method,
        path=path,
        path_source=path_source,
        api_version=_api_version(path, path_source),
        kind=str(example_request.value.get("kind")),
        parameters=_parameters(uri),
        replaceable=_replaceable(function),
        statuses=_statuses(status_code),
        request=example_request,
        response=example_response,
        sections=tuple(section.source(section.lines[0], section.lines[-1]) for section in sections),
    )
    _check_agreement(document)
    return document


def _fail(where: int | str, expected: str, found: str | None = None) -> NoReturn:
    place = f"line {where}" if isinstance(where, int) else where
    shown = "" if found is None else f", found {found[:60]!r}"
    raise DocumentError(f"{place}: expected {expected}{shown}")


def _lines(text: bytes) -> tuple[_Line, ...]:
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"line {line}: expected UTF-8, found byte {text[error.start]:#04x}") from error
    numbered = enumerate(re.split(r"\r\n|\n|\r", decoded), start=1)
    return tuple(_Line(number, line.strip()) for number, line in numbered if line.strip())


def _split(lines: tuple[_Line, ...]) -> tuple[tuple[_Line, ...], list[_Section]]:
    starts: list[int] = []
    for name in SECTIONS:
        after = starts[-1] + 1 if starts else 0
        found = [index for index, line in enumerate(lines) if line.text == name and index >= after]
        if not found:
            _fail("page", f"a section {name!r}" + (f" after {lines[starts[-1]].text!r}" if starts else ""))
        starts.append(found[0])
    ends = [*starts[1:], len(lines)]
    sections = []
    for name, start, end in zip(SECTIONS, starts, ends, strict=True):
        if end == start + 1:
            _fail(lines[start].number, f"something in section {name!r}")
        sections.append(_Section(name, lines[start].number, lines[start + 1 : end]))
    return lines[: starts[0]], sections


def _head(lines: tuple[_Line, ...]) -> tuple[str, str]:
    dates = [match[1] for line in lines if (match := _UPDATED.match(line.text))]
    titles = [line.text for line in lines if not _UPDATED.match(line.text)]
    if len(dates) != 1 or len(titles) != 1:
        _fail("head of the page", "a title and 'Updated on YYYY-MM-DD'", " / ".join(line.text for line in lines))
    try:
        return titles[0], date.fromisoformat(dates[0]).isoformat()
    except ValueError:
        _fail("head of the page", "a date", dates[0])


def _replaceable(section: _Section) -> tuple[ReplaceableField, ...]:
    bullets = [_BULLET.fullmatch(line.text) for line in section.lines]
    first = next((index for index, bullet in enumerate(bullets) if bullet), len(bullets))
    if first == 0 or "replaced" not in section.lines[first - 1].text:
        _fail(section.heading, "a sentence that says which fields can be replaced, then bullets")
    fields = []
    for line, bullet in zip(section.lines[first:], bullets[first:], strict=True):
        if not bullet or not _FIELD.fullmatch(bullet[1]):
            _fail(line.number, "a bullet with the dotted path of a field", line.text)
        fields.append(ReplaceableField(bullet[1], section.source(line, line)))
    return _distinct(fields, lambda field: field.path, section, "replaceable field")


def _operation(section: _Section) -> tuple[str, str, Source]:
    found = [(line, match) for line in section.lines if (match := _OPERATION.fullmatch(line.text))]
    if len(found) != 1:
        _fail(f"section {section.name!r}", "one line 'METHOD /path'", f"{len(found)} such lines")
    line, match = found[0]
    if not _PATH.fullmatch(match[2]):
        _fail(line.number, "a path of names and {parameters}", match[2])
    return match[1], match[2], section.source(line, line)


def _api_version(path: str, source: Source) -> str:
    # Kubernetes API concepts: /api/VERSION/… for the core group, /apis/GROUP/VERSION/… for every other one.
    if not (match := _API_VERSION.match(path)):
        _fail(source.first_line, "a path below /api/VERSION or /apis/GROUP/VERSION", path)
    return match["core"] or match["group"]


def _tables(section: _Section) -> Iterator[tuple[_Line, str, Sequence[_Line]]]:
    captions = [(i, match[1]) for i, line in enumerate(section.lines) if (match := _TABLE.fullmatch(line.text))]
    for (start, caption), (end, _) in pairwise([*captions, (len(section.lines), "")]):
        yield section.lines[start], caption, section.lines[start + 1 : end]


def _rows(caption: _Line, cells: Sequence[_Line], header: tuple[str, ...]) -> Iterator[Sequence[_Line]]:
    width = len(header)
    if tuple(cell.text for cell in cells[:width]) != header:
        _fail(
            caption.number,
            f"a table headed {', '.join(header)}",
            ", ".join(cell.text for cell in cells[:width]),
        )
    for start in range(width, len(cells), width):
        row = cells[start : start + width]
        if len(row) != width:
            _fail(row[0].number, f"a table row of {width} cells", f"{len(row)}")
        yield row


def _parameters(section: _Section) -> tuple[Parameter, ...]:
    parameters = []
    for caption, title, cells in _tables(section):
        if not (match := _PARAMETER_TABLE.fullmatch(title)):
            _fail(caption.number, "a table of path or query parameters", title)
        location: Literal["path", "query"] = "path" if match[1].lower() == "path" else "query"
        for name, mandatory, description in _rows(caption, cells, PARAMETER_HEADER):
            if not _NAME.fullmatch(name.text):
                _fail(name.number, "the name of a parameter", name.text)
            if mandatory.text not in ("Yes", "No"):
                _fail(mandatory.number, "'Yes' or 'No' under Mandatory", mandatory.text)
            source = section.source(name, description)
            parameters.append(Parameter(name.text, location, mandatory.text == "Yes", source))
    return _distinct(parameters, lambda parameter: parameter.name, section, "parameter")


def _statuses(section: _Section) -> tuple[DocumentedStatus, ...]:
    statuses = []
    for caption, _, cells in _tables(section):
        for code, reason in _rows(caption, cells, STATUS_HEADER):
            if not re.fullmatch("[1-5][0-9]{2}", code.text):
                _fail(code.number, "an HTTP status", code.text)
            statuses.append(DocumentedStatus(int(code.text), reason.text, section.source(code, reason)))
    return _distinct(statuses, lambda status: str(status.code), section, "status")


_Item = TypeVar("_Item", Parameter, ReplaceableField, DocumentedStatus)


def _distinct(items: list[_Item], key: Callable[[_Item], str], section: _Section, what: str) -> tuple[_Item, ...]:
    if not items:
        _fail(f"section {section.name!r}", f"at least one {what}")
    seen: set[str] = set()
    for item in items:
        if key(item) in seen:
            _fail(item.source.first_line, f"each {what} once", key(item))
        seen.add(key(item))
    return tuple(items)


def _example(section: _Section) -> Example:
    heading = f"Example {section.name.lower()}"
    headings = [index for index, line in enumerate(section.lines) if line.text == heading]
    if len(headings) != 1:
        _fail(f"section {section.name!r}", f"one heading {heading!r}", f"{len(headings)} such lines")
    block = section.lines[headings[0] + 1 :]
    while block and not block[0].text.startswith(("{", "[")):
        block = block[1:]
    if not block:
        _fail(f"section {section.name!r}", f"a JSON object below {heading!r}")
    # Only blank lines and indentation were dropped, and JSON strings hold neither line breaks nor these.
    text = "\n".join(line.text for line in block)
    value = _json_object(text, block)
    members = tuple((name, section.source(block[i], block[k])) for name, i, k in _member_lines(text))
    return Example(value, section.source(block[0], block[-1]), members)


def _json_object(text: str, block: Sequence[_Line]) -> dict[str, Any]:
    place = block[0].number
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_reject, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        _fail(block[error.lineno - 1].number, "valid JSON and nothing after it", error.msg)
    except (ValueError, RecursionError) as error:
        _fail(place, "JSON that every reader takes alike", str(error))
    if not isinstance(value, dict):
        _fail(place, "a JSON object", text)
    if _depth(value) > DEEPEST_JSON:
        _fail(place, f"JSON nested at most {DEEPEST_JSON} levels deep")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name that occurs twice in one object")
    return members


def _reject(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if abs(number) != float("inf") else _reject(digits)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        containers = [item for item in level if isinstance(item, dict | list)]
        level = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
    return depth


def _member_lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Give name, first and last line (from 0) of each top-level member of a valid JSON object."""
    decoder = json.JSONDecoder()
    name, start, position = None, 0, text.index("{") + 1
    while text[position := position + len(_BETWEEN_MEMBERS.match(text, position)[0])] != "}":  # type: ignore[index]
        value, end = decoder.raw_decode(text, position)
        if name is None:
            name, start = value, position
        else:
            yield name, text.count("\n", 0, start), text.count("\n", 0, end)
            name = None
        position = end


def _check_agreement(document: Document) -> None:
    """Check that the path, the tables and the examples of a page tell the same story."""
    placeholders = re.findall(r"\{(.+?)\}", document.path)
    mandatory = [parameter.name for parameter in document.parameters if parameter.location == "path"]
    if sorted(placeholders) != sorted(mandatory):
        _fail(document.path_source.first_line, f"the path parameters {mandatory}", f"{placeholders}")
    for parameter in document.parameters:
        if parameter.location == "path" and not parameter.mandatory:
            _fail(parameter.source.first_line, "a path parameter to be mandatory", parameter.name)
    for example in (document.request, document.response):
        place = example.source.first_line
        if example.value.get("apiVersion") != document.api_version:
            _fail(
                place,
                f"apiVersion {document.api_version!r} as in the path",
                f"{example.value.get('apiVersion')}",
            )
        kind = example.value.get("kind")
        if kind != document.kind or not isinstance(kind, str) or not _KIND.fullmatch(kind):
            _fail(place, "one and the same kind in both examples", f"{kind}")
