"""Forms that stand on pages of the vendor and of others who run such an API, one each."""

from pathlib import Path
from typing import Any

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document, read_tables
from contracts.spec.page.resource_path import resource_path
from contracts.spec.page.to_openapi import derive

TITLE, PATH = "# Replacing a Lamp", "/apis/lights.example/v1/namespaces/{namespace}/lamps/{name}"
PUT, PATCH = f"PUT {PATH}", f"PATCH {PATH}"
LAMP = '{"apiVersion": "lights.example/v1", "kind": "Lamp", "metadata": {"name": "a"}, "spec": {"dim": 1}}'


def parse(text: str, suffix: str = ".md") -> Document:
    return parse_document(text.encode(), suffix)


def page(*parts: str, function: str = "", line: str = PUT) -> str:
    return "\n\n".join((TITLE, f"## Function\n\n{function}", f"## URI\n\n{line}", *parts)) + "\n"


def code(text: str) -> str:
    return f"```\n{text}\n```"


def fields(function: str, *parts: str) -> list[str]:
    return [one.path for one in parse(page(*parts, function=function)).replaceable]


def told(document: Document) -> list[str]:
    return [one.expected for one in document.obstacles]


def places(document: Document) -> set[tuple[str, str]]:
    return {(one.location, one.name) for one in document.parameters}


def operation(document: Document, path: str = PATH) -> dict[str, Any]:
    found: dict[str, Any] = derive(document)["paths"][path][document.method.lower()]
    return found


NOTES = (
    "    NOTE:\n\n    When spec.dim is 1, it can be updated to 2. When it is 2, it cannot be updated.",
    "    > **说明：**\n    > 当spec.dim的值为1时，可更新为2；当spec.dim的值为2时，spec.dim不可更新。",
    "    It can be updated to a greater one.",
)


@pytest.mark.parametrize("note", NOTES)
def test_a_note_about_a_field_does_not_end_the_list(note: str) -> None:
    listed = f"The following fields can be updated:\n\n-   spec.dim\n\n{note}\n\n-   spec.lit\n-   spec.hue"
    document = parse(page(function=listed))
    assert [one.path for one in document.replaceable] == ["spec.dim", "spec.lit", "spec.hue"]
    assert told(document) == ["a field that can be replaced whatever it holds"]


def test_a_list_of_what_cannot_be_changed_still_ends_it() -> None:
    listed = "These fields can be updated:\n\n- spec.dim\n\nThe following fields cannot be updated:\n\n- spec.lit"
    assert fields(listed) == ["spec.dim"]


@pytest.mark.parametrize(
    ("function", "found"),
    [
        ("以下字段支持更新：\n\n- spec.dim 其余部分不支持更新。", ["spec.dim"]),
        ("These can be updated:\n\n- spec.dim Other fields cannot be updated.", ["spec.dim"]),
        ("当前仅支持更新metadata下的name字段，即灯的名字。", ["metadata.name"]),
        ("Only the fields dim and lit in spec can be updated.", ["spec.dim", "spec.lit"]),
        ("Only spec > dim and spec > lit can be updated.", ["spec.dim", "spec.lit"]),
        ("更新一盏灯的以下字段：\n\nspec.dim\n\nspec.lit", ["spec.dim", "spec.lit"]),
        ("该API用于替换如下字段：\n\n- spec.dim", ["spec.dim"]),
        ("This API is used to update the following fields of a lamp:\n\n- spec.dim", ["spec.dim"]),
        ("To switch it, update the following fields of another lamp:\n\n- spec.dim", []),
        ("不更新灯的以下字段：\n\n- spec.dim", []),
    ],
)
def test_fields_beside_a_sentence(function: str, found: list[str]) -> None:
    assert fields(function) == found


