"""What happens to each case of a session: run unless it lacks something, judged by what it found, and recorded."""

from collections import Counter
from collections.abc import Generator, Mapping
from typing import Final

import pytest

from contracts.casekit.markers import OutOfBudget, case_id, cost_of, is_own, requirements_of
from contracts.client.errors import BudgetUsedUp, CredentialExpired, TargetError, TargetUnavailable
from contracts.masking.masker import Masker
from contracts.pytest_plugin import allure_results
from contracts.pytest_plugin.case_ends import ContractBroken, failed_assertion, kind_of, outcome_of
from contracts.pytest_plugin.state import SessionState
from contracts.pytest_plugin.xdist import COST_KEY, KEY, RERUN
from contracts.report import codec
from contracts.report.model import Outcome
from contracts.report.reproduction.script import from_here
from contracts.resource.adoption_guard import ConcurrentModification, ObjectDamaged
from contracts.run import finding_record, signals
from contracts.run.evidence import EnoughFound
from contracts.run.partial_result import CaseRecord, Found
from contracts.run.run import Run

# After so many cases in a row that found nobody there, the run gives up.
UNANSWERED_CASES: Final = 3
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
        self.state.began = run.requests
        if CAUSE in item.stash:  # it is run again (pytest-rerunfailures)
            del item.stash[CAUSE]
        self.state.current = case_id(item), names
        if self.state.watching is not None:
            self.state.watching.case = case_id(item)
        if not run.opened:
            raise TargetUnavailable(run.error)
        if option := run.used_up():
            raise OutOfBudget(option)
        needs = {need for name in names for need in run.contract.requirements[name].needs}
        for reason in filter(None, (*map(run.missing, sorted(needs)), *map(run.frozen, names))):
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
        statuses, run.last_write = run.statuses, None
        cause: BaseException | None = None
        try:
            yield
        except BudgetUsedUp as error:
            cause = OutOfBudget(error.option, "in the middle of this case")
        except (TargetError, pytest.skip.Exception, pytest.xfail.Exception) as error:
            cause = error
        except EnoughFound:
            pass
        except pytest.exit.Exception:  # ends the session: what was found is kept as of a case that was cut off
            raise
        except (Exception, pytest.fail.Exception) as error:
            finding = failed_assertion(error, item, names[0])
            if finding is None:
                cause = _harmless(error, run.secrets)
            else:
                run.examiner.keep_finding(finding, run.last_write)
        # Also where the suite has failed: what was found by then is true nevertheless.
        self._end(item, run, cause, statuses)

    def _end(self, item: pytest.Item, run: Run, cause: BaseException | None, statuses: Mapping[int, int]) -> None:
        names, evidence = requirements_of(item), run.evidence.met
        found = tuple(finding_record.recorded(run, evidence))
        item.stash[CAUSE] = cause
        broken = dict.fromkeys(one.requirement for one in found)
        asked = [*(name for name in names if cause is None or name in broken), *broken]
        sent = Counter(run.statuses) - Counter(statuses)
        allure_results.tell(run, list(dict.fromkeys(asked)), list(zip(found, evidence, strict=True)), sent)
        if found:
            said = "\n".join(_in_words(run, one) for one in found)
            waived = all(one.finding.waiver for one in found)
            raise (pytest.xfail.Exception(f"waived: {said}") if waived else ContractBroken(said)) from None
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
            _mask_report(report, run.secrets)
        if run is None or not requirements_of(item) or not (call.when == "call" or call.excinfo):
            return report
        error = call.excinfo.value if call.excinfo else None
        found = () if call.when == "teardown" else tuple(finding_record.recorded(run, run.evidence.met))
        without = item.stash.get(CAUSE, error) if found else error
        outcome, reason, optional = outcome_of(without, item, run.secrets)
        case, names, seconds = case_id(item), requirements_of(item), round(call.duration, 6)
        kind = kind_of(without, item) if outcome is Outcome.ERROR else ""
        cut_by = without.option if isinstance(without, OutOfBudget) else ""
        left = tuple(sorted(run.evidence.not_tried))
        record = CaseRecord(
            case,
            names,
            outcome,
            reason,
            seconds,
            optional,
            found,
            began=self.state.began,
            requests=run.requests,
            error_kind=kind,
            cut_by=cut_by,
            not_tried=left,
        )
        self.state.current = None
        self.state.mark_exchanges(found)
        said = run.secrets.mask(str(error)) if error else ""
        if outcome is Outcome.ERROR and not found:
            report.longrepr = f"{item.name}: {reason}"
        elif isinstance(error, ContractBroken):
            report.longrepr = said
        if self.state.allure is not None and error is not None:
            briefly = [_in_words(run, one, brief=True) for one in found]
            self.state.allure.say(case, allure_results.brief(_prefix(error, item, run), briefly or [reason or said]))
        # Text, because it has to travel from worker to controller.
        setattr(report, KEY, codec.dumps(record))
        setattr(report, COST_KEY, [cost_of(item), self.state.cost])
        self._watch(item, item.stash.get(CAUSE, error) or error, run)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the record of a case, whichever process ran it."""
        if told := getattr(report, KEY, ""):
            self.state.keep(codec.loads(told, CaseRecord), again=str(report.outcome) == RERUN)
        elif report.failed:
            self.state.others_failed = True

    def _watch(self, item: pytest.Item, error: BaseException | None, run: Run) -> None:
        """Stop when case after case finds nobody there; at once when a credential has expired, or a job was damaged."""
        self._unanswered = self._unanswered + 1 if isinstance(error, TargetUnavailable) else 0
        if self._unanswered >= UNANSWERED_CASES or isinstance(error, CredentialExpired | ObjectDamaged):
            self.state.gave_up = True
            known = isinstance(error, ConcurrentModification | CredentialExpired | ObjectDamaged)
            silent = "" if known else "the target does not answer any more: "
            run.error = run.secrets.mask(f"{silent}{error}")
            run.error_kinds.add(kind_of(error, item))
            item.session.shouldstop = run.error


def _prefix(error: BaseException, item: pytest.Item, run: Run) -> str:
    """How the message of a case begins that did not pass, for Allure's categories."""
    if isinstance(error, ContractBroken):
        gap = all(run.scope.is_gap(one.finding) for one in run.evidence.met)
        return allure_results.GAP if gap else allure_results.BROKEN
    if isinstance(error, pytest.skip.Exception | pytest.xfail.Exception):
        return ""
    if isinstance(error, TargetError):
        return allure_results.UNAVAILABLE
    return allure_results.CASE_ERROR if is_own(item) else allure_results.SUITE_ERROR


def _in_words(run: Run, found: Found, *, brief: bool = False) -> str:
    """A finding as it is shown with the case that came across it; `brief`: without the line that repeats it."""
    lines = found.finding.lines(
        run.contract.shown(found.requirement), run.contract.requirements[found.requirement].source
    )
    again = from_here(found.finding.reproduce, run.settings.report_dir)
    return "\n".join([*lines, *([] if brief else [f"  reproduce: {again}"])])


def _harmless(error: BaseException, secrets: Masker) -> BaseException:
    """The error itself, or one that says the same with the secrets in it masked."""
    said = f"{type(error).__name__}: {error}"
    masked = secrets.mask(said)
    return error if masked == said else RuntimeError(masked)


def _mask_report(report: pytest.TestReport, secrets: Masker) -> None:
    """Mask a test report before plugins write it: its text, and what was printed and logged meanwhile."""
    report.sections = [(name, secrets.mask(text)) for name, text in report.sections]
    if isinstance(report.longrepr, tuple):
        path, line, message = report.longrepr
        report.longrepr = (path, line, secrets.mask(message))
    elif report.longrepr and (text := str(report.longrepr)) != (masked := secrets.mask(text)):
        report.longrepr = masked
