"""What a replay concludes: from cases that found it again, from silence, and from cases that judged nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report.files import ReportError
from contracts.report.model import CaseResult, Outcome, RecordedExchange, RecordedFinding, Report, Values
from contracts.report.recorded import RequestId
from contracts.report.replay import (
    MISSED,
    ONCE,
    Replayed,
    Shown,
    Sought,
    Tried,
    decide,
    exit_status,
    sought,
)
from contracts.report.text.replay import closing, text

from .samples import FAILED, FINDING, SOUND

ONE = replace(FINDING, id="3f2a91", rule="unchanged-rest")
OTHER = replace(FINDING, id="3f2b00", rule="refusal", field="spec.other")
SOUGHT = Sought("immutable.status", ONE, ("fast", "slow"))
URL = "http://localhost/apis/jobs/one?pretty=true"
EXCHANGE = RecordedExchange("PUT", URL, {}, "{}", 200, {"Date": "today", "Server": "x"}, '{"a": 1}', 0.1)


def report(*findings: RecordedFinding) -> Report:
    ids = tuple(one.id for one in findings)
    cases = tuple(
        CaseResult(name, Outcome.FAILED, seconds, findings=ids) for name, seconds in (("slow", 2), ("fast", 1))
    )
    return replace(SOUND, requirements=(replace(FAILED, findings=findings, cases=cases),))


def test_findings_are_chosen_by_the_beginning_of_their_id() -> None:
    assert [one.finding.id for one in sought(report(ONE, OTHER), ["#3f2a"])] == ["3f2a91"]
    assert [one.finding.id for one in sought(report(ONE, OTHER), [])] == ["3f2a91", "3f2b00"]
    assert sought(report(ONE), [])[0].cases == ("fast", "slow")


@pytest.mark.parametrize(
    ("given_id", "said"), [("3f2", "several findings"), ("zz", "no finding has this id (there are: 3f2a91, 3f2b00)")]
)
def test_an_id_that_names_no_finding_is_told(given_id: str, said: str) -> None:
    with pytest.raises(ValueError, match="^" + given_id) as raised:
        sought(report(ONE, OTHER), [given_id])
    assert said in str(raised.value)


def test_a_record_from_before_ids_cannot_be_replayed() -> None:
    with pytest.raises(ReportError, match="before findings had ids"):
        sought(report(FINDING), [])


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_what_came_up_at_a_rate_is_tried_until_it_would_have_been_seen(count: int, more: int) -> None:
    requests = count + more
    one = replace(SOUGHT, finding=replace(ONE, values=Values(count=count, requests=requests)))
    assert one.needed >= 1
    assert (1 - count / requests) ** one.needed <= MISSED * 1.000001
    tried = [Tried("fast")]
    assert decide(one, tried, sent=one.needed)[0] is Shown.GONE
    shown, reason = decide(one, tried, sent=one.needed - 1)
    assert (shown, f"{count} of {requests}" in reason) == (Shown.UNKNOWN, True)


def test_what_always_came_is_tried_once() -> None:
    assert SOUGHT.needed == 0
    assert replace(SOUGHT, finding=replace(ONE, values=Values(count=3, requests=3))).needed == 0


TRIED = st.builds(
    Tried,
    st.sampled_from(["fast", "slow"]),
    st.sampled_from(["", "no token"]),
    st.sampled_from([(), (("immutable.status", ONE),), (("immutable.status", OTHER), ("other", ONE))]),
)


@given(st.lists(TRIED), st.sampled_from(["", "answered with 403"]))
def test_silence_says_something_only_where_everything_was_judged(tried: list[Tried], control: str) -> None:
    shown, reason = decide(SOUGHT, tried, control=control)
    found = any(("immutable.status", ONE) in one.found for one in tried)
    assert (shown is Shown.STILL) == found
    if shown is Shown.GONE:
        assert tried
        assert not control
        assert not any(one.reason for one in tried)
    assert bool(reason) == (shown is Shown.UNKNOWN)


ORDER = ("first", "skipped", "fast", "between", "slow", "last")


@given(st.sets(st.sampled_from(ORDER)), st.booleans())
def test_what_ran_until_it_was_found_is_its_history(ran: set[str], parallel: bool) -> None:
    one = replace(SOUGHT, ran=frozenset({"fast", *ran} - {"skipped"}), parallel=parallel)
    history = one.history(ORDER)
    last = ORDER.index("slow" if parallel else "fast")
    assert history not in (("fast",), ("slow",))
    assert history in ((), tuple(case for case in ORDER[: last + 1] if case in one.ran))
    assert one.history(("first", "last")) == ()
    many = replace(one, cases=("a", "b", "c", "d", "fast"), ran=frozenset({"fast"}))
    assert many.history(ORDER) == ("fast",)


def test_the_cases_of_a_record_that_sent_anything_are_its_history() -> None:
    case = CaseResult("without", Outcome.SKIPPED)
    written = report(ONE)
    rows = (*written.requirements, replace(FAILED, id="other", findings=(), cases=(case,)))
    [one] = sought(replace(written, requirements=rows, command="pytorchjob-contract run --workers=2"), [])
    assert one.ran == frozenset({"fast", "slow"})
    assert one.parallel
    assert not sought(written, [])[0].parallel


@pytest.mark.parametrize(
    ("count", "tried", "open_"),
    [
        (1, Tried("first"), False),
        (1, Tried("first", "no token"), True),
        (2, Tried("first", "no token"), False),
        (2, Tried("first", "timed out", failed=True), True),
        (1, Tried("fast", "no token"), False),
    ],
)
def test_a_history_that_could_not_be_done_again_leaves_open_what_it_led_to(
    count: int, tried: Tried, *, open_: bool
) -> None:
    one = replace(SOUGHT, finding=replace(ONE, count=count))
    gap = one.gap(tried)
    assert bool(gap) == open_
    assert decide(one, [Tried("fast")], gap=gap, sent=ONCE) == (Shown.UNKNOWN if open_ else Shown.GONE, gap)
    assert decide(one, [Tried("fast")], gap=gap, found=True) == (Shown.STILL, "")


def test_what_is_looked_for_late_is_about_what_is_stored_in_a_field() -> None:
    assert SOUGHT.may_be_late
    assert replace(SOUGHT, finding=replace(ONE, rule="refusal[change]")).may_be_late
    assert not replace(SOUGHT, finding=replace(ONE, rule="generation")).may_be_late
    assert not replace(SOUGHT, finding=replace(ONE, field="")).may_be_late


def test_a_map_of_which_a_key_is_lost_is_the_one_that_was_lost_as_a_whole() -> None:
    whole, key = (replace(ONE, id=field, field=field) for field in ("metadata.labels", "metadata.labels[*]"))
    one = replace(SOUGHT, finding=whole)
    assert one.again([("immutable.status", OTHER), ("immutable.status", key)]) == key
    assert one.again([("immutable.status", key), ("immutable.status", whole)]) == whole
    assert one.again([("other", whole), ("immutable.status", replace(whole, rule="refusal"))]) is None


def test_what_comes_up_where_the_record_knows_of_nothing_has_come_by_chance() -> None:
    one = replace(SOUGHT, finding=replace(ONE, rule="series[one]"), known=frozenset({ONE.id, OTHER.id}))
    elsewhere = replace(OTHER, id="new", rule="series[two]")
    assert one.again([("immutable.status", elsewhere)]) == elsewhere
    assert one.again([("immutable.status", replace(elsewhere, id=OTHER.id))]) is None
    assert one.again([("immutable.status", replace(elsewhere, rule="other[one]")), ("other", elsewhere)]) is None
    assert (one.tries, replace(one, finding=replace(ONE, count=2)).tries) == (ONCE, 0)


def test_silence_about_what_the_object_does_not_have_says_nothing() -> None:
    shown, reason = decide(SOUGHT, [Tried("fast")], alike=False)
    assert (shown, ONE.field in reason) == (Shown.UNKNOWN, True)


def test_a_case_of_another_finding_says_nothing_of_this_one() -> None:
    shown, reason = decide(SOUGHT, [Tried("other")])
    assert (shown, "fast, slow" in reason) == (Shown.UNKNOWN, True)


@given(st.lists(st.sampled_from(list(Shown)), min_size=1))
def test_one_that_is_still_there_decides_the_exit_status(shown: list[Shown]) -> None:
    found = [Replayed("1", "r", ONE, one) for one in shown]
    due = 1 if Shown.STILL in shown else 3 if Shown.UNKNOWN in shown else 0
    assert exit_status(found) == due
    for one in set(shown):
        assert f"{shown.count(one)} {one}" in closing(found)


def test_both_exchanges_are_shown() -> None:
    change = ({"op": "replace", "path": "/spec/replicas", "value": 3},)
    told = RequestId("X-Request-Id", "r7")
    now = replace(
        EXCHANGE, status=422, response_body='{"message": "no"}', at="2026-11-27T08:00:00.000+00:00", request_id=told
    )
    said = text([Replayed(ONE.id, "immutable.status", replace(ONE, change=change), Shown.GONE, "", 7, EXCHANGE, now)])
    assert said.splitlines() == [
        "#3f2a91  immutable.status  replicas changed",
        "  sent:      replace /spec/replicas 3",
        "  expected:  refused",
        f"  then:      PUT {URL} → 200",
        "             Date: today, Server: x",
        '             {"a": 1}',
        f"  now:       PUT {URL} → 422",
        "             at 2026-11-27T08:00:00.000+00:00, X-Request-Id: r7, Server: x",
        '             {"message": "no"}',
        "  does not show again (7 requests)",
        "",
        "replay: 1 does not show again",
    ]


def test_a_case_with_nothing_to_try_here_says_so() -> None:
    nothing = Tried("fast", "the target takes no finalizers", optional=True)
    shown, why = decide(SOUGHT, [nothing], sent=ONCE)
    assert (shown, why.endswith(nothing.reason)) == (Shown.UNKNOWN, True)
    assert decide(SOUGHT, [nothing, Tried("slow")], sent=ONCE) == (Shown.GONE, "")


def test_what_was_sent_is_shown_as_json() -> None:
    change = ({"op": "replace", "path": "/spec/x", "value": None}, {"op": "remove", "path": "/spec/y"})
    shown = text([Replayed("id", "status.200", replace(FINDING, change=change), Shown.GONE, "", 1, None, None)])
    assert "  sent:      replace /spec/x null\n  sent:      remove /spec/y\n" in shown
