"""Text for a terminal: nothing in it is obeyed, nothing is lost, nothing is too wide."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report.text.layout import Paint, cells, pad, shorten, visible, wrap


@given(st.text(st.characters(codec=None)))
def test_visible_text_is_printable_and_plain_text_is_kept(text: str) -> None:
    assert visible(text).isprintable()
    assert not text.isprintable() or visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\u202eabc", "\\u202eabc"),
        ("\ud800", "\\ud800"),
        ("不可达", "不可达"),
    ],
)
def test_control_and_direction_characters_become_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("不可达", 6), ("e\u0301", 1), ("", 0)])
def test_width_counts_terminal_columns(text: str, columns: int) -> None:
    assert cells(text) == columns


@given(st.text().map(visible), st.integers(20, 60), st.sampled_from(["", "  expected: "]))
def test_wrapped_lines_fit_and_lose_nothing_but_space(text: str, width: int, label: str) -> None:
    lines = wrap(text, width, label, "    ")
    assert all(cells(line) <= width for line in lines)
    assert lines[0].startswith(label.rstrip())
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", label + text)


def test_space_within_a_line_is_kept() -> None:
    assert wrap('{  "a":   1}', 40, "observed: ") == ['observed: {  "a":   1}']


@given(st.text().map(visible), st.integers(1, 40))
def test_shortened_text_fits(text: str, width: int) -> None:
    short = shorten(text, width)
    assert cells(short) <= width
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_padding_aligns_wide_characters() -> None:
    assert pad("不", 4) == "不  "


def test_paint_styles_only_when_colour_is_wanted() -> None:
    assert Paint(True)("x", "red") == "\x1b[1;31mx\x1b[0m"
    assert Paint(False)("x", "red") == "x"


def test_no_line_ends_in_space() -> None:
    assert wrap("aaa   bbb ", 6) == ["aaa", "bbb"]
