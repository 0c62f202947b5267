"""Text whose lines the width of a page breaks, with the numbers of printed pages between them."""

from __future__ import annotations

import time

import pytest

from contracts.spec.page.formats.mended_lines import mended
from contracts.spec.page.reader import parse_document
from tests.unit.spec.lamp_page import PATH, TOP, read


@pytest.mark.parametrize(
    "words",
    [
        "This swaps lamps. Only the fields spec.dim and\nspec.hue can be replaced.",
        "This swaps lamps. Only spec.dim and spec.hue can be\nreplaced. The others\ncannot be replaced.",
        "The following fields can be re-\nplaced:\n\n• spec.dim\n• spec.hue",
        "The following fields can be replaced:\n\n• spec.dim\n• spec.hu-\ne",
        "The following fields can be replaced, whatever the lamp which has\nthem looks like:\n\nspec.dim\nspec.hue",
    ],
)
def test_a_sentence_over_two_lines_is_one(words: str) -> None:
    assert read(words) == (["spec.dim", "spec.hue"], [])


def test_a_broken_word_still_denies() -> None:
    fields, told = read("The following fields can be replaced:\n\n• spec.dim\n• spec.hue (read-\nonly)")
    assert fields == ["spec.dim"]
    assert [line for line, _ in told] == [8]


@pytest.mark.parametrize(
    "lines",
    [
        ["glow - whether it glows when the sun has gone and nobody sees it", "hue - its colour."],
        ["The following fields can be replaced", "spec.dim"],
        ["A sentence ends here, after many words that make it as wide as can be.", "another does not."],
        ['  "a-', '  b": 1'],
        ["name\tYes\tThe name of", "hue\tNo\tIts colour"],
        ["Name      Whether it has to be", "hue       its colour"],
        ["pre-", "", "fixed"],
    ],
)
def test_lines_of_their_own_stay_so(lines: list[str]) -> None:
    assert mended(lines) == lines


def test_numbers_of_pages_are_no_statuses() -> None:
    rows = ["Status Code", "Description", "200", "OK", "404", "Not Found"]
    between = ["A lamp is a lamp."] * 30
    lines = [*between, "216", *between, "217", "Status Code", *rows[:4], "Page 9 of 12", *rows[4:], *between, "218"]
    document = parse_document((TOP.format("Swaps lamps.") + "\n\n".join(["", *lines])).encode(), ".txt")
    assert [(one.code, one.reason[:9]) for one in document.statuses] == [(200, "OK"), (404, "Not Found")]


def test_a_name_that_ends_within_a_word_is_no_field() -> None:
    fields, told = read("The following fields can be replaced:\n\n• spec.dim\n• spec.glow-")
    assert (fields, told) == (["spec.dim"], [(8, PATH)])


@pytest.mark.parametrize("numbers", [("200", "201"), ("1", "2")])
def test_statuses_and_values_that_count_up_are_no_pages(numbers: tuple[str, ...]) -> None:
    apart = 40 if numbers[0] == "200" else 4
    lines = [numbers[0], *([""] * apart), numbers[1]]
    assert mended(lines) == lines


def test_a_status_that_is_not_registered_is_told() -> None:
    page = TOP.format("Swaps lamps.") + "\n\nStatus Code\n\n200 OK\n\n216 401\n"
    obstacles = parse_document(page.encode(), ".txt").obstacles
    assert [(one.expected, one.found) for one in obstacles] == [("an HTTP status", "216")]


@pytest.mark.parametrize("piece", ["a-\n", "the\nand ", "216\n\n", "word word, \n", f"a {'b' * 120} and\n"])
def test_megabytes_of_the_same_are_mended_soon(piece: str) -> None:
    started = time.process_time()
    mended((piece * 60_000).split("\n")[:60_000])
    assert time.process_time() - started < 5


def test_what_is_printed_on_each_page_does_not_end_a_list() -> None:
    lines = "Lamps by night\n\nReplacing a Lamp\n\nFunction\n\nThe following fields can be replaced:\n\n- spec.dim\n\n"
    lines += "Lamps by night\n- 12 -\n\n- spec.hue\n\nURI\n\nPUT /api/v1/lamps/{name}\n"
    document = parse_document(lines.encode(), ".txt")
    assert ([one.path for one in document.replaceable], document.obstacles) == (["spec.dim", "spec.hue"], ())
    other = parse_document(lines.replace("Lamps by night\n- 12 -", "Lamps by day:\n- 12 -").encode(), ".txt")
    assert [one.path for one in other.replaceable] == ["spec.dim"]
