"""Pages as other sites write them: their headings, examples, tables and directives."""

from typing import Any

import pytest

from contracts.spec.page.model import Document, DocumentError
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive

PUT = "PUT /apis/lights.example/v1/namespaces/{namespace}/lamps/{name}"
LAMP = '{"apiVersion": "lights.example/v1", "kind": "Lamp", "metadata": {"name": "a"}, "spec": {"dim": 1}}'


def parse(text: str, suffix: str = ".md") -> Document:
    return parse_document(text.encode(), suffix)


def page(*parts: str) -> str:
    return "\n\n".join(("# Replacing a Lamp", "## URI", PUT, *parts)) + "\n"


def code(text: str) -> str:
    return f"```\n{text}\n```"


def schema(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = derive(document)["components"]["schemas"][document.kind or "Object"]
    return found


@pytest.mark.parametrize(
    "text",
    [
        f"## Request\n\n{PUT} HTTP/1.1",
        f"## Request\n\n```http\n{PUT} HTTP/1.1\nHost: lights.example\n```",
        f"## Request\n\n| Method | URI |\n|--|--|\n| PUT | {PUT[4:]} |",
        f"## 5. Address\n\n{PUT}",
        f"## Description\n\n`put{PUT[4:]}`",
        f"# PUT Lamp\n\n**URL template:** `{PUT[4:]}`",
        f"# Replacing a Lamp\n\n## Overview\n\nPath: `{PUT[4:]}`",
        f"{PUT}",
        f"Request line: {PUT}",
        f"## {PUT}\n\n## Request",
        f"## put\n\n`{PUT[4:]}`\n\n## Request",
        f"## Responses\n\nAny.\n\nput{PUT[4:]}",
    ],
)
def test_where_method_and_path_may_stand(text: str) -> None:
    assert [(one.method, one.path) for one in parse(text).operations] == [("PUT", PUT[4:])]


def test_method_and_path_as_fields() -> None:
    text = f"Lamps\n=====\n\n:Method: PUT\n:URI: {PUT[4:]}\n\nResponse\n========\n\nAny.\n"
    assert parse(text, ".rst").operations[0].method == "PUT"


def test_method_and_path_on_lines_of_their_own() -> None:
    lines = "URI\nPATCH\n/apis/lights.example/v1/namespaces/{namespace}/\nlamps/{name}\n\nAnything else.\n"
    assert parse(lines, ".txt").path == PUT[4:]


def test_the_path_of_an_example_is_not_that_of_the_operation() -> None:
    with pytest.raises(DocumentError, match="METHOD /path"):
        parse("# Request\n\n```http\nPUT /apis/lights.example/v1/namespaces/a/lamps/b HTTP/1.1\n```\n")


@pytest.mark.parametrize(
    ("text", "suffix", "title"),
    [
        (f"# On this page\n\n# Replace a Lamp\n\n## URI\n\n{PUT}\n", ".md", "Replace a Lamp"),
        (f"ReplaceLamp - 替换灯\n\n调试\n\nURI\n{PUT}\n", ".txt", "ReplaceLamp - 替换灯"),
        (f"Lamps\nReplace a Lamp\nOverview\nAny.\nURI\n{PUT}\n", ".txt", "Replace a Lamp"),
        (
            f"REPLACE LAMP\n============\n\nQUERY PARAMETERS\n----------------\n\nURI\n---\n{PUT}\n",
            ".txt",
            "REPLACE LAMP",
        ),
    ],
)
def test_the_title_is_what_begins_with_a_verb(text: str, suffix: str, title: str) -> None:
    assert parse(text, suffix).title == title


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("## Responses\n\n- `200`: Replaced.\n- 401 Unauthorized\n- about 300 lamps", [200, 401]),
        ("## Responses\n\n### 200 OK\n\nAny.\n\n### 409\n\nAny.", [200, 409]),
        ("## Returns\n\n200 – replaced\n\nIn 404 of 500 cases.", [200]),
        ("## Responses\n\n| Status | Text |\n|--|--|\n| 200 | OK |\n| `403 Forbidden` | |", [200, 403]),
        ("## Responses\n\n- 200 OK\n\n## Status codes\n\n- 201 Created", [201]),
        ("## Responses\n\n| 200 OK | Done. |\n|--|--|\n| 404 Not Found | None. |", [200, 404]),
        ("## Responses\n\n| 300 lamps | Any. |\n|--|--|\n| 404 lamps | None. |", [404]),
        ("## Responses\n\n| HTTP Status | Meaning |\n|--|--|\n| 200 | Done. |", [200]),
        ("## Response\n\nNormal response codes: 200, 201\n\nError response codes: conflict (409)", [200, 201, 409]),
        ("## Response\n\nError response codes: none", []),
        ('## Responses\n\n??? success "200 OK"\n    Any.\n\n??? note "Lamps"\n    Any.', [200]),
    ],
)
def test_statuses_below_the_heading_of_the_response(text: str, statuses: list[int]) -> None:
    assert [one.code for one in parse(page(text)).statuses] == statuses


