"""Versions as numbers: the order of all texts of digits, however long, and no order of anything else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.spec.fields import is_less_version

DIGITS = st.from_regex(r"0{0,3}[0-9]{1,30}", fullmatch=True)


@given(DIGITS, DIGITS)
def test_texts_of_digits_are_compared_as_numbers(one: str, other: str) -> None:
    assert is_less_version(one, other) == (int(one) < int(other))


def test_a_version_longer_than_python_reads_numbers_is_compared() -> None:
    assert is_less_version("1", "9" * 5000)
    assert not is_less_version("9" * 5000, "1")


@pytest.mark.parametrize("other", ["", "-1", "1.0", "a", "²", "٣", "1 ", 1, None, ["1"]])
def test_nothing_else_has_an_order(other: Any) -> None:
    assert not is_less_version("0", other)
    assert not is_less_version(other, "5")
