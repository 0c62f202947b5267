"""Single forms in which pages state parameters: in tables and lists, with types, values and dates beside them."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive


def parse(text: str, suffix: str = ".md") -> Document:
    return parse_document(text.encode(), suffix)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (
            "## Query parameters\n\n| Name | Required |\n|--|--|\n| dim * | M |\n| day | O |",
            [("query", "dim", True), ("query", "day", False)],
        ),
        (
            "Query parameters:\n\n- `dim` (string, required): Dims.\n- day: Optional. Days.",
            [("query", "dim", True), ("query", "day", False)],
        ),
        (
            "- **Query Parameters**:\n\n  - dim (*string*) – Dims. (required)\n  - day (optional)\n\n- Notes",
            [("query", "dim", True), ("query", "day", False)],
        ),
        (
            "| Name | In | Description |\n|--|--|--|\n| dim | query | Mandatory. |\n"
            "| X-Day | header | Any. |\n| lamp | body | All. |",
            [("query", "dim", True), ("header", "X-Day", None)],
        ),
        ("# Authorization\n\n| Action | Access |\n|--|--|\n| lamp | Write |", []),
        ("## Query String\n\n- `dim` (boolean, optional) -- Dims.", [("query", "dim", False)]),
        (
            "## Arguments\n\n- dim – *query*, required\n- X-Day – header, optional",
            [("query", "dim", True), ("header", "X-Day", False)],
        ),
        ("- dim (query, required): Dims.\n- day (bulb): Days.", [("query", "dim", True)]),
        ("| Query param | |\n|--|--|\n| dim | Required. |", [("query", "dim", True)]),
        (
            "| Name | Where | Presence | Notes |\n|--|--|--|--|\n| dim | query | mandatory | Any. |",
            [("query", "dim", True)],
        ),
        ("## 查詢參數\n\n| 參數 | 是否必選 | 說明 |\n|--|--|--|\n| dim | 是 | 燈。 |", [("query", "dim", True)]),
    ],
)
def test_forms_of_parameters(page: str, found: list[tuple[str, str, bool | None]]) -> None:
    document = parse(f"# URI\n\nPUT /api/v1/lamps\n\n{page}\n")
    assert [(one.location, one.name, one.mandatory) for one in document.parameters] == found
    assert (document.structures, document.obstacles) == ((), ())


def test_cells_over_several_rows_or_columns() -> None:
    page = "<h2>URI</h2><p>PUT /api/v1/lamps</p><table><tr><th colspan='2'>Query parameters</th></tr>"
    page += "<tr><th>Name</th><th>Description</th></tr><tr><td>dim</td><td>Dims.</td></tr></table><h2>Status Code</h2>"
    page += "<table><tr><th>Result</th><th>Code</th></tr><tr><td rowspan='2'>Good</td><td>200</td></tr>"
    page += "<tr><td>201</td></tr></table>"
    document = parse(page, ".html")
    assert [(one.location, one.name) for one in document.parameters] == [("query", "dim")]
    assert ([one.code for one in document.statuses], document.obstacles) == ([200, 201], ())


@pytest.mark.parametrize(
    ("row", "schema"),
    [
        ("Integer | 1-9 | 3 | Days.", {"type": "integer", "minimum": 1, "maximum": 9, "default": 3}),
        ("String | - | `noon` | Time.", {"type": "string", "default": "noon"}),
        ("String | N/A | - | A time.", {"type": "string"}),
        ("Boolean | | false | Whether.", {"type": "boolean", "default": False}),
    ],
)
def test_columns_of_a_range_and_a_default(row: str, schema: dict[str, Any]) -> None:
    table = f"| Name | Type | Range | Default | Description |\n|--|--|--|--|--|\n| day | {row} |"
    document = parse(f"# URI\n\nPUT /api/v1/lamps\n\n## Query parameters\n\n{table}\n")
    (parameter,) = derive(document)["paths"]["/api/v1/lamps"]["put"]["parameters"]
    assert (parameter["schema"], document.obstacles) == (schema, ())


def test_a_column_of_values_beside_names() -> None:
    table = "| Name | Type | Options |\n|--|--|--|\n| day | String | sunday, monday |"
    document = parse(f"# URI\n\nPUT /api/v1/lamps\n\n## Query parameters\n\n{table}\n")
    (parameter,) = derive(document)["paths"]["/api/v1/lamps"]["put"]["parameters"]
    assert parameter["schema"] == {"type": "string", "enum": ["sunday", "monday"]}


def test_types_in_a_list_of_parameters() -> None:
    page = "# URI\n\nPUT /api/v1/lamps\n\nQuery parameters:\n\n- dim (required, integer): Dims.\n- day (new): Days.\n"
    assert [(one.name, one.type) for one in parse(page).parameters] == [("dim", "integer"), ("day", None)]


def test_a_table_of_contents_is_no_list_of_parameters() -> None:
    document = parse("- URI\n- Status codes\n\n# URI\n\nPUT /api/v1/lamps\n")
    assert (document.parameters, document.obstacles) == ((), ())


@pytest.mark.parametrize(
    "line",
    ["© 2023. Last updated on Apr 17, 2024. Made by a tool", "- Created by Jo, last modified by Al on Apr 17, 2024"],
)
def test_a_date_of_update_within_a_line(line: str) -> None:
    document = parse(f"# Replacing a Lamp\n\n{line}\n\n## URI\n\nPUT /api/v1/lamps\n")
    assert (document.updated, document.obstacles) == ("2024-04-17", ())


@pytest.mark.parametrize("name", ["last_updated", "lastmod", "last-modified"])
def test_a_date_of_update_in_properties(name: str) -> None:
    document = parse(f"---\ntitle: Replacing a Lamp\n{name}: 2024-04-17\n---\n\n## URI\n\nPUT /api/v1/lamps\n")
    assert (document.updated, document.obstacles) == ("2024-04-17", ())


def test_sentences_below_a_heading_about_parameters_are_none() -> None:
    said = "glow brightly\n\nTime: it is (now): so."
    text = f"# Replacing a Lamp\n\nPUT /api/v1/lamps/{{name}}\n\n## Query parameters\n\n{said}\n"
    assert parse(text).parameters == ()


def test_a_row_that_contradicts_itself_is_told() -> None:
    rows = "| dim | No | Integer | 1 to 9. Default: 10 |\n| day | No | String | Mandatory. The day. |"
    columns = "| Name | Required | Type | Description |\n|--|--|--|--|"
    document = parse(f"# URI\n\nPUT /api/v1/lamps\n\n## Query parameters\n\n{columns}\n{rows}")
    told = "a description that does not say otherwise than its column, by which 'day' is optional"
    assert [(one.line, one.expected, one.found) for one in document.obstacles] == [
        (9, "a default that maximum 9 allows, not 10", "dim"),
        (10, told, "day"),
    ]
    parameters = derive(document)["paths"]["/api/v1/lamps"]["put"]["parameters"]
    assert parameters[0]["schema"] == {"type": "integer", "minimum": 1, "maximum": 9}


@pytest.mark.parametrize(
    "said",
    [
        "Values: <ul><li>Up</li><li>Down</li></ul>Default: Up",
        "Values:<p>Up</p><p>Down</p>",
        "可选值：<ul><li>Up：上</li><li>Down：下</li></ul>默认值：Up",
        "枚举值：<br><ul><li>Up</li><li>Down</li></ul>",
    ],
)
@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_elements_in_a_cell_part_its_values(said: str, suffix: str) -> None:
    table = f"## Query parameters\n\n| Name | Type | Description |\n|--|--|--|\n| dim | String | {said} |"
    if suffix == ".html":
        rows = f"<tr><th>Name<th>Type<th>Description</tr><tr><td>dim<td>String<td>{said}</tr>"
        table = f"<h2>Query parameters</h2><ul><li><table>{rows}</table></li></ul>"
    path = "/api/v1/lamps/{name}"
    (operation,) = derive(parse(f"<h1>Lamp</h1>\n\n<p>PUT {path}</p>\n\n{table}\n", suffix))["paths"].values()
    assert operation["put"]["parameters"][0]["schema"]["enum"] == ["Up", "Down"]


TOP = "# Replacing a Lamp\n\nPUT /api/v1/namespaces/{namespace}/lamps/{name}\n\n"


@pytest.mark.parametrize(
    ("cell", "kind", "mandatory"),
    [
        ("`dim` (integer, optional)", "integer", False),
        ("`dim` string", "string", None),
        ("dim *<br>integer($int64)", "integer", True),
        ("dim（必选，string(uuid)）", "string", True),
        ("dim array of strings", "array of strings", None),
    ],
)
def test_type_and_necessity_beside_a_name_in_its_cell(cell: str, kind: str, mandatory: bool | None) -> None:
    document = parse(f"{TOP}## Query parameters\n\n| Name | Description |\n|--|--|\n| {cell} | Any. |\n")
    found = [(one.name, one.type, one.mandatory) for one in document.parameters]
    assert (found, document.obstacles) == ([("dim", kind, mandatory)], ())


def test_the_place_beside_a_name_in_its_cell() -> None:
    rows = "| name *<br>string<br>(path) | Any. |\n| dim<br>boolean<br>(query) | Any. |\n| glow | (query) |"
    document = parse(f"{TOP}## Parameters\n\n| Name | Description |\n|--|--|\n{rows}\n")
    found = [(one.location, one.name, one.type, one.mandatory) for one in document.parameters]
    assert found[:2] == [("path", "name", "string", True), ("query", "dim", "boolean", None)]


def test_classifiers_of_terms_tell_type_and_place() -> None:
    of = {"name : string, path, required": "Any.", "dim : integer, query, default 30": "How.", "glow : string": "No."}
    terms = "\n\n".join(f"{term}\n    {said}" for term, said in of.items())
    text = f"Replacing a Lamp\n================\n\nPUT /api/v1/lamps/{{name}}\n\nParameters\n----------\n\n{terms}\n"
    document = parse(text, ".rst")
    found = [(one.location, one.name, one.type, one.mandatory) for one in document.parameters]
    assert found == [("path", "name", "string", True), ("query", "dim", "integer", None)]
    assert [one.found for one in document.obstacles] == ["glow (string): No."]
    (path,) = derive(document)["paths"].values()
    assert path["put"]["parameters"][1]["schema"] == {"type": "integer", "default": 30}


@pytest.mark.parametrize("item", ["- **body**: Lamp, required", "- lamp (*in body*): Lamp"])
def test_a_body_among_listed_parameters_is_the_requests(item: str) -> None:
    document = parse(f"{TOP}## Parameters\n\n- **name** (*in path*): string, required\n\n{item}\n")
    (path,) = derive(document)["paths"].values()
    assert path["put"]["requestBody"]["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}
    }
    assert [one.name for one in document.parameters] == ["name"]


def test_fields_below_the_row_of_the_whole_body() -> None:
    rows = "| body | body | Lamp |\n| » spec | body | object |\n| »» dim | body | integer |"
    document = parse(f"{TOP}## Parameters\n\n| Name | In | Type |\n|--|--|--|\n| name | path | string |\n{rows}\n")
    assert [one.name for table in document.structures for one in table.members] == ["spec", "spec.dim"]


@pytest.mark.parametrize(
    "query", ["?dim={dim}&glow={glow}", "[?dim={dim}&glow={glow}]", "{?dim,glow}", "?dim=true&glow"]
)
def test_parameters_behind_the_path(query: str) -> None:
    page = f"# Replacing a Lamp\n\n## URI\n\nPUT /api/v1/lamps/{{name}}{query}\n\n"
    document = parse(page)
    assert (document.path, document.obstacles) == ("/api/v1/lamps/{name}", ())
    assert [(one.location, one.name, one.mandatory) for one in document.parameters] == [
        ("query", "dim", None),
        ("query", "glow", None),
    ]
    described = parse(f"{page}## Query parameters\n\n- `dim` (boolean, required): Any.\n")
    assert [(one.name, one.type) for one in described.parameters] == [("dim", "boolean"), ("glow", None)]


@pytest.mark.parametrize("blank", ["&nbsp;", "&emsp;", "&#12288;", "&nbsp; "])
def test_indents_in_cells_of_html(blank: str) -> None:
    rows = "".join(
        f"<tr><td>{blank * 2 * depth}{name}</td><td>Object</td></tr>"
        for name, depth in (("&nbsp;spec", 0), ("glow", 1), ("day", 2), ("dim", 1), ("status", 0))
    )
    page = "<h1>Replacing a Lamp</h1><p>PUT /api/v1/lamps/{name}</p><h2>Request body</h2>"
    document = parse(f"{page}<table><tr><th>Name</th><th>Type</th></tr>{rows}</table>", ".html")
    names = [one.name for one in document.structures[0].members]
    assert (names, document.obstacles) == (["spec", "spec.glow", "spec.glow.day", "spec.dim", "status"], ())


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        ("Required?", "Yes", "No"),
        ("Is Mandatory", "M", "O"),
        ("M/O", "M", "O"),
        ("Mandatory or Optional", "Mandatory", "Optional"),
        ("Required/Optional", "Required", "Optional"),
        ("必选/可选", "必选", "可选"),
        ("是否为必填", "是", "否"),
        ("Required", "✅", "❌"),
        ("Required", "✔\ufe0f", "✗"),
        ("Mandatory", "Yes", "No (default: 5)"),
        ("是否必选", "是", "否，默认为5"),
    ],
)
def test_columns_about_necessity(column: str, yes: str, no: str) -> None:
    table = f"| Name | Type | {column} |\n|--|--|--|\n| dim | Integer | {yes} |\n| day | Integer | {no} |"
    document = parse(f"{TOP}## Query parameters\n\n{table}\n")
    assert [(one.name, one.mandatory) for one in document.parameters] == [("dim", True), ("day", False)]
    assert document.obstacles == ()
    (path,) = derive(document)["paths"].values()
    assert path["put"]["parameters"][1]["schema"].get("default", 5) == 5
    assert ("5" in no) == ("default" in path["put"]["parameters"][1]["schema"])


@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_a_header_in_small_letters(suffix: str) -> None:
    rows = [("name", "type", "required", "notes"), ("dim", "string", "yes", "Any.")]
    drawn = "\n".join("\t".join(row) for row in rows)
    table = (
        drawn
        if suffix == ".txt"
        else "\n".join(f"|{row}|" for row in ("|".join(rows[0]), "--|--|--|--", "|".join(rows[1])))
    )
    mark = "## " if suffix == ".md" else ""
    document = parse(
        f"{TOP.removeprefix('' if mark else '# ')}{mark}Query parameters\n\n{table}\n\n{mark}Request\n", suffix
    )
    assert [(one.name, one.type, one.mandatory) for one in document.parameters] == [("dim", "string", True)]


@pytest.mark.parametrize(
    "items",
    [
        "- **dim** `integer` *(required)* – From 1 to 5.\n- `day` string",
        "* dim integer (required): From 1 to 5.\n* day `string`, optional",
        "`dim` _integer_ **required**\n: From 1 to 5.\n\n`day` _string_\n: Any.",
        "- dim `integer` 必选：取值范围为1~5。\n- day string 可选",
    ],
)
def test_type_behind_a_listed_name_without_brackets(items: str) -> None:
    document = parse(f"{TOP}## Query parameters\n\n{items}\n")
    assert [(one.name, one.type) for one in document.parameters] == [("dim", "integer"), ("day", "string")]
    assert (document.parameters[0].mandatory, document.obstacles) == (True, ())


def test_words_in_an_item_are_no_type() -> None:
    document = parse(f"{TOP}## Query parameters\n\n- dim lamps: Any.\n")
    assert (document.parameters, [one.line for one in document.obstacles]) == ((), [7])


def test_an_empty_cell_about_necessity_says_nothing() -> None:
    document = parse(f"{TOP}## Query parameters\n\n| Name | Required |\n|--|--|\n| dim | True |\n| day | |\n")
    assert [(one.name, one.mandatory) for one in document.parameters] == [("dim", True), ("day", None)]
    assert document.obstacles == ()


def test_a_parameter_of_the_path_without_a_type_has_the_length_that_its_row_says() -> None:
    rows = "| Parameter | Mandatory | Description |\n|--|--|--|\n| name | Yes | 名称，长度为1~63个字符。 |"
    page = parse(
        f"# Read a Lamp\n\n## URI\n\nGET /apis/lights.example/v1/lamps/{{name}}\n\n**Table 1** Path\n\n{rows}\n"
    )
    name = next(iter(derive(page)["paths"].values()))["get"]["parameters"][0]
    assert name["schema"] == {"type": "string", "minLength": 1, "maxLength": 63}


def test_lines_that_say_in_brackets_where_a_parameter_stands() -> None:
    lines = (
        *("Replace a Lamp", "HTTP Request", "PUT /apis/lights.example/v1/lamps/{name}"),
        *("Parameters", "name (in path): string, required", "which", "body: Lamp, required"),
        *("dim (in query): integer", "how", "Response", "200 (Lamp): OK"),
    )
    page = "\n\n".join(lines) + "\n"
    document = parse(page, ".txt")
    found = [(one.location, one.name, one.type, one.mandatory) for one in document.parameters]
    assert found == [("path", "name", "string", True), ("query", "dim", "integer", None)]
    assert "requestBody" in next(iter(derive(document)["paths"].values()))["put"]


def test_a_sentence_with_a_place_in_brackets_is_no_parameter() -> None:
    page = "# Read a Lamp\n\n## URI\n\nGET /apis/lights.example/v1/lamps\n\nlamps (in query): those of the house\n"
    assert parse(page).parameters == ()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("String/Null", True),
        ("Range/All", True),
        ("Integer or null", True),
        ("string, at most 3", True),
        ("Array of strings", False),
        ("UUID", False),
        ("Enum", False),
        ("date-time", False),
        ("-", False),
    ],
)
def test_a_type_of_a_parameter_that_is_not_known_is_told(kind: str, told: bool) -> None:
    page = f"PUT /api/v1/lamps/a\n\n## Query parameters\n\n| Name | Type |\n|--|--|\n| dim | {kind} |"
    found = [(one.line, one.expected, one.found) for one in parse(page).obstacles]
    assert found == ([(7, "a type that is known", kind)] if told else [])


def test_a_default_in_brackets_is_that_of_the_parameter() -> None:
    items = "- `dim` (boolean, default: `false`): Dims.\n- `day` (boolean, optional): The default lamp is dim."
    document = parse(f"# URI\n\nPUT /api/v1/lamps\n\n## Query parameters\n\n{items}\n")
    schemas = [one["schema"] for one in derive(document)["paths"]["/api/v1/lamps"]["put"]["parameters"]]
    assert [one.get("default") for one in schemas] == [False, None]


def test_parameters_as_copied_from_swagger_ui() -> None:
    lines = "Parameters\nName\tDescription\nname *\nstring\n(path)\nA lamp.\n\n"
    lines += "dim\nboolean\n(query)\nDims.\n\nbulb\nstring\nA word."
    document = parse(f"PUT\n/api/v1/lamps/{{name}}\nReplace a lamp\n\n{lines}\n\nResponses\n200\tOK\n", ".txt")
    found = [(one.location, one.name, one.type, one.mandatory) for one in document.parameters]
    assert found == [("path", "name", "string", True), ("query", "dim", "boolean", None)]
    assert document.structures == ()
