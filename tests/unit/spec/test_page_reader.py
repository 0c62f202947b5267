"""Reading a page: what is taken, where from, and that a page that is wrong says so in one line."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.spec.page.model import Document, DocumentError, PageLines
from contracts.spec.page.reader import parse_document, read_document
from contracts.spec.page.to_openapi import derive, to_yaml

PAGE = Path(__file__).parents[4] / "shared/documents/replacing-a-pytorchjob.txt"

# A page of our own about an invented resource, so that these tests need nothing from outside.
LANTERN = """\
Updated on 2024-02-29 GMT+08:00

Replacing a Lantern

Function

Whatever the prose says, these can be replaced:

  • metadata.labels
  • spec.dimAfterSeconds

URI

PUT /apis/lights.example/v2/namespaces/{namespace}/lanterns/{name}

Table 1 Path parameters

Parameter

Mandatory

Description

name

Yes

Prose.

namespace

Yes

Prose.

Table 2 Query parameter

Parameter

Mandatory

Description

pretty

No

Prose.

Request

Request parameters

Prose.

Example request

{
    "apiVersion": "lights.example/v2",
    "kind": "Lantern",
    "spec": {
        "dimAfterSeconds": 30
    }
}

Response

Example response

{
    "apiVersion": "lights.example/v2",
    "kind": "Lantern",
    "spec": {
        "colour": "red"
    }
}

Status Code

Table 3 Status codes

Status Code

Description

200

OK

403

