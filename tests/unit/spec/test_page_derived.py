"""What the specification of a page has: media types, types of parameters, what is deprecated, the kind."""

from typing import Any

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive

PATH = "/apis/lights.example/v1/namespaces/{namespace}/lamps/{name}"


def parse(text: str) -> Document:
    return parse_document(text.encode(), ".md")


def operation(text: str) -> dict[str, Any]:
    ((_, shown),) = derive(parse(text))["paths"].items()
    found: dict[str, Any] = next(one for method, one in shown.items() if method in ("put", "patch"))
    return found


def parameters(*rows: str) -> dict[str, Any]:
    table = "\n".join(("| Parameter | Mandatory | Description |", "|--|--|--|", *rows))
    found = operation(f"# Replacing a Lamp\n\nPUT {PATH}\n\n## Query parameters\n\n{table}\n")["parameters"]
    return {one["name"]: one for one in found if one["in"] == "query"}


PATCHED = f"# Updating a Lamp\n\nPATCH {PATH}\n\n## Request\n\n"
TYPES = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"]


def test_all_media_types_that_are_named_are_those_of_the_body() -> None:
    row = f"| Content-Type | Yes | Kinds of patches: 1. {TYPES[0]} 2. {TYPES[1]} 3. {TYPES[2]} |"
    table = f"| Parameter | Mandatory | Description |\n|--|--|--|\n{row}"
    example = '```\n{"metadata": {"labels": {"a": "b"}}}\n```'
    content = operation(f"{PATCHED}### Header parameters\n\n{table}\n\n### Example request\n\n{example}\n")[
        "requestBody"
    ]["content"]
    assert sorted(content) == TYPES
    assert [name for name, one in content.items() if "examples" in one] == ["application/merge-patch+json"]


def test_a_media_type_stays_where_its_example_is_of_another() -> None:
    example = (
        "Content-Type: application/merge-patch+json\n\n" + '```\n[{"op": "add", "path": "/spec/dim", "value": 3}]\n```'
    )
    text = f"{PATCHED}### Example request\n\n{example}\n"
    assert operation(text)["requestBody"]["content"] == {"application/merge-patch+json": {"schema": {}}}
    assert [one.expected[:13] for one in parse(text).obstacles] == ["a merge patch"]


@pytest.mark.parametrize(
    ("description", "schema"),
    [
        ("How it glows.", {"type": "string"}),
        (
            "The value must be a non-negative integer.",
            {"type": "integer", "minimum": 0, "x-inferred-from": "description"},
        ),
        (
            "Acceptable values are: 'Dim', 'Bright'.",
            {"type": "string", "enum": ["Dim", "Bright"], "x-inferred-from": "description"},
        ),
    ],
)
def test_a_parameter_without_a_type_has_what_its_description_says(description: str, schema: dict[str, Any]) -> None:
    assert parameters(f"| glow | No | {description} |")["glow"]["schema"] == schema


def test_a_parameter_that_is_deprecated() -> None:
    found = parameters("| glow | No | Deprecated: use dim. |", "| dim | No | How bright. |")
    assert [name for name, one in found.items() if one.get("deprecated")] == ["glow"]
    assert "deprecated" not in found["glow"]["schema"]


@pytest.mark.parametrize(
    ("title", "said", "deprecated"),
    [
        ("Replacing a Lamp (Deprecated)", "Swaps it.", True),
        ("Replacing a Lamp", "Swaps it. This API has been deprecated.", True),
        ("替换Lamp", "该接口已废弃。", True),
        ("Replacing a Lamp", "Deprecated: there is another one.", True),
        ("Replacing a Lamp", "The deprecated field spec.glow is ignored.", False),
        ("Replacing a Lamp", "It is not deprecated.", False),
    ],
)
def test_an_operation_that_is_deprecated(title: str, said: str, deprecated: bool) -> None:
    found = operation(f"# {title}\n\n{said}\n\n## URI\n\nPUT {PATH}\n")
    assert found.get("deprecated", False) is deprecated


def test_a_deprecation_in_the_title_is_not_part_of_the_id() -> None:
    assert (
        operation(f"# Replacing a Lamp (Deprecated)\n\nPUT {PATH}\n\n200: OK\n\n## URI\n")["operationId"]
        == "replaceLamp"
    )


def test_a_parameter_of_a_path_that_has_no_place_for_it_is_told_and_left_out() -> None:
    rows = (
        "| Parameter | Description |\n|--|--|\n| name | A name. |\n| namespace | A namespace. |\n| glow | It glows. |"
    )
    text = f"# Replacing a Lamp\n\nPUT {PATH}\n\n## Path parameters\n\n{rows}\n\n## Status codes\n\n200: OK\n"
    assert [one["name"] for one in operation(text)["parameters"]] == ["name", "namespace"]
    assert [one.line for one in parse(text).obstacles] == [3]


@pytest.mark.parametrize(("said", "kind"), [("Replaces one Lamp.", "Lamp"), ("Replaces one of the Lamps.", None)])
def test_the_kind_in_the_text_before_the_address(said: str, kind: str | None) -> None:
    assert parse(f"# Replace\n\n{said}\n\n## URI\n\nPUT {PATH}\n").kind == kind
