"""What an object has lost by a replacement: its whole status, and what no replacement may change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules
from contracts.judge.stored import emptied_status, lost_status
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


EMPTY: st.SearchStrategy[Json] = st.recursive(
    st.just({}) | st.just([]),
    lambda inner: st.dictionaries(st.sampled_from("ab"), inner, max_size=2) | st.lists(inner, max_size=2),
    max_leaves=4,
)
SOME = st.text(max_size=2) | st.integers() | st.booleans() | st.none()


def with_status(value: Json) -> Json:
    return paths.put(LIVE, ("status",), value)


@given(st.dictionaries(st.sampled_from("xyz"), SOME), st.dictionaries(st.sampled_from("abc"), EMPTY, min_size=1))
def test_members_of_a_status_that_held_nothing_are_lost_when_they_alone_are_gone(kept: Json, empty: Json) -> None:
    found = emptied_status(with_status({**kept, **empty}), with_status(kept))
    assert set(found) == {(key,) for key in empty}


@given(st.dictionaries(st.sampled_from("abc"), EMPTY, min_size=1), SOME, SOME)
def test_a_status_of_which_anything_else_is_another_is_a_controllers(empty: Json, old: Json, new: Json) -> None:
    assume(not paths.same(old, new))
    assert emptied_status(with_status({**empty, "x": old}), with_status({"x": new})) == ()
    assert emptied_status(with_status({**empty, "x": old}), with_status({})) == ()
    assert emptied_status(with_status({**empty, "x": old}), with_status(dict.fromkeys(empty) | {"x": old})) == ()


def test_what_is_empty_in_a_status_is_lost_with_an_accepted_replacement_alone() -> None:
    empty = ("status", "replicaStatuses", "Master")
    live, sent, after = (paths.put(value, empty, {}) for value in (LIVE, CHANGED, WHOLE))
    dropped = paths.remove(after, empty)
    lost = {"status.replicaStatuses.Master"}

    def told(stored: Json, **more: Json) -> set[str]:
        replacement = replace(accepted(sent, stored), before=live, **more)
        return {paths.render(one.path) for one in rules.applied(rules.stored_status, SCOPE, replacement)}

    assert told(after) == set()
    assert told(dropped) == lost
    assert told(dropped, disturbed=True) == set()
    assert told(paths.put(dropped, ("status", "startTime"), "2030-01-01T00:00:00Z")) == set()
