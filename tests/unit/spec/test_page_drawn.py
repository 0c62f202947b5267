"""Tables drawn with dashes and bars, in Markdown and in plain text."""

import re

import pytest

from contracts.spec.page.formats.drawn_tables import with_pipes
from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document

GRID = """\
+-----------+-----------+------------------+
| Parameter | Mandatory | Description      |
+===========+===========+==================+
| glow      | No        | Glows.           |
|           |           |                  |
|           |           | Default: false   |
+-----------+-----------+------------------+
| dim       | Yes       | Dims | brightens |
+-----------+-----------+------------------+"""
ALIGNED = """\
  Parameter   Mandatory   Description
  ----------- ----------- ------------
  glow        No          Glows.
  dim         Yes         Dims."""

BETWEEN_LINES = """\
  ---------------------------------------
  Parameter   Mandatory   Description
  ----------- ----------- ---------------
  glow        No          Glows.
                          Default: false

  dim         Yes         Dims.
  ---------------------------------------"""
CHINESE = """\
  参数   是否必选   描述
  ------ ---------- ------------
  glow   否         亮。Glows.
  dim    是         暗。"""
CHINESE_GRID = """\
+------+----------+----------------+
| 参数 | 是否必选 | 描述           |
+======+==========+================+
| glow | 否       | 亮。           |
|      |          |                |
|      |          | Default: false |
+------+----------+----------------+
| dim  | 是       | 暗。           |
+------+----------+----------------+"""


def by_letters(table: str) -> str:
    """The table as tools draw it that count letters and not the columns that they take."""
    return re.sub(r"([\u3000-\u9fff]+)( *)", lambda found: found[1] + found[2] + " " * len(found[1]), table)


def parse(table: str, suffix: str) -> Document:
    top = "# Replacing a Lamp\n\nPUT /api/v1/lamps/{name}"
    text = f"{top}\n\n## Query parameters\n\n{table}\n\n## Response\n\n200: OK\n"
    return parse_document((text.replace("#", "") if suffix == ".txt" else text).encode(), suffix)


@pytest.mark.parametrize(
    ("table", "suffix", "lines"),
    [
        (GRID, ".md", (10, 14)),
        (GRID, ".txt", (10, 14)),
        (ALIGNED, ".md", (9, 10)),
        (ALIGNED, ".txt", (9, 10)),
        (BETWEEN_LINES, ".md", (10, 13)),
        (BETWEEN_LINES, ".txt", (10, 13)),
        (CHINESE, ".md", (9, 10)),
        (CHINESE, ".txt", (9, 10)),
        (CHINESE_GRID, ".md", (10, 14)),
        (CHINESE_GRID, ".txt", (10, 14)),
        (by_letters(CHINESE), ".txt", (9, 10)),
        (by_letters(CHINESE_GRID), ".txt", (10, 14)),
    ],
)
def test_rows_and_their_lines(table: str, suffix: str, lines: tuple[int, int]) -> None:
    document = parse(table, suffix)
    found = [(one.name, one.location, one.mandatory, one.source.first_line) for one in document.parameters]
    assert found == [("glow", "query", False, lines[0]), ("dim", "query", True, lines[1])]
    assert document.obstacles == ()


@pytest.mark.parametrize("table", [GRID, BETWEEN_LINES, CHINESE_GRID])
@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_a_cell_over_several_lines_is_one_text(table: str, suffix: str) -> None:
    assert "Default: false" in parse(table, suffix).parameters[0].description


@pytest.mark.parametrize(
    "lines",
    [
        ["```", *GRID.split("\n"), "```"],
        ["+---+---+", "| a     |", "+===+===+", "| b | c |", "+---+---+"],
        ["a sentence that goes on", "--- ---", "and on"],
        ["+---+---+", "| a | b |", "+---+---+"],
    ],
)
def test_what_is_no_such_table_stays(lines: list[str]) -> None:
    assert with_pipes(lines) == lines


def test_a_grid_with_cells_over_two_columns_is_told() -> None:
    table = "+---+---+\n| a     |\n+===+===+\n| b | c |\n+---+---+"
    assert [one.line for one in parse(table, ".md").obstacles] == [7]


@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_a_sentence_over_lines_of_a_cell_leaves_the_columns_where_they_are(suffix: str) -> None:
    wide = BETWEEN_LINES.replace("Glows.\n", "Glows, and is\n").replace(
        "Default: false", "seen by\n" + " " * 26 + "others."
    )
    found = {one.name: one.description for one in parse(wide, suffix).parameters}
    assert found == {"glow": "Glows, and is seen by others.", "dim": "Dims."}


def test_marks_in_cells_take_columns_until_the_table_is_read() -> None:
    marked = BETWEEN_LINES.replace("glow        No ", "[glow]{.f}  No ")
    assert [one.name for one in parse(marked, ".md").parameters] == ["glow", "dim"]
