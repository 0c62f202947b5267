"""Nothing that the page says is overlooked: each unit is covered, or somebody has said why not."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.report.model import Outcome, Traced
from contracts.report.runs.matrix import FORMATS, UNCOVERED, Judged, in_short
from contracts.spec.contract import ContractError
from contracts.spec.load import load_contract
from contracts.spec.page.model import PageLines, Unit
from contracts.spec.page.reader import parse_units, read_units
from contracts.spec.traceability import GONE, matrix, matrix_of_page, units
from contracts.spec.unit_notes import Note, load_notes, parse_notes

PAGE = Path(__file__).parents[4] / "shared/documents/replacing-a-pytorchjob.txt"
page_at_hand = pytest.mark.skipif(not PAGE.exists(), reason="the vendor's page is not at hand")
CONTRACT = load_contract()
NOTES = load_notes()
ROWS = matrix(CONTRACT, NOTES)


def test_nothing_on_the_page_is_uncovered() -> None:
    assert [f"{row.section}, lines {row.lines}: {row.holds}" for row in ROWS if row.uncovered] == []
    assert len(ROWS) == len(units(CONTRACT)) > 40


def test_a_unit_without_a_note_is_uncovered_wherever_it_stands() -> None:
    for unit, row in zip(units(CONTRACT), ROWS, strict=True):
        fewer = {digest: note for digest, note in NOTES.items() if digest != unit.digest}
        assert any(one.uncovered and one.lines == row.lines for one in matrix(CONTRACT, fewer))


def test_no_note_is_about_what_is_not_on_the_page() -> None:
    assert set(NOTES) == {unit.digest for unit in units(CONTRACT)}


def test_every_requirement_of_the_page_covers_some_of_it() -> None:
    named = {name for row in ROWS for name in row.requirements}
    assert {one.id for one in CONTRACT.requirements.values() if one.level == "document"} <= named
    assert all(CONTRACT.requirements[name].level == "document" for name in named)


def test_a_field_is_covered_by_its_own_requirement_and_by_no_other_fields() -> None:
    bullets = [row for row in ROWS if row.kind == "bullet"]
    assert len(bullets) == len(CONTRACT.replaceable)
    for name, row in zip(CONTRACT.replaceable, bullets, strict=True):
        about = [one for one in row.requirements if CONTRACT.requirements[one].fields]
        assert about == [CONTRACT.owner(paths.parse(name), "replaceable")]


def test_statuses_and_parameters_are_covered_by_requirements_about_them() -> None:
    rows = {row.holds: row for row in ROWS}
    for status in CONTRACT.statuses:
        row = next(one for holds, one in rows.items() if holds.startswith(f"status {status}"))
        assert f"status.{status}" in row.requirements
        assert any(pointer.endswith(f"/responses/{status}") for pointer in row.elements)
    pretty = next(one for holds, one in rows.items() if "pretty" in holds)
    assert {name.split(".")[0] for name in pretty.requirements} == {"pretty"}


def test_pointers_lead_to_elements() -> None:
    for row in ROWS:
        for pointer in row.elements:
            place: Any = CONTRACT.spec.derived
            for step in pointer.split("/")[1:]:
                key = step.replace("~1", "/").replace("~0", "~")
                place = place[int(key)] if isinstance(place, list) else place[key]
            assert place["x-source"]["lines"]
            assert len(in_short(pointer)) <= len(pointer)


def test_what_asks_nothing_says_so_in_words() -> None:
    for row in ROWS:
        assert bool(row.reason) != bool(row.requirements)
    assert {row.kind for row in ROWS if row.reason} <= {"heading", "caption", "columns", "title", "date", "sentence"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("units: [{holds: x}]", "'digest'"),
        ("units: [{digest: aa, holds: x}, {digest: aa, holds: y}]", "a digest occurs twice"),
        ("units: [{digest: aa, holds: x, reason: r, requirements: [status.200]}]", "either requirements or a reason"),
        ("units: {", "traceability.yaml: "),
    ],
)
def test_notes_that_are_wrong_are_refused(text: str, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        parse_notes(text)


def test_a_note_about_an_unknown_requirement_is_refused() -> None:
    with pytest.raises(ContractError, match=r"unknown requirement status\.999"):
        matrix(CONTRACT, {**NOTES, "aa": Note("x", ("status.999",))})


# ---------------------------------------------------------------- another edition of the page

PLACES = st.integers(0, len(units(CONTRACT)))


@given(PLACES, st.sampled_from(["sentence", "bullet", "row"]), st.integers(0, 400))
def test_what_is_new_on_a_page_is_uncovered_and_nothing_else(place: int, kind: str, line: int) -> None:
    page = units(CONTRACT)
    new = Unit(kind, PageLines("Function", line, line), "0" * 12)
    rows = matrix_of_page(CONTRACT, NOTES, (*page[:place], new, *page[place:]))
    assert [row.uncovered for row in rows].index(True) == place
    assert sum(row.uncovered for row in rows) == 1


@given(st.integers(0, len(units(CONTRACT)) - 1))
def test_what_is_gone_from_a_page_is_told_of(place: int) -> None:
    page = units(CONTRACT)
    rows = matrix_of_page(CONTRACT, NOTES, page[:place] + page[place + 1 :])
    assert [row.reason for row in rows].count(GONE) == 1
    assert rows[-1].reason == GONE


def test_the_same_page_elsewhere_is_covered() -> None:
    moved = [
        dataclasses.replace(
            one, source=PageLines(one.source.section, one.source.first_line + 9, one.source.last_line + 9)
        )
        for one in units(CONTRACT)
    ]
    rows = matrix_of_page(CONTRACT, NOTES, moved)
    assert [(row.holds, row.requirements) for row in rows] == [(row.holds, row.requirements) for row in ROWS]
    assert rows[0].lines == "10"


@page_at_hand
def test_the_vendors_page_is_covered_as_it_is() -> None:
    assert matrix_of_page(CONTRACT, NOTES, read_units(PAGE)) == ROWS


@page_at_hand
@pytest.mark.parametrize("number", [6, 14, 18, 38, 52, 58, 62, 174, 180, 294, 298, 325])
def test_a_sentence_more_on_the_vendors_page_is_uncovered(number: int) -> None:
    text = PAGE.read_text(encoding="utf-8").splitlines()
    text.insert(number, "Only the owner of a job may do this.")
    rows = matrix_of_page(CONTRACT, NOTES, parse_units("\n".join(text).encode()))
    uncovered = [row.lines.split("-") for row in rows if row.uncovered]
    assert any(int(lines[0]) <= number + 1 <= int(lines[-1]) for lines in uncovered)


@page_at_hand
def test_no_note_takes_over_the_pages_words() -> None:
    lines = map(str.strip, PAGE.read_text(encoding="utf-8").splitlines())
    prose = [line for line in lines if line.endswith((".", ":"))]
    notes = " ".join(f"{note.holds} {note.reason}" for note in NOTES.values()).lower()
    assert [line for line in prose if len(line) > 20 and line.lower().rstrip(".:") in notes] == []


# ---------------------------------------------------------------- written

JUDGED = {"status.200": Judged(("a.py::x", "a.py::y"), Outcome.FAILED)}
SHOWN = (
    Traced("sentence", "Function", "7", "it | replaces", ("/paths/~1a~1b/put",), ("status.200", "status.201")),
    Traced("heading", "URI", "15", "section", (), (), "a heading"),
    Traced("sentence", "URI", "16", "not read"),
)


def test_every_format_says_what_covers_what() -> None:
    text = FORMATS["text"](SHOWN, JUDGED, 100)
    assert "status.200 (2 cases, failed), status.201 (0 cases)" in text
    assert "not judged: a heading" in text
    assert f"{UNCOVERED}: not read" in text
    assert text.endswith("3 units of the page: 1 covered, 1 of which nothing is asked, 1 uncovered\n")
    markdown = FORMATS["markdown"](SHOWN, JUDGED, 100)
    assert "| Function 7 | sentence: it \\| replaces | `/paths/…/put` | `status.200` failed, `status.201` |" in markdown
    assert f"**{UNCOVERED}**" in markdown
    value = json.loads(FORMATS["json"](SHOWN, JUDGED, 100))
    assert value["units"][0]["elements"] == ["/paths/~1a~1b/put"]
    assert [one["uncovered"] for one in value["units"]] == [False, False, True]
    assert value["requirements"]["status.200"] == {"cases": ["a.py::x", "a.py::y"], "outcome": "failed"}