def test_examples_by_their_first_lines() -> None:
    request, answer = f"PUT /lamps/a HTTP/1.1\nAuthorization: Bearer x\n\n{LAMP}", f"HTTP/1.1 200 OK\n\n{LAMP}"
    document = parse(page("### Example", code(request), code(answer), "## Status codes\n\n- 200 OK"))
    assert [len(document.requests), len(document.responses)] == [1, 1]
    assert document.responses[0].status == 200
    assert not document.obstacles


def test_json_of_which_nothing_says_what_it_is_is_told() -> None:
    document = parse(page("### Example", code(LAMP)))
    assert not document.requests
    assert "request or a response" in str(document.obstacles[0])


def test_the_example_of_an_error_is_that_of_its_status() -> None:
    error = '{"kind": "Status", "apiVersion": "v1", "code": 409}'
    document = parse(
        page(
            *("## Request", "### Request example", code(LAMP), "## Response"),
            *("### Response example (200)", code(LAMP), "### Response example (409, Conflict)", code(error)),
            "## Status codes\n\n- 200 OK\n- 409 Conflict",
        )
    )
    operation = derive(document)["paths"][document.path]["put"]
    assert len(operation["requestBody"]["content"]["application/json"]["examples"]) == 1
    shown = operation["responses"]["409"]["content"]["application/json"]
    assert (shown["schema"], shown["examples"]["documented"]["value"]["code"]) == ({}, 409)
    assert "code" not in schema(document)["properties"]


def test_a_part_of_an_object_has_a_version_of_its_own() -> None:
    scale = '{"apiVersion": "autoscaling/v1", "kind": "Scale", "spec": {"replicas": 1}}'
    document = parse(f"# URI\n\n{PUT}/scale\n\n# Request\n\n## Request example\n\n{code(scale)}\n")
    assert schema(document)["properties"]["apiVersion"] == {
        "type": "string",
        "const": "autoscaling/v1",
        "x-source": {"section": "Request", "lines": [10, 10]},
    }
    assert not document.obstacles


def test_a_page_that_shows_only_objects_of_every_api_demands_none_of_its_version() -> None:
    options = '{"apiVersion": "v1", "kind": "DeleteOptions"}'
    document = parse(f"# URI\n\nDELETE {PUT[4:]}\n\n# Request\n\n## Request example\n\n{code(options)}\n")
    assert "const" not in schema(document)["properties"]["apiVersion"]


@pytest.mark.parametrize(
    "table",
    [
        "| Field | Type | Required |\n|--|--|--|\n| metadata.name | string | yes |\n| spec.dim | integer (0..9) | no |",
        "| Field | Type | Required |\n|--|--|--|\n| metadata | object | no |\n| &emsp;name | string | yes |\n"
        "| spec | object | no |\n| &emsp;&emsp;dim | integer (0..9) | no |",
    ],
)
@pytest.mark.parametrize("heading", ["## Body", "### 2.5 Request body"])
def test_fields_within_others(table: str, heading: str) -> None:
    found = schema(parse(page(heading, table)))["properties"]
    assert found["metadata"]["required"] == ["name"]
    dim = found["spec"]["properties"]["dim"]
    assert (dim["type"], dim["minimum"], dim["maximum"]) == ("integer", 0, 9)


