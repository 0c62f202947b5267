"""The captions of tables, what stands close by them, and types that refer to a table by its number."""

from typing import Any

import pytest

from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive
from contracts.spec.page.vocabulary import caption

TOP = "Replacing a Lamp\n\nURI\n\nPUT /apis/lights.example/v1/namespaces/{namespace}/lamps/{name}\n\n"


def schemas(page: str) -> dict[str, Any]:
    found: dict[str, Any] = derive(parse_document((TOP + page).encode(), ".txt"))["components"]["schemas"]
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("表3请求Body参数", (3, "请求Body参数")),
        ("表4io.example.lights.v1.Lamp", (4, "io.example.lights.v1.Lamp")),
        ("表3所示", None),
        ("表3中的参数", None),
        ("表3为请求参数", None),
        ("Table 3rd", None),
    ],
)
def test_a_caption_without_a_blank_behind_its_number(text: str, found: tuple[int, str] | None) -> None:
    assert caption(text) == found


CELLS = ("Mandatory", "Type", "Description", "glow", "No", "String", "Glows.")


@pytest.mark.parametrize(
    "table",
    [
        "\n\n".join(("Table 2 Query parameters Parameter", *CELLS)),
        "Table 2 Query parameters Parameter\tMandatory\tType\tDescription\nglow\tNo\tString\tGlows.",
        "Table 2 Query parameters\tParameter\tMandatory\tType\tDescription\nglow\tNo\tString\tGlows.",
        "\n\n".join(("表2 Query参数 参数", "是否必选", "参数类型", "描述", "glow", "否", "String", "亮。")),
    ],
)
def test_a_caption_with_the_name_of_the_first_column_behind_it(table: str) -> None:
    document = parse_document((TOP + table + "\n").encode(), ".txt")
    shown = [(one.name, one.location, one.mandatory, one.type) for one in document.parameters]
    assert (shown, document.obstacles) == ([("glow", "query", False, "String")], ())


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("Table 4 object", {"type": "object", "$ref": "#/components/schemas/Table4.beam"}),
        ("object, see Table 4", {"type": "object", "$ref": "#/components/schemas/Table4.beam"}),
        ("Table 4", {"type": "object", "$ref": "#/components/schemas/Table4.beam"}),
        ("Array of Table 4 objects", {"type": "array", "items": {"$ref": "#/components/schemas/Table4.beam"}}),
    ],
)
def test_a_type_that_is_the_number_of_a_table(kind: str, schema: dict[str, Any]) -> None:
    header = "Parameter\tMandatory\tType\tDescription"
    page = f"Request\n\nTable 3 Request body parameters\n{header}\nspec\tYes\t{kind}\tIts beam.\n\n"
    found = schemas(f"{page}Table 4 beam\n{header}\nwidth\tNo\tInteger\t1 to 5\n")
    spec = found["Lamp"]["properties"]["spec"]
    assert {name: spec.get(name) for name in schema} == schema
    assert found["Table4.beam"]["properties"]["width"]["maximum"] == 5