def test_a_path_through_a_list_and_one_that_begins_with_the_kind() -> None:
    shown = LAMP.replace('"dim": 1', '"bulbs": [{"hue": "red"}]')
    document = parse(
        page(f"## Request\n\n{code(shown)}", function="Only spec.bulbs.hue and lamp.spec.dim can be updated.")
    )
    assert [one.path for one in document.replaceable] == ["spec.bulbs[*].hue", "spec.dim"]
    spec = derive(document)["components"]["schemas"]["Lamp"]["properties"]["spec"]["properties"]
    assert set(spec) == {"bulbs", "dim"}
    assert spec["bulbs"]["items"]["properties"]["hue"]["type"] == "string"


@pytest.mark.parametrize(
    "sentence",
    [
        "Table 1 describes the parameters.",
        "[表1](#t1)  描述该API的参数。",
        "Table 1 and Table 2 list them.",
    ],
)
def test_a_sentence_about_a_table_is_no_caption(sentence: str) -> None:
    assert told(parse(page(sentence))) == []


@pytest.mark.parametrize(
    ("caption", "where"),
    [
        ("表 1  参数解释", "query"),
        ("Table 1 Query strings of lamps", "query"),
        ("Table 1 Parameters in the request header", "header"),
        ("Table 1 Fields of the request path", "path"),
    ],
)
def test_captions_of_parameters(caption: str, where: str) -> None:
    table = f"{caption}\n\n| Parameter | Mandatory |\n|--|--|\n| pretty | No |"
    assert places(parse(page(table))) == {(where, "pretty")}


def test_the_body_in_a_table_of_parameters_is_no_query_parameter() -> None:
    table = "| Parameter | Mandatory |\n|--|--|\n| name | Yes |\n| pretty | No |\n| body | Yes |"
    assert places(parse(page(table))) == {("path", "name"), ("query", "pretty")}


def test_headers_are_told_by_their_names() -> None:
    table = "## Request parameters\n\n| Parameter | Mandatory |\n|--|--|\n| X-Auth-Token | Yes |\n| Accept | No |"
    assert places(parse(page(table))) == {("header", "X-Auth-Token"), ("header", "Accept")}


def test_parameters_in_a_list_that_tell_their_place_themselves() -> None:
    items = (
        "- **name** (*in path*): string, required\n\n  of the lamp\n\n- **pretty** (**查询参数**): boolean\n"
        "- **?dryRun** (string)\n- **{namespace}** (string), required\n- **body** (Lamp), required\n"
    )
    found = {
        (one.location, one.name, one.type, one.mandatory) for one in parse(page(f"## Parameters\n\n{items}")).parameters
    }
    assert found == {
        ("path", "name", "string", True),
        ("query", "pretty", "boolean", None),
        ("query", "dryRun", "string", None),
        ("path", "namespace", "string", True),
    }


ROWS = (("pretty", "No", "Makes it\npretty."), ("name", "Yes", "Any."))
COLUMNS = ("Parameter", "Mandatory", "Description")
CELLS = [f"{cell} |" for cell in COLUMNS]
PIPED = (
    "\n".join(["|", *CELLS, "|---|---|---|", *("|\n" + " |\n".join(row) + " |" for row in ROWS)]),
    "\n".join([*CELLS, "---|---|---|", *(f"{cell} |" for row in ROWS for cell in row)]),
    "\n".join("| " + " | ".join(row).replace("\n", " ") + " |" for row in (COLUMNS, ["---"] * 3, *ROWS)),
)


@pytest.mark.parametrize("table", PIPED)
@pytest.mark.parametrize("suffix", [".txt", ".md", ""])
def test_tables_with_pipes_in_plain_text(table: str, suffix: str) -> None:
    text = (
        f"Replacing a Lamp\nFunction\nThese fields can be updated:\n•\nspec.dim\n•\nspec.lit\nURI\n{PUT}\n{table}\n"
        f"Request\nExample request\n{LAMP}\nStatus Code\n|\nStatus Code |\nDescription |\n|---|---|\n|\n200 |\nOK |\n"
    )
    document = parse(text, suffix)
    assert [(one.location, one.name, one.mandatory, one.description) for one in document.parameters] == [
        ("query", "pretty", False, "Makes it pretty."),
        ("path", "name", True, "Any."),
    ]
    assert ([one.path for one in document.replaceable], document.kind) == (["spec.dim", "spec.lit"], "Lamp")
    assert [(one.code, one.reason) for one in document.statuses] == [(200, "OK")]


