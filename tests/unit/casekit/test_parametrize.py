"""Parameters of the cases, made from the contract: every pair of requirement and way of which there can be attempts."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.casekit.markers import COST, REQUIREMENT, USUAL_COST, AttemptGroup, attempt_groups, with_fields
from contracts.judge import mutations
from contracts.judge.attempts import Attempts
from contracts.judge.sampling import ONE_OF_A_NAME, names_first
from contracts.spec.load import load_contract

CONTRACT = load_contract()
LIVE: dict[str, Any] = {**CONTRACT.example_response, "spec": CONTRACT.examples[0]["spec"]}


def test_every_pair_that_an_object_has_attempts_for_is_a_parameter() -> None:
    groups: list[AttemptGroup] = [one.values[0] for one in attempt_groups(CONTRACT)]
    pairs = [(group.requirement.id, group.way) for group in groups]
    assert len(set(pairs)) == len(pairs)
    tries = Attempts(CONTRACT, adopted=False)
    keys = [(name, way) for name in CONTRACT.requirements for way in mutations.WAYS]
    assert {key for key in keys if tries.on(LIVE, *key)} <= set(pairs)


@pytest.mark.parametrize("sampled", [False, True])
def test_a_group_stands_under_its_requirement_and_says_what_it_costs(sampled: bool) -> None:
    tries = Attempts(CONTRACT, adopted=False)
    for parameter in attempt_groups(CONTRACT, sampled=sampled):
        [group] = parameter.values
        marks = {mark.name: mark.args for mark in parameter.marks}
        found = tries.on(LIVE, group.requirement.id, group.way)
        if sampled:
            found = list({len(one.path): one for one in found}.values())
        elif group.way in ONE_OF_A_NAME:
            found, _ = names_first(found, 0)
        assert marks[REQUIREMENT] == (group.requirement.id,)
        assert marks[COST] == (len(found) or USUAL_COST,)
        assert parameter.id == f"{group.requirement.id}-{group.way}"


def test_only_requirements_about_fields_are_parameters() -> None:
    found = [one.id for family in ("replaceable", "immutable") for one in with_fields(CONTRACT, family)]
    assert {"replaceable.labels", "immutable.status"} <= set(found)
    assert not {"replaceable.together", "immutable.atomic", "immutable.no-bypass"} & set(found)
    assert all(CONTRACT.requirements[name].fields for name in found)
