"""What happens to the cases of one pytest session: run, judged, kept, reported."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import allure_commons
import hypothesis.configuration
import pytest

from contracts import (
    allure_files,
    allure_marks,
    allure_results,
    config_file,
    consent,
    junit,
    leaks,
    plan,
    progress,
    results,
    waivers,
)
from contracts.case import (
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
from contracts.connection import OutOfTime, TargetError, TargetUnavailable
from contracts.contract import ContractError, load_contract
from contracts.journal import entries, left_behind, state_directory
from contracts.options import OPTIONS
from contracts.report import compare_command, json_report, terminal, writers
from contracts.report.compare import Comparison, compare
from contracts.report.model import CaseResult, Outcome, Report
from contracts.results import Cases
from contracts.run import Run
from contracts.settings import Settings, SettingsError, resolve
from contracts.share import Share, merge
from contracts.specification import SpecificationError
from contracts.theirs import SomebodyElse
from contracts.watching import Watching
from contracts.workers import (
    KEY,
    Role,
    instructed,
    instructions,
    reports,
    role,
    shares,
    wait_for,
    whole_run,
)

PATIENCE: Final = 3


def settings_of(config: pytest.Config) -> Settings:
    """The settings of a session; raises `pytest.UsageError` when they cannot be used."""
    given = {option.key: config.getoption(f"contract_{option.key}") for option in OPTIONS}
    file = config_file.choose(config.getoption("contract_config"), os.environ)
    try:
        return resolve(given, os.environ, file)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None


def cache_directory() -> Path:
    """Where what can be made again is kept between runs (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pytorchjob-contract"


class ContractSession:
    """What happens to the cases of one session."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.cases = Cases()
        self.run: Run | None = None
        self.report: Report | None = None
        self.report_path: Path | None = None
        self.baseline: Report | None = None
        self.comparison: Comparison | None = None
        self.role = role(config)
        self._unanswered = 0
        self._session: pytest.Session | None = None
        self._plan: plan.Plan | None = None
        self._left = 0
        self._opened = False
        self._nodes: list[Any] = []
        self._watching: Watching | None = None
        self._allure: allure_results.Results | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Where little is to be printed, have pytest-xdist not tell of the start of its workers."""
        if self.role is Role.CONTROLLER and self.config.option.verbose < 0:
            self.config.pluginmanager.unregister(name="terminaldistreporter")
            self.config.pluginmanager.getplugin("dsession").terminal = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker what it cannot find out."""
        self.run = self.run or self._new_run()
        self._watch_from_now(self.run)
        node.workerinput[KEY] = instructions(self.run.settings, len(self.config.option.tx))
        self._nodes.append(node)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse unknown ids, leave out what the profile does not judge, put judgements of the whole run last."""
        marked = [item for item in items if requirements_of(item)]
        if not marked:
            return
        self.run = run = self.run or self._new_run()
        contract = run.contract
        for item in marked:
            for name in requirements_of(item):
                if name not in contract.requirements:
                    raise pytest.UsageError(f"{item.nodeid}: unknown requirement {name!r}")
            self._tell_allure_of(item, run)
            item.user_properties += junit.properties(contract, requirements_of(item))
        idle = [item for item in marked if not any(map(run.scope.judges, requirements_of(item)))]
        if idle:
            self.config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if item not in idle]
        items.sort(key=lambda item: item.get_closest_marker(LAST) is not None)
        if self.role is Role.WORKER:
            whole = [item for item in items if item.get_closest_marker(LAST)]
            self.cases.whole = tuple(dict.fromkeys(name for item in whole for name in requirements_of(item)))
            items[:] = [item for item in items if item not in whole]
        self.cases.planned = {case_id(item): requirements_of(item) for item in items if requirements_of(item)}
        self._show_progress(run)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Remember whose cases the user's own arguments left out."""
        for item in items:
            self.cases.deselected.update(requirements_of(item))
        if self.cases.deselected and self.run is None:
            self.run = self._new_run()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> object | None:
        """Open the run; when that fails, no case runs."""
        idle = session.config.option.collectonly or session.testsfailed or self.role is Role.CONTROLLER
        if self.run is not None and self.role is Role.CONTROLLER:
            self._tell_of_earlier_runs(self.run.public_url)
        if self.run is None or idle:
            return None
        self.run.about_to_touch, self.run.allow = self._tell_of_earlier_runs, self._allow
        self._watch_from_now(self.run)
        try:
            if self.run.settings.plan:
                self._plan = plan.rehearse(self.run)
            else:
                self.run.open()
        except consent.ConsentMissing as error:
            raise pytest.UsageError(str(error)) from None
        except TargetError as error:
            self.run.error = self.run.error or str(error)
            # A worker that does not ask for cases is one that crashed to pytest-xdist: it lets them fail instead.
            return None if self.role is Role.WORKER else True
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a case that lacks something, or that time does not allow any more."""
        names = requirements_of(item)
        if self.run is None or not names:
            return
        if not self.run.opened:
            raise TargetUnavailable(self.run.error)
        if self.run.out_of_time() and not item.get_closest_marker(LAST):
            pytest.skip("the time budget is used up (--time-budget)")
        needs = {need for name in names for need in self.run.contract.requirements[name].needs}
        for reason in filter(None, map(self.run.missing, sorted(needs))):
            pytest.skip(reason)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail a case exactly when evidence against a requirement that it names came up in it."""
        names = requirements_of(item)
        if self.run is None or not names:
            yield
            return
        if self._plan is not None:
            self._plan.family = self.run.contract.requirements[names[0]].family
        start = 0 if item.get_closest_marker(LAST) else len(self.run.ledger.evidence)
        statuses = self.run.statuses
        cause: BaseException | None = None
        try:
            yield
        except OutOfTime as error:
            cause = pytest.skip.Exception(f"{error}, in the middle of this case")
        except (TargetError, pytest.skip.Exception) as error:
            cause = error
        except Exception as error:
            raise leaks.harmless(error, self.run.secrets) from None
        evidence = [one for one in self.run.ledger.evidence[start:] if one.finding.requirement in names]
        against = {one.finding.requirement for one in evidence}
        answered = [name for name in names if cause is None or name in against]
        sent = allure_marks.statuses_since(statuses, self.run.statuses)
        allure_marks.tell(self.run, answered, evidence, sent)
        if evidence:
            item.stash[BROKEN] = against
            item.stash[GAP] = all(results.is_gap(self.run.contract, one.finding) for one in evidence)
            raise broken(self.run, evidence)
        if cause is not None:
            raise cause

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what became of a case, telling the target's failures from our own and the network's."""
        outcome_report = yield
        if self.run is not None:
            leaks.mask_report(outcome_report, self.run.secrets)
        names = requirements_of(item)
        relevant = call.when == "call" or call.excinfo
        if self.run is None or not names or not relevant:
            return outcome_report
        outcome, reason = outcome_of(call, self.run)
        if outcome is Outcome.ERROR:
            outcome_report.longrepr = f"{item.name}: {reason}"
        elif outcome is Outcome.FAILED and call.excinfo:
            junit.tell(outcome_report, self.run.secrets.mask(str(call.excinfo.value)), self.config)
        case = CaseResult(case_id(item), outcome, round(call.duration, 6), is_optional(call), reason)
        if self._allure is not None and outcome is not Outcome.PASSED:
            said = reason or (self.run.secrets.mask(str(call.excinfo.value)) if call.excinfo else "")
            kind = kind_of(call, gap=item.stash.get(GAP, False))
            self._allure.say(case.id, allure_results.brief(kind, said))
        against = item.stash.get(BROKEN, set(names))
        outcomes = {
            name: Outcome.PASSED
            if case.outcome in (Outcome.FAILED, Outcome.WAIVED) and name not in against
            else case.outcome
            for name in names
        }
        # Text, because it has to travel from worker to controller.
        told = {"case": asdict(case), "outcomes": outcomes, "requests": self.run.requests}
        setattr(outcome_report, KEY, json.dumps(told))
        self._watch(item.session, call)
        return outcome_report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what became of a case, whichever process ran it."""
        told: dict[str, Any] = json.loads(getattr(report, KEY, "{}"))
        for name, outcome in told.get("outcomes", {}).items():
            self.cases.add(name, CaseResult(**{**told["case"], "outcome": Outcome(outcome)}))

    def _tell_allure_of(self, item: pytest.Item, run: Run) -> None:
        """Have the case's Allure result named and labelled, where results are written."""
        if self._allure is None:
            self._allure = allure_results.Results(run.contract)
            allure_commons.plugin_manager.register(self._allure)
        case, names = case_id(item), requirements_of(item)
        asked = allure_results.sentence(getattr(getattr(item, "obj", None), "__doc__", ""), item.name)
        whole = item.get_closest_marker(LAST) is not None
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        self._allure.expect(case, names, allure_results.WHOLE_RUN if whole else asked, parameters)
        allure_marks.label(item, case, run.contract, names, run.settings.profile)

    def _watch_from_now(self, run: Run) -> None:
        """Begin to note every exchange, where the settings ask for it; once."""
        if self._watching is not None:
            return
        process = self.config.workerinput["workerid"] if self.role is Role.WORKER else ""  # type: ignore[attr-defined]
        try:
            self._watching = Watching(run.settings, run.secrets, process, first=self.role is not Role.WORKER)
        except OSError as error:
            raise pytest.UsageError(f"{run.settings.har}: {error.strerror} (--har)") from None
        run.watch = self._watching if self._watching.active else None
        if self.role is Role.CONTROLLER:
            self._show_progress(run)

    def _show_progress(self, run: Run) -> None:
        wanted = not (run.settings.exchanges or run.settings.verdict_only)
        progress.add(self.config, lambda: run.requests, wanted=wanted)

    def _watch(self, session: pytest.Session, call: pytest.CallInfo[None]) -> None:
        """Stop when case after case finds nobody there: what is left would only wait."""
        unavailable = call.excinfo is not None and isinstance(call.excinfo.value, TargetUnavailable)
        self._unanswered = self._unanswered + 1 if unavailable else 0
        if self._unanswered >= PATIENCE and self.run is not None and call.excinfo is not None:
            silent = "" if isinstance(call.excinfo.value, SomebodyElse) else "the target does not answer any more: "
            self.run.error = self.run.secrets.mask(f"{silent}{call.excinfo.value}")
            session.shouldstop = self.run.error

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Clean up, write the record, decide the exit status."""
        self._session = session
        if self.run is None or session.config.option.collectonly:
            return
        if self.run.settings.plan:
            self._end_plan(session, exitstatus)
            return
        share = self._share()
        if not self.cases.results and not share.planned and not share.deselected and not share.error:
            self.run = None  # pytest-xdist was asked to run cases that are not ours
            return
        if self.role is Role.WORKER:
            self.config.workeroutput[KEY] = share.to_json()  # type: ignore[attr-defined]
            return
        self._opened = share.opened
        self.run.error = share.error
        if exitstatus in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
            session.exitstatus = exitstatus if exitstatus == pytest.ExitCode.USAGE_ERROR else 3
            return
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED and not share.gave_up
        self.report = results.report(self.run, share, self.cases, interrupted=interrupted)
        session.exitstatus = self.report.exit_status
        try:
            if self._allure_directory:
                allure_results.sweep(self._allure_directory)
                allure_files.write(self._allure_directory, self.report, os.environ)
            self.report_path = writers.write_all(self.report, self.run.settings.report_dir)
            if self.baseline is not None:
                self.comparison = compare(self.baseline, self.report)
                compare_command.write(self.comparison, self.run.settings.report_dir)
        except (OSError, json_report.ReportError) as error:
            self.run.error = f"the report cannot be written: {error} (--report-dir)"
            session.exitstatus = 3

    @property
    def _allure_directory(self) -> Path | None:
        """Where Allure results go, if anywhere."""
        given = self.config.getoption("allure_report_dir", None)
        return Path(given) if given else None

    def _end_plan(self, session: pytest.Session, exitstatus: int) -> None:
        run = self._opened_run()
        if self._plan is not None:
            self._plan.family = plan.FRAME
        run.close()
        kept = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR)
        session.exitstatus = exitstatus if exitstatus in kept else 0 if self._plan and not run.error else 3

    def _tell_of_earlier_runs(self, url: str) -> None:
        """Say in one line, before anything is touched, that a run before this one was not undone."""
        left = left_behind(url)
        self._left = len(left)
        if left and self.role is not Role.WORKER:
            names = ", ".join(f"{one.entry.namespace}/{one.entry.name}" for one in left[-3:])
            print(
                f"pytorchjob-contract: {len(left)} earlier run(s) left something behind on this target ({names}): "
                f"pytorchjob-contract restore --target {url} undoes it",
                file=sys.stderr,
            )

    def _allow(self, question: str) -> bool:
        """Ask on the terminal, where there is one: pytest holds back what is typed until its capturing is suspended."""
        capture = self.config.pluginmanager.getplugin("capturemanager")
        if capture is not None:
            capture.suspend(in_=True)
        try:
            return consent.ask(question)
        finally:
            if capture is not None:
                capture.resume()

    def _share(self) -> Share:
        """What the run has found, in this process or in all its workers, once everything is cleaned up."""
        run = self._opened_run()
        if self.role is not Role.CONTROLLER:
            run.close()
            if self._watching is not None:
                failed = self._watching.close() if self.role is Role.WORKER else self._watching.finish()
                run.error = run.error or failed
            return results.share(run, self.cases, gave_up=self._unanswered >= PATIENCE)
        wait_for(self._nodes)
        run.close()
        if self._watching is not None:
            run.error = run.error or self._watching.finish()
        share = merge([results.share(run, self.cases, gave_up=False), *shares(self._nodes)])
        done = {case.id for cases in self.cases.results.values() for case in cases}
        self.cases.planned = {case: names for case, names in share.planned.items() if case not in done}
        self.cases.deselected.update(share.deselected)
        for name, result, text in whole_run(share, run, self.cases):
            for report in reports(result, text, list(junit.properties(run.contract, [name])), self.config):
                self.config.hook.pytest_runtest_logreport(report=report)
            if self._allure_directory:
                allure_results.write_whole_run(
                    self._allure_directory, run.contract, run.settings.profile, result, share.of(name), text
                )
        return share

    def _opened_run(self) -> Run:
        if self.run is None:
            raise RuntimeError("there is no run")
        return self.run

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the verdict for every requirement, or in one line why there is none."""
        writer = terminalreporter._tw
        if self._plan is not None:
            writer.write(self._plan.text())
        if self.run is not None and self.run.settings.plan and self.run.error:
            writer.line(f"error: {self.run.secrets.mask(self.run.error)}")
        if self.report is None or self.run is None:
            return
        where = str(self.report_path or "")
        if self.run.settings.verdict_only:
            writer.line(terminal.verdict_line(self.report))
        else:
            writer.line()
        if self._opened and not self.run.settings.verdict_only:
            writer.write(terminal.summary(self.report, writer.hasmarkup, writer.fullwidth, where))
        if self.run.error:
            writer.line(f"error: {self.run.secrets.mask(self.run.error)}")
        if self.comparison is not None:
            writer.write("\n" + compare_command.written(self.comparison, "text"))
        # Those of earlier runs were told of in the beginning.
        if len(left_behind(self.run.public_url)) > self._left:
            writer.line("this run left something behind on the target: pytorchjob-contract restore undoes it")

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Mask what pytest is about to tell of a failure of its own or ours."""
        if self.run is not None:
            leaks.mask_traceback(excrepr, self.run.secrets)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Withhold every file of this run that holds a secret after all: the last step, when all are written."""
        if self._allure is not None:
            allure_commons.plugin_manager.unregister(self._allure)
        if self.run is None or config.option.collectonly or self.role is Role.WORKER:
            return
        places = [
            self.run.settings.report_dir,
            config.getoption("xmlpath", None),
            config.getoption("allure_report_dir", None),
        ]
        if self._watching is not None:
            self._watching.close()
            places += self._watching.files()
        written = leaks.written_since(self.run.started_at, [Path(place) for place in places if place])
        for message in leaks.withhold(written, self.run.secrets, journals=entries(state_directory())):
            print(f"pytorchjob-contract: {message}", file=sys.stderr)
            if self._session is not None:
                self._session.exitstatus = 3

    def _new_run(self) -> Run:
        settings = settings_of(self.config)
        today = datetime.now(UTC).date()
        try:
            known = load_contract().requirements
            accepted = waivers.read(settings.waivers, known, today) if settings.waivers else waivers.Waivers()
        except (ContractError, SpecificationError, SettingsError) as error:
            raise pytest.UsageError(str(error)) from None
        # Before anything is sent, and before this run writes its own record, perhaps to the same place.
        self.baseline = _baseline(settings)
        hypothesis.configuration.set_hypothesis_home_dir(cache_directory() / "hypothesis")
        run = Run(instructed(self.config, settings) if self.role is Role.WORKER else settings)
        run.waivers = accepted
        return run


def _baseline(settings: Settings) -> Report | None:
    if settings.baseline is None or settings.plan:
        return None
    try:
        return json_report.load(settings.baseline)
    except json_report.ReportError as error:
        raise pytest.UsageError(f"--baseline: {error}") from None
