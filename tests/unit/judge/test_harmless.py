"""What an adopted object may be sent: nothing by which a controller ends or deletes it sooner than its owner wanted."""

from __future__ import annotations

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import harmless, value_schemas, values
from contracts.judge.harmless import Limit
from contracts.run.trial import with_values
from contracts.spec.load import load_contract

CONTRACT = load_contract()
AGE = 90_000
POLICIES = ("None", "Running", "All")
DEADLINE, TTL, POLICY = "spec.activeDeadlineSeconds", "spec.ttlSecondsAfterFinished", "spec.cleanPodPolicy"

numbers = st.none() | st.just(MISSING) | st.integers(-5, 2 * AGE)
OWNERS = st.fixed_dictionaries(
    {
        DEADLINE: numbers,
        TTL: numbers,
        POLICY: st.sampled_from([*POLICIES, None, MISSING, "Odd"]),
        "spec.suspend": st.sampled_from([True, False, MISSING]),
        "spec.backoffLimit": st.sampled_from([0, 3, MISSING]),
        "spec.runPolicy.ttlSecondsAfterFinished": numbers,
    }
).map(lambda fields: with_values(CONTRACT.example_request, fields))


def field_of(value: Json, field: str) -> Json:
    return paths.get(value, paths.parse(field))


def outlives(value: Json, owner: Json) -> bool:
    return value in (None, MISSING) or paths.same(value, owner) or (type(value) is int and value >= AGE)


@given(OWNERS, st.integers(0, 200))
def test_no_value_that_is_made_lets_a_controller_end_or_delete_the_object(owner: Json, mark: int) -> None:
    limits = harmless.limits(CONTRACT, owner, AGE)
    contract = harmless.narrowed(CONTRACT, limits)
    made: list[dict[str, Json]] = [values.assignments(contract, mark), values.extremes(contract)]
    made += [values.intricate(contract), values.cleared(contract)]
    for field in CONTRACT.replaceable:
        made += [{field: step.value} for step in values.series(contract, field)]
        made += [{field: value} for value in (*values.inexact(contract, field), *values.invalid(contract, field))]
    owned = {field: paths.get(owner, paths.parse(field)) for field in (DEADLINE, TTL, POLICY)}
    for one in made:
        sent = with_values(owner, one)
        assert harmless.harmful(limits, sent, owner) == (), one
        for field in (DEADLINE, TTL):
            assert outlives(paths.get(sent, paths.parse(field)), owned[field])
        policy = paths.get(sent, paths.parse(POLICY))
        if owned[POLICY] in POLICIES:
            allowed = POLICIES[: POLICIES.index(owned[POLICY]) + 1]
            assert policy in allowed or (policy in (None, MISSING) and owned[POLICY] == "All")
        else:
            assert policy in ("None", None, MISSING) or policy == owned[POLICY]
        for field in (DEADLINE, TTL):  # a target may store what is left out as 0
            assert field_of(sent, field) not in (None, MISSING) or owned[field] in (None, MISSING)


@given(OWNERS)
def test_what_the_owner_has_is_always_allowed(owner: Json) -> None:
    assert harmless.harmful(harmless.limits(CONTRACT, owner, AGE), owner, owner) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (DEADLINE, 0),
        (DEADLINE, AGE - 1),
        (DEADLINE, -1),
        (DEADLINE, str(AGE)),
        (DEADLINE, float(AGE)),
        (DEADLINE, True),
        (DEADLINE, 2**63),
        (TTL, 2**31),
        (TTL, [AGE]),
        (POLICY, "All"),
        (POLICY, "all"),
        (POLICY, MISSING),
        (TTL, MISSING),
        ("spec.SUSPEND", True),
        ("spec.runPolicy.ttlsecondsafterfinished", 5),
        ("status.completionTime", "2000-01-01T00:00:00Z"),
        ("status.conditions", []),
        ("status", MISSING),
        ("spec.suspend", True),
        ("spec.suspend", MISSING),
        ("spec.backoffLimit", 2),
        ("spec.backoffLimit", None),
        ("spec.runPolicy.suspend", True),
        ("spec.runPolicy.activeDeadlineSeconds", 5),
        ("spec", MISSING),
        ("metadata.deletionTimestamp", "2026-01-01T00:00:00Z"),
    ],
)
def test_what_could_end_or_delete_the_object_is_harmful(field: str, value: Json) -> None:
    owned = {POLICY: "Running", "spec.backoffLimit": 3, TTL: 2 * AGE, "status.conditions": [{"type": "Failed"}]}
    owner = with_values(CONTRACT.example_request, {**owned, "spec.suspend": False, "spec.runPolicy.suspend": False})
    limits = harmless.limits(CONTRACT, owner, AGE)
    found = harmless.harmful(limits, with_values(owner, {field: value}), owner)
    assert found
    assert all(one.casefold().startswith(field.casefold()) for one in found)


@given(OWNERS)
def test_made_values_still_vary_and_the_schema_knows_them(owner: Json) -> None:
    contract = harmless.narrowed(CONTRACT, harmless.limits(CONTRACT, owner, AGE))
    for field in (DEADLINE, TTL):
        schema = dict(value_schemas.schema_of(contract, field))
        steps = [step.value for step in values.series(contract, field) if step.value not in (None, MISSING)]
        assert len(set(steps)) > 4
        assert all(jsonschema_rs.is_valid(schema, value) for value in steps)


def test_an_object_of_the_run_s_own_has_no_limits() -> None:
    assert harmless.harmful((), {"spec": {"suspend": True}}, {}) == ()
    assert values.cleared(CONTRACT) == dict.fromkeys(CONTRACT.replaceable, MISSING)


@pytest.mark.parametrize("owned", [3000, MISSING])
def test_of_an_age_that_is_not_told_the_owner_s_value_alone_is_sent(owned: Json) -> None:
    owner = with_values(CONTRACT.example_request, {TTL: owned})
    limits = harmless.limits(CONTRACT, owner, 2**63 - 1)
    assert next(one for one in limits if one.field == TTL) == Limit(paths.parse(TTL), owned)
    contract = harmless.narrowed(CONTRACT, limits)
    assert {step.value for step in values.series(contract, TTL)} <= {owned}
    assert values.assignments(contract, 1)[TTL] == values.extremes(contract)[TTL] == owned


def test_what_somebody_else_has_changed_meanwhile_is_no_harm_of_ours() -> None:
    owner = with_values(CONTRACT.example_request, {"spec.suspend": True})
    live = with_values(owner, {"spec.suspend": False, TTL: 5})
    limits = harmless.limits(CONTRACT, owner, AGE)
    assert harmless.harmful(limits, live, live) == ()
    assert harmless.harmful(limits, with_values(live, {"spec.suspend": True}), live) == ()
    assert harmless.harmful(limits, with_values(live, {TTL: 6}), live) == (TTL,)
