"""A case that is run again keeps what it had found, once (pytest-rerunfailures)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from contracts.pytest_plugin.state import SessionState
from contracts.report.model import Outcome, RecordedFinding
from contracts.run.partial_result import CaseRecord, Found, merged


def found(name: str) -> Found:
    finding = RecordedFinding("m", "f", "expected", "observed", "again", id=name, rule="r")
    return Found("status.200", finding, 1, 1.0)


def case(*names: str, outcome: Outcome = Outcome.PASSED) -> CaseRecord:
    return CaseRecord("a::b", ("status.200",), outcome, found=tuple(map(found, names)))


def kept(*attempts: CaseRecord) -> SessionState:
    state = SessionState(cast("Any", SimpleNamespace(option=SimpleNamespace())), planned={"a::b": ("status.200",)})
    for attempt in attempts[:-1]:
        state.keep(attempt, again=True)
        assert state.records == []
        assert state.planned, "it has not come to its end"
    state.keep(attempts[-1])
    assert not state.planned
    return state


def test_the_same_finding_counts_once() -> None:
    [finding] = merged(kept(case("x"), case("x"), case("x")).records)["status.200"]
    assert (finding.id, finding.count) == ("x", 1)


def test_what_does_not_come_up_again_is_kept() -> None:
    state = kept(case("x", "y"), case("y"), case())
    assert {one.id for one in merged(state.records)["status.200"]} == {"x", "y"}
    [(_, result)] = state.records[0].results()
    assert result.outcome is Outcome.FAILED


def test_requests_are_counted_from_the_first_attempt_on() -> None:
    attempts = replace(case("x"), began=4, requests=9), replace(case(), began=9, requests=12)
    first = replace(attempts[0], found=(replace(found("x"), requests=6),))
    [(_, result)] = kept(first, attempts[1]).records[0].results()
    assert (result.requests, result.first_finding) == (8, 2)


def test_an_error_that_does_not_come_up_again_is_gone() -> None:
    assert kept(case(outcome=Outcome.ERROR), case()).records == [case()]
