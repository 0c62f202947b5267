"""Single forms in which pages state things, beyond those that `pages.py` makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document

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
    ],
)
def test_forms_of_the_list_of_fields(sentences: str) -> None:
    assert fields(sentences) == ["spec.a", "spec.b[*].c", "data.d"]
    assert parse(TOP.format(sentences)).obstacles == ()


@pytest.mark.parametrize("sentences", ["Only those below can be replaced.", "Everything in it may be replaced."])
def test_a_list_that_is_announced_and_not_there_is_an_obstacle(sentences: str) -> None:
    assert fields(sentences) == []
    assert [one.line for one in parse(TOP.format(sentences)).obstacles] == [5]


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
    page += f".. csv-table::\n   :file: {secret}\n\n.. unheard-of:: x\n\n:unheard:`of`\n"
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
