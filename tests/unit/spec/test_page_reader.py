"""Reading a page: what is taken, where from, and that a page that is wrong says so in one line."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.spec.page.model import Document, DocumentError, PageLines
from contracts.spec.page.reader import parse_document, read_document
from contracts.spec.page.to_openapi import derive
from contracts.spec.page.yaml_output import to_yaml

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
    assert document.requests[0].value["spec"] == {"dimAfterSeconds": 30}
    assert document.responses[0].value["spec"] == {"colour": "red"}


def test_sources_are_lines_of_the_page() -> None:
    document, lines = parse(LANTERN), LANTERN.split("\n")
    for field in document.replaceable:
        assert lines[field.source.first_line - 1].endswith(field.path)
    for status in document.statuses:
        assert lines[status.source.first_line - 1] == str(status.code)
        assert lines[status.source.last_line - 1] == status.reason
    for shown in (*document.requests, *document.responses):
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
    ("old", "new", "obstacle"),
    [
        ("2024-02-29", "2023-02-29", "line 1: expected one date of update, found 'Updated on 2023-02-29"),
        ("  • metadata.labels", "  • all labels!", "line 9: expected the dotted path of a field"),
        ("spec.dimAfterSeconds\n", "metadata.labels\n", "line 10: expected each replaceable field once"),
        ("  • metadata.labels\n  • spec.dimAfterSeconds\n", "", "line 7: expected the fields that can be replaced"),
        ("lanterns/{name}\n", "lanterns/{name}\n\nGET /a%b\n", "line 16: expected a path of names"),
        ("lanterns/{name}\n", "lanterns/{name}\n\nGET /a/b\n", "line 16: expected one method, PUT, on the page"),
        ("lanterns/{name}", "lanterns/{title}", "line 14: expected the path parameters"),
        ("\nMandatory\n", "\nNeeded\n", "line 16: expected a table below its caption"),
        ("name\n\nYes\n", "name\n\nMaybe\n", "line 26: expected yes or no, found 'Maybe'"),
        ("name\n\nYes\n", "name\n\nNo\n", "line 24: expected a path parameter to be mandatory"),
        ('{\n    "apiVersion"', "Soon.\n\n" + '("apiVersion"', "line 56: expected a JSON object below the heading"),
        ('"dimAfterSeconds": 30', '"dimAfterSeconds": 30 40', "expected valid JSON"),
        (
            '"dimAfterSeconds": 30',
            '"dimAfterSeconds": 30, ...',
            "line 58: expected an example of which nothing is left",
        ),
        ('"dimAfterSeconds": 30', '"dimAfterSeconds": NaN', "expected JSON that every reader takes alike"),
        ('"dimAfterSeconds": 30', '"dimAfterSeconds": 1e999', "expected JSON that every reader takes alike"),
        ('"dimAfterSeconds": 30', '"a": 1, "a": 2', 'an object holds the key "a" twice'),
        ('"dimAfterSeconds": 30', '"a": "\\ud800"', "expected JSON that every reader takes alike"),
        ('"dimAfterSeconds": 30', f'"a": {"[" * 80}{"]" * 80}', "nested deeper than 64"),
        ('"dimAfterSeconds": 30', f'"a": {"[" * 100_000}', "expected"),
        ('"spec": {\n        "dim', '"spec": {\n        dim', "line 62: expected valid JSON"),
        (
            '"kind": "Lantern",\n    "spec": {\n        "colour"',
            '"kind": "Lamp", "spec": {"colour"',
            "line 70: expected one and the same kind in all examples, Lantern, found 'Lamp'",
        ),
        ('"kind": "Lantern"', '"kind": "lantern"', "expected a kind in capitals and letters, found 'lantern'"),
        ('"apiVersion": "lights.example/v2"', '"apiVersion": "v1"', "expected apiVersion 'lights.example/v2'"),
        ("200\n", "OK\n", "expected an HTTP status, found 'OK'"),
        ("403\n", "200\n", "expected each status once, found '200'"),
    ],
)
def test_what_is_not_understood_is_told_with_its_line(old: str, new: str, obstacle: str) -> None:
    assert old in LANTERN
    document = parse(LANTERN.replace(old, new))
    assert any(obstacle in str(one) for one in document.obstacles), document.obstacles
    assert all("\n" not in str(one) for one in document.obstacles)


def test_a_page_that_is_as_it_should_be_has_no_obstacles() -> None:
    assert parse(LANTERN).obstacles == ()


def test_all_obstacles_are_told_at_once_in_the_order_of_the_page() -> None:
    broken = LANTERN.replace("29 GMT", "31 GMT").replace("name\n\nYes\n", "name\n\nMaybe\n").replace("403\n", "200\n")
    assert [one.line for one in parse(broken).obstacles] == [1, 26, 90]


@pytest.mark.parametrize(
    ("old", "new", "absent"),
    [
        ("Updated on 2024-02-29 GMT+08:00\n", "", {"updated": None}),
        ("Replacing a Lantern\n", "", {"title": None}),
        (
            "Whatever the prose says, these can be replaced:\n\n  • metadata.labels\n  • spec.dimAfterSeconds\n",
            "",
            {"replaceable": ()},
        ),
        ("PUT /apis/lights.example/v2/", "PUT /lights/", {"api_version": None}),
        ("Table 3 Status codes\n\nStatus Code\n\nDescription\n\n200\n\nOK\n\n403\n\nForbidden", "", {"statuses": ()}),
    ],
)
def test_what_the_page_does_not_say_is_absent_and_no_obstacle(old: str, new: str, absent: dict[str, Any]) -> None:
    assert old in LANTERN
    document = parse(LANTERN.replace(old, new))
    assert {name: getattr(document, name) for name in absent} == absent
    assert document.obstacles == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "expected a page with one of the sections Function, URI"),
        (LANTERN.replace("PUT /apis", "PUSH /apis"), "expected a line 'METHOD /path'"),
        (LANTERN.replace("lanterns/{name}", "lanterns/{na%me}"), "line 14: expected a path of names"),
    ],
)
def test_another_kind_of_page_is_one_line(text: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        parse(text)
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
    with pytest.raises(DocumentError, match=f"^{page}: expected a page with one of"):
        read_document(page)


@pytest.mark.skipif(not PAGE.exists(), reason="the vendor's page is not at hand")
def test_the_vendors_page() -> None:
    document = read_document(PAGE)
    assert str(document.kind) in str(document.title)
    assert document.sections["Function"] == PageLines("Function", 7, 13)
    assert [field.source.first_line for field in document.replaceable] == [9, 10, 11, 12, 13]
    assert sorted(status.code for status in document.statuses) == [200, 201, 400, 401, 403, 500]
    assert [parameter.name for parameter in document.parameters if parameter.mandatory] == ["name", "namespace"]
    assert document.requests[0].value == document.responses[0].value