def test_numbered_headings_say_where_parameters_stand() -> None:
    tables = [
        f"### {number} {name}\n\n| 名称 | 必填 | 说明 |\n|--|--|--|\n| {field} | 是 | 长度1~63 |"
        for number, name, field in (("2.2", "请求头", "X-Day"), ("2.3", "路径参数", "name"), ("2.4", "查询参数", "dim"))
    ]
    document = parse(page("## 二、请求", *tables))
    assert {(one.location, one.name) for one in document.parameters} == {
        ("header", "X-Day"),
        ("path", "name"),
        ("query", "dim"),
    }


def test_what_the_answer_holds_is_not_demanded_of_the_request() -> None:
    asked = "| Field | Type | Required |\n|--|--|--|\n| name | string | yes |"
    answered = "| Field | Type | Required |\n|--|--|--|\n| name | string | yes |\n| id | string | yes |"
    text = page(
        *("## Request", "The body is in Table 1.", f"Table 1 LampOption\n\n{asked}"),
        *("## Response", "The body is in Table 2.", f"Table 2 LampResult\n\n{answered}"),
    )
    found = schema(parse(text))
    assert (set(found["properties"]), found["required"]) == ({"apiVersion", "kind", "name", "id"}, ["name"])


@pytest.mark.parametrize(("column", "mandatory", "told"), [("Req.", True, 0), ("Wanted", None, 1)])
def test_a_column_of_yes_and_no_is_known_or_told(column: str, mandatory: bool | None, told: int) -> None:
    document = parse(
        page(f"### Query parameters\n\n| Name | {column} | Description |\n|--|--|--|\n| dim | yes | Any. |")
    )
    assert [one.mandatory for one in document.parameters] == [mandatory]
    assert len(document.obstacles) == told


def test_types_without_brackets() -> None:
    listed = "- **dim** (*in query*): boolean\n- day : integer, optional\n- hour (query): any"
    document = parse(page("### Query parameters", listed))
    assert [(one.name, one.type) for one in document.parameters] == [
        ("dim", "boolean"),
        ("day", "integer"),
        ("hour", None),
    ]


