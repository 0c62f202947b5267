"""The end of a session: what every process has found put together, the reports written, the exit status decided."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.masking import scan
from contracts.pytest_plugin import allure_results
from contracts.pytest_plugin.state import SessionState
from contracts.pytest_plugin.xdist import KEY, Role, WorkerResult
from contracts.report import codec, files, junit, record, writers
from contracts.report.error_kinds import ErrorKind
from contracts.report.model import Har, Report
from contracts.report.runs.comparison import compare
from contracts.report.text import comparison
from contracts.resource.journal import entries, state_directory
from contracts.run import dry_run, report_builder, signals
from contracts.run.partial_result import CaseRecord, PartialResult, merge
from contracts.run.run import Run


class Finish:
    """What happens once the last case of a session has run."""

    def __init__(self, state: SessionState) -> None:
        self.state = state
        self._session: pytest.Session | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Clean up, write the record, decide the exit status."""
        self._session = session
        state = self.state
        if state.unusable:
            self._tell_parent(WorkerResult(PartialResult(), unusable=state.unusable))
            return
        if state.run is None or session.config.option.collectonly:
            return
        if state.run.settings.plan:
            self._end_plan(session, state.run, exitstatus)
            return
        part = self._part(state.run)
        cut_off = state.cut_off()
        if self._is_without_record(session, state.run, part, cut_off):
            return
        if cut_off:
            state.keep(cut_off)
        state.opened = part.opened
        state.run.error = part.error
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR and signals.received():
            # a plugin that is interrupted halfway may fail on its way out
            exitstatus = pytest.ExitCode.INTERRUPTED
        if exitstatus in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
            session.exitstatus = exitstatus if exitstatus == pytest.ExitCode.USAGE_ERROR else 3
            return
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED and not part.gave_up
        har = self._har()
        state.report = report_builder.report(state.run, part, state.records, interrupted=interrupted, har=har)
        session.exitstatus = state.report.exit_status or int(state.others_failed)
        try:
            self._write(state.run, state.report, part.scripts)
        except (OSError, record.ReportError) as error:
            state.run.error = f"the report cannot be written: {error} (--report-dir)"
            session.exitstatus = 3

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Withhold every file of this run that holds a secret after all: the last step, when all are written."""
        state = self.state
        if state.run is None or config.option.collectonly or state.role is Role.WORKER:
            return
        noted: list[Path] = []
        if state.watching is not None:
            state.watching.close()
            noted = list(state.watching.files())
        written = state.written.files(state.run.settings.inputs, noted) if state.written else ()
        for message in scan.withhold(written, state.run.secrets, [one.path for one in entries(state_directory())]):
            print(f"pytorchjob-contract: {message}", file=sys.stderr)
            if self._session is not None:
                self._session.exitstatus = 3

    def _write(self, run: Run, report: Report, scripts: Mapping[str, str]) -> None:
        state, results = self.state, self.state.config.getoption("allure_report_dir", None)
        state.report_path = writers.write_all(report, run.settings.report_dir, scripts)
        if state.baseline is not None:
            state.comparison = compare(state.baseline, report)
            comparison.write(state.comparison, run.settings.report_dir)
        try:
            junit.write(report, run.settings.report_dir)
        except record.ReportError as error:
            run.error = run.error or f"a report cannot be written: {error} (--report-dir)"
            if self._session is not None:  # a report that is missing makes no finding less true
                self._session.exitstatus = self._session.exitstatus or 3
        if results:
            allure_results.write(Path(results), report, os.environ)

    def _is_without_record(
        self, session: pytest.Session, run: Run, part: PartialResult, cut_off: CaseRecord | None
    ) -> bool:
        """Whether this session ends without a record: a replay, a worker, cases that cannot be used or are not ours."""
        state = self.state
        if state.unusable:
            print(f"ERROR: {state.unusable}", file=sys.stderr)
            state.run, session.exitstatus = None, pytest.ExitCode.USAGE_ERROR
        elif not state.recording:
            run.error = run.error or part.error
        elif not state.records and not part.planned and not part.deselected and not part.error:
            state.run = None  # pytest-xdist was asked to run cases that are not ours
        elif state.role is Role.WORKER:
            self._tell_parent(WorkerResult(part, (cut_off,) if cut_off else ()))
        else:
            return False
        return True

    def _tell_parent(self, result: WorkerResult) -> None:
        self.state.config.workeroutput[KEY] = codec.dumps(result)  # type: ignore[attr-defined]

    def _end_plan(self, session: pytest.Session, run: Run, exitstatus: int) -> None:
        if (found := self.state.plan) is not None:
            found.family = dry_run.FRAME
        run.close()
        kept = (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR)
        session.exitstatus = exitstatus if exitstatus in kept else 0 if found and not run.error else 3

    @staticmethod
    def _note(run: Run, problem: str) -> None:
        """A report that cannot be written makes the run an error, if there is such a problem."""
        if problem:
            run.fail(problem, ErrorKind.REPORT)

    def _har(self) -> Har | None:
        """The HAR and its digest, once it is whole; None where there is none."""
        watching = self.state.watching
        if watching is None or watching.har is None or watching.error:
            return None
        with suppress(OSError):
            return Har(watching.har.name, files.sha256(watching.har))
        return None

    def _part(self, run: Run) -> PartialResult:
        """What the run has observed, in this process or in all its workers, once everything is cleaned up."""
        state = self.state
        if state.allure is not None:
            self._note(run, state.allure.error)
        if state.role is Role.CONTROLLER:
            state.workers.wait()
        run.close()
        if state.watching is not None:
            failed = state.watching.close() if state.role is Role.WORKER else state.watching.finish()
            self._note(run, failed)
        own = report_builder.partial_result(
            run, state.planned, state.deselected, gave_up=state.gave_up, left_out=state.left_out
        )
        if state.role is not Role.CONTROLLER:
            return own
        results = list(state.workers.results())
        state.unusable = next((one.unusable for one in results if one.unusable), "")
        for case in (case for result in results for case in result.cut_off):
            state.keep(case)
        part = merge([own, *(result.part for result in results)])
        run.judge_also(part.own)
        done = {case.id for case in state.records}
        return replace(part, planned={case: names for case, names in part.planned.items() if case not in done})
