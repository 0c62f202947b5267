"""What becomes of generated bodies, and which cases of our own are sent beside the examples."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import Json
from contracts.judge import client_mistakes
from contracts.judge.model import Response
from contracts.report import words
from contracts.schemathesis_hooks.plan import Demanded, Plan, beside_examples, of_body
from contracts.spec.fields import UID, VERSION
from contracts.spec.load import load_contract

CONTRACT = load_contract()
LIVE: Json = {
    **CONTRACT.examples[0],
    "apiVersion": CONTRACT.api_version,
    "kind": CONTRACT.kind,
    "metadata": {"name": "own", "namespace": "ns", "uid": "u-1", "resourceVersion": "7", "labels": {"a": "b"}},
}
NAMES = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), UID, VERSION)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
parts = st.fixed_dictionaries(
    {},
    optional={
        "metadata": values | st.fixed_dictionaries({}, optional={"name": values, "uid": values, "labels": values}),
        "spec": values | st.fixed_dictionaries({}, optional={"activeDeadlineSeconds": values, "other": values}),
        "kind": values,
    },
)


def made(plan: Plan) -> Json:
    assert plan.make is not None
    return plan.make(LIVE)


@given(parts)
def test_whatever_is_generated_is_sent_under_the_identity_of_the_live_object(body: dict[str, Any]) -> None:
    sent = made(of_body(CONTRACT, body, LIVE))
    assert [paths.get(sent, path) for path in NAMES] == [paths.get(LIVE, path) for path in NAMES]


@given(parts)
def test_no_body_must_be_both_accepted_and_refused(body: dict[str, Any]) -> None:
    plan = of_body(CONTRACT, body, LIVE)
    assert not (plan.accepted and plan.refused)
    if plan.accepted:  # nothing but replaceable fields differs from the live object
        spared = [paths.parse(name) for name in CONTRACT.replaceable]
        assert list(paths.differences(LIVE, made(plan), spared=spared)) == []


def test_valid_fields_are_put_onto_the_live_object() -> None:
    plan = of_body(CONTRACT, {"metadata": {"labels": {"c": "d"}}, "spec": {"ttlSecondsAfterFinished": 90}}, LIVE)
    assert plan.accepted is not None
    assert plan.accepted.requirement == "replaceable.together"
    sent = made(plan)
    assert paths.get(sent, ("metadata", "labels")) == {"c": "d"}
    assert paths.get(sent, ("spec", "ttlSecondsAfterFinished")) == 90


def test_an_unusual_key_that_is_refused_breaks_the_requirement_about_syntax() -> None:
    plan = of_body(CONTRACT, {"metadata": {"annotations": {"a": "b c\n"}}, "spec": {}}, LIVE)
    assert plan.accepted is not None
    assert plan.accepted.requirement == "replaceable.invalid-refused"


def test_wrong_fields_alone_are_put_onto_the_live_object() -> None:
    plan = of_body(CONTRACT, {"metadata": {"labels": {"c": "d"}}, "spec": {"cleanPodPolicy": "all"}}, LIVE)
    assert plan.refused is not None
    assert (plan.refused.statuses, plan.refused.subject) == ((400, 422), "spec.cleanPodPolicy")
    sent = made(plan)
    assert paths.get(sent, ("metadata", "labels")) == {"a": "b"}
    assert paths.get(sent, ("spec", "cleanPodPolicy")) == "all"


def test_what_is_wrong_elsewhere_may_be_refused_or_ignored() -> None:
    plan = of_body(CONTRACT, {"metadata": {}, "spec": 5}, LIVE)
    assert (plan.accepted, plan.refused) == (None, None)


@pytest.mark.parametrize("body", [None, 5, "x", [], b"\xff"])
def test_what_is_no_object_is_sent_as_it_is(body: Any) -> None:
    plan = of_body(CONTRACT, body, LIVE)
    assert plan.make is None
    assert plan.refused is not None
    assert 400 in plan.refused.statuses


def test_the_finding_of_a_wrong_answer_in_words() -> None:
    demanded = Demanded((400, 422), "status.400", "negative-data", "It is refused", "spec.a")
    assert demanded.finding(Response(422, {}, b"")) is None
    finding = demanded.finding(Response(500, {}, b'{"message": "no"}'))
    assert finding is not None
    assert words.message(finding) == "It is refused: spec.a"
    assert words.expected(finding.expected) == "400 or 422"
    assert words.observed(finding.observed) == "500, no"


def test_any_success_is_an_acceptance() -> None:
    demanded = Demanded((200,), "replaceable.together", "positive-data", "It is accepted")
    assert demanded.finding(Response(201, {}, b"{}")) is None  # which another rule judges
    assert demanded.finding(Response(409, {}, b"{}")) is not None


def test_beside_the_examples_every_requirement_about_what_is_immutable_is_tried() -> None:
    plans = [plan_for(LIVE) for plan_for in beside_examples(CONTRACT, LIVE, 1)]
    tried = [one.mutation for one in plans if one.mutation is not None]
    owners = {CONTRACT.owner(mutation.path, "immutable") for mutation in tried}
    assert owners >= {"immutable.type-meta", "immutable.identity", "immutable.replica-specs", "immutable.other-spec"}
    assert 100 < len(tried) < 300
    assert {mutation.path for mutation in tried} >= {("kind",), ("metadata", "name"), UID}
    mixed = [one for one in plans if one.mutation and paths.get(made(one), ("metadata", "labels")) != {"a": "b"}]
    assert len(mixed) >= len(tried) // 3
    assert [one.mutation for one in plans if one.accepted or one.refused] == [None] * (len(plans) - len(tried) - 1)


def test_an_outdated_version_must_be_refused_once_there_has_been_another() -> None:
    first, *_ = beside_examples(CONTRACT, LIVE, 1)
    assert first(LIVE).refused is None
    later = paths.put(LIVE, VERSION, "8")
    plan = first(later)
    assert plan.refused is not None
    assert plan.refused.statuses == (409,)
    assert plan.make is not None
    assert paths.get(plan.make(later), VERSION) == "7"


def test_every_broken_body_is_sent() -> None:
    plans = [plan_for(LIVE) for plan_for in beside_examples(CONTRACT, LIVE, 1)]
    spoilt = [one.spoil(strict.encode(made(one))) for one in plans if one.spoil]
    assert len(set(spoilt)) == len(client_mistakes.malformed(b"{}"))
    assert any(b"contractProbe" in body for body in spoilt)


def test_another_seed_tries_other_fields() -> None:
    one, other = ([plan(LIVE).mutation for plan in beside_examples(CONTRACT, LIVE, seed)] for seed in (1, 2))
    assert one != other