Forbidden"""


def parse(text: str) -> Document:
    return parse_document(text.encode())


def facts(document: Document) -> str:
    """Everything but the lines and the digest."""
    plain = dataclasses.replace(document, sha256="")
    return json.dumps(dataclasses.asdict(plain), default=str, sort_keys=True, cls=_WithoutLines)


class _WithoutLines(json.JSONEncoder):
    def encode(self, o: object) -> str:
        return super().encode(self._strip(o))

    def _strip(self, value: object) -> object:
        if isinstance(value, dict):
            if set(value) == {"section", "first_line", "last_line"}:
                return value["section"]
            return {key: self._strip(child) for key, child in value.items()}
        return [self._strip(child) for child in value] if isinstance(value, list | tuple) else value


def sources(document: Document) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []

    def walk(value: object) -> None:
        if isinstance(value, PageLines):
            found.append((value.first_line, value.last_line))
        elif isinstance(value, tuple):
            for child in value:
                walk(child)
        elif dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                walk(getattr(value, field.name))

    walk(document)
    return found


def test_facts_of_a_page() -> None:
    document = parse(LANTERN)
    assert (document.title, document.updated) == ("Replacing a Lantern", "2024-02-29")
    assert document.sha256 == hashlib.sha256(LANTERN.encode()).hexdigest()
    assert (document.method, document.kind, document.api_version) == ("PUT", "Lantern", "lights.example/v2")
    assert document.path == "/apis/lights.example/v2/namespaces/{namespace}/lanterns/{name}"
    assert [(p.name, p.location, p.mandatory) for p in document.parameters] == [
        ("name", "path", True),
        ("namespace", "path", True),
        ("pretty", "query", False),
    ]
    assert [field.path for field in document.replaceable] == ["metadata.labels", "spec.dimAfterSeconds"]
    assert [(status.code, status.reason) for status in document.statuses] == [(200, "OK"), (403, "Forbidden")]
    assert document.request.value["spec"] == {"dimAfterSeconds": 30}
    assert document.response.value["spec"] == {"colour": "red"}


def test_sources_are_lines_of_the_page() -> None:
    document, lines = parse(LANTERN), LANTERN.split("\n")
    for field in document.replaceable:
        assert lines[field.source.first_line - 1].endswith(field.path)
    for status in document.statuses:
        assert lines[status.source.first_line - 1] == str(status.code)
        assert lines[status.source.last_line - 1] == status.reason
    for shown in (document.request, document.response):
        block = "\n".join(lines[shown.source.first_line - 1 : shown.source.last_line])
        assert json.loads(block) == shown.value
        assert [name for name, _ in shown.members] == list(shown.value)
        for name, source in shown.members:
            member = "\n".join(lines[source.first_line - 1 : source.last_line]).rstrip().rstrip(",")
            assert json.loads("{" + member + "}") == {name: shown.value[name]}
    assert document.sections["Function"] == PageLines("Function", 7, 10)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text + "\n",
        lambda text: text.replace("•", "-"),
    ],
    ids=["CRLF", "CR", "byte order mark", "newline at end", "other bullets"],
)
def test_encoding_of_lines_does_not_matter(change: Callable[[str], str]) -> None:
    document = parse(change(LANTERN))
    assert facts(document) == facts(parse(LANTERN))
    assert sources(document) == sources(parse(LANTERN))


@settings(deadline=None)
@given(st.lists(st.integers(0, LANTERN.count("\n")), max_size=8))
def test_blank_lines_shift_sources_and_nothing_else(places: list[int]) -> None:
    lines = LANTERN.split("\n")
    for place in sorted(places, reverse=True):
        lines.insert(place, "   ")
    document = parse("\n".join(lines))
    assert facts(document) == facts(parse(LANTERN))
    shift = [number + sum(place < number for place in places) for number in range(len(LANTERN.split("\n")) + 1)]
    assert sources(document) == [(shift[first], shift[last]) for first, last in sources(parse(LANTERN))]


def test_without_blank_lines() -> None:
    compact = "\n".join(line for line in LANTERN.split("\n") if line.strip())
    assert facts(parse(compact)) == facts(parse(LANTERN))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Updated on 2024-02-29", "Changed", "head of the page: expected a title and 'Updated on"),
        ("2024-02-29", "2023-02-29", "head of the page: expected a date, found '2023-02-29'"),
        ("Replacing a Lantern\n", "", "head of the page: expected a title"),
        ("URI\n", "URL\n", "page: expected a section 'URI' after 'Function'"),
        ("Whatever the prose says, these can be replaced:", "", "line 5: expected a sentence"),
        ("  • metadata.labels", "  metadata.labels", "line 5: expected a sentence"),
        ("  • spec.dimAfterSeconds", "  spec.dimAfterSeconds", "line 10: expected a bullet"),
        ("spec.dimAfterSeconds\n", "metadata.labels\n", "line 10: expected each replaceable field once"),
        ("PUT /apis", "PUSH /apis", "section 'URI': expected one line 'METHOD /path'"),
        ("lanterns/{name}", "lanterns/{na-me}", "line 14: expected a path of names"),
        ("lanterns/{name}", "lanterns/{title}", "line 14: expected the path parameters"),
        ("PUT /apis/lights.example/v2/", "PUT /lights/", "line 14: expected a path below /api/VERSION"),
        ("Table 1 Path", "Table 1 Header", "line 16: expected a table of path or query parameters"),
        ("\nMandatory\n", "\nOptional\n", "line 16: expected a table headed"),
        ("name\n\nYes\n", "name\n\nMaybe\n", "line 26: expected 'Yes' or 'No'"),
        ("name\n\nYes\n", "name\n\nNo\n", "line 24: expected a path parameter to be mandatory"),
        ("pretty\n\nNo\n\nProse.", "pretty\n\nNo", "line 44: expected a table row of 3 cells, found '2'"),
        ("Example request", "Sample request", "section 'Request': expected one heading 'Example request'"),
        ('"dimAfterSeconds": 30', '"dimAfterSeconds": 30,', "expected valid JSON"),
        ('"dimAfterSeconds": 30', '"dimAfterSeconds": NaN', "expected JSON that every reader takes alike"),
        ('"dimAfterSeconds": 30', '"dimAfterSeconds": 1e999', "expected JSON that every reader takes alike"),
        ('"dimAfterSeconds": 30', '"a": 1, "a": 2', 'an object holds the key "a" twice'),
        ('"dimAfterSeconds": 30', '"a": "\\ud800"', "expected JSON that every reader takes alike"),
        ('"dimAfterSeconds": 30', f'"a": {"[" * 80}{"]" * 80}', "nested deeper than 64"),
        ('"dimAfterSeconds": 30', f'"a": {"[" * 100_000}', "expected"),
        (
            '"kind": "Lantern",\n    "spec": {\n        "colour"',
            '"kind": "Lamp", "spec": {"colour"',
            "one and the same",
        ),
        ('"kind": "Lantern"', '"kind": "lantern"', "one and the same kind"),
        ('"apiVersion": "lights.example/v2"', '"apiVersion": "v1"', "expected apiVersion 'lights.example/v2'"),
        ("200\n", "OK\n", "expected an HTTP status, found 'OK'"),
        ("403\n", "200\n", "expected each status once, found '200'"),
        ("Forbidden", "", "expected a table row of 2 cells"),
    ],
)
def test_a_wrong_page_says_where(old: str, new: str, message: str) -> None:
    assert old in LANTERN
    with pytest.raises(DocumentError, match=message) as caught:
        parse(LANTERN.replace(old, new))
    assert "\n" not in str(caught.value)


def parses_or_says_why(content: bytes) -> None:
    """Either the page parses, and then a specification can be derived from it, or one line says why not."""
    digest, message = hashlib.sha256(content).hexdigest(), "fine"
    try:
        document = parse_document(content)
        specification = derive(document)
        assert document.sha256 == digest
        assert yaml.safe_load(to_yaml(specification)) == specification
    except DocumentError as error:
        message = str(error)
    assert len(message.splitlines()) == 1


@settings(deadline=None)
@given(st.binary())
@example(b"")
@example(b"\xff\xfe")
def test_any_bytes_parse_or_raise_document_error(content: bytes) -> None:
    parses_or_says_why(content)


@settings(deadline=None)
@given(st.data())
def test_any_damage_to_a_page_parses_or_raises_document_error(data: st.DataObject) -> None:
    content = LANTERN.encode()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 200)))
    pieces = st.sampled_from([b"{", b"}", b"[", b'"', b"\n", b"\r", b"Table 9 Path parameters\n", b"URI\n"])
    parses_or_says_why(content[:start] + data.draw(st.binary(max_size=9) | pieces) + content[end:])


@settings(deadline=None)
@given(st.permutations(LANTERN.split("\n")), st.integers(0, 120))
def test_any_order_of_lines_parses_or_raises_document_error(lines: list[str], length: int) -> None:
    parses_or_says_why("\n".join(lines[:length]).encode())


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.txt", tmp_path, Path("nul\0byte")):
        with pytest.raises(DocumentError, match="cannot be read"):
            read_document(path)


def test_error_of_a_file_names_it(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("nothing")
    with pytest.raises(DocumentError, match=f"^{page}: page: expected a section 'Function'$"):
        read_document(page)


@pytest.mark.skipif(not PAGE.exists(), reason="the vendor's page is not at hand")
def test_the_vendors_page() -> None:
    document = read_document(PAGE)
    assert document.kind in document.title
    assert document.sections["Function"] == PageLines("Function", 7, 13)
    assert [field.source.first_line for field in document.replaceable] == [9, 10, 11, 12, 13]
    assert sorted(status.code for status in document.statuses) == [200, 201, 400, 401, 403, 500]
    assert [parameter.name for parameter in document.parameters if parameter.mandatory] == ["name", "namespace"]
    assert document.request.value == document.response.value
