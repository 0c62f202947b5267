"""Page to OpenAPI: what is derived, that every element names its lines, and that the bytes are reproducible."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from contracts.spec.page.model import (
    Document,
    DocumentedStatus,
    DocumentError,
    Example,
    Operation,
    PageLines,
    Parameter,
    ReplaceableField,
)
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive, derive_page
from contracts.spec.page.yaml_output import to_yaml

ROOT = Path(__file__).parents[3]
PAGE = ROOT.parent / "shared/documents/replacing-a-pytorchjob.txt"
TABLES = ROOT.parent / "shared/documents/family/md-zh-data-structures.md"
# What is derived of the page without its tables may not change by accident.
OF_PAGE_ALONE = "8b63561586c16dff796fbb8dc21f61c922b89a5809d91819fcb008ba31fc2e5a"
SPECIFICATION = ROOT / "openapi/replace-pytorchjob.yaml"
page_at_hand = pytest.mark.skipif(not PAGE.exists(), reason="the vendor's page is not at hand")

PATH = "/apis/lights.example/v2/namespaces/{namespace}/lanterns/{name}"
FIELDS = (
    "metadata.labels",
    "metadata.annotations",
    "spec.dimSeconds",
    "spec.keepSecondsAfterFinished",
    "spec.colour",
)


def source(section: str, first: int, last: int | None = None) -> PageLines:
    return PageLines(section, first, last or first)


def shown(section: str, line: int, **members: Any) -> Example:
    value = {"apiVersion": "lights.example/v2", "kind": "Lantern", **members}
    lines = tuple((name, source(section, line + index)) for index, name in enumerate(value))
    return Example(value, source(section, line, line + len(value)), lines)


def lantern(**changes: Any) -> Document:
    document = Document(
        title="Replacing a Lantern",
        updated="2024-02-29",
        sha256="0" * 64,
        operations=(Operation("PUT", PATH, source("URI", 14)),),
        api_version="lights.example/v2",
        kind="Lantern",
        parameters=(
            Parameter("name", "path", True, source("URI", 24, 28)),
            Parameter("namespace", "path", True, source("URI", 30, 34)),
            Parameter("pretty", "query", False, source("URI", 44, 48)),
        ),
        replaceable=tuple(ReplaceableField(path, source("Function", 9 + i)) for i, path in enumerate(FIELDS)),
        statuses=(
            DocumentedStatus(201, "Created", source("Status Code", 90)),
            DocumentedStatus(403, "Forbidden", source("Status Code", 92)),
        ),
        requests=(
            shown("Request", 60, metadata={"labels": {"app": "x"}}, spec={"dimSeconds": 3, "wicks": [{"n": 1}]}),
        ),
        responses=(shown("Response", 80, spec={"wicks": [{"n": 1.5, "required": True}]}, status={}),),
        sections={"Function": source("Function", 7, 11), "Request": source("Request", 52, 70)},
    )
    return dataclasses.replace(document, **changes)


def operation(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = derive(document)["paths"][PATH]["put"]
    return found


def schema_of(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = derive(document)["components"]["schemas"]["Lantern"]
    return found


def lines_of(element: dict[str, Any]) -> tuple[Any, ...]:
    return (element["x-source"]["section"], *element["x-source"]["lines"])


def test_info_names_the_page() -> None:
    info = derive(lantern())["info"]
    assert (info["title"], info["version"]) == ("Replacing a Lantern", "2024-02-29")
    assert info["x-document"] == {"title": "Replacing a Lantern", "updated": "2024-02-29", "sha256": "0" * 64}


def test_derived_document_is_valid_openapi() -> None:
    specification = derive(lantern())
    validate(specification)
    assert specification["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("title", "identifier"),
    [
        ("Replacing a Lantern", "replaceLantern"),
        ("Querying the Lantern list", "queryLanternList"),
        ("Lantern", "replaceLantern"),
        ("灯", "replaceLantern"),
    ],
)
def test_operation_id_follows_the_title(title: str, identifier: str) -> None:
    assert operation(lantern(title=title))["operationId"] == identifier


def test_every_element_names_its_lines() -> None:
    specification = derive(lantern())
    put = specification["paths"][PATH]["put"]
    assert lines_of(specification["paths"][PATH]) == ("URI", 14, 14)
    assert lines_of(put) == ("Function", 7, 11)
    assert [lines_of(parameter) for parameter in put["parameters"]] == [
        ("URI", 24, 28),
        ("URI", 30, 34),
        ("URI", 44, 48),
    ]
    assert [lines_of(field)[1] for field in put["x-replaceable-fields"]] == [9, 10, 11, 12, 13]
    assert lines_of(put["requestBody"]) == ("Request", 52, 70)
    assert {code: lines_of(response)[1] for code, response in put["responses"].items()} == {"201": 90, "403": 92}
    for example, section in ((put["requestBody"], "Request"), (put["responses"]["201"], "Response")):
        assert lines_of(example["content"]["application/json"]["examples"]["documented"])[0] == section
    schema = specification["components"]["schemas"]["Lantern"]
    assert lines_of(schema) == ("Request", 60, 64)
    assert {name: lines_of(inner)[:2] for name, inner in schema["properties"].items()} == {
        "apiVersion": ("Request", 60),
        "kind": ("Request", 61),
        "metadata": ("Request", 62),
        "spec": ("Request", 63),
        "status": ("Response", 83),
    }


def test_parameters_and_bodies() -> None:
    put = operation(lantern())
    assert [(p["name"], p["in"], p["required"]) for p in put["parameters"]] == [
        ("name", "path", True),
        ("namespace", "path", True),
        ("pretty", "query", False),
    ]
    assert put["requestBody"]["required"] is True
    for body in (put["requestBody"], put["responses"]["201"]):
        assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Lantern"}
    assert "content" not in put["responses"]["403"]
    assert put["x-kubernetes-group-version-kind"] == {"group": "lights.example", "version": "v2", "kind": "Lantern"}


def test_schema_merges_both_examples_and_accepts_them() -> None:
    schema = schema_of(lantern())
    wick = schema["properties"]["spec"]["properties"]["wicks"]["items"]
    assert wick == {"type": "object", "properties": {"n": {"type": "number"}, "required": {"type": "boolean"}}}
    validator = jsonschema_rs.validator_for(schema)
    for example in (*lantern().requests, *lantern().responses):
        assert validator.is_valid(example.value)
    assert not validator.is_valid({**lantern().requests[0].value, "kind": "Lamp"})
    assert not validator.is_valid({**lantern().requests[0].value, "apiVersion": "v1"})


def keywords(schema: dict[str, Any]) -> Iterator[str]:
    yield from schema
    for inner in schema.get("properties", {}).values():
        yield from keywords(inner)
    if "items" in schema:
        yield from keywords(schema["items"])


def test_examples_make_nothing_mandatory() -> None:
    found = set(keywords(schema_of(lantern())))
    assert "required" not in found
    assert "properties" in found


def test_replaceable_fields_are_typed_by_name() -> None:
    schema = schema_of(lantern())
    texts: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
    expected: dict[str, dict[str, Any]] = dict(zip(FIELDS, (texts, texts, *[{"type": "integer"}] * 2, {}), strict=True))
    for line, (path, typed) in enumerate(expected.items(), start=9):
        parent, name = path.split(".")
        marks = {"x-inferred-from": "name", "x-source": {"section": "Function", "lines": [line, line]}}
        assert schema["properties"][parent]["properties"][name] == typed | marks


def test_a_replaceable_field_of_which_nothing_tells_the_type_has_none() -> None:
    text = b"Function\n\nspec.oil and spec.oil.price can be replaced.\n\nURI\n\nPUT /apis/l.example/v1/lamps/{name}\n"
    schema = derive(parse_document(text, ".txt"))["components"]["schemas"]["Object"]
    oil = schema["properties"]["spec"]["properties"]["oil"]
    assert (oil["type"], "type" in oil["properties"]["price"]) == ("object", False)


def test_an_example_overrules_the_name() -> None:
    document = lantern(requests=(shown("Request", 60, spec={"dimSeconds": "5m", "colour": ["red"]}),))
    fields = schema_of(document)["properties"]["spec"]["properties"]
    assert (fields["dimSeconds"]["type"], fields["dimSeconds"]["x-inferred-from"]) == ("string", "examples")
    assert (fields["colour"]["type"], fields["colour"]["x-inferred-from"]) == ("array", "examples")


def test_a_field_below_something_else_is_an_error() -> None:
    with pytest.raises(DocumentError, match=r"^line 11: expected the examples to show 'spec' as an object"):
        derive(lantern(requests=(shown("Request", 60, spec="bright"),), responses=(shown("Response", 80),)))


def test_equal_documents_give_equal_bytes_and_are_left_alone() -> None:
    document = lantern()
    before = json.dumps(dataclasses.asdict(document))
    assert to_yaml(derive(document)) == to_yaml(derive(lantern()))
    assert json.dumps(dataclasses.asdict(document)) == before


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(), values, max_size=4))
def test_yaml_says_what_was_meant(value: dict[str, Any]) -> None:
    text = to_yaml(value)
    assert yaml.safe_load(text) == value
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["metadata", "spec", "status", "$ref"]), values))
def test_any_example_gives_a_schema_that_accepts_it_or_an_error(members: dict[str, Any]) -> None:
    document = lantern(requests=(shown("Request", 60, **members),), replaceable=())
    assert jsonschema_rs.validator_for(schema_of(document)).is_valid(document.requests[0].value)


@page_at_hand
def test_the_file_is_what_the_page_and_its_tables_give() -> None:
    assert SPECIFICATION.read_bytes() == derive_page(PAGE, structures=[TABLES])[0].encode()


@page_at_hand
def test_what_the_page_alone_gives_does_not_change_by_accident() -> None:
    assert hashlib.sha256(derive_page(PAGE)[0].encode()).hexdigest() == OF_PAGE_ALONE


def test_the_file_is_readable_yaml() -> None:
    text = SPECIFICATION.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "&id" not in text
    put = yaml.safe_load(text)["paths"].popitem()[1]["put"]
    assert sorted(put["responses"]) == ["200", "201", "400", "401", "403", "500"]
    assert len(put["x-replaceable-fields"]) == 5
    assert put["operationId"] == "replacePyTorchJob"


@page_at_hand
def test_none_of_the_pages_sentences_is_taken_over() -> None:
    prose = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.strip().endswith(".")]
    derived = SPECIFICATION.read_text(encoding="utf-8")
    assert prose
    assert [line for line in prose if line in derived and not line.startswith('"')] == []
