"""What happens to each case of a session: run unless it lacks something, judged by the evidence, and kept."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import asdict
from typing import Any, Final

import pytest

from contracts.client.errors import OutOfTime, TargetError, TargetUnavailable
from contracts.pytest_plugin import allure_labels, allure_results, junit, masking
from contracts.pytest_plugin.case import (
    BROKEN,
    GAP,
    LAST,
    broken,
    case_id,
    is_optional,
    kind_of,
    outcome_of,
    requirements_of,
)
from contracts.pytest_plugin.state import SessionState
from contracts.pytest_plugin.xdist import KEY
from contracts.report.model import CaseResult, Outcome
from contracts.resource.concurrent_edit import ConcurrentModification
from contracts.run import report_builder, signals
from contracts.run.run import Run

PATIENCE: Final = 3


class Execution:
    """The cases of one session, one after the other."""

    def __init__(self, state: SessionState) -> None:
        self.state = state
        self._unanswered = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a case that lacks something, or that time does not allow any more.

        Raises `KeyboardInterrupt` where one got lost in the case before.
        """
        if signals.heard():
            raise KeyboardInterrupt
        names, run = requirements_of(item), self.state.run
        if run is None or not names:
            return
        if not run.opened:
            raise TargetUnavailable(run.error)
        if run.out_of_time() and not item.get_closest_marker(LAST):
            pytest.skip("the time budget is used up (--time-budget)")
        needs = {need for name in names for need in run.contract.requirements[name].needs}
        for reason in filter(None, map(run.missing, sorted(needs))):
            pytest.skip(reason)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail a case exactly when evidence against a requirement that it names came up in it."""
        names, run = requirements_of(item), self.state.run
        if run is None or not names:
            yield
            return
        if self.state.plan is not None:
            self.state.plan.family = run.contract.requirements[names[0]].family
        start = 0 if item.get_closest_marker(LAST) else len(run.ledger.evidence)
        statuses = run.statuses
        cause: BaseException | None = None
        try:
            yield
        except OutOfTime as error:
            cause = pytest.skip.Exception(f"{error}, in the middle of this case")
        except (TargetError, pytest.skip.Exception) as error:
            cause = error
        except Exception as error:
            raise masking.harmless(error, run.secrets) from None
        evidence = [one for one in run.ledger.evidence[start:] if one.finding.requirement in names]
        against = {one.finding.requirement for one in evidence}
        answered = [name for name in names if cause is None or name in against]
        allure_labels.tell(run, answered, evidence, allure_labels.statuses_since(statuses, run.statuses))
        if evidence:
            item.stash[BROKEN] = against
            item.stash[GAP] = all(report_builder.is_gap(run.contract, one.finding) for one in evidence)
            raise broken(run, evidence)
        if cause is not None:
            raise cause

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what became of a case, telling the target's failures from our own and the network's."""
        report = yield
        run = self.state.run
        if run is not None:
            masking.mask_report(report, run.secrets)
        if run is None or not requirements_of(item) or not (call.when == "call" or call.excinfo):
            return report
        outcome, reason = outcome_of(call, run)
        said = run.secrets.mask(str(call.excinfo.value)) if call.excinfo else ""
        if outcome is Outcome.ERROR:
            report.longrepr = f"{item.name}: {reason}"
        elif outcome is Outcome.FAILED and call.excinfo:
            junit.tell(report, said, self.state.config)
        case = CaseResult(case_id(item), outcome, round(call.duration, 6), is_optional(call), reason)
        if self.state.allure is not None and outcome is not Outcome.PASSED:
            kind = kind_of(call, gap=item.stash.get(GAP, False))
            self.state.allure.say(case.id, allure_results.brief(kind, reason or said))
        # Text, because it has to travel from worker to controller.
        told = {"case": asdict(case), "outcomes": _outcomes(item, outcome), "requests": run.requests}
        setattr(report, KEY, json.dumps(told))
        self._watch(item.session, call, run)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what became of a case, whichever process ran it."""
        told: dict[str, Any] = json.loads(getattr(report, KEY, "{}"))
        for name, outcome in told.get("outcomes", {}).items():
            self.state.cases.add(name, CaseResult(**{**told["case"], "outcome": Outcome(outcome)}))

    def _watch(self, session: pytest.Session, call: pytest.CallInfo[None], run: Run) -> None:
        """Stop when case after case finds nobody there: what is left would only wait."""
        unavailable = call.excinfo is not None and isinstance(call.excinfo.value, TargetUnavailable)
        self._unanswered = self._unanswered + 1 if unavailable else 0
        if self._unanswered >= PATIENCE and call.excinfo is not None:
            self.state.gave_up = True
            silent = (
                ""
                if isinstance(call.excinfo.value, ConcurrentModification)
                else "the target does not answer any more: "
            )
            run.error = run.secrets.mask(f"{silent}{call.excinfo.value}")
            session.shouldstop = run.error


def _outcomes(item: pytest.Item, outcome: Outcome) -> dict[str, Outcome]:
    """The case's outcome for each requirement that it names: one against which nothing was found has passed."""
    names = requirements_of(item)
    against = item.stash.get(BROKEN, set(names))
    found = outcome in (Outcome.FAILED, Outcome.WAIVED)
    return {name: Outcome.PASSED if found and name not in against else outcome for name in names}
