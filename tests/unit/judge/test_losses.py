"""What an object has lost by a replacement: its whole status, and what no replacement may change."""

from __future__ import annotations

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules
from contracts.judge.stored import lost_status
from tests.unit.judge.replacements import CHANGED, LIVE, SCOPES, accepted, stored_after

SCOPE = SCOPES["kubernetes"]
WHOLE = stored_after(LIVE, CHANGED)


def without(value: Json, name: str) -> Json:
    return paths.remove(value, paths.parse(name))


def found(after: Json, **more: Json) -> set[tuple[str, str]]:
    return {(one.requirement, paths.render(one.path)) for one in rules.losses(SCOPE, accepted(CHANGED, after, **more))}


@pytest.mark.parametrize("gone", [MISSING, None, {}])
def test_a_status_that_is_gone_is_lost(gone: Json) -> None:
    after = paths.put(WHOLE, ("status",), gone)
    assert lost_status(LIVE, after)
    judged = rules.judge(SCOPE, accepted(CHANGED, after))
    assert {one.requirement for one in judged} >= {"immutable.status"}


def test_what_is_lost_with_an_accepted_replacement_is_told() -> None:
    assert found(WHOLE) == set()
    assert found(without(WHOLE, "status")) == {("immutable.status", "status")}
    assert found(without(WHOLE, "spec.pytorchReplicaSpecs")) == {
        ("immutable.replica-specs", "spec.pytorchReplicaSpecs")
    }


def test_a_status_that_controllers_write_is_not_lost() -> None:
    assert not lost_status(LIVE, paths.put(LIVE, ("status",), {"conditions": []}))
    assert not lost_status(without(LIVE, "status"), without(LIVE, "status"))
    assert not lost_status(LIVE, MISSING)
    assert found(paths.put(WHOLE, ("status", "startTime"), "2030-01-01T00:00:00Z")) == set()
