"""Whose doing it is what stands in a read: the target's, or another writer's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.attribution import Chosen, holds_what_was_sent, is_disturbed, split
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.spec.fields import VERSION

LABELS = ("metadata", "labels")
MAPS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2", ""]), max_size=3)
VERSIONS = st.integers(1, 9).map(str)


def of(version: Json, **labels: str) -> Json:
    return paths.put({"metadata": {"labels": labels}}, VERSION, version)


@pytest.mark.parametrize(
    ("answer", "after", "accepted", "new", "disturbed"),
    [
        pytest.param(of("2", a="1"), of("2", a="2"), True, True, False, id="the answered version"),
        pytest.param(of("2", a="1"), of("3", a="1", b="x"), True, True, True, id="a newer one with more in it"),
        pytest.param(of("2", a="1"), of("3", a="1"), True, True, False, id="a newer one with the answered content"),
        pytest.param(of("9", a="1"), of("2", b="x"), True, True, False, id="one less than the answered"),
        pytest.param(of("2", a="1"), of("1"), True, True, False, id="the one from before"),
        pytest.param(of("2", a="1"), of("3", b="x"), True, False, False, id="one that was seen before"),
        pytest.param(of("1"), of("2", a="1"), True, True, False, id="an answer with the version from before"),
        pytest.param(of("1"), of("2", b="x"), True, True, True, id="an ignored change, and something else stored"),
        pytest.param({}, of("2", b="x"), True, True, False, id="an answer without version"),
        pytest.param(MISSING, of("2", b="x"), False, True, True, id="a new version after a refusal"),
        pytest.param(MISSING, of("1", b="x"), False, True, False, id="a change without a new version after a refusal"),
        pytest.param(of("2"), MISSING, True, True, False, id="gone"),
    ],
)
def test_another_writer_may_have_come_between(
    answer: Json, after: Json, accepted: bool, new: bool, disturbed: bool
) -> None:
    found = is_disturbed(of("1"), of("1", a="1"), answer, after, accepted=accepted, new=new, ordered=True)
    assert found == disturbed


def test_what_was_left_out_and_is_gone_later_somebody_else_may_have_removed() -> None:
    before, sent = of("1", pending="true"), of("1")  # what a webhook puts there again, so that nothing is written
    assert is_disturbed(before, sent, before, of("2"), accepted=True, new=True, ordered=True)


def test_where_versions_have_no_order_a_smaller_one_may_be_another_writers() -> None:
    told = of("1"), of("1", a="1"), of("9", a="1"), of("2", b="x")
    assert is_disturbed(*told, accepted=True, new=True, ordered=False)
    assert not is_disturbed(*told, accepted=True, new=False, ordered=False)


@given(VERSIONS, MAPS, MAPS, MAPS)
def test_what_the_answered_version_holds_is_always_judged(version: str, before: Json, sent: Json, stored: Json) -> None:
    answered, after = of(version, **sent), of(version, **stored)
    assert not is_disturbed(of("1", **before), of("1", **sent), answered, after, accepted=True, new=True, ordered=True)


@given(MAPS)
def test_what_was_sent_is_known_again_in_whatever_order_its_keys_stand(labels: dict[str, str]) -> None:
    chosen = Chosen()
    chosen.note({}, {"spec": labels})
    assert chosen.holds(("spec",), dict(reversed(labels.items())))
    assert not chosen.holds(("spec",), {**labels, "d": "1"})


def test_a_read_that_shows_what_was_refused() -> None:
    before, sent = of("1", a="1"), of("1", a="2")
    assert holds_what_was_sent(before, sent, of("2", a="2"))
    assert holds_what_was_sent(before, sent, of("2", a="2", b="x"))
    assert not holds_what_was_sent(before, sent, of("2", a="1"))
    assert not holds_what_was_sent(before, before, of("2", a="1"))
    assert not holds_what_was_sent(of("1", a="1"), of("1"), of("2")), "anybody may have removed it"


@given(MAPS, MAPS)
def test_chosen_is_what_was_sent_otherwise_than_it_stood(before: Json, sent: Json) -> None:
    chosen = Chosen()
    chosen.note(of("1", **before), of("1", **sent))
    for key in {*before, *sent}:
        was, now = before.get(key, MISSING), sent.get(key, MISSING)
        assert chosen.is_path((*LABELS, key)) == (not paths.same(was, now))
        assert chosen.holds((*LABELS, key), now) == (not paths.same(was, now))
    assert chosen.keys([LABELS]) == ({LABELS: keys} if (keys := _changed(before, sent)) else {})


def _changed(before: Json, sent: Json) -> set[str]:
    return {key for key in {*before, *sent} if not paths.same(before.get(key, MISSING), sent.get(key, MISSING))}


def test_a_map_that_is_sent_whole_chooses_each_of_its_keys() -> None:
    chosen = Chosen()
    chosen.note({"metadata": {}}, of("1", a="1"))
    assert chosen.is_path((*LABELS, "a"))
    assert chosen.is_name(("spec", "a"))
    assert not chosen.is_name(("spec", "b"))


@given(MAPS, MAPS)
def test_what_was_read_before_it_was_sent_is_no_choice(sent: Json, others: Json) -> None:
    """An older object that is sent again holds what a controller has written; what the run made up stays its choice."""
    chosen = Chosen()
    chosen.note(of("1"), of("1", **sent))
    chosen.note_read(of("2", **sent), of("3", **{**sent, **others}))
    chosen.note(of("4"), of("4", **{**sent, **others}))
    for key, value in others.items():
        own = key in sent and paths.same(sent[key], value)
        assert chosen.holds((*LABELS, key), value) == own
    for key, value in sent.items():
        assert chosen.holds((*LABELS, key), value)


def test_only_what_was_sent_can_be_blamed_on_a_request() -> None:
    def stored(key: str, value: Json) -> Finding:
        observed = Observed(Seen.STORED, 200, value)
        return Finding("replaceable.labels", Expected(Demand.STORED), observed, (*LABELS, key))

    chosen = Chosen()
    chosen.note(of("1", c="1"), of("1", a="1"))
    findings = [stored("a", "1"), stored("a", "2"), stored("b", "1"), stored("c", MISSING)]
    ours, others = split(findings, of("1", a="1"), chosen)
    assert [(one.path[-1], one.observed.value) for one in ours] == [("a", "1"), ("c", MISSING)]
    assert [(one.path[-1], one.observed.value) for one in others] == [("a", "2"), ("b", "1")]
