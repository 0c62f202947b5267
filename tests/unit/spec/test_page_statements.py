"""Of what a page consists: no line is overlooked, and other words are another unit."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.spec.page import mutability
from contracts.spec.page.model import HEAD, SECTIONS, DocumentError, Unit
from contracts.spec.page.reader import parse_document, parse_units
from tests.unit.spec.test_page_reader import LANTERN

LINES = LANTERN.split("\n")
SENTENCES = st.from_regex(r"[A-Z][a-z]{2,9}( [a-z]{1,9}){1,6}\.", fullmatch=True)


def digests(units: tuple[Unit, ...]) -> Counter[str]:
    return Counter(unit.digest for unit in units)


def units(text: str) -> tuple[Unit, ...]:
    return parse_units(text.encode())


def inside_json(number: int) -> bool:
    """Whether a line of the page belongs to an example."""
    depth = 0
    for line in LINES[:number]:
        depth += line.count("{") - line.count("}")
    return depth > 0


def test_every_line_belongs_to_a_unit() -> None:
    seen = {n for unit in units(LANTERN) for n in range(unit.source.first_line, unit.source.last_line + 1)}
    for number, line in enumerate(LINES, start=1):
        if line.strip() and line.strip() not in "{}":
            assert number in seen, line


def test_kinds_of_units() -> None:
    found = Counter(unit.kind for unit in units(LANTERN))
    document = parse_document(LANTERN.encode())
    assert found["bullet"] == len(document.replaceable)
    assert found["row"] == len(document.parameters) + len(document.statuses)
    assert found["columns"] == found["caption"] == 3
    assert found["title"] == found["date"] == found["operation"] == 1
    assert found["member"] == len(document.requests[0].members) + len(document.responses[0].members)
    assert document.units == units(LANTERN)


def test_two_sentences_on_a_line_are_two_units() -> None:
    one, two = LANTERN, LANTERN.replace("Whatever the prose", "Lanterns are nice. Whatever the prose")
    assert len(units(two)) == len(units(one)) + 1
    assert digests(units(one)) <= digests(units(two))


@given(st.data(), SENTENCES)
def test_a_new_sentence_anywhere_is_a_new_unit(data: st.DataObject, sentence: str) -> None:
    places = [n for n in range(len(LINES) + 1) if not inside_json(n)]
    place = data.draw(st.sampled_from(places))
    changed = "\n".join([*LINES[:place], sentence, *LINES[place:]])
    assert digests(units(changed)) - digests(units(LANTERN)), sentence


@given(st.lists(st.sampled_from(range(len(LINES))), max_size=5))
def test_blank_lines_and_indentation_are_no_words(places: list[int]) -> None:
    lines = [f"  {line}\t" if n in places else line for n, line in enumerate(LINES)]
    assert digests(units("\r\n\r\n".join(lines))) == digests(units(LANTERN))


@settings(deadline=None)
@given(st.permutations(LINES), st.integers(0, 120))
def test_any_order_of_lines_has_units_or_lacks_a_section(lines: list[str], length: int) -> None:
    with suppress(DocumentError):
        found = units("\n".join(lines[:length]))
        assert {unit.source.section for unit in found} <= {HEAD, *SECTIONS}
        words = sum(bool(line.strip(" {}")) for line in lines[:length])
        assert len({n for unit in found for n in range(unit.source.first_line, unit.source.last_line + 1)}) >= words


@pytest.mark.parametrize("broken", ["{", '{"a": 1', "{]}"])
def test_an_example_that_is_no_json_is_words(broken: str) -> None:
    text = LANTERN.replace("Example response\n", f"Example response\n\n{broken}\n")
    assert digests(units(text)) - digests(units(LANTERN))


@pytest.mark.parametrize("words", ["Whatever the prose says", "metadata.labels", "Prose.", "dimAfterSeconds"])
def test_other_words_in_the_same_place_are_another_unit(words: str) -> None:
    assert words in LANTERN
    changed = LANTERN.replace(words, words.replace(words[1], "x", 1), 1)
    one, two = units(LANTERN), units(changed)
    assert [(unit.kind, unit.source) for unit in one] == [(unit.kind, unit.source) for unit in two]
    assert sum((digests(one) - digests(two)).values()) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "a.b can be patched",
        "Edits of a.b are possible",
        "The lamp is mutable",
        "The rest you cannot.",
        "No other fields may be changed",
        "Writable: a.b",
        "Besides a.b, none",
        "Excluding a.b",
        "Aside from a.b",
        "可更新a.b",
        "a.b不行。",
        "除a.b外",
        "允许对a.b进行编辑",
        "排除a.b",
    ],
)
def test_what_says_anything_of_change_is_looked_at(sentence: str) -> None:
    found = (mutability.POSSIBLE, mutability.IMPOSSIBLE, mutability.EXCEPTION)
    assert any(one.search(sentence) for one in found)
    assert mutability.MAY_SPEAK.search(sentence)
