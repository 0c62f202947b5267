"""Reading a vendor's help page: plain text in, its facts out, each with the lines that state it.

A page is read by its structure (section headings, numbered tables, bullets, JSON blocks) and never by line
number, so blank lines, line endings and a byte order mark do not matter. Names, values, statuses and examples
are taken; the vendor's prose is not. A page that lacks something or contradicts itself raises DocumentError.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import dropwhile, pairwise
from pathlib import Path
from typing import TypeVar

from contracts.jsonvalue import strict
from contracts.spec.page.model import (
    BULLET,
    OPERATION,
    PARAMETER_HEADER,
    SECTIONS,
    STATUS_HEADER,
    TABLE,
    UPDATED,
    Document,
    DocumentedStatus,
    DocumentError,
    Example,
    Line,
    PageLines,
    Parameter,
    ReplaceableField,
    Section,
    Unit,
    fail,
)
from contracts.spec.page.statements import member_lines, units_of

DEEPEST_JSON = 64
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")
_PATH = re.compile(r"(/([A-Za-z0-9._-]+|\{[A-Za-z][A-Za-z0-9]*\}))+")
_API_VERSION = re.compile(r"/api/(?P<core>[^/{]+)/|/apis/(?P<group>[^/{]+/[^/{]+)/")
_PARAMETER_TABLE = re.compile(r"(path|query) parameters?", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")

_Read = TypeVar("_Read")


def read_document(path: Path) -> Document:
    """Read the page in a file. Raises DocumentError where the file cannot be read or is not such a page."""
    return _read(path, parse_document)


def read_units(path: Path) -> tuple[Unit, ...]:
    """Read the units of the page in a file, also where nothing can be derived from it. Raises DocumentError."""
    return _read(path, parse_units)


def parse_units(text: bytes) -> tuple[Unit, ...]:
    """Give the units of a page; raises DocumentError where it lacks a section."""
    return units_of(*_split(_lines(text)))


def _read(path: Path, parse: Callable[[bytes], _Read]) -> _Read:
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        return parse(content)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error


def parse_document(text: bytes) -> Document:
    """Parse a page (UTF-8, with or without a byte order mark). Raises DocumentError and nothing else."""
    lines = _lines(text)
    head, sections = _split(lines)
    title, updated = _head(head)
    function, uri, request, response, status_code = sections
    method, path, api_version, path_source = _operation(uri)
    example_request, example_response = _example(request), _example(response)
    document = Document(
        title=title,
        updated=updated,
        sha256=hashlib.sha256(text).hexdigest(),
        method=method,
        path=path,
        path_source=path_source,
        api_version=api_version,
        kind=str(example_request.value.get("kind")),
        parameters=_parameters(uri),
        replaceable=_replaceable(function),
        statuses=_statuses(status_code),
        request=example_request,
        response=example_response,
        sections={one.name: one.source(one.lines[0], one.lines[-1]) for one in sections},
        units=units_of(head, sections),
    )
    _check_agreement(document)
    return document


def _lines(text: bytes) -> tuple[Line, ...]:
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"line {line}: expected UTF-8, found byte {text[error.start]:#04x}") from error
    numbered = enumerate(re.split(r"\r\n|\n|\r", decoded), start=1)
    return tuple(Line(number, line.strip()) for number, line in numbered if line.strip())


def _split(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], list[Section]]:
    starts: list[int] = []
    for name in SECTIONS:
        after = starts[-1] + 1 if starts else 0
        found = [index for index, line in enumerate(lines) if line.text == name and index >= after]
        if not found:
            fail("page", f"a section {name!r}" + (f" after {lines[starts[-1]].text!r}" if starts else ""))
        starts.append(found[0])
    ends = [*starts[1:], len(lines)]
    sections = []
    for name, start, end in zip(SECTIONS, starts, ends, strict=True):
        if end == start + 1:
            fail(lines[start].number, f"something in section {name!r}")
        sections.append(Section(name, lines[start].number, lines[start + 1 : end]))
    return lines[: starts[0]], sections


def _head(lines: tuple[Line, ...]) -> tuple[str, str]:
    dates = [match[1] for line in lines if (match := UPDATED.match(line.text))]
    titles = [line.text for line in lines if not UPDATED.match(line.text)]
    if len(dates) != 1 or len(titles) != 1:
        fail("head of the page", "a title and 'Updated on YYYY-MM-DD'", " / ".join(line.text for line in lines))
    try:
        return titles[0], date.fromisoformat(dates[0]).isoformat()
    except ValueError:
        fail("head of the page", "a date", dates[0])


def _replaceable(section: Section) -> tuple[ReplaceableField, ...]:
    bullets = [BULLET.fullmatch(line.text) for line in section.lines]
    first = next((index for index, bullet in enumerate(bullets) if bullet), len(bullets))
    if first == 0 or "replaced" not in section.lines[first - 1].text:
        fail(section.heading, "a sentence that says which fields can be replaced, then bullets")
    fields = []
    for line, bullet in zip(section.lines[first:], bullets[first:], strict=True):
        if not bullet or not _FIELD.fullmatch(bullet[1]):
            fail(line.number, "a bullet with the dotted path of a field", line.text)
        fields.append(ReplaceableField(bullet[1], section.source(line, line)))
    return _distinct(fields, lambda field: field.path, section, "replaceable field")


def _operation(section: Section) -> tuple[str, str, str, PageLines]:
    found = [(line, match) for line in section.lines if (match := OPERATION.fullmatch(line.text))]
    if len(found) != 1:
        fail(f"section {section.name!r}", "one line 'METHOD /path'", f"{len(found)} such lines")
    line, match = found[0]
    if not _PATH.fullmatch(match[2]):
        fail(line.number, "a path of names and {parameters}", match[2])
    # Kubernetes API concepts: /api/VERSION/… for the core group, /apis/GROUP/VERSION/… for every other one.
    if not (version := _API_VERSION.match(match[2])):
        fail(line.number, "a path below /api/VERSION or /apis/GROUP/VERSION", match[2])
    return match[1], match[2], version["core"] or version["group"], section.source(line, line)


def _tables(section: Section) -> Iterator[tuple[Line, str, Sequence[Line]]]:
    captions = [(i, match[1]) for i, line in enumerate(section.lines) if (match := TABLE.fullmatch(line.text))]
    for (start, caption), (end, _) in pairwise([*captions, (len(section.lines), "")]):
        yield section.lines[start], caption, section.lines[start + 1 : end]


def _rows(caption: Line, cells: Sequence[Line], header: tuple[str, ...]) -> Iterator[Sequence[Line]]:
    width = len(header)
    found = tuple(cell.text for cell in cells[:width])
    if found != header:
        fail(caption.number, f"a table headed {', '.join(header)}", ", ".join(found))
    for start in range(width, len(cells), width):
        row = cells[start : start + width]
        if len(row) != width:
            fail(row[0].number, f"a table row of {width} cells", f"{len(row)}")
        yield row


def _parameters(section: Section) -> tuple[Parameter, ...]:
    parameters = []
    for caption, title, cells in _tables(section):
        if not (match := _PARAMETER_TABLE.fullmatch(title)):
            fail(caption.number, "a table of path or query parameters", title)
        for name, mandatory, description in _rows(caption, cells, PARAMETER_HEADER):
            if not _NAME.fullmatch(name.text):
                fail(name.number, "the name of a parameter", name.text)
            if mandatory.text not in ("Yes", "No"):
                fail(mandatory.number, "'Yes' or 'No' under Mandatory", mandatory.text)
            source = section.source(name, description)
            parameters.append(Parameter(name.text, match[1].lower(), mandatory.text == "Yes", source))
    return _distinct(parameters, lambda parameter: parameter.name, section, "parameter")


def _statuses(section: Section) -> tuple[DocumentedStatus, ...]:
    statuses = []
    for caption, _, cells in _tables(section):
        for code, reason in _rows(caption, cells, STATUS_HEADER):
            if not re.fullmatch("[1-5][0-9]{2}", code.text):
                fail(code.number, "an HTTP status", code.text)
            statuses.append(DocumentedStatus(int(code.text), reason.text, section.source(code, reason)))
    return _distinct(statuses, lambda status: str(status.code), section, "status")


_Item = TypeVar("_Item", Parameter, ReplaceableField, DocumentedStatus)


def _distinct(items: list[_Item], key: Callable[[_Item], str], section: Section, what: str) -> tuple[_Item, ...]:
    if not items:
        fail(f"section {section.name!r}", f"at least one {what}")
    seen: set[str] = set()
    for item in items:
        if key(item) in seen:
            fail(item.source.first_line, f"each {what} once", key(item))
        seen.add(key(item))
    return tuple(items)


def _example(section: Section) -> Example:
    heading = f"Example {section.name.lower()}"
    headings = [index for index, line in enumerate(section.lines) if line.text == heading]
    if len(headings) != 1:
        fail(f"section {section.name!r}", f"one heading {heading!r}", f"{len(headings)} such lines")
    block = tuple(dropwhile(lambda line: line.text[0] not in "{[", section.lines[headings[0] + 1 :]))
    if not block:
        fail(f"section {section.name!r}", f"a JSON object below {heading!r}")
    # Only blank lines and indentation were dropped, and JSON strings hold neither line breaks nor these.
    text = "\n".join(line.text for line in block)
    try:
        value = strict.parse(text, deepest=DEEPEST_JSON)
        json.dumps(value, ensure_ascii=False).encode()
    except (strict.NotJson, UnicodeEncodeError) as error:
        line = getattr(error, "line", 0)
        wanted = "valid JSON and nothing after it" if line else "JSON that every reader takes alike"
        fail(block[max(line, 1) - 1].number, wanted, str(error))
    if not isinstance(value, dict):
        fail(block[0].number, "a JSON object", text)
    members = tuple((name, section.source(block[i], block[k])) for name, i, k in member_lines(text))
    return Example(value, section.source(block[0], block[-1]), members)


def _check_agreement(document: Document) -> None:
    """Check that the path, the tables and the examples of a page tell the same story."""
    placeholders = re.findall(r"\{(.+?)\}", document.path)
    in_path = [parameter for parameter in document.parameters if parameter.location == "path"]
    names = [parameter.name for parameter in in_path]
    if sorted(placeholders) != sorted(names):
        fail(document.path_source.first_line, f"the path parameters {names}", f"{placeholders}")
    for parameter in in_path:
        if not parameter.mandatory:
            fail(parameter.source.first_line, "a path parameter to be mandatory", parameter.name)
    for example in (document.request, document.response):
        place = example.source.first_line
        version, kind = example.value.get("apiVersion"), example.value.get("kind")
        if version != document.api_version:
            fail(place, f"apiVersion {document.api_version!r} as in the path", f"{version}")
        if kind != document.kind or not isinstance(kind, str) or not _KIND.fullmatch(kind):
            fail(place, "one and the same kind in both examples", f"{kind}")
