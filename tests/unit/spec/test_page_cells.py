"""What stands where a table has no cell for it: lines below the last row, names as in the path, pipes within a cell."""

from __future__ import annotations

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document

TOP = "Replacing a Lamp\nURI\nPUT /apis/lights.example/v1/namespaces/{namespace}/lamps/{name}\n"
LINES = "Table 1 Query parameters\nParameter\nMandatory\nType\nDescription\nwait\nNo\nInteger\nSeconds to wait.\n"
PIPES = (
    "Table 1 Query parameters\n\n"
    "| Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n"
    "| mode | No | String | {} |\n| pretty | No | String | Layout. |\n"
)


def read(text: str, suffix: str = ".txt") -> Document:
    return parse_document((TOP + text).encode(), suffix)


@pytest.mark.parametrize(
    ("below", "description", "last"),
    [
        ("", "Seconds to wait.", 12),
        ("Value range: 1 to 10.\n", "Seconds to wait.\nValue range: 1 to 10.", 13),
        ("取值范围：1~10。\n", "Seconds to wait.\n取值范围：1~10。", 13),
        ("Whole ones.\nDefault: 3\n", "Seconds to wait.\nWhole ones.\nDefault: 3", 14),
        ("Default: 3\nMind the flame.\n", "Seconds to wait.\nDefault: 3", 13),
        ("Mind the flame.\n", "Seconds to wait.", 12),
        ("\nDefault: 3\n", "Seconds to wait.", 12),
    ],
)
def test_lines_below_the_last_row_that_say_something_of_its_values(below: str, description: str, last: int) -> None:
    (one,) = read(LINES + below).parameters
    assert (one.description, one.source.last_line) == (description, last)


@pytest.mark.parametrize("gap", ["\n", "\t"])
def test_a_name_in_braces_is_a_parameter(gap: str) -> None:
    rows = (
        ("Parameter", "Mandatory", "Type", "Description"),
        ("{name}", "Yes", "String", "Its name."),
        ("namespace", "Yes", "String", "Its team."),
        ("{name}", "Yes", "String", "Again."),
    )
    document = read("Table 1 Path parameters\n" + "\n".join(gap.join(row) for row in rows) + "\n")
    assert [one.name for one in document.parameters] == ["name", "namespace"]
    assert [(one.expected, one.found) for one in document.obstacles] == [("each parameter once", "name")]


@pytest.mark.parametrize(
    ("cell", "description"),
    [
        ("One of A|B|C. Default to B.", "One of A|B|C. Default to B."),
        ("One of A\\|B.", "One of A|B."),
        ("Mode. | Extra.", "Mode. | Extra."),
        ("Mode. |", "Mode."),
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_pipes_in_the_last_cell_are_kept(suffix: str, cell: str, description: str) -> None:
    page = PIPES.format(cell)
    page = "# Replacing a Lamp\n\n## URI\n\n" + TOP.split("\n")[2] + "\n\n" + page if suffix == ".md" else TOP + page
    document = parse_document(page.encode(), suffix)
    found = [one for one in document.parameters if one.location == "query"]
    words = [(one.name, one.description.replace(" | ", "|")) for one in found]
    assert words == [("mode", description.replace(" | ", "|")), ("pretty", "Layout.")]


def test_a_row_that_lacks_cells_takes_nothing_that_follows() -> None:
    table = "|\nParameter |\nDescription |\n|---|---|\npretty |\nLayout. |\nwait |\n"
    document = read(f"Table 1 Query parameters\n{table}\nRequest\nFor the fields, see Table 7.\n")
    assert [one.name for one in document.parameters] == ["pretty"]
    assert [one.number for one in document.references] == [7]


def test_a_row_about_a_field_named_by_a_verb_is_no_header() -> None:
    rows = [
        "Parameter\tMandatory\tType\tDescription",
        "glow\tNo\tString\tGlows.",
        "enable\tNo\tBoolean\tEnable says whether it can glow.",
    ]
    text = "\n".join(["Replacing a Lamp", "", "PUT /api/v1/lamps/{name}", "", "Query parameters", "", *rows, ""])
    document = parse_document(text.encode(), ".txt")
    assert [(one.name, one.location) for one in document.parameters] == [("glow", "query"), ("enable", "query")]
    assert document.obstacles == ()