@pytest.mark.parametrize(
    ("sentence", "fields"),
    [
        (
            "The field `metadata.labels` can be replaced, and in `spec` the fields `dim` and `hue`.",
            ["metadata.labels", "spec.dim", "spec.hue"],
        ),
        ("Only `spec.dim` is writable.", ["spec.dim"]),
        ("The attributes `dim` and `hue` of `spec` may be changed.", ["spec.dim", "spec.hue"]),
        ("The attributes `dim` and `hue` of `spec` may not be changed.", []),
        ("The attributes `dim` and `hue` of the bulb may be changed.", []),
        ("Only spec.dim and spec.axis can be replaced.", ["spec.dim", "spec.axis"]),
        ("Only spec.dim and spec.subfields are mutable.", ["spec.dim", "spec.subfields"]),
        ("One may alter spec.dim.", ["spec.dim"]),
        # Names that are words elsewhere.
        ("Only spec.no can be replaced.", ["spec.no"]),
        ("The fields spec.fixed and spec.not can be replaced.", ["spec.fixed", "spec.not"]),
        # Of what stands behind the verb and is not joined to what stands before it, something else is said.
        ("spec.dim can be replaced, whereas spec.hue must stay the same.", ["spec.dim"]),
        ("spec.dim can be replaced, which resets spec.hue.", ["spec.dim"]),
        ("spec.dim can be replaced in place of spec.hue.", ["spec.dim"]),
        ("spec.dim can be replaced, as well as spec.hue.", ["spec.dim", "spec.hue"]),
        ("The set of replaceable fields lacks spec.dim.", []),
        ("The replaceable fields do not contain spec.dim.", []),
        ("None but spec.dim is immutable.", []),
        # Words that except a field.
        ("All fields but spec.dim can be replaced.", []),
        ("Every field save spec.dim may be changed.", []),
        ("spec.dim aside, all fields can be replaced.", []),
        ("In contrast to spec.dim, spec.hue can be replaced.", []),
        ("spec.dim 以外的字段可被替换。", []),
        ("No fields but spec.dim can be replaced.", ["spec.dim"]),
        ("Nothing but spec.dim can be changed.", ["spec.dim"]),
        ("除了 spec.dim，其他字段不可修改。", ["spec.dim"]),
        ("It is possible to modify these properties:\n\n- spec.dim", ["spec.dim"]),
        ("You can update:\n\n- spec.dim\n\nYou can't update:\n\n- spec.hue", ["spec.dim"]),
        ("僅 `spec.dim`、`spec.hue` 可以變更，其餘欄位不可變更。", ["spec.dim", "spec.hue"]),
        ("`spec.dim` 不可變更。", []),
        ("You may change `metadata.labels` and `spec.dim`.", ["metadata.labels", "spec.dim"]),
        ("You can change a lamp by `spec.dim` and more.", []),
        ("The field `spec.dim` can be replaced, and of the lamp whatever is not in use.", []),
    ],
)
def test_fields_that_can_be_replaced(sentence: str, fields: list[str]) -> None:
    assert [one.path for one in parse(page("## Function", sentence)).replaceable] == fields


def test_directives_that_only_sphinx_knows() -> None:
    text = (
        ".. http:put:: /apis/lights.example/v1/namespaces/(string:namespace)/lamps/(name)\n\n"
        ".. versionadded:: 1.2\n   The hue.\n\nStatus codes\n============\n\n.. seealso:: Lamps\n\n   - 200 OK\n"
    )
    document = parse(text, ".rst")
    assert document.path == PUT[4:]
    assert [one.code for one in document.statuses] == [200]
    assert not document.obstacles


def test_fields_of_an_operation_of_httpdomain() -> None:
    text = (
        ".. http:put:: /api/v1/lamps/(name)\n\n   Replaces a lamp.\n\n   :param string name: The lamp.\n"
        "   :query integer dim: Optional. 1 to 9.\n   :reqheader X-Day: Any.\n"
        "   :statuscode 200: replaced\n   :statuscode 409: changed meanwhile\n"
    )
    document = parse(text, ".rst")
    assert [(one.location, one.name, one.type) for one in document.parameters] == [
        ("path", "name", "string"),
        ("query", "dim", "integer"),
        ("header", "X-Day", None),
    ]
    assert [one.code for one in document.statuses] == [200, 409]


def test_tabs_of_mkdocs() -> None:
    tab = f'=== "JSON"\n\n    ```json\n    {LAMP}\n    ```\n\n=== "Shell"\n\n    Any.'
    assert len(parse(page("## Body", tab)).requests) == 1


def test_columns_aligned_by_blanks() -> None:
    text = (
        f"Replace a Lamp\n\nURI\n\n{PUT}\n\nQUERY PARAMETERS\n\n"
        "    Parameter     Type      Description\n    ---------     ------    -----------\n"
        "    dim           integer   How much of the\n                            light is left.\n"
        "    day           boolean   Any.\n\nNothing else.\n"
    )
    document = parse(text, ".txt")
    assert [(one.name, one.type, one.description) for one in document.parameters] == [
        ("dim", "integer", "How much of the light is left."),
        ("day", "boolean", "Any."),
    ]
    assert not document.obstacles


def test_columns_without_a_header_are_told() -> None:
    text = f"URI\n\n{PUT}\n\nParameters\n\n  name   path   string\n  dim    query  integer\n"
    assert [one.expected for one in parse(text, ".txt").obstacles] == ["a header above the columns"]


