"""Runs the cases that found something once more, until they find it again or have come to their end."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Final

import pytest

from contracts.casekit.markers import case_id
from contracts.judge import values
from contracts.judge.model import Exchange, Watch
from contracts.pytest_plugin.names import KEY, SESSION
from contracts.report import codec
from contracts.report.likeness import is_alike, likeness
from contracts.report.model import Outcome, RecordedExchange, RecordedFinding
from contracts.report.replay import Replayed, Sought, Tried, decide
from contracts.resource.stored_object import Unreadable
from contracts.run import finding_record
from contracts.run.late_look import look_late
from contracts.run.partial_result import CaseRecord
from contracts.run.run import Run
from contracts.run.trial import Send, Trial, assign

if TYPE_CHECKING:
    from contracts.pytest_plugin.state import SessionState

# A finding that came up at a rate is tried so often in a case.
MOST_REPETITIONS: Final = 100
# What a target does at every n-th request shall not meet the same request of a case each time.
PHASES: Final = 3
# Of so many findings is waited for what may be stored after the answer.
MOST_LATE: Final = 10


class Replay:
    """One session that looks for findings of a record; registered as a plugin beside ours.

    `error`: why the target could not be judged at all; empty where it could.
    """

    def __init__(self, sought: Sequence[Sought]) -> None:
        self._sought = {one.finding.id: one for one in sought}
        self._cases: dict[str, list[str]] = {}
        self._history: dict[str, list[str]] = {}
        self._gaps: dict[str, str] = {}
        self._looked_late: set[str] = set()
        self._begun: Counter[str] = Counter()
        self._tried: list[Tried] = []
        self._found: dict[str, RecordedFinding] = {}
        self._nearest: dict[str, tuple[int, RecordedExchange]] = {}
        self._requests: Counter[str] = Counter()
        self._replacements: Counter[str] = Counter()
        self._alike: set[str] = set()
        self._control: str | None = None
        self._current: list[str] = []
        self._state: SessionState | None = None
        for one in sought:
            for case in one.first:
                self._cases.setdefault(case, []).append(one.finding.id)

    @property
    def error(self) -> str:
        """Why nothing could be tried, in a line."""
        run = self._state.run if self._state else None
        return run.error if run else ""

    def results(self) -> tuple[Replayed, ...]:
        """What is to be said of every finding."""
        said = []
        for name, one in self._sought.items():
            control = self.error or self._control or ""
            requests, sent = self._requests[name], self._replacements[name]
            again, nearest = self._found.get(name), self._nearest.get(name)
            alike, gap = name in self._alike, self._gaps.get(name, "")
            found = again is not None
            shown, reason = decide(one, self._tried, found=found, control=control, alike=alike, sent=sent, gap=gap)
            then, now = one.finding.exchange, again.exchange if again else nearest[1] if nearest else None
            said.append(Replayed(name, one.requirement, one.finding, shown, reason, requests, then, now))
        return tuple(said)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep the session from writing a record."""
        collection = session.config.pluginmanager.getplugin(SESSION)
        self._state = collection.state
        collection.state.recording = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        """Leave the cases that found what is sought, and behind them what may have led to it.

        A finding may have come of what other cases had sent before. Where its own cases are silent, all that ran until
        it was found are run in their order, each as long as something is not shown.
        """
        order = tuple(case_id(item) for item in items)
        for name, one in self._sought.items():
            for case in one.history(order):
                self._history.setdefault(case, []).append(name)
        items[:] = [item for item in items if case_id(item) in self._cases or case_id(item) in self._history]
        yield
        # Only now, as pytest leaves each item once where it puts them in an order.
        by_id = {case_id(item): item for item in items}
        cases = [*self._cases, *(case for case in order if case in self._history)]
        items[:] = [by_id[case] for case in cases if case in by_id]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Tell the case what is sought; pass it over where that was found already."""
        run = self._run
        self._begun[case_id(item)] += 1
        again = self._begun[case_id(item)] > 1 or case_id(item) not in self._cases
        sought = (self._history if again else self._cases)[case_id(item)]
        self._current = [name for name in sought if name not in self._found]
        if not self._current:
            pytest.skip("what it found was shown by another case")
        if again and self._control:
            pytest.skip(self._control)
        if self._control is None:
            self._control = _control(run)
            run.watch = self._looking(run, run.watch)
        run.evidence.seek(self._current, lambda finding: finding_record.id_of(finding, run))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Run a case, again and again where its finding came up at a rate, until it would have been seen."""
        run, function = self._run, pyfuncitem.obj
        arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(function).parameters}
        before, sent = run.requests, sum(run.statuses.values())
        needed = max(self._sought[name].tries - self._replacements[name] for name in self._current)
        try:
            for number in range(1, MOST_REPETITIONS + 1):
                function(**arguments)
                run.evidence.check_enough()
                if sum(run.statuses.values()) - sent >= needed:
                    break
                _replace_ordinarily(run, number % PHASES)
            self._look_late(run)
        finally:
            for name in self._current:
                self._requests[name] += run.requests - before
                self._replacements[name] += sum(run.statuses.values()) - sent
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what became of a case."""
        if not (told := getattr(report, KEY, "")) or not self._current:
            return
        record = codec.loads(told, CaseRecord)
        found = tuple((self._run.contract.shown(one.requirement), one.finding) for one in record.found)
        judged = record.outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.WAIVED)
        failed = record.outcome is Outcome.ERROR or bool(record.cut_by)
        reason = "" if judged else record.reason or record.outcome
        tried = Tried(record.id, reason, found, failed, record.optional)
        self._tried.append(tried)
        for name in self._current:
            if gap := "" if record.optional else self._sought[name].gap(tried):
                self._gaps.setdefault(name, gap)
            if again := self._sought[name].again(found):
                self._found.setdefault(name, again)
        self._current = []

    @property
    def _run(self) -> Run:
        run = self._state.run if self._state else None
        if run is None:
            raise pytest.UsageError("a replay needs cases with a requirement marker")
        return run

    def _look_late(self, run: Run) -> None:
        """Look once whether what a case has not shown is stored some time after the answers."""
        for name in self._current:
            one = self._sought[name]
            if one.may_be_late and name not in self._looked_late and len(self._looked_late) < MOST_LATE:
                self._looked_late.add(name)
                look_late(run, one.finding.field)

    def _looking(self, run: Run, also: Watch | None) -> Watch:
        """What watches exchanges: keeps for each finding the one that is liker its own than those before."""

        def look(exchange: Exchange, began: float) -> None:
            if also is not None:
                also(exchange, began)
            for name in self._current:
                finding = self._sought[name].finding
                if is_alike(finding, exchange.body):
                    self._alike.add(name)
                score = likeness(finding, exchange.method, exchange.url, exchange.body)
                if score > self._nearest.get(name, (0, None))[0]:
                    self._nearest[name] = score, finding_record.recorded_exchange(exchange, run.secrets)

        return look


def _control(run: Run) -> str:
    """Why an ordinary replacement is not carried out: then no case can be expected to find anything. Empty if it is.

    Where it shows something, the object is made anew: what it has lost only the first replacement shows. That the
    object cannot be read may be what is sought, and is left to the cases.
    """
    try:
        (trial,) = _replace_ordinarily(run, 1)
    except Unreadable:
        return ""
    run.examiner.forget_judged()  # the case that found something may have been the one that judged the first
    if trial.found and not run.resource.adopted:
        run.resource.renew()
    status = trial.exchange.response.status
    return "" if trial.exchange.response.accepted else f"a replacement of replaceable fields is answered with {status}"


def _replace_ordinarily(run: Run, times: int) -> list[Trial]:
    """So many replacements of all replaceable fields, whose findings are not kept."""
    wanted = [values.assignments(run.resource.sendable, number) for number in range(times)]
    with run.evidence.capture():
        return [run.examiner.replace(Send(assign(one))) for one in wanted]
