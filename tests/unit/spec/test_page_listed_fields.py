"""Fields of a request's body in lists and lines; what pages in traditional Chinese and other looks say."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.spec.page.facts import facts
from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive

TOP = "# Replacing a Lamp\n\n## URI\n\nPUT /api/v1/lamps/{name}\n\n"
EXAMPLE = (
    '## Request example\n\n```json\n{"apiVersion": "v1", "kind": "Lamp", "metadata": {}, "spec": {"dim": 4}}\n```\n'
)


def parse(text: str, suffix: str = ".md") -> Document:
    return parse_document(text.encode(), suffix)


def spec(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = derive(document)["components"]["schemas"]["Lamp"]["properties"]["spec"]
    return found


@pytest.mark.parametrize(
    ("heading", "listed", "suffix"),
    [
        ("## Payload", "- `spec` (object, required)\n  - `dim` (integer, required): 1 to 9", ".md"),
        ("## Request body", "- `spec.dim` (integer, required): Minimum 1, maximum 9.", ".md"),
        ("## Request body", "spec.dim (integer, required)\n:   Between 1 and 9.", ".md"),
    ],
)
def test_fields_in_lists(heading: str, listed: str, suffix: str) -> None:
    found = spec(parse(f"{TOP}{heading}\n\n{listed}\n\n{EXAMPLE}", suffix))
    dim = found["properties"]["dim"]
    assert (dim["type"], dim["minimum"], dim["maximum"], found["required"]) == ("integer", 1, 9, ["dim"])


@pytest.mark.parametrize(
    ("line", "bounds"), [("spec.dim integer [ 1 .. 9 ]", (1, 9)), ("spec.dim lamp [ 1 .. 9 ]", None)]
)
def test_fields_on_lines_below_the_schema_of_the_body(line: str, bounds: tuple[int, int] | None) -> None:
    found = spec(parse(f"{TOP}## Request Body schema: application/json\n\n{line}\n\n{EXAMPLE}"))["properties"]["dim"]
    assert (found.get("minimum"), found.get("maximum")) == (bounds or (None, None))


def test_items_that_do_not_say_what_they_are_are_no_fields() -> None:
    assert parse(f"{TOP}## Payload\n\n- lamps (by night)\n- spec.dim of lamps\n\n{EXAMPLE}").structures == ()


def test_a_table_of_paths_need_not_name_what_each_object_has() -> None:
    rows = "| Field | Type |\n|--|--|\n| spec | object |\n| spec.dim | integer |"
    told: list[Any] = []
    derive(parse(f"{TOP}## Request body\n\n{rows}\n\n{EXAMPLE}"), obstacles=told)
    derive(parse(f"{TOP}## Request body\n\n{rows.replace('.dim', '.hue')}\n\n{EXAMPLE}"), obstacles=told)
    assert [one.expected for one in told] == ["the table to name 'dim', which the page shows"]


@pytest.mark.parametrize(
    ("description", "keywords"),
    [
        ("[ 1 .. 9 ]", {"minimum": 1, "maximum": 9}),
        ("From 1 through 9.", {"minimum": 1, "maximum": 9}),
        ("取值範圍為 1 至 9", {"minimum": 1, "maximum": 9}),
        ("預設為 3", {"default": 3}),
        ("From lamp 1 through lamp 9.", {}),
        ("[ 1 .. 9 ] of the lamps", {}),
    ],
)
def test_ranges_and_defaults(description: str, keywords: dict[str, int]) -> None:
    assert facts(description, "integer").keywords == keywords


def test_traditional_chinese_is_read_and_stays_as_it_is_written() -> None:
    rows = "| 狀態碼 | 說明 |\n|--|--|\n| 200 | 請求成功 |"
    page = "# 取代燈\n\n## 功能說明\n\n下列欄位可以被取代：\n\n- spec.dim\n\n"
    page += "不可取代的欄位：\n\n- spec.hue\n\n## 請求\n\n"
    document = parse(f"{page}PUT /api/v1/lamps/{{name}}\n\n## 狀態碼\n\n{rows}\n")
    assert [one.path for one in document.replaceable] == ["spec.dim"]
    assert (document.title, [one.reason for one in document.statuses]) == ("取代燈", ["請求成功"])


@pytest.mark.parametrize(("name", "types"), [("Content-Type", ["application/merge-patch+json"]), ("Accept", [])])
def test_the_media_type_in_a_table_of_headers(name: str, types: list[str]) -> None:
    table = f"| Name | Value |\n|--|--|\n| {name} | `application/merge-patch+json` |"
    document = parse(f"# Lamp\n\n## Request\n\nPATCH /api/v1/lamps/{{name}}\n\n{table}\n")
    assert [one.name for one in document.media_types] == types


@pytest.mark.parametrize(("label", "requests"), [("[Request]", 1), ('title="Request"', 1), ('title="lamp.json"', 0)])
def test_the_label_on_code_says_what_it_is(label: str, requests: int) -> None:
    page = f'# Lamp\n\nPUT /api/v1/lamps/{{name}}\n\n```json {label}\n{{"spec": {{"dim": 1}}}}\n```\n'
    assert len(parse(page).requests) == requests


def test_marks_in_parsed_text_are_no_part_of_the_path() -> None:
    text = "Lamp\n====\n\n.. parsed-literal::\n\n   **PUT** /api/v1/lamps/*{name}*\n\nRequest\n-------\n\nN/A\n"
    assert parse(text, ".rst").path == "/api/v1/lamps/{name}"


def test_a_table_of_contents_in_lines_begins_no_section() -> None:
    text = "On this page\nRequest\nResponse\nReplace a lamp\n\nPUT\n/api/v1/lamps/{name}\n\n"
    text += "Request\n\nN/A\n\nResponses\n200 OK\n"
    assert parse(text, ".txt").path == "/api/v1/lamps/{name}"
    assert [one.code for one in parse(text, ".txt").statuses] == [200]


@pytest.mark.parametrize(
    ("word", "kind"), [("字串", "string"), ("布林", "boolean"), ("整數", "integer"), ("燈具", "string")]
)
def test_types_in_traditional_chinese(word: str, kind: str) -> None:
    rows = f"| 參數 | 類型 | 說明 |\n|--|--|--|\n| dim | {word} | 燈。 |"
    document = parse(f"{TOP}## 查詢參數\n\n{rows}\n")
    schema = next(one["schema"] for one in derive(document)["paths"]["/api/v1/lamps/{name}"]["put"]["parameters"])
    assert (schema["type"], bool(document.obstacles)) == (kind, word == "燈具")


@pytest.mark.parametrize(("header", "types"), [("Name | Type | Description", ["boolean"]), ("Lamp | Bulb | Light", [])])
def test_pipes_without_a_line_below_the_header(header: str, types: list[str]) -> None:
    text = f"URI\n\nPUT /api/v1/lamps/{{name}}\n\nQuery parameters\n\n{header}\ndim | boolean | Any.\n"
    assert [one.type for one in parse(text, ".txt").parameters] == types
