"""Text for a terminal: nothing in it is obeyed, nothing is lost, nothing is too wide."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from contracts.report.text.layout import Paragraph, labelled, rendered, shorten, verbatim, visible


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


@given(st.text().map(visible), st.integers(20, 60), st.integers(0, 4))
def test_the_lines_of_a_paragraph_fit_and_lose_nothing_but_space(text: str, width: int, indent: int) -> None:
    lines = rendered([Paragraph(Text(text), indent)], width).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert all(line.startswith(" " * (indent + 2)) for line in lines[1:])
    assert without_space("".join(lines)) == without_space(text)


@given(st.text().map(visible), st.integers(20, 60))
def test_labelled_text_stands_beside_its_label(text: str, width: int) -> None:
    first, *others = rendered([labelled("  expected: ", text)], width).splitlines()
    assert first.startswith("  expected:")
    assert all(cell_len(line) <= width for line in (first, *others))
    assert all(line.startswith(" " * 12) for line in others if line)  # one that holds nothing but space is empty
    assert without_space("".join((first, *others))) == without_space(f"expected: {text}")


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_space_within_a_line_is_kept() -> None:
    assert rendered([labelled("observed: ", '{  "a":   1}')], 40) == 'observed: {  "a":   1}\n'


def test_wide_characters_are_counted_as_such() -> None:
    assert rendered([Paragraph(Text("不可达 不可达"))], 10) == "不可达\n  不可达\n"


@pytest.mark.parametrize("text", ["[bold]x[/bold]", "[/]", ":smile:", "http://x 'y' 1 True /etc"])
@pytest.mark.parametrize("colour", [True, False])
def test_nothing_is_markup_or_highlighted(text: str, colour: bool) -> None:
    shown = rendered([Paragraph(Text(text)), labelled(":x: ", text), verbatim(text)], 80, colour)
    assert shown == f"{text}\n:x: {text}\n{text}\n"


def test_a_line_to_copy_is_never_broken() -> None:
    assert rendered([verbatim("curl " + "x y " * 100 + "z")], 40) == "curl " + "x y " * 100 + "z\n"


@given(st.text().map(visible), st.integers(1, 40))
def test_shortened_text_fits(text: str, width: int) -> None:
    short = shorten(text, width)
    assert cell_len(short) <= width
    assert short == text or (short.endswith("…") and text.startswith(short[:-1].rstrip()))


@pytest.mark.parametrize("variable", ["NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"])
def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, {"TERM": "dumb", "COLUMNS": "5"}.get(variable, "1"))
    assert rendered([Text("x" * 20, "bold red")], 40, colour=True) == f"\x1b[1;31m{'x' * 20}\x1b[0m\n"
    assert rendered([Text("x", "bold red")], 40) == "x\n"
