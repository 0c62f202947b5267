"""What may be stored of what was sent, where the server itself adds to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.attribution import Chosen
from contracts.judge.failures import are_more
from contracts.judge.stored import NOTHING_ADDED, Default, ServerAdded, deviations

LABELS, POLICY, RETENTION = ("metadata", "labels"), ("spec", "cleanPodPolicy"), ("spec", "ttlSecondsAfterFinished")
MAPS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2"]), max_size=3)
OWN = ServerAdded(frozenset({(*LABELS, "own")}))


def of(labels: Json) -> Json:
    return paths.put({"metadata": {}, "spec": {}}, LABELS, labels)


def wrong(sent: Json, stored: Json, before: Json = MISSING, added: ServerAdded = OWN) -> list[str]:
    return [str(one.path[-1]) for one in deviations(LABELS, of(sent), of(before), of(stored), added)]


@given(MAPS, MAPS, st.sampled_from(["1", "2", MISSING]))
def test_the_servers_own_key_is_spared_and_no_other(sent: Json, before: Json, own: Json) -> None:
    stored = sent if own is MISSING else {**sent, "own": own}
    assert wrong(sent, stored, before) == []
    assert wrong(sent, {**stored, "other": "x"}, before) == ["other"]
    assert wrong({**sent, "d": "1"}, stored, before) == ["d"]


def test_a_key_that_the_client_has_chosen_is_stored_as_it_was_sent() -> None:
    assert wrong({"own": "mine"}, {"own": "theirs"}, {"own": "theirs"}) == ["own"]
    assert wrong({"own": "as it was read"}, {"own": "another"}, {"own": "as it was read"}) == []
    assert wrong({"own": "mine"}, {}) == ["own"], "what was sent is there"


@pytest.mark.parametrize("complete", [True, False])
def test_what_a_cleared_field_becomes_without_a_creation_to_know_it_by(complete: bool) -> None:
    added = ServerAdded(complete=complete)
    before = paths.put({}, POLICY, "All")

    def found(stored: Json) -> bool:
        return bool([*deviations(POLICY, {"spec": {}}, before, paths.put({"spec": {}}, POLICY, stored), added)])

    assert not found(MISSING)
    assert found("All"), "it was not cleared"
    assert found("Running") == complete
    added = added.also_default(POLICY, Default("x"))
    assert not [*deviations(POLICY, {"spec": {}}, before, paths.put({}, POLICY, "x"), added)]


def test_a_default_that_depends_on_other_fields_is_one_beside_them_alone() -> None:
    added = NOTHING_ADDED.also_default(POLICY, Default("All", frozenset({(RETENTION, True)})))

    def found(stored: Json, known: ServerAdded = added) -> bool:
        return bool([*deviations(POLICY, {"spec": {}}, {"spec": {"cleanPodPolicy": "All"}}, {"spec": stored}, known)])

    assert not found({"cleanPodPolicy": "All", "ttlSecondsAfterFinished": 0})
    assert found({"cleanPodPolicy": "All"}), "it was not cleared"
    assert not found({"cleanPodPolicy": "All"}, added.whatever_is_beside())


def test_a_default_that_varies_is_no_value_that_was_ever_sent() -> None:
    chosen = Chosen()
    chosen.note({}, {"spec": {"cleanPodPolicy": "x", "other": "y"}})
    added = ServerAdded(varying=frozenset({POLICY}), chosen=chosen)

    def found(value: Json) -> bool:
        stored = {"spec": {"cleanPodPolicy": value}}
        return bool([*deviations(POLICY, {"spec": {}}, {"spec": {"cleanPodPolicy": "z"}}, stored, added)])

    assert [found(value) for value in ("w", "x", "y")] == [False, True, True]


def test_a_key_of_the_servers_own_may_go_but_for_one_of_the_clients_choice() -> None:
    read = {"own": "1", "a": "1"}
    assert wrong(read, {"a": "1"}, read) == []
    assert wrong({"own": "1"}, MISSING, {"own": "1"}) == []
    assert wrong(read, {"own": "1"}, read) == ["a"]
    assert wrong(read, MISSING, read) == ["labels"]
    assert wrong({"own": "2"}, {}, {"own": "1"}) == ["own"]
    chosen = Chosen()
    chosen.note(of({}), of({"own": "1"}))
    assert wrong(read, {"a": "1"}, read, replace(OWN, chosen=chosen)) == ["own"]


def test_nothing_is_added_by_who_was_not_seen_to() -> None:
    assert wrong({"a": "1"}, {"a": "1", "own": "x"}, added=NOTHING_ADDED) == ["own"]


@pytest.mark.parametrize(
    ("failed", "of_races", "elsewhere", "of_elsewhere", "more"),
    [(6, 48, 0, 1000, True), (2, 48, 50, 1000, False), (2, 48, 0, 1000, False), (42, 48, 50, 1000, True)],
)
def test_failures_that_chance_does_not_explain(
    failed: int, of_races: int, elsewhere: int, of_elsewhere: int, more: bool
) -> None:
    assert are_more(failed, of_races, elsewhere, of_elsewhere) == more


@given(st.integers(0, 48), st.integers(0, 1000))
def test_more_failures_are_never_less_improbable(failed: int, elsewhere: int) -> None:
    assert are_more(failed + 1, 49, elsewhere, 1000) >= are_more(failed, 49, elsewhere, 1000)
