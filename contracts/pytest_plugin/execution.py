"""What happens to each case of a session: run unless it lacks something, judged by what it found, and recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from typing import Final

import pytest

from contracts.casekit.markers import case_id, requirements_of, sentence_of
from contracts.client.errors import OutOfTime, TargetError, TargetUnavailable
from contracts.pytest_plugin import allure_results
from contracts.pytest_plugin.case import (
    ContractBroken,
    ending,
    failed_assertion,
    harmless,
    in_words,
    mask_report,
    outcome_of,
)
from contracts.pytest_plugin.state import SessionState
from contracts.pytest_plugin.xdist import KEY
from contracts.report import codec
from contracts.report.finding import Finding
from contracts.report.model import Outcome
from contracts.resource.concurrent_edit import ConcurrentModification
from contracts.run import finding_record, signals
from contracts.run.partial_result import CaseRecord, Found
from contracts.run.run import Run

# After so many cases in a row that found nobody there, the run gives up.
UNANSWERED_CASES: Final = 3
FOUND: Final = pytest.StashKey[tuple[Found, ...]]()
CAUSE: Final = pytest.StashKey[BaseException | None]()


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
        if signals.received():
            raise KeyboardInterrupt
        names, run = requirements_of(item), self.state.run
        if run is None or not names:
            return
        run.evidence.begin_case()
        self.state.current = case_id(item), names
        if not run.opened:
            raise TargetUnavailable(run.error)
        if run.out_of_time():
            pytest.skip("the time budget is used up (--time-budget)")
        needs = {need for name in names for need in run.contract.requirements[name].needs}
        for reason in filter(None, map(run.missing, sorted(needs))):
            pytest.skip(reason)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail a case exactly when it found something, whatever requirement that is about."""
        names, run = requirements_of(item), self.state.run
        if run is None or not names:
            yield
            return
        if self.state.plan is not None:
            self.state.plan.family = run.contract.requirements[names[0]].family
        statuses = run.statuses
        cause: BaseException | None = None
        try:
            yield
        except OutOfTime as error:
            cause = pytest.skip.Exception(f"{error}, in the middle of this case")
        except (TargetError, pytest.skip.Exception, pytest.fail.Exception) as error:
            cause = error
        except pytest.exit.Exception:  # ends the session: what was found is kept as of a case that was cut off
            raise
        except Exception as error:
            finding = failed_assertion(error, item, names[0], sentence_of(item))
            if finding is None:
                cause = harmless(error, run.secrets)
            else:
                run.examiner.keep_finding(finding)
        # Also where the suite has failed: what was found by then is true nevertheless.
        self._end(item, run, cause, statuses)

    def _end(self, item: pytest.Item, run: Run, cause: BaseException | None, statuses: Mapping[int, int]) -> None:
        names, evidence = requirements_of(item), run.evidence.met
        found = tuple(finding_record.recorded(run, evidence))
        item.stash[FOUND], item.stash[CAUSE] = found, cause
        broken = dict.fromkeys(one.requirement for one in found)
        asked = [*(name for name in names if cause is None or name in broken), *broken]
        sent = Counter(run.statuses) - Counter(statuses)
        allure_results.tell(run, list(dict.fromkeys(asked)), list(zip(found, evidence, strict=True)), sent)
        if found:
            raise ending(found, run.contract.requirements) from None
        if cause is not None:
            raise cause from None

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Record what became of a case, telling the target's failures from our own and the network's."""
        report = yield
        run = self.state.run
        if run is not None:
            mask_report(report, run.secrets)
        if run is None or not requirements_of(item) or not (call.when == "call" or call.excinfo):
            return report
        record = self._record(item, call, run)
        self.state.current = None
        error = call.excinfo.value if call.excinfo else None
        said = run.secrets.mask(str(error)) if error else ""
        if record.outcome is Outcome.ERROR and not record.found:
            report.longrepr = f"{item.name}: {record.reason}"
        elif isinstance(error, ContractBroken):
            report.longrepr = said
        if self.state.allure is not None and error is not None:
            findings = [one.finding for one in run.evidence.met]
            kind = _kind(error, findings, run)
            briefly = "\n".join(
                in_words(run.contract.requirements[one.requirement], one.finding, brief=True) for one in record.found
            )
            self.state.allure.say(record.id, allure_results.brief(kind, briefly or record.reason or said))
        # Text, because it has to travel from worker to controller.
        setattr(report, KEY, codec.dumps(record))
        self._watch(item.session, call, run)
        return report

    def _record(self, item: pytest.Item, call: pytest.CallInfo[None], run: Run) -> CaseRecord:
        error = call.excinfo.value if call.excinfo else None
        found = item.stash.get(FOUND, ()) if call.when == "call" else ()
        if call.when == "setup":
            found = tuple(finding_record.recorded(run, run.evidence.met))
        outcome, reason, optional = outcome_of(item.stash.get(CAUSE, error) if found else error, run.secrets)
        case, names, seconds = case_id(item), requirements_of(item), round(call.duration, 6)
        return CaseRecord(case, names, outcome, reason, seconds, optional, found, run.requests)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the record of a case, whichever process ran it."""
        told = getattr(report, KEY, "")
        if told:
            self.state.keep(codec.loads(told, CaseRecord))

    def _watch(self, session: pytest.Session, call: pytest.CallInfo[None], run: Run) -> None:
        """Stop when case after case finds nobody there: what is left would only wait."""
        error = call.excinfo.value if call.excinfo else None
        self._unanswered = self._unanswered + 1 if isinstance(error, TargetUnavailable) else 0
        if self._unanswered >= UNANSWERED_CASES:
            self.state.gave_up = True
            silent = "" if isinstance(error, ConcurrentModification) else "the target does not answer any more: "
            run.error = run.secrets.mask(f"{silent}{error}")
            session.shouldstop = run.error


def _kind(error: BaseException, findings: list[Finding], run: Run) -> str:
    """How the message of a case begins that did not pass, for Allure's categories."""
    if isinstance(error, ContractBroken):
        gap = all(run.scope.is_gap(finding) for finding in findings)
        return allure_results.GAP if gap else allure_results.BROKEN
    if isinstance(error, pytest.skip.Exception | pytest.xfail.Exception):
        return ""
    return allure_results.UNAVAILABLE if isinstance(error, TargetError) else allure_results.SUITE_ERROR