def test_statuses_one_below_the_other_and_what_they_return() -> None:
    shown = (
        '## Response\n\n200 (<a href="{{< ref "../lamp#Lamp" >}}">Lamp</a>): OK\n201 (Lamp): Created\n401: Unauthorized'
    )
    assert [(one.code, one.reason) for one in parse(page(shown)).statuses] == [
        (200, "OK"),
        (201, "Created"),
        (401, "Unauthorized"),
    ]


def test_an_answer_of_the_conventions_is_no_object_of_the_resource() -> None:
    answer = '{"apiVersion": "v1", "kind": "Status", "status": "Success", "code": 200}'
    document = parse(page(f"## Request\n\n{code(LAMP)}", f"## Response\n\n{code(answer)}", "## Status Code\n\n200 OK"))
    assert set(derive(document)["components"]["schemas"]["Lamp"]["properties"]) == {
        "apiVersion",
        "kind",
        "metadata",
        "spec",
    }
    assert operation(document)["responses"]["200"]["content"]["application/json"]["schema"] == {}


def test_options_of_a_deletion_are_no_object_of_the_resource() -> None:
    rows = "|orphan | No | Boolean | Alone |\n| wait | Yes | Integer | Range: 0-9|\n| of | No | Lamps object | All |"
    table = f"Table 2 Request body parameters\n\n| Parameter | Mandatory | Type | Description |\n|--|--|--|--|\n{rows}"
    document = parse(page(f"## Request\n\n{table}", line=f"DELETE {PATH}"))
    schema = operation(document)["requestBody"]["content"]["application/json"]["schema"]
    said = {name: {key: one[key] for key in one if key != "x-source"} for name, one in schema["properties"].items()}
    assert said == {"orphan": {"type": "boolean"}, "wait": {"type": "integer", "minimum": 0, "maximum": 9}, "of": {}}
    assert schema["required"] == ["wait"]
    assert "orphan" not in derive(document)["components"]["schemas"]["Lamp"]["properties"]


