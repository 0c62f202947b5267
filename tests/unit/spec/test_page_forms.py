"""Single forms in which pages state things, beyond those that `pages.py` makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive

TOP = "Replacing a Lamp\n\nFunction\n\n{}\n\nURI\n\nPUT /apis/lights.example/v1/lamps/{{name}}\n\n"


def parse(text: str, suffix: str = ".txt") -> Document:
    return parse_document(text.encode(), suffix)


def fields(sentences: str) -> list[str]:
    return [one.path for one in parse(TOP.format(sentences)).replaceable]


@pytest.mark.parametrize(
    "sentences",
    [
        "Only spec.a, spec.b[*].c and data.d can be replaced.",
        "Only the spec.a, spec.b[].c, and data.d fields can be updated. The other fields cannot be updated.",
        "The following fields can be replaced: spec.a, spec.b[*].c, data.d. Everything else cannot be changed.",
        "You can modify the following fields:\n\n- spec.a: the first\n- spec.b[*].c (in each)\n- data.d;",
        "These are replaceable.\n\nLamps burn.\n\nspec.a\n\nspec.b[*].c\n\ndata.d",
        "Fields that may be changed:\n\n1. spec.a\n2. spec.b[*].c, data.d\n\nThese cannot be changed:\n\n• spec.e",
        "These cannot be changed:\n\n• spec.e\n\nThe following can be changed:\n\n• spec.a\n• spec.b[*].c\n• data.d",
        "仅spec.a、spec.b[*].c和data.d可被替换，其他字段不可替换。",
        "支持修改spec.a、spec.b[*].c以及data.d字段。",
        "点灯，其中spec.e不可修改，spec.a、spec.b[*].c、data.d可被替换。",
        "When replacing a lamp, you can change these fields:\n\n- .spec.a\n- `spec.b[].c`\n- data > d",
        "Except spec.e, which is immutable, the following can be replaced: spec.a, spec.b[*].c, data.d.",
        "No fields other than spec.a, spec.b[*].c and data.d can be replaced.",
        "除spec.a、spec.b[*].c和data.d外，其他字段不可修改。",
        "These can be replaced:\n\n- spec\n  - a\n- spec.b[*].c\n- data\n  - d",
        "These can be replaced:\n\nspec.a, spec.b[*].c,\ndata.d",
        "These can be replaced:\n\n- spec.a\n- spec.b[*].c\n- data.d\n\nspec.e takes these values:\n\n- spec.On\n- Off",
        "These can be replaced:\n\n- spec.a\n- spec.b[*].c\n- data.d\n\nThese are set by the system:\n\n- spec.e",
        "These can be replaced:\n\n- spec.a\n- spec.b[*].c\n- data.d\n\n如下字段由系统设置：\n\n- spec.e",
        "These can be replaced:\n\n- spec.a\n- spec.b.*.c\n- data.d\n\nNote: It burns.",
        "These can be replaced:\n\nField\tReplaceable\tDescription\nspec.a\tYes\tA.\nspec.e\tNo\tE.\n"
        "spec.b[*].c\tYes\tB.\ndata.d\tYes\tD.",
        "Lamp.\n\nOverview\n\nParameter\tMandatory\tDescription\nspec.e\tYes\tE.\n\n"
        "Only spec.a, spec.b[*].c and data.d can be replaced.",
    ],
)
def test_forms_of_the_list_of_fields(sentences: str) -> None:
    assert fields(sentences) == ["spec.a", "spec.b[*].c", "data.d"]
    assert parse(TOP.format(sentences)).obstacles == ()


@pytest.mark.parametrize(
    "sentences",
    [
        "Lamps burn. The fields spec.a, spec.b[*].c and data.d can be replaced when spec.e is on, but spec.f cannot.",
        "If spec.e is on, these can be replaced:\n\n- .spec.a\n- `spec.b[].c`\n- data > d",
    ],
)
def test_fields_that_can_be_replaced_under_a_condition_are_told(sentences: str) -> None:
    assert fields(sentences) == ["spec.a", "spec.b[*].c", "data.d"]
    assert [one.line for one in parse(TOP.format(sentences)).obstacles] == [5]


@pytest.mark.parametrize("sentences", ["Only those below can be replaced.", "Everything in it may be replaced."])
def test_a_list_that_is_announced_and_not_there_is_an_obstacle(sentences: str) -> None:
    assert fields(sentences) == []
    assert [one.line for one in parse(TOP.format(sentences)).obstacles] == [5]


@pytest.mark.parametrize(
    ("sentences", "line"),
    [
        ("All fields except spec.a can be replaced.", 5),
        ("All fields can be replaced except the following:\n\n- spec.a\n- spec.b", 5),
        ("Fields other than spec.a can be updated.", 5),
        ("除spec.a外，其他字段均可被替换。", 5),
        ("The following can be replaced:\n\n- spec.a (cannot be changed later)", 7),
        ("The following can be replaced:\n\n- spec.a: read-only", 7),
        ("The following can be replaced:\n\n- size", 7),
        ('The following can be replaced:\n\n- data["a/b"]', 7),
        ("The following can be replaced:\n\nField\tReplaceable\nspec.a\tNow and then", 8),
    ],
)
def test_what_is_said_of_fields_and_not_clear_is_told_and_not_read(sentences: str, line: int) -> None:
    assert fields(sentences) == []
    assert line in [one.line for one in parse(TOP.format(sentences)).obstacles]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("# Mutable fields\n\n- spec.a\n- spec.b\n\n# Limits\n\n- spec.c", ["spec.a", "spec.b"]),
        ("# 约束与限制\n\n仅支持修改以下字段：\n\n- spec.a\n\n# Prerequisites\n\n- curl", ["spec.a"]),
        ("# Request\n\nOnly the field spec.a can be changed.\n\n# Response\n\n200: spec.b can be changed.", ["spec.a"]),
        ("# Limits\n\nYour quota can be changed in the console.", []),
        (
            "# Body\n\n| Field | Mutable | Type |\n|--|--|--|\n| spec.a | Yes | String |\n| spec.b | No | String |",
            ["spec.a"],
        ),
    ],
)
def test_fields_that_are_listed_in_other_sections(page: str, found: list[str]) -> None:
    document = parse(f"# URI\n\nPUT /api/v1/lamps/{{name}}\n\n{page}\n", ".md")
    assert [one.path for one in document.replaceable] == found
    assert document.obstacles == ()


@pytest.mark.parametrize(
    ("suffix", "page"),
    [
        (".md", "## 1. Function\n\n{}\n\n## 2. URI\n\n{}\n\n## 3. Status Code\n\n{}"),
        (".md", "## 一、功能介绍\n\n{}\n\n## 二、URI\n\n{}\n\n## 三、状态码\n\n{}"),
        (".md", "## Overview {{#o}}\n\n{}\n\n## HTTP request\n\n```http\n{} HTTP/1.1\n```\n\n## HTTP status\n\n{}"),
        (".txt", "1.1 Function\n\n{}\n\n1.2 URI\n\n{}\n\n1.3 Status Code\n\n{}"),
        (".txt", "Function\u200b\n\n{}\n\nURI¶\n\n{}\n\nStatus Code\n\n{}"),
        *(
            (
                ".html",
                f"<h2>Function{link}</h2><p>{{}}</p><h2>URI{link}</h2><p>{{}}</p><h2>Status Code{link}</h2><p>{{}}</p>",
            )
            for link in ('<a href="#a">#</a>', "<a>&para;</a>", ' <a class="x">&#8203;</a>', "<a>\uf0c1</a>")
        ),
    ],
)
def test_forms_of_headings(suffix: str, page: str) -> None:
    said = "Only spec.a can be replaced.", "PUT /api/v1/namespaces/{namespace}/lamps/{name}", "200 OK"
    document = parse(page.format(*said), suffix)
    assert [one.path for one in document.replaceable] == ["spec.a"]
    assert list(document.sections) == ["Function", "URI", "Status Code"]
    assert ([one.code for one in document.statuses], document.obstacles) == ([200], ())


@pytest.mark.parametrize(
    "uri",
    [
        "```\nPUT https://a.example/api/v1/lamps/{name} HTTP/1.1\n```",
        "PUT：/api/v1/lamps/:name",
        "PUT /api/v1/lamps/<name>",
        "`PUT /api/v1/lamps/<name>`",
        "put /api/v1/\u200blamps/${name}",
        "| Method | URI |\n|--|--|\n| PUT | /api/v1/lamps/{name} |",
        "**Method**: PUT\n\n**URI**: `/api/v1/lamps/{name}`",
        "请求方法：PUT\n\n请求路径：/api/v1/lamps/{name}",
    ],
)
def test_forms_of_the_operation(uri: str) -> None:
    document = parse(f"# URI\n\n{uri}\n", ".md")
    assert [(one.method, one.path) for one in document.operations] == [("PUT", "/api/v1/lamps/{name}")]
    assert document.obstacles == ()


@pytest.mark.parametrize(
    "shown",
    [
        '{"kind": "Lamp", // a lamp\n "spec": {"dim": 3,}, }',
        '{“kind”: “Lamp”,\n "spec": {"dim": 3 # dims\n}}',
        "kind: Lamp\nspec:\n  dim: 3",
        "$ curl -X PUT https://a.example/lamps \\\n "
        '-H \'Content-Type: application/json\' -d \'{"kind": "Lamp",\n "spec": {"dim": 3}}\'',
    ],
)
def test_forms_of_examples(shown: str) -> None:
    page = f"# URI\n\nPUT /api/v1/lamps/{{name}}\n\n# Example request\n\n```\n{shown}\n```\n"
    document = parse(page, ".md")
    assert [one.value for one in document.requests] == [{"kind": "Lamp", "spec": {"dim": 3}}]
    lines = page.split("\n")
    assert all(name in lines[place.first_line - 1] for name, place in document.requests[0].members)
    assert document.obstacles == ()


def test_an_example_beside_the_numbers_of_its_lines() -> None:
    page = "<h2>URI</h2><p>PUT /api/v1/lamps</p><h2>Example request</h2><table><tr><td><pre>1\n2</pre></td>"
    document = parse(page + '<td><pre>{"kind":\n"Lamp"}</pre></td></tr></table>', ".html")
    assert ([one.value for one in document.requests], document.obstacles) == ([{"kind": "Lamp"}], ())


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Only merge patch is supported. Strategic merge patch is not supported.", "application/merge-patch+json"),
        ("Set Content-Type to application/json-patch+json.", "application/json-patch+json"),
        ("```\nContent-Type: application/merge-patch+json\n```", "application/merge-patch+json"),
    ],
)
def test_the_media_type_of_a_patch_in_words(words: str, name: str) -> None:
    page = f"# URI\n\nPATCH /api/v1/lamps/{{name}}\n\n# Request\n\n{words}\n\n## Example request\n\n"
    document = parse(page + '```\n{"spec": null}\n```\n', ".md")
    assert [one.name for one in document.media_types] == [name]


def test_properties_before_a_page_give_its_title() -> None:
    page = "---\ntitle: Replacing a Lamp\nid: lamp\n---\n\n## URI\n\nPUT /api/v1/lamps/{name}\n"
    assert parse(page, ".md").title == "Replacing a Lamp"


def test_fields_that_cannot_be_replaced_are_none_of_the_list() -> None:
    assert fields("The spec.a field cannot be replaced.\n\n• spec.a") == []


@pytest.mark.parametrize(
    ("section", "statuses"),
    [
        ("Status Code\n\n200 OK\n\n404: Not found", [(200, "OK"), (404, "Not found")]),
        ("Status Code\n\n200\n\nOK\n\n404\n\nNot found", [(200, "OK"), (404, "Not found")]),
        (
            "Status Code\nStatus Code\nDescription\n200\nOK\n404\nNot found\nin\nany place",
            [(200, "OK"), (404, "Not found in any place")],
        ),
        (
            "Return Values\n\nStatus Code\tMessage\tDescription\n200\tOK\tDone.\n404\tNot found\t",
            [(200, "OK"), (404, "Not found")],
        ),
        ("Status Code\n\nNormal: 200, 404", [(200, "Normal"), (404, "Normal")]),
        ("Status Code\n\nIt returns 200 (OK), or else 404 (Not found).", [(200, "OK"), (404, "Not found")]),
        ("Status Code\n\nStatus Code\tDescription\n200/404\tAny", [(200, "Any"), (404, "Any")]),
        ("状态码\n\n状态码\t说明\n500～502\t错误", [(500, "错误"), (501, "错误"), (502, "错误")]),
        ("返回码\n\n• 200 成功\n• 404（找不到）", [(200, "成功"), (404, "找不到")]),
    ],
)
def test_forms_of_statuses(section: str, statuses: list[tuple[int, str]]) -> None:
    document = parse(TOP.format("It is.") + section)
    assert [(one.code, one.reason) for one in document.statuses] == statuses
    assert document.obstacles == ()


def test_cells_of_several_lines_without_blank_lines_between() -> None:
    table = "Table 1 Path parameters\nParameter\nType\nMandatory\nDescription\nname\nString\nYes\nFirst.\nSecond."
    table += "\nzone\nString\nNo\nThird."
    document = parse(f"URI\nPUT /apis/a/v1/{{zone}}/lamps/{{name}}\n{table}")
    assert [(one.name, one.type, one.mandatory, one.description) for one in document.parameters] == [
        ("name", "String", True, "First.\nSecond."),
        ("zone", "String", False, "Third."),
    ]


def test_a_header_in_a_fence_of_its_own_belongs_to_the_next_example() -> None:
    page = "## URI\n\nPATCH /api/v1/lamps/{name}\n\n## Request\n\n### Example request\n\n"
    page += '```\nContent-Type: application/json-patch+json\n```\n\n```json\n[{"op": "remove", "path": "/a"}]\n```\n\n'
    page += '```\nContent-Type: application/merge-patch+json; charset=utf-8\n\n{"a": null}\n```\n'
    document = parse(page, ".md")
    assert [(one.value, one.media_type) for one in document.requests] == [
        ([{"op": "remove", "path": "/a"}], "application/json-patch+json"),
        ({"a": None}, "application/merge-patch+json"),
    ]
    assert document.obstacles == ()


def test_html_in_markdown_and_its_lines() -> None:
    page = "# Replacing a Lamp\n\n## URI\n\nPUT /api/v1/lamps/{name}\n\n**Table 1** Path parameters\n\n"
    page += "<table><tr><th>Parameter</th><th>Mandatory</th></tr>\n<tr><td>name</td>\n<td>Yes</td></tr></table>\n"
    (parameter,) = parse(page, ".md").parameters
    assert (parameter.name, parameter.mandatory, parameter.source.first_line) == ("name", True, 10)


def test_navigation_of_a_site_is_no_part_of_the_page_but_leaves_a_trace() -> None:
    page = "<html><body><nav><ul><li>Function</li><li>Request</li></ul></nav><h1>Replacing a Lamp</h1>\n"
    page += "<h4>URI</h4><p>PUT /api/v1/lamps/{name}</p>\n<h4>Status Code</h4>\n<ul><li>200 OK</li></ul>\n"
    page += "<div>Parent topic: <a href='x'>Lamps</a></div><footer>Feedback</footer></body></html>"
    document = parse(page, ".html")
    assert (document.title, [one.code for one in document.statuses]) == ("Replacing a Lamp", [200])
    assert list(document.sections) == ["URI", "Status Code"]
    assert [one.kind for one in document.units].count("furniture") == 2


def test_docutils_reads_no_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET /apis/a/v1/b")
    page = f"URI\n---\n\nPUT /api/v1/lamps\n\n.. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n\n"
    page += f".. csv-table::\n   :file: {secret}\n\n.. literalinclude:: {secret}\n\n:unheard:`of`\n"
    document = parse(page, ".rst")
    assert "SECRET" not in str(document)
    assert [one.line for one in document.obstacles] == [6, 8, 11, 14, 16]
    assert capfd.readouterr() == ("", "")


def test_a_table_that_docutils_cannot_read_is_an_obstacle() -> None:
    page = "URI\n---\n\nPUT /api/v1/lamps\n\n+---+---+\n| a | b |\n+---+\n"
    assert [one.line for one in parse(page, ".rst").obstacles] == [8]


@pytest.mark.parametrize("group", ["/apis/lights.example/v1", "/api/v1"])
def test_a_status_is_no_kind_of_the_resource(group: str) -> None:
    page = f"URI\n\nDELETE {group}/namespaces/{{namespace}}/lamps/{{name}}\n\nDELETE {group}/lamps/{{name}}\n\n"
    document = parse(page + 'Response\n\nExample response\n\n{"kind": "Status", "apiVersion": "v1"}')
    assert [one.path.count("/") for one in document.operations] == [group.count("/") + 4, group.count("/") + 2]
    assert (document.kind, len(document.responses), document.obstacles) == (None, 1, ())


@pytest.mark.parametrize("name", ["spec.dim", "» dim"])
def test_rows_of_fields_within_others(name: str) -> None:
    page = (
        "# URI\n\nPUT /api/v1/lamps/{name}\n\n# Request\n\n## Request body\n\n| Name | Required | Type |\n|--|--|--|\n"
    )
    page += f"| spec | M | Object |\n| {name} | M | Integer |\n\n## Example request\n\n```\n"
    document = parse(page + '{"kind": "Lamp", "spec": {"dim": 3}}\n```\n', ".md")
    spec = derive(document)["components"]["schemas"]["Lamp"]["properties"]["spec"]
    assert (spec["required"], list(spec["properties"])) == (["dim"], ["dim"])


ADDRESS = "Replacing a Lamp\n\nURI\n\nPUT /api/v1/lamps/{name}\n\n"


@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_a_dash_in_a_cell_on_a_line_of_its_own(gap: str) -> None:
    cells = ["Name", "Mandatory", "Type", "Description", "kind", "Yes", "String", "A kind.", "Of lamps."]
    cells += ["metadata", "Yes", "Object", "-", "spec", "-", "Object", "All."]
    page = f"{ADDRESS}Request\n\nTable 1 Request body parameters{gap}{gap.join(cells)}\n\nStatus Code\n\n200 OK\n"
    document = parse_document(page.encode(), ".txt")
    members = [(one.name, one.mandatory, one.description) for one in document.structures[0].members]
    assert members == [("kind", True, "A kind.\nOf lamps."), ("metadata", True, "-"), ("spec", None, "All.")]
    assert document.obstacles == ()


@pytest.mark.parametrize(
    "shown",
    [
        '{\n\u00a0\u00a0"kind": "Lamp",\n\u00a0 \u3000"text": "a\u00a0，b"\n}',
        '{\n"kind"： "Lamp"，\n"text": "a\u00a0，b"\n}',
        '1\t{\n2\t  "kind": "Lamp",\n3\t  "text": "a\u00a0，b"\n4\t}',
        '1 {\n2 "kind": "Lamp",\n3 "text": "a\u00a0，b"\n4 }',
    ],
)
def test_json_with_other_blanks_and_signs_and_numbers_of_lines(shown: str) -> None:
    page = f"{ADDRESS}Example request\n\n{shown}\n\nStatus Code\n\n200 OK\n"
    document = parse_document(page.encode(), ".txt")
    assert [one.value for one in document.requests] == [{"kind": "Lamp", "text": "a\u00a0，b"}]
    assert document.obstacles == ()
