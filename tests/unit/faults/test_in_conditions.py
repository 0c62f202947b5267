"""Faults and conditions go together: an endpoint with both answers every request, and never fails by itself."""

from __future__ import annotations

import dataclasses

import pytest

from contracts.jsonvalue import paths
from contracts.reference.conditions import CONDITIONS
from tests.faults import FAULTS
from tests.unit.faults.world import IMAGE, LABELS, NEEDS_A_CROWD, NEEDS_A_MEETING, NEEDS_A_READER, OPTIONS, World

SAMPLE = [name for name in sorted(FAULTS) if name not in NEEDS_A_CROWD | NEEDS_A_READER | NEEDS_A_MEETING][::37]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("fault", [SAMPLE[0], *(pytest.param(name, marks=pytest.mark.slow) for name in SAMPLE[1:])])
def test_a_fault_in_a_condition_answers(fault: str, condition: str, caplog: pytest.LogCaptureFixture) -> None:
    world = World(fault, dataclasses.replace(OPTIONS, conditions=frozenset({condition})))
    query = {"tenant": "t1"}
    for value in (
        world.changed(*LABELS, to={"a": "b"}),
        world.changed(*IMAGE, to="other"),
        world.changed("spec", to=paths.MISSING),
        b"{",
    ):
        answer = world.application.respond(world.request("PUT", value, query=query))
        assert 200 <= answer.status < 600
        world.application.respond(world.request("GET", query=query))
    world.wire(world.request("GET", query=query))
    assert not caplog.records
