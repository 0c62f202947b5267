"""What `restore` gives back of an object that somebody else has changed since: all that they have not."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from contracts.resource.restore import with_foreign

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
