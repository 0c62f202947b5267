"""Two long texts are cut so that their difference is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report import words
from contracts.report.apart import apart, apart_behind_words
from contracts.report.finding import Demand, Expected, Observed, Seen

LONG = "x" * 70_000


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("a", "b", ("a", "b")),
        ("x" * 50, "x" * 50, ("x" * 39 + "…", "x" * 39 + "…")),
        (f"{LONG}a", f"{LONG}b", ("x" * 8 + "…" + "x" * 10 + "a", "x" * 8 + "…" + "x" * 10 + "b")),
        (f"{LONG}a", LONG, ("x" * 8 + "…" + "x" * 10 + "a", "x" * 8 + "…" + "x" * 10)),
        (f"a{LONG}", f"b{LONG}", ("a" + "x" * 38 + "…", "b" + "x" * 38 + "…")),
        (
            f"{LONG}a{LONG}",
            f"{LONG}b",
            ("x" * 8 + "…" + "x" * 10 + "a" + "x" * 19 + "…", "x" * 8 + "…" + "x" * 10 + "b"),
        ),
    ],
)
def test_what_is_shown_of_two_texts(left: str, right: str, shown: tuple[str, str]) -> None:
    assert apart(left, right, 40) == shown


@pytest.mark.parametrize("where", [0, 20, 60, 100, 199])
def test_the_difference_is_seen_behind_other_words(where: int) -> None:
    text = "".join(chr(ord("a") + number % 26) for number in range(200))
    other = f"{text[:where]}#{text[where + 1 :]}"
    left, right = apart_behind_words(f"stored value still {text}", f"200, stored value {other}", 67)
    assert "#" in right
    assert (left.partition(" ")[0], right.partition(" ")[0]) == ("stored", "200,")
    assert max(len(left), len(right)) <= 67


@given(st.text("ab", max_size=300), st.text("ab", max_size=300), st.integers(20, 100))
def test_no_text_is_longer_and_short_ones_stay(left: str, right: str, limit: int) -> None:
    for cut in (apart, apart_behind_words):
        for text, shown in zip((left, right), cut(left, right, limit), strict=True):
            assert len(shown) <= limit
            assert shown == text or len(text) > limit
    if left != right:
        assert len({*apart(left, right, limit)}) == 2


def test_values_that_differ_at_their_end_are_told_apart() -> None:
    said = words.expected_and_observed(
        Expected(Demand.STORED, ({"a": f"{LONG}y"},)), Observed(Seen.STORED, 200, {"a": f"{LONG}z"})
    )
    assert said[0].endswith('xy"}')
    assert said[1].endswith('xz"}')
    assert said[1].startswith('200, stored value {"a": ')
    assert max(map(len, said)) < 100
