"""Quantities of resources: which spellings mean the same amount."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue.paths import MISSING, Difference, Json
from contracts.judge import quantities
from contracts.spec.contract import Contract

LIMIT = ("spec", "pytorchReplicaSpecs", "Worker", "template", "spec", "containers", 0, "resources", "limits", "cpu")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1000m", "1"),
        (2, "2"),
        ("0.5", "500m"),
        (".5", "500m"),
        ("1024Mi", "1Gi"),
        ("1e3", "1k"),
        ("1E3", 1000),
        ("2E", "2e18"),
        ("1Ki", "1024"),
        ("-1", "-1000m"),
    ],
)
def test_spellings_of_the_same_amount(one: Json, other: Json) -> None:
    assert quantities.equal(one, other)
    assert quantities.equal(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "1m"), ("1G", "1Gi"), ("1", True), ("x", "x"), ("1", None), ("", ""), ("1 Gi", "1Gi"), ("1", ["1"])],
)
def test_others_are_not_the_same(one: Json, other: Json) -> None:
    assert not quantities.equal(one, other)


@given(
    st.integers(0, 10**9), st.sampled_from([("m", Fraction(1, 1000)), ("k", Fraction(1000)), ("Ki", Fraction(1024))])
)
def test_an_amount_is_its_number_times_its_suffix(number: int, suffix: tuple[str, Fraction]) -> None:
    assert quantities.amount(f"{number}{suffix[0]}") == number * suffix[1]


@given(st.text(max_size=20) | st.floats() | st.none() | st.booleans() | st.lists(st.integers(), max_size=2))
def test_nothing_makes_it_fail(value: Json) -> None:
    assert quantities.equal(value, value) == (quantities.amount(value) is not None)


def test_another_form_is_one_of_a_quantity_where_quantities_stand_or_of_nothing(contract: Contract) -> None:
    assert quantities.means_the_same(contract, Difference(LIMIT, "1000m", "1"))
    assert not quantities.means_the_same(contract, Difference(LIMIT, "1000m", "2"))
    assert not quantities.means_the_same(contract, Difference((*LIMIT[:7], "args"), "1000m", "1"))
    assert not quantities.means_the_same(contract, Difference(("metadata", "labels", "cpu"), "1000m", "1"))
    assert quantities.means_the_same(contract, Difference(("spec", "x"), None, MISSING))
    assert not quantities.means_the_same(contract, Difference(("spec", "x"), 0, MISSING))
