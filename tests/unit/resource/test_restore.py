"""What `restore` gives back of an object that somebody else has changed since: all that they have not; and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.judge.model import Scope
from contracts.resource.journal import Journal, entries
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.restore import restore, with_foreign
from tests.unit.resource.fake_target import NAMESPACE, FakeTarget

LABELS, DEADLINE = "metadata.labels", "spec.activeDeadlineSeconds"
MAPS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["1", "2"]), max_size=4)
FIELDS = st.fixed_dictionaries({}, optional={LABELS: MAPS, DEADLINE: st.integers(1, 3)})


@given(FIELDS, st.lists(FIELDS, max_size=3), st.integers(0, 3))
def test_where_nobody_else_has_written_all_is_given_back(
    original: dict[str, Any], sent: list[dict[str, Any]], last: int
) -> None:
    stored = [original, *sent][min(last, len(sent))]
    assert with_foreign(original, sent, stored) == (original, [])


@given(FIELDS, st.lists(FIELDS, max_size=3), FIELDS)
@example({LABELS: {"a": "1"}}, [{LABELS: {"b": "1"}}], {LABELS: {"b": "1", "stamp": "2"}})
def test_what_somebody_else_has_written_is_kept_key_by_key(
    original: dict[str, Any], sent: list[dict[str, Any]], stored: dict[str, Any]
) -> None:
    merged, foreign = with_foreign(original, sent, stored)
    versions = [original, *sent]
    theirs = all(one.get(DEADLINE) != stored.get(DEADLINE) for one in versions)
    assert merged.get(DEADLINE) == (stored if theirs else original).get(DEADLINE)
    assert (("spec", "activeDeadlineSeconds") in foreign) == theirs
    for key, value in stored.get(LABELS, {}).items():
        if all(one.get(LABELS, {}).get(key) != value for one in versions):
            assert merged[LABELS][key] == value
            assert ("metadata", "labels", key) in foreign
    for path in foreign:
        if path[:2] == ("metadata", "labels"):
            known = [one.get(LABELS, {}).get(path[2]) for one in versions]
            assert stored.get(LABELS, {}).get(path[2]) not in known


def test_a_stamp_beside_the_runs_labels_keeps_nothing_else_from_being_put_back() -> None:
    merged, foreign = with_foreign(
        {LABELS: {"team": "ml", "stamp": "1"}, DEADLINE: 5},
        [{LABELS: {"contract": "x"}, DEADLINE: 7}],
        {LABELS: {"contract": "x", "stamp": "9"}, DEADLINE: 7},
    )
    assert merged == {LABELS: {"team": "ml", "stamp": "9"}, DEADLINE: 5}
    assert foreign == [("metadata", "labels", "stamp")]


def test_what_was_sent_and_is_no_map_hides_no_key() -> None:
    sent: list[dict[str, Any]] = [{LABELS: {"contract": "x"}}, {LABELS: "a=b"}, {LABELS: None}]
    assert with_foreign({LABELS: {"team": "ml"}}, sent, {LABELS: {"team": "ml", "contract": "x", "theirs": "1"}}) == (
        {LABELS: {"team": "ml", "theirs": "1"}},
        [("metadata", "labels", "theirs")],
    )


def interrupted(target: FakeTarget, state: Path) -> tuple[ResourceUnderTest, Journal]:
    """An object of a run that was not brought to its end, and the run's journal as `restore` finds it."""
    job = ResourceUnderTest(Scope(target.contract, "kubernetes"), cast("Client", target), NAMESPACE, state=state)
    job.start()
    (journal,) = entries(state)
    return job, journal


def test_what_is_at_work_is_left_alone(target: FakeTarget, tmp_path: Path) -> None:
    job, journal = interrupted(target, tmp_path)
    asked = len(target.log)
    with pytest.raises(TargetError, match="its run is at work, or undone by another process"):
        restore(journal, cast("Client", target))
    assert len(target.log) == asked
    job.release()
    assert restore(journal, cast("Client", target)) == f"{job.path}: deleted"
    assert target.objects == {}
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_undoes_what_is_being_undone(target: FakeTarget, tmp_path: Path) -> None:
    job, journal = interrupted(target, tmp_path)
    (other,) = entries(tmp_path)
    job.release()
    held: list[bool] = []
    target.before = lambda *_: held.append(other.in_use())
    restore(journal, cast("Client", target))
    assert held
    assert all(held)
    asked = len(target.log)
    assert restore(other, cast("Client", target)) == f"{other.path}: is undone already"
    assert len(target.log) == asked