def test_the_next_number_is_the_next_section() -> None:
    text = f"1. Response\n\n  Any.\n\n2. Mutable fields\n\n  a) metadata.labels\n  b) spec.dim\n\n3. Address\n\n{PUT}\n"
    assert [one.path for one in parse(text, ".txt").replaceable] == ["metadata.labels", "spec.dim"]


def test_statuses_in_sentences_are_told() -> None:
    document = parse(page("## Response", "It is answered with 200, and with 404 when there is no such lamp."))
    assert (document.statuses, [one.expected for one in document.obstacles]) == (
        (),
        ["the statuses in a list or a table"],
    )


def test_fields_of_the_body_in_the_table_of_all_parameters() -> None:
    table = (
        "| Name | In | Type | Required |\n|--|--|--|--|\n| name | path | string | yes |\n| dim | body | integer | yes |"
    )
    document = parse(page("## Request parameters", table))
    assert [one.name for one in document.parameters] == ["name"]
    assert schema(document)["required"] == ["dim"]


def test_rows_that_only_say_where_the_parameters_below_them_stand() -> None:
    table = "| Parameter | Type |\n|--|--|\n| Path | |\n| name | string |\n| Query | |\n| dim | string |"
    document = parse(page("### Request parameters", table))
    assert [(one.location, one.name) for one in document.parameters] == [("path", "name"), ("query", "dim")]


def test_a_heading_about_parameters_is_no_title() -> None:
    document = parse(f"# Lamp\n\n{PUT}\n\n## Query parameters\n\n- `dim`: Any.\n")
    assert (document.title, [one.name for one in document.parameters]) == ("Lamp", ["dim"])


@pytest.mark.parametrize(
    ("text", "suffix", "day"),
    [
        (
            '+++\ntitle = "A Lamp"\ndate = 2023-01-02T10:00:00Z\nlastmod = 2024-02-01\ntags = ["a"]\n+++\n',
            ".md",
            "2024-02-01",
        ),
        ("---\ntitle: A Lamp\nlast_update:\n  date: 2024-02-01\n  author: x\n---\n", ".md", "2024-02-01"),
        ("最后更新时间：2024-02-01\n\nA Lamp\n", ".txt", "2024-02-01"),
        ("A Lamp\n\n最近修改日期: 2024年2月1日\n", ".txt", "2024-02-01"),
        ("A Lamp\n======\n\n:Date: 2024-02-01\n", ".rst", "2024-02-01"),
        ("A Lamp\n======\n\n:Date: 2023-02-01\n:Updated: 2024-02-01\n", ".rst", "2024-02-01"),
    ],
)
def test_title_and_day_in_properties_and_lines(text: str, suffix: str, day: str) -> None:
    request = f"## URI\n\n{PUT}" if suffix == ".md" else f"URI\n---\n\n{PUT}" if suffix == ".rst" else f"URI\n{PUT}"
    document = parse(f"{text}\n{request}\n", suffix)
    assert (document.title, document.updated, document.obstacles) == ("A Lamp", day, ())


@pytest.mark.parametrize("hidden", ['style="color: red; display: none"', "hidden", 'style="visibility:hidden"'])
def test_what_a_page_hides_is_not_read_but_what_a_tab_hides_is(hidden: str) -> None:
    top = f"<h1>Replacing a Lamp</h1><p>{PUT}</p><h2>Status codes</h2>"
    page = f"{top}<p {hidden}>500 Broken</p><div class=tab-pane {hidden}><p>404 Dark</p></div><p>200 OK</p>"
    assert [one.code for one in parse(page, ".html").statuses] == [404, 200]


