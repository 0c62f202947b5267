"""What is sent: every value is what its name says, valid ones fit the schema, wrong ones do not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import value_schemas, values
from contracts.judge.unusual_texts import LONGEST_KEY, MANY, TOGETHER
from contracts.spec.contract import Contract
from contracts.spec.load import load_contract

REPLACEABLE = load_contract().replaceable
each_field = pytest.mark.parametrize("field", REPLACEABLE)


def fits(contract: Contract, field: str, value: Json) -> bool:
    return bool(jsonschema_rs.is_valid(dict(value_schemas.schema_of(contract, field)), value))


@each_field
def test_a_series_sets_changes_and_clears_in_each_way(contract: Contract, field: str) -> None:
    steps = values.series(contract, field)
    sent = [step.value for step in steps]
    assert any(value is MISSING for value in sent)
    assert any(value is None for value in sent)
    assert len({step.title for step in steps if "set again" not in step.title}) >= 5
    assert steps[0].value not in (MISSING, None)
    before: Json = MISSING
    for step in steps:
        assert not paths.same(step.value, before), f"{step.title} changes nothing"
        before = step.value


@each_field
def test_a_series_holds_only_what_the_schema_allows(contract: Contract, field: str) -> None:
    for step in values.series(contract, field):
        if step.value is not MISSING and step.value is not None:
            assert fits(contract, field, step.value), step.title


def test_a_series_reaches_the_boundaries(contract: Contract) -> None:
    deadline = [step.value for step in values.series(contract, "spec.activeDeadlineSeconds")]
    assert {0, 1, 2**31 - 1, 2**31} <= {value for value in deadline if isinstance(value, int)}
    seconds = [step.value for step in values.series(contract, "spec.ttlSecondsAfterFinished")]
    assert {0, 1, 3000, 2**31 - 1} <= {value for value in seconds if isinstance(value, int)}
    assert 2**31 not in seconds
    policies = [step.value for step in values.series(contract, "spec.cleanPodPolicy")]
    assert {"All", "Running", "None"} <= {value for value in policies if isinstance(value, str)}
    labels = [step.value for step in values.series(contract, "metadata.labels")]
    assert {"contract-c": "1", "contract-d": "x" * 63, "contract-e": "1"} in labels
    assert {} in labels
    annotations = [step.value for step in values.series(contract, "metadata.annotations")]
    assert any(len(value.get("contract-d", "")) > 65_536 for value in annotations if isinstance(value, dict))
    assert any(len(value) == MANY for value in annotations if isinstance(value, dict))
    prefix, _, name = LONGEST_KEY.partition("/")
    assert (len(prefix), len(name)) == (253, 63)
    assert any(LONGEST_KEY in value for value in labels if isinstance(value, dict))


@pytest.mark.parametrize("field", ["metadata.labels", "metadata.annotations"])
@pytest.mark.parametrize(
    "alike",
    [
        lambda one: sorted(one.values()),
        lambda one: {key: text.lower() for key, text in one.items()},
        lambda one: {key: text[:50] for key, text in one.items()},
        lambda one: {key: len(text) for key, text in one.items()},
        lambda one: (len(one), sorted(one.items())[:1], sorted(one.items())[-1:]),
    ],
    ids=["values without their keys", "no capitals", "the beginning", "the length", "size and ends"],
)
def test_a_series_makes_changes_that_a_careless_comparison_takes_for_none(
    contract: Contract, field: str, alike: Callable[[dict[str, str]], Json]
) -> None:
    maps = [step.value for step in values.series(contract, field)]
    pairs = [pair for pair in pairwise(maps) if all(isinstance(one, dict) for one in pair)]
    assert any(alike(one) == alike(other) for one, other in pairs)


def test_a_series_makes_a_change_of_a_long_text_that_leaves_its_end(contract: Contract) -> None:
    maps = [step.value for step in values.series(contract, "metadata.annotations")]
    pairs = [(one, other) for one, other in pairwise(maps) if isinstance(one, dict) and isinstance(other, dict)]
    assert any(
        one[key] != other[key] and one[key][-100:] == other[key][-100:]
        for one, other in pairs
        for key in one.keys() & other.keys()
    )


def test_a_series_removes_a_key_between_two_that_stay(contract: Contract) -> None:
    for field in ("metadata.labels", "metadata.annotations"):
        maps = [sorted(step.value) for step in values.series(contract, field) if isinstance(step.value, dict)]
        assert any(
            set(after) < set(before) and after[0] == before[0] and after[-1] == before[-1]
            for before, after in pairwise(maps)
            if before and after
        )


def test_a_series_removes_a_key_as_which_others_begin(contract: Contract) -> None:
    for field in ("metadata.labels", "metadata.annotations"):
        maps = [set(step.value) for step in values.series(contract, field) if isinstance(step.value, dict)]
        pairs = [(before - after, after) for before, after in pairwise(maps) if after < before and after]
        assert any(key.startswith(tuple(gone)) for gone, after in pairs for key in after)


def test_inexact_integers_are_integers_that_floating_point_does_not_hold(contract: Contract) -> None:
    found = {field: list(values.inexact(contract, field)) for field in contract.replaceable}
    assert found["spec.activeDeadlineSeconds"]
    for field, numbers in found.items():
        for number in numbers:
            assert fits(contract, field, number)
            assert int(float(number)) != number


def test_intricate_values_fit_and_hold_what_is_easily_spoilt(contract: Contract) -> None:
    intricate = values.intricate(contract)
    assert set(intricate) == set(contract.replaceable)
    for field, value in intricate.items():
        assert fits(contract, field, value)
    text = intricate["metadata.annotations"]["contract-d"]
    assert len(text.encode()) > 64 * 1024
    assert not text.isascii()


@each_field
def test_invalid_values_are_invalid(contract: Contract, field: str) -> None:
    wrong = list(values.invalid(contract, field))
    assert len(wrong) >= 7
    for value in wrong:
        size = sum(map(len, value.values())) if isinstance(value, dict) and "x" * TOGETHER in value.values() else 0
        assert not fits(contract, field, value) or size >= TOGETHER, paths.show(value)
    assert len({type(value) for value in wrong}) >= 4


def test_one_beyond_the_range_is_invalid_where_there_is_a_range(contract: Contract) -> None:
    assert {-1, 2**31} <= {
        value for value in values.invalid(contract, "spec.ttlSecondsAfterFinished") if type(value) is int
    }
    assert 2**31 not in list(values.invalid(contract, "spec.activeDeadlineSeconds"))
    assert 2**63 in list(values.invalid(contract, "spec.activeDeadlineSeconds"))
    assert {"contract-mark": "x" * 64} in list(values.invalid(contract, "metadata.labels"))
    assert {"contract-mark": "x" * 64} not in list(values.invalid(contract, "metadata.annotations"))


def test_invalid_values_stand_under_keys_that_are_there_and_that_are_not(contract: Contract) -> None:
    there = set(values.assignments(contract, 1)["metadata.labels"])
    keys = {key for value in values.invalid(contract, "metadata.labels") if isinstance(value, dict) for key in value}
    assert keys & there
    assert keys - there


@given(st.integers(0, 100), st.integers(0, 100))
def test_assignments_differ_with_their_mark_and_fit(one: int, other: int) -> None:
    contract = load_contract()
    first, second = values.assignments(contract, one), values.assignments(contract, other)
    assert set(first) == set(contract.replaceable)
    assert all(fits(contract, field, value) for field, value in first.items())
    assert paths.same(first, second) == (one == other)
    if one != other:
        unlike = {field for field in first if not paths.same(first[field], second[field])}
        assert unlike >= {field for field in first if "Policy" not in field}
