"""Pages that another tool has made of a saved page: pandoc, html2text, kramdown; and captions below their tables."""

import pytest

from contracts.spec.page.formats import format_of
from contracts.spec.page.formats.extended_marks import without
from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document

TOP = "# Replacing a Lamp\n\nPUT /api/v1/lamps/{name}"


def parse(text: str, suffix: str = ".md") -> Document:
    return parse_document(text.encode(), suffix)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("{: .no_toc #codes }", ""),
        ("[spec.dim]{.field}", "spec.dim"),
        (r"-   [spec.hues\[\*\]]{.field #a}", r"-   spec.hues\[\*\]"),
        ('`spec.dim`{.yaml} and [a page](dim.html){.link target="_blank"}', "`spec.dim` and [a page](dim.html)"),
        ("Dims.`<br>`{=html}Brightens.", "Dims.<br>Brightens."),
        (":::note", ""),
        ("::: {.warning #w}", ""),
        (":::", ""),
        ("::: tip Fields that can be replaced", "tab Fields that can be replaced"),
        (":::info[Request]", "tab Request"),
        ("PUT /api/v1/lamps/{name}", "PUT /api/v1/lamps/{name}"),
        ("[*]{name}", "[*]{name}"),
        ('{"spec": {"dim": 3}}', '{"spec": {"dim": 3}}'),
        ("`:::` begins it", "`:::` begins it"),
    ],
)
def test_marks_of_dialects_are_left_out_but_in_code(line: str, shown: str) -> None:
    def title(words: str) -> str:
        return f"tab {words}" if words else ""

    assert without([line], [False], title) == [shown]
    assert without([line], [True], title) == [line]


@pytest.mark.parametrize("behind", ["{#codes .title}", "{: .title}", "{#codes key=1}", "¶"])
def test_attributes_behind_a_heading_are_no_words_of_it(behind: str) -> None:
    document = parse(
        f"# Replacing a Lamp {behind}\n\nPUT /api/v1/lamps/{{name}}\n\n## Status Code {behind}\n\n200: OK\n"
    )
    assert document.title == "Replacing a Lamp"
    assert [one.code for one in document.statuses] == [200]


def test_a_parameter_in_a_heading_is_no_attribute() -> None:
    document = parse("# Replacing a Lamp\n\n## PUT /api/v1/lamps/{name}\n\n## Status Code\n\n200: OK\n")
    assert [one.path for one in document.operations] == ["/api/v1/lamps/{name}"]


def test_a_container_around_a_list_ends_neither_with_it_nor_in_it() -> None:
    document = parse(
        f"{TOP}\n\n:::note\nThe following fields can be replaced:\n\n- spec.dim\n:::\n\n## Response\n\n200: OK\n"
    )
    assert [one.path for one in document.replaceable] == ["spec.dim"]
    assert document.obstacles == ()


TABLES = {
    "Path parameters": "| Parameter | Description |\n|---|---|\n| name | The name. |",
    "Body parameters": "| Parameter | Description |\n|---|---|\n| name | What it is called. |",
}


@pytest.mark.parametrize("form", ["**Table {} {}**", ": Table {} {}", "Table: Table {} {}"])
@pytest.mark.parametrize("only", [("Path parameters",), ("Path parameters", "Body parameters")])
def test_captions_below_all_tables_are_theirs(form: str, only: tuple[str, ...]) -> None:
    pieces = [f"{TABLES[name]}\n\n{form.format(number, name)}" for number, name in enumerate(only, start=1)]
    document = parse("\n\n".join([TOP, "## Request", *pieces, "## Response", "200: OK"]))
    assert document.obstacles == ()
    assert [(one.location, one.name) for one in document.parameters] == [("path", "name")]
    bodies = [[member.name for member in one.members] for one in document.structures if one.role == "body"]
    assert bodies == [["name"]] * (len(only) - 1)


def test_captions_above_their_tables_stay_there() -> None:
    pieces = [f"**Table {number} {name}**\n\n{table}" for number, (name, table) in enumerate(TABLES.items(), start=1)]
    document = parse("\n\n".join([TOP, "## Request", *pieces, "## Response", "200: OK"]))
    assert [(one.location, one.name) for one in document.parameters] == [("path", "name")]
    assert [one.name for one in document.structures if one.role == "body"] == ["Body parameters"]


def test_a_caption_whose_table_was_not_read_is_not_that_of_the_one_before() -> None:
    above = f"**Table 1 Path parameters**\n\n{TABLES['Path parameters']}"
    document = parse(
        "\n\n".join([TOP, "## Request", above, "**Table 2 Body parameters**", "See below.", "## Response", "200: OK"])
    )
    assert [(one.location, one.name) for one in document.parameters] == [("path", "name")]
    assert [str(one) for one in document.obstacles if "Table 2" in one.found]


def test_tables_as_html2text_writes_them() -> None:
    tables = (
        "**Table 1: Path parameters** Parameter | Description\n---|---\nname | The name.\n"
        "**Table 2: Query parameters** Parameter | Description\n---|---\nglow | Glows.\n"
    )
    document = parse(f"{TOP}\n\n## Request\n\n{tables}\n## Response\n\n200: OK\n")
    assert [(one.location, one.name, one.source.first_line) for one in document.parameters] == [
        ("path", "name", 9),
        ("query", "glow", 12),
    ]


def test_lines_below_headings_and_pipes_are_markdown() -> None:
    path = "/v3/{project\\_id}/api/v1/lamps/{name}"
    text = f"Replacing a Lamp\n=====\n\nPUT {path}\n\nURI\n---\n\n{TABLES['Path parameters']}\n"
    assert format_of(text, "") == "markdown"
    assert format_of(f".. _lamp:\n\n{text}", "") == "rst"
    assert format_of("Replacing a Lamp\n=====\n\nURI\n---\n", "") == "rst"