@pytest.mark.parametrize(
    ("given", "answered", "path", "rest"),
    [
        ("Input example", "Output example", "Input parameters", "Output parameters"),
        ("输入示例", "输出示例", "输入参数", "输出参数"),
        ("入参示例", "出参示例", "入参说明", "出参"),
    ],
)
def test_input_and_output(given: str, answered: str, path: str, rest: str) -> None:
    rows = "Name\tType\tDescription\nnamespace\tString\tAny\nname\tString\tAny\ndim\tString\tAny"
    answer = "Name\tType\tDescription\nspec\tObject\tAll"
    top = f"Replacing a Lamp\n\nURI\n\n{PUT}\n\n{path}\n\n{rows}\n\n{rest}\n\n{answer}\n"
    document = parse(f"{top}\n{given}\n\n{LAMP}\n\n{answered}\n\n{LAMP}\n", ".txt")
    assert (len(document.requests), len(document.responses)) == (1, 1)
    assert [(one.location, one.name) for one in document.parameters] == [("path", "namespace"), ("path", "name")]
    assert [member.name for one in document.structures for member in one.members] == ["spec"]
    # Nothing says whether the third is one of the query or of the body.
    assert [(one.line, one.found) for one in document.obstacles] == [(12, "dim")]


def test_a_table_of_contents_above_the_text_does_not_end_the_search_for_the_title() -> None:
    menu = "Creating a Lamp\nReplacing a Lamp\nDeleting a Lamp\n\nOn this page\n\nFunction\nURI\nStatus Code\n\n"
    text = f"Replacing a Lamp\n\nFunction\n\nReplaces it.\n\nURI\n\n{PUT}\n\nStatus Code\n\n200 OK\n"
    document = parse(menu + text, ".txt")
    assert (document.title, document.obstacles) == ("Replacing a Lamp", ())


@pytest.mark.parametrize(
    "shown",
    [
        '<p>{</p><p>&nbsp; “kind”: “Lamp”,</p>\n<p>"spec": {"dim": 1}</p><p>}</p>',
        '<p>{<br>&nbsp;&nbsp;"kind": "Lamp",<br>"spec": {"dim": 1}<br>}</p>',
        '<div>{"kind": "Lamp", "spec": {"dim": 1}}</div>',
    ],
)
def test_json_in_paragraphs(shown: str) -> None:
    top = f"<h1>Replacing a Lamp</h1><p>{PUT}</p><h2>Example request</h2>"
    document = parse(f"{top}{shown}<p>As above.</p><h2>Status codes</h2><p>200 OK</p>", ".html")
    assert [one.value for one in document.requests] == [{"kind": "Lamp", "spec": {"dim": 1}}]
    assert document.obstacles == ()


@pytest.mark.parametrize(
    ("items", "suffix"),
    [
        ("<p>·<span>&nbsp;&nbsp; </span>metadata.labels</p><p>§&nbsp;spec.dim</p>", ".html"),
        ("o\tmetadata.labels\no\tspec.dim", ".txt"),
        ("§\tmetadata.labels\n\uf0b7\tspec.dim", ".txt"),
    ],
)
def test_items_as_word_draws_them(items: str, suffix: str) -> None:
    said = "The following fields can be replaced:"
    text = f"Replacing a Lamp\n\nFunction\n\n{said}\n\n{items}\n\nURI\n\n{PUT}\n"
    page = f"<h1>Replacing a Lamp</h1><h2>Function</h2><p>{said}</p>{items}<h2>URI</h2><p>{PUT}</p>"
    document = parse(page if suffix == ".html" else text, suffix)
    assert [one.path for one in document.replaceable] == ["metadata.labels", "spec.dim"]


def test_code_as_hugo_highlights_it() -> None:
    code_ = f'{{{{< highlight json "linenos=table" >}}}}\n{LAMP}\n{{{{< /highlight >}}}}'
    assert [one.value["kind"] for one in parse(page("## Request example", code_)).requests] == ["Lamp"]


def test_a_summary_names_the_status_of_what_it_opens() -> None:
    details = f"<details>\n<summary>404 Dark</summary>\n\n{code('{}')}\n\n</details>"
    table = "| Code | Reason |\n|--|--|\n| 200 | OK |\n| 404 | Dark |"
    document = parse(page("## Responses", table, details))
    assert [one.status for one in document.responses] == [404]
    assert document.obstacles == ()
