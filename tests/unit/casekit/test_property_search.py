"""Generated examples: the smallest one that shows a fault is kept, once, and the same seed gives the same run."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import strategies as st

from contracts.casekit.markers import OutOfBudget
from contracts.casekit.schemathesis_data import SMALLER, explore
from contracts.client.errors import OutOfTime, TargetError, TargetUnavailable
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.run.evidence import Evidence, EvidenceStore
from contracts.run.run import Run


@dataclass
class FakeRun:
    """As much of a run as exploring asks for; time is up after so many questions."""

    seed: int = 0
    lasts: int = 10**9
    evidence: EvidenceStore = field(default_factory=EvidenceStore)
    asked: int = 0

    @property
    def settings(self) -> Any:
        return SimpleNamespace(seed=self.seed)

    def add(self, finding: Finding) -> None:
        self.evidence.add(Evidence(finding, None))

    def used_up(self) -> str:
        self.asked += 1
        return "--time-budget" if self.asked > self.lasts else ""


def finding(requirement: str, note: str) -> Finding:
    """A finding of a case, the same as every other one against its requirement."""
    return Finding(requirement, Expected(Demand.SPECIFICATION), Observed(Seen.NOTE, note=note), rule="case")


def run_of(fake: FakeRun) -> Run:
    return cast("Run", fake)


def found(fake: FakeRun) -> list[str]:
    return [one.finding.observed.note for one in fake.evidence.met]


NUMBERS = st.integers(0, 10_000)


def test_nothing_found_leaves_the_evidence_empty_and_tries_every_example() -> None:
    fake, tried = FakeRun(), list[int]()
    explore(run_of(fake), NUMBERS, tried.append, 30)
    assert len(tried) == 30
    assert found(fake) == []


@pytest.mark.parametrize("seed", range(3))
def test_only_the_smallest_failing_example_is_kept(seed: int) -> None:
    fake = FakeRun(seed)

    def check(number: int) -> None:
        if number >= 37:
            fake.add(finding("pretty.default", f"fails with {number}"))

    explore(run_of(fake), NUMBERS, check, 50)
    assert found(fake) == ["fails with 37"]


def test_all_findings_of_the_smallest_example_are_kept() -> None:
    fake = FakeRun()

    def check(_: int) -> None:
        fake.add(finding("pretty.default", "one"))
        fake.add(finding("status.200", "two"))

    explore(run_of(fake), NUMBERS, check, 5)
    assert found(fake) == ["one", "two"]


def test_what_was_found_before_stays() -> None:
    fake = FakeRun()
    fake.add(finding("pretty.default", "earlier"))
    explore(run_of(fake), NUMBERS, lambda _: fake.add(finding("status.200", "new")), 5)
    assert found(fake) == ["earlier", "new"]
    explore(run_of(fake), NUMBERS, lambda _: fake.add(finding("status.200", "again")), 5)
    assert found(fake) == ["earlier", "new"]
    assert [one.count for one in fake.evidence.met] == [1, 2]


def test_a_finding_that_does_not_recur_is_kept_as_it_was_first_seen() -> None:
    fake, tried = FakeRun(), list[int]()

    def check(number: int) -> None:
        tried.append(number)
        if len(tried) == 4:
            fake.add(finding("status.500", f"once with {number}"))

    explore(run_of(fake), NUMBERS, check, 20)
    assert found(fake) == [f"once with {tried[3]}"]


def test_the_seed_decides_the_examples() -> None:
    runs = []
    for seed in (1, 1, 2):
        tried: list[int] = []
        explore(run_of(FakeRun(seed)), NUMBERS, tried.append, 20)
        runs.append(tried)
    assert runs[0] == runs[1] != runs[2]


def test_no_example_is_sent_when_time_is_up() -> None:
    fake, tried = FakeRun(lasts=3), list[int]()
    with pytest.raises(OutOfBudget, match=r"--time-budget.*after 3 of 30 examples"):
        explore(run_of(fake), NUMBERS, tried.append, 30)
    assert len(tried) == 3


@pytest.mark.parametrize("error", [TargetUnavailable("gone"), OutOfTime("late")])
def test_an_outage_ends_the_series_at_once_and_keeps_what_was_found(error: TargetError) -> None:
    fake, tried = FakeRun(), list[int]()

    def check(number: int) -> None:
        tried.append(number)
        if len(tried) == 4:
            fake.add(finding("pretty.default", "seen before"))
            raise error

    with pytest.raises(type(error)):
        explore(run_of(fake), NUMBERS, check, 30)
    assert len(tried) == 4
    assert found(fake) == ["seen before"]


@pytest.mark.parametrize("error", [TargetUnavailable("gone"), ValueError("our fault")])
def test_an_error_is_not_a_finding_and_goes_on(error: Exception) -> None:
    fake = FakeRun()

    def check(_: int) -> None:
        raise error

    with pytest.raises(type(error)):
        explore(run_of(fake), NUMBERS, check, 5)
    assert found(fake) == []


def test_the_search_for_a_smaller_example_is_bounded() -> None:
    fake, tried = FakeRun(), list[list[int]]()

    def check(example: list[int]) -> None:
        tried.append(example)
        if sum(example) > 3:
            fake.add(finding("status.500", f"{example}"))

    explore(run_of(fake), st.lists(NUMBERS, min_size=40, max_size=200), check, 30)
    assert len(tried) <= 30 + SMALLER
    assert len(found(fake)) == 1
