"""The judge is silent on whatever a conformant target does, and finds each immutable change that is stored."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation
from contracts.judge import mutations, rules
from contracts.report import words
from tests.unit.judge.replacements import (
    CONTRACT,
    DEADLINE,
    LABELS,
    LIVE,
    SCOPES,
    accepted,
    get,
    put,
    refused,
    stored_after,
)

LABEL_MAPS = st.dictionaries(st.sampled_from(["app", "example.com/x", "b"]), st.sampled_from(["", "1", "x"]))
REPLACED = st.fixed_dictionaries(
    {},
    optional={
        LABELS: LABEL_MAPS,
        "metadata.annotations": st.dictionaries(st.sampled_from(["a", "b"]), st.text('é \n"x', max_size=3)),
        DEADLINE: st.integers(0, 2**63 - 1) | st.just(MISSING),
        "spec.ttlSecondsAfterFinished": st.integers(0, 2**31 - 1) | st.just(MISSING),
        "spec.cleanPodPolicy": st.sampled_from(["All", "Running", "None", MISSING]),
    },
)
PROFILES = st.sampled_from(["kubernetes", "document"])


def with_all(values: Mapping[str, Json]) -> Json:
    value = LIVE
    for name, new in values.items():
        value = put(value, name, new)
    return value


@given(REPLACED, PROFILES, st.booleans())
def test_silent_on_a_conformant_acceptance(values: Mapping[str, Json], profile: str, pretty: bool) -> None:
    replacement = accepted(with_all(values), pretty="true" if pretty else None, indent=4 if pretty else None)
    assert rules.judge(SCOPES[profile], replacement) == ()


ATTEMPTS = list(mutations.mutations(LIVE, CONTRACT.resource_schema, [*SCOPES["document"].replaceable]))


@given(st.sampled_from(ATTEMPTS), st.sampled_from([400, 403]), PROFILES, REPLACED)
def test_silent_on_a_conformant_refusal(
    mutation: Mutation, status: int, profile: str, values: Mapping[str, Json]
) -> None:
    sent = mutation.apply(with_all(values))
    assert rules.judge(SCOPES[profile], refused(sent, status=status, mutation=mutation)) == ()


@given(st.sampled_from(ATTEMPTS), PROFILES, REPLACED)
def test_silent_on_a_change_that_is_ignored(mutation: Mutation, profile: str, values: Mapping[str, Json]) -> None:
    allowed = with_all(values)
    sent = mutation.apply(allowed)
    if any(not isinstance(paths.get(sent, path), dict) for path in (("metadata",), ("spec",))):
        return  # what clears the whole container has a test of its own
    replacement = accepted(sent, stored_after(LIVE, sent), mutation=mutation)
    assert rules.judge(SCOPES[profile], replacement) == ()


@pytest.mark.parametrize("profile", SCOPES)
def test_a_stored_immutable_change_is_found_under_its_own_field(profile: str) -> None:
    scope = SCOPES[profile]
    unseen = (("metadata", "resourceVersion"), ("metadata", "managedFields"), *scope.gaps)
    for mutation in ATTEMPTS:
        after = bumped(mutation.apply(LIVE))
        judged_ = rules.judge(scope, accepted(mutation.apply(LIVE), after, mutation=mutation))
        found = [one for one in judged_ if one.requirement.startswith("immutable.")]
        if paths.starts_with(mutation.path, unseen):
            assert not found, words.title(mutation)
            continue
        assert found, words.title(mutation)
        assert all(one.attempt is mutation for one in found)
        if mutation.path not in (("metadata",), ("spec",)):
            assert {one.requirement for one in found} == {CONTRACT.owner(mutation.path, "immutable")}, words.title(
                mutation
            )


def bumped(value: Json) -> Json:
    if not isinstance(value.get("metadata"), dict):
        return value
    if paths.same(get(value, "metadata.resourceVersion"), get(LIVE, "metadata.resourceVersion")):
        value = put(value, "metadata.resourceVersion", "72519847")
    spec_changed = not paths.same(value.get("spec"), LIVE["spec"])
    return put(value, "metadata.generation", 3) if spec_changed and "generation" in value["metadata"] else value
