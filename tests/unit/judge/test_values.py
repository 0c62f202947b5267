"""What is sent: every value is what its name says, valid ones fit the schema, wrong ones do not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import pairwise

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import values
from contracts.masking.encodings import near_misses
from contracts.spec.contract import Contract
from contracts.spec.load import load_contract

REPLACEABLE = load_contract().replaceable
each_field = pytest.mark.parametrize("field", REPLACEABLE)


def fits(contract: Contract, field: str, value: Json) -> bool:
    return bool(jsonschema_rs.is_valid(dict(values.schema_of(contract, field)), value))


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
    assert {"contract-d": "x" * 63} in labels
    assert {} in labels
    annotations = [step.value for step in values.series(contract, "metadata.annotations")]
    assert any(len(value.get("contract-d", "")) > 65_536 for value in annotations if isinstance(value, dict))
    assert any(len(value) == 40 for value in annotations if isinstance(value, dict))
    prefix, _, name = values.LONGEST_KEY.partition("/")
    assert (len(prefix), len(name)) == (253, 63)
    assert any(values.LONGEST_KEY in value for value in labels if isinstance(value, dict))


@pytest.mark.parametrize("field", ["metadata.labels", "metadata.annotations"])
@pytest.mark.parametrize(
    "alike",
    [
        lambda one: sorted(one.values()),
        lambda one: {key: text.lower() for key, text in one.items()},
        lambda one: {key: text[:50] for key, text in one.items()},
        lambda one: {key: len(text) for key, text in one.items()},
    ],
    ids=["values without their keys", "no capitals", "the beginning", "the length"],
)
def test_a_series_makes_changes_that_a_careless_comparison_takes_for_none(
    contract: Contract, field: str, alike: Callable[[dict[str, str]], Json]
) -> None:
    maps = [step.value for step in values.series(contract, field)]
    pairs = [pair for pair in pairwise(maps) if all(isinstance(one, dict) for one in pair)]
    assert any(alike(one) == alike(other) for one, other in pairs)


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
    assert len(text) > 2000
    assert not text.isascii()


@each_field
def test_invalid_values_are_invalid(contract: Contract, field: str) -> None:
    wrong = list(values.invalid(contract, field))
    assert len(wrong) >= 7
    for value in wrong:
        assert not fits(contract, field, value), paths.show(value)
    assert len({type(value) for value in wrong}) >= 4


def test_one_beyond_the_range_is_invalid_where_there_is_a_range(contract: Contract) -> None:
    assert 2**31 in list(values.invalid(contract, "spec.ttlSecondsAfterFinished"))
    assert 2**31 not in list(values.invalid(contract, "spec.activeDeadlineSeconds"))
    assert 2**63 in list(values.invalid(contract, "spec.activeDeadlineSeconds"))
    assert {"contract-a": "x" * 64} in list(values.invalid(contract, "metadata.labels"))
    assert {"contract-a": "x" * 64} not in list(values.invalid(contract, "metadata.annotations"))


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


@pytest.mark.parametrize("name", values.malformed(b"{}"))
def test_a_malformed_body_is_no_json_object(live: Json, name: str) -> None:
    body = values.malformed(strict.encode(live))[name]
    try:
        value = strict.decode(body)
    except strict.NotJson:
        return
    assert not isinstance(value, dict)


def test_malformed_bodies_differ_from_each_other(live: Json) -> None:
    bodies = values.malformed(strict.encode(live))
    assert len(set(bodies.values())) == len(bodies)


def test_mistakes_are_real_and_leave_the_object_alone(live: Json) -> None:
    before = copy.deepcopy(live)
    made = values.mistakes(live)
    for name, value in made.items():
        assert not paths.same(value, live), name
        strict.decode(strict.encode(value))
    assert paths.same(live, before)
    assert len({paths.show(value, 10**6) for value in made.values()}) == len(made)
    assert made["no spec"] == {key: value for key, value in live.items() if key != "spec"}
    assert made["spec is null"]["spec"] is None
    assert made["an empty object"] == {}
    assert made["a number beyond 64 bits"]["metadata"]["generation"] > 2**64


def test_mismatches_differ_in_their_one_field(contract: Contract, live: Json) -> None:
    before = copy.deepcopy(live)
    changed = {
        name: [paths.render(one.path) for one in paths.differences(live, value)]
        for name, value in values.mismatches(contract, live).items()
    }
    assert changed == {
        "another kind": ["kind"],
        "a list of its kind": ["kind"],
        "another version": ["apiVersion"],
        "another group": ["apiVersion"],
        "another name": ["metadata.name"],
        "its name in other capitals": ["metadata.name"],
        "another namespace": ["metadata.namespace"],
    }
    assert paths.same(live, before)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8))
def test_nearly_a_token_is_never_the_token(token: str) -> None:
    almost = near_misses(token)
    if len(token) > 1:
        assert token not in almost.values()
    assert len(almost) == 8
    assert not any(token in name for name in almost if len(token) > 6)


@pytest.mark.parametrize("token", ["secret-A", "secret-B", "12345678", "UPPER"])
def test_nearly(token: str) -> None:
    almost = near_misses(token)
    assert almost["one character more"] == token + "x"
    assert almost["one character less"] + token[-1] == token
    assert almost["another last character"][:-1] == token[:-1]
    assert token.startswith(almost["its first half"])
    assert almost["twice"] == token * 2
    assert almost["other capitals"].lower().startswith(token.lower())
    assert token not in almost.values()


@pytest.mark.parametrize("field", ["metadata.labels", "metadata.annotations"])
@pytest.mark.parametrize(("prefix", "allowed"), [(253, True), (254, False)])
def test_a_key_has_a_prefix_of_253_characters_at_most(
    contract: Contract, field: str, prefix: int, allowed: bool
) -> None:
    schema = dict(values.schema_of(contract, field))
    assert jsonschema_rs.is_valid(schema, {f"{'a' * prefix}/x": "1"}) is allowed
    assert jsonschema_rs.is_valid(schema, {f"{'a' * 253}/{'x' * 63}": "1"})


def test_doubtful_bodies_differ_from_the_body(live: Json) -> None:
    body = strict.encode(live)
    made = values.doubtful(body)
    assert len(set(made.values()) | {body}) == len(made) + 1
