"""Random operations, written down in every format and both languages: what is read is what was written, and where."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.spec.page.model import Document, PageLines
from contracts.spec.page.reader import parse_document
from tests.unit.spec.page_models import apis
from tests.unit.spec.page_writers import FORMATS
from tests.unit.spec.pages import Api, Row, pieces

FEW, MANY = 25, 500
formats = pytest.mark.parametrize("name", FORMATS)


def check(name: str, api: Api) -> None:
    suffix, write = FORMATS[name]
    page = write(pieces(api))
    document = parse_document(page.encode(), suffix)
    assert [str(one) for one in document.obstacles] == [], page
    assert facts(document) == expected(api), page
    lines = page.split("\n")
    for place, words in stated(document):
        shown = "\n".join(lines[place.first_line - 1 : place.last_line]).replace("\\", "")
        assert words in (html.unescape(shown) if name == "html" else shown), (words, place, page)


@formats
def test_what_is_read_is_what_was_written(name: str) -> None:
    settings(max_examples=FEW, deadline=None)(given(apis())(lambda api: check(name, api)))()


@pytest.mark.slow
@formats
def test_what_is_read_is_what_was_written_many_times(name: str) -> None:
    settings(max_examples=MANY, deadline=None)(given(apis())(lambda api: check(name, api)))()


@settings(max_examples=FEW, deadline=None)
@given(apis(), st.sampled_from([name for name in FORMATS if name != "tabs"]))
def test_the_format_is_recognised_without_a_suffix(api: Api, name: str) -> None:
    page = FORMATS[name][1](pieces(api)).encode()
    assert facts(parse_document(page)) == expected(api)


def facts(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "updated": document.updated,
        "operations": [(one.method, one.path) for one in document.operations],
        "api version": document.api_version,
        "parameters": [
            (one.location, one.name, one.mandatory, one.type, words(one.description)) for one in document.parameters
        ],
        "replaceable": [one.path for one in document.replaceable],
        "statuses": [(one.code, one.reason) for one in document.statuses],
        "requests": [(one.value, one.media_type) for one in document.requests],
        "responses": [one.value for one in document.responses],
        "media types": [one.name for one in document.media_types],
        "structures": [
            (one.role, one.name, [(m.name, m.mandatory, m.type, words(m.description)) for m in one.members])
            for one in document.structures
            if one.role != "body"
        ],
        "body": [
            (m.name, m.mandatory, m.type, words(m.description))
            for one in document.structures
            if one.role == "body"
            for m in one.members
        ],
    }


def expected(api: Api) -> dict[str, Any]:
    mandatory, typed = api.columns

    def row(one: Row) -> tuple[str, bool | None, str | None, str]:
        return one.name, one.mandatory if mandatory else None, one.type if typed else None, words(one.description)

    root = api.paths[0].split("/{project_id}")[-1].split("/")
    tables = [("path", api.path_rows), ("query", api.query_rows)]
    headers = [("header", api.header_rows)]
    placed = [*tables, *headers] if "Request" not in api.order or before(api, "URI", "Request") else [*headers, *tables]
    return {
        "title": api.title,
        "updated": api.updated,
        "operations": [(api.method, path) for path in api.paths],
        "api version": root[2] if root[1] == "api" else f"{root[2]}/{root[3]}",
        "parameters": [(where, *row(one)) for where, rows in placed for one in rows],
        "replaceable": list(api.fields),
        "statuses": list(api.statuses),
        "requests": list(api.requests),
        "responses": list(api.responses),
        "media types": list(dict.fromkeys(name for _, name in api.requests if name)),
        "structures": [("type", name, [row(one) for one in rows]) for name, rows in api.structures],
        "body": [row(one) for one in api.body_rows],
    }


def before(api: Api, one: str, other: str) -> bool:
    return api.order.index(one) < api.order.index(other)


def words(text: str) -> str:
    return " ".join(text.split())


def stated(document: Document) -> Sequence[tuple[PageLines, str]]:
    """What was read, with the lines in which it must stand."""
    return [
        *((one.source, one.path) for one in document.operations),
        *((one.source, one.name) for one in document.parameters),
        *((member.source, member.name) for one in document.structures for member in one.members),
        *((one.source, one.path) for one in document.replaceable),
        *((one.source, str(one.code)) for one in document.statuses),
        *(
            (place, json.dumps(name))
            for one in (*document.requests, *document.responses)
            for name, place in one.members
        ),
    ]
