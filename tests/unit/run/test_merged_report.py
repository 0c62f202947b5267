"""Records of several operations as one: nothing is lost, and the verdict is that over all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report.model import Acceptance, FirstFinding, Latency, Observations, Outcome, Report, Verdict
from contracts.report.trust.consistency import inconsistencies
from contracts.run.merged_report import merged_report
from tests.unit.report.samples import FAILED, PASSED, SOUND

UPDATE = "update/"
UNJUDGED = replace(PASSED, id="unjudged", outcome=Outcome.ERROR, cases=(), reason="the target does not answer")
OUTCOMES = {
    Verdict.CONFORMANT: ((PASSED,), 0, ""),
    Verdict.NONCONFORMANT: ((PASSED, FAILED), 1, ""),
    Verdict.ERROR: ((UNJUDGED,), 3, "the target does not answer"),
}


def record(verdict: Verdict, prefix: str = "", **changes: object) -> Report:
    """A record with this verdict; `prefix`: before the ids of its requirements."""
    rows, status, error = OUTCOMES[verdict]
    named = tuple(replace(row, id=prefix + row.id) for row in rows)
    return replace(SOUND, requirements=named, verdict=verdict, exit_status=status, error=error, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "verdict", "status"),
    [
        (Verdict.CONFORMANT, Verdict.CONFORMANT, Verdict.CONFORMANT, 0),
        (Verdict.CONFORMANT, Verdict.NONCONFORMANT, Verdict.NONCONFORMANT, 1),
        (Verdict.CONFORMANT, Verdict.ERROR, Verdict.ERROR, 3),
        (Verdict.NONCONFORMANT, Verdict.ERROR, Verdict.NONCONFORMANT, 1),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_verdict_is_that_over_all(one: Verdict, other: Verdict, verdict: Verdict, status: int, swapped: bool) -> None:
    reports = [record(one), record(other, UPDATE)]
    merged = merged_report(reports[::-1] if swapped else reports, "again")
    assert (merged.verdict, merged.exit_status) == (verdict, status)
    assert merged.error == ("the target does not answer" if other is Verdict.ERROR else "")
    assert merged.command == "again"
    assert inconsistencies(merged) == ()


def test_interruption_is_the_exit_status_of_all() -> None:
    stopped = replace(record(Verdict.ERROR), exit_status=2, error="")
    assert merged_report([record(Verdict.CONFORMANT), stopped], "").exit_status == 2


@given(st.lists(st.sampled_from(Verdict).filter(OUTCOMES.__contains__), min_size=1, max_size=3))
def test_nothing_is_lost(verdicts: list[Verdict]) -> None:
    reports = [record(verdict, f"{number}/") for number, verdict in enumerate(verdicts)]
    merged = merged_report(reports, "")
    assert merged.requirements == tuple(row for one in reports for row in one.requirements)
    assert merged.requests == sum(one.requests for one in reports)
    assert merged.acceptance["positive"] == Acceptance(10 * len(reports), 9 * len(reports))
    assert merged.observed.statuses == {200: 17 * len(reports), 403: 3 * len(reports)}
    assert merged.observed.coverage.replacements == 20 * len(reports)
    assert [one.sent for one in merged.observed.coverage.elements] == [20 * len(reports), 0, 0]


def test_times_and_the_first_finding_are_counted_from_the_first_run() -> None:
    found, later = FirstFinding(5, 0.5), timedelta(seconds=9)
    second = record(Verdict.NONCONFORMANT, UPDATE, first_finding=found, finished_at=SOUND.finished_at + later)
    merged = merged_report([record(Verdict.CONFORMANT), second], "")
    assert merged.first_finding == FirstFinding(25, 2.5)
    assert (merged.started_at, merged.finished_at) == (SOUND.started_at, SOUND.finished_at + later)
    assert merged.duration_seconds == 4.0


def test_latency_of_a_method_is_that_of_the_run_with_more_answers() -> None:
    few, many = Latency(3, {"50": 1.0}), Latency(30, {"50": 2.0})
    one = record(Verdict.CONFORMANT, observed=Observations(latency={"PUT": many, "GET": few}))
    other = record(Verdict.CONFORMANT, UPDATE, observed=Observations(latency={"PATCH": few, "GET": many}))
    assert merged_report([one, other], "").observed.latency == {"PUT": many, "GET": many, "PATCH": few}