def test_a_body_that_only_a_table_describes() -> None:
    rows = "| Parameter | Mandatory | Type |\n|--|--|--|\n| spec | Yes | Object |"
    asked, answered = (
        f"Table {number} {name} body parameters\n\n{rows}" for number, name in ((2, "Request"), (3, "Response"))
    )
    document = parse(
        page(
            f"## Request\n\n{asked}", f"## Response\n\nStatus code: 201\n\n{answered}", "## Status Code\n\n201 Created"
        )
    )
    reference = {"application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}}
    assert operation(document)["requestBody"]["content"] == reference
    assert operation(document)["responses"]["201"]["content"] == reference


def test_each_path_has_its_own_version() -> None:
    document = parse(page(f"PUT {PATH.replace('/v1/', '/v2/')}"))
    versions = [
        operation(document, one.path)["x-kubernetes-group-version-kind"]["version"] for one in document.operations
    ]
    assert versions == ["v1", "v2"]
    shown = derive(document)["components"]["schemas"]["Lamp"]["properties"]["apiVersion"]
    assert shown["enum"] == ["lights.example/v1", "lights.example/v2"]


@pytest.mark.parametrize(
    ("rest", "version", "wanted"),
    [
        ("status", "lights.example/v1beta1", "lights.example/v1"),
        ("status", "old.example/v1", "lights.example/v1"),
        ("scale", "scales.example/v1", "scales.example/v1"),
    ],
)
def test_a_part_of_an_object_that_is_no_such_object_has_a_version_of_its_own(
    rest: str, version: str, wanted: str
) -> None:
    shown = LAMP.replace("lights.example/v1", version)
    shown = shown.replace('"Lamp"', '"Scale"') if rest == "scale" else shown
    assert parse(page(f"## Request\n\n{code(shown)}", line=f"{PUT}/{rest}")).api_version == wanted


def test_a_patch_says_of_what_kind_it_is() -> None:
    patch = '{"metadata": {"labels": {"a": "b"}}}'
    assert told(parse(page(f"## Request\n\n{code(patch)}", line=PATCH))) == [
        "the media type of the patch (merge patch, JSON patch)"
    ]
    step = '{"op": "replace", "path": "/spec/dim", "value": 2}'
    shown = parse(
        page(f"## Request\n\n{code('Content-Type: application/merge-patch+json')}\n\n{code(step)}", line=PATCH)
    )
    assert (shown.requests, told(shown)) == ((), ["a merge patch, not an operation of a JSON patch"])


@pytest.mark.parametrize(
    ("title", "kind"), [("# 替换Lamp", "Lamp"), ("# Replacing a Lamp", "Lamp"), ("# Replacing Lamps", None)]
)
def test_the_kind_is_in_the_title_where_no_example_shows_it(title: str, kind: str | None) -> None:
    assert parse(page().replace(TITLE, title)).kind == kind


@pytest.mark.parametrize(
    ("path", "plural", "name"),
    [
        ("/api/v3/houses/{house_id}/rooms/{room_id}/lamps/{lamp_id}", "lamps", "lamp_id"),
        ("/api/v1/namespaces/{namespace}/lamps/{name}/proxy/{path}", "lamps", "name"),
        ("/api/v1/namespaces/{name}", "namespaces", "name"),
    ],
)
def test_a_path_leads_to_the_last_of_several_resources(path: str, plural: str, name: str) -> None:
    assert (resource_path(path).plural, resource_path(path).name) == (plural, name)


@pytest.mark.parametrize(
    "line",
    [
        "PUT {{baseUrl}}/apis/lights.example/v1/namespaces/:namespace/lamps/:name?pretty=<string>",
        "PUT /apis/lights.example/v1/namespaces/$NAMESPACE/lamps/$NAME HTTP/1.1",
        f"PUT\n\n{PATH}",
    ],
)
@pytest.mark.parametrize("heading", ["## URI", "## Lamps"])
def test_paths_as_tools_write_them(line: str, heading: str) -> None:
    if heading != "## URI" and line.endswith("HTTP/1.1"):
        line = line.removesuffix(" HTTP/1.1")
    assert parse(f"{TITLE}\n\n{heading}\n\n{line}\n\n## Status Code\n\n200 OK\n").path == PATH


BODY = "Table 2 Request body parameters\n\n| Parameter | Mandatory | Type | Description |\n|--|--|--|--|\n"


def test_types_that_are_tables_by_number_or_by_what_they_are_of() -> None:
    bulb = "| Parameter | Mandatory | Type |\n|--|--|--|\n| hue | Yes | String |"
    rows = f"{BODY}| bulb | No | 表3 | |\n| glass | No | glass object | |"
    tables = f"Table 3 A bulb\n\n{bulb}\n\nTable 4 Data structure of the **glass** field\n\n{bulb}"
    shown = '{"kind": "Lamp", "bulb": {"hue": "red"}, "glass": {"hue": "red"}}'
    document = parse(page(f"## Request\n\n{rows}\n\n{tables}\n\n**Example request**\n\n{code(shown)}"))
    found = derive(document)["components"]["schemas"]["Lamp"]["properties"]
    assert (found["bulb"]["required"], found["glass"]["required"]) == (["hue"], ["hue"])


def test_a_table_about_a_field_is_laid_under_the_field() -> None:
    rows = "| Parameter | Type |\n|--|--|\n| lit | Boolean |"
    text = f"See Table 3.\n\nTable 3 Description of the spec field\n\n{rows}\n\n**Example response**\n\n{code(LAMP)}"
    found = derive(parse(page(f"## Response\n\n{text}")))["components"]["schemas"]["Lamp"]["properties"]
    assert ("lit" in found, found["spec"]["properties"]["lit"]["type"]) == (False, "boolean")


def test_a_row_about_the_whole_body_says_nothing_of_its_fields() -> None:
    document = parse(page(f"## Request\n\n{BODY}| - | Yes | Object | |\n\n**Example request**\n\n{code(LAMP)}"))
    obstacles = list(document.obstacles)
    derive(document, obstacles=obstacles)
    assert obstacles == []


def test_a_link_to_a_table_of_another_page(tmp_path: Path) -> None:
    other = tmp_path / "lamps.md"
    other.write_text("Table 3 Lamp\n\n| Parameter | Mandatory | Type |\n|--|--|--|\n| spec | Yes | Object |\n")
    statuses = "## Status Code\n\nTable 3 Status codes\n\n| Status Code | Description |\n|--|--|\n| 200 | OK |"
    for target, required in (("lamps.md#t3", ["spec"]), ("#t3", None)):
        request = f"## Request\n\nSee [Table 3]({target}).\n\n**Example request**\n\n{code(LAMP)}"
        document = parse(page(request, statuses))
        assert derive(document, "", [read_tables(other)])["components"]["schemas"]["Lamp"].get("required") == required


def test_a_grid_that_is_hundreds_of_blanks_wide_is_no_long_page() -> None:
    edge = f"+{'-' * 900}+{'-' * 900}+"
    row = f"| {{:<898}} | {'A lamp.':<899}|"
    lines = [edge, row.format("Parameter").replace("A lamp.  ", "Mandatory"), edge.replace("-", "=")]
    lines += [
        line for number in range(400) for line in (row.format(f"dim{number}").replace("A lamp.", "No     "), edge)
    ]
    table = "\n".join(f"   {line}" for line in lines)
    text = f"URI\n===\n\n{PUT}\n\n.. table:: **Table 1** Query parameters\n\n{table}\n"
    assert len(text) > 1_400_000
    assert len(parse(text, ".rst").parameters) == 400


def test_parameters_of_a_path_with_dots() -> None:
    assert parse(page(line="PUT /apis/a/v1/namespaces/{metadata.namespace}/lamps/{metadata.name}")).path.endswith(
        "/{metadata.namespace}/lamps/{metadata.name}"
    )


def test_comments_beside_a_header_and_before_the_body() -> None:
    typed = "Content-Type: application/merge-patch+json    # the header\n# the body\n" + '{"spec": {"dim": 2}}'
    (shown,) = parse(page(f"## Request\n\n{code(typed)}", line=PATCH)).requests
    assert (shown.value, shown.media_type) == ({"spec": {"dim": 2}}, "application/merge-patch+json")


def test_what_stands_behind_the_statuses() -> None:
    text = f"Replacing a Lamp\n\nURI\n\n{PUT}\n\nStatus Code\n\nStatus Code\n\nDescription\n\n500\n\nInternalError\n\n"
    document = parse(f"{text}Error Codes\n\nSee Error Codes.\n", ".txt")
    assert [(one.code, one.reason) for one in document.statuses] == [(500, "InternalError")]


def test_a_header_of_columns_that_nothing_parts_is_told() -> None:
    text = f"Replacing a Lamp\n\nURI\n\n{PUT}\n\n名称 类型 IN 必选 描述\ndryRun\nstring query\n否\n"
    assert "the cells of a table between tabs, or one a line" in told(parse(text, ".txt"))


def test_a_media_type_behind_a_chinese_word() -> None:
    document = parse(page("## 请求消息\n\n请求头：\n\nContent-Type取值为application/merge-patch+json。", line=PATCH))
    assert [one.name for one in document.media_types] == ["application/merge-patch+json"]
    assert told(document) == []
