"""What the person at the terminal is told and asked, before a run touches anything and when it is over."""

import io
import os
import shutil
import sys
from collections.abc import Generator
from typing import Any

import pytest

from contracts.masking.masker import Masker
from contracts.pytest_plugin.state import SessionState
from contracts.pytest_plugin.xdist import Role
from contracts.report.html import pages
from contracts.report.model import Report
from contracts.report.outcomes import INTERRUPTED, counted
from contracts.report.text import comparison, summary
from contracts.report.text.layout import colour_wanted, visible
from contracts.resource import adoption_guard
from contracts.resource.journal import left_behind
from contracts.run import signals
from contracts.run.run import Run
from contracts.settings import config_name, show
from contracts.settings.options import Settings


def quieten(config: pytest.Config) -> None:
    """Keep what pytest itself would print from the terminal, where the command runs: our summary says it."""
    standard = config.pluginmanager.getplugin("terminalreporter")
    if standard is not None:
        config.pluginmanager.unregister(standard)
        config.pluginmanager.register(pytest.TerminalReporter(config, io.StringIO()), "terminalreporter")


class TerminalSummary:
    """The words around a session's cases."""

    def __init__(self, state: SessionState) -> None:
        self.state = state

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        """Tell of a report of pytest's own that cannot be written in one line, after everything that was judged."""
        try:
            ended = yield
            if exitstatus == pytest.ExitCode.INTERNAL_ERROR and signals.received():
                self.pytest_terminal_summary()  # which pytest leaves out, as it has not heard of the signal
            return ended
        except OSError as error:
            if self.state.run is None:
                raise
            where = f"{error.filename}: " if error.filename else ""
            failed = f"a report cannot be written: {where}{error.strerror} (--report-dir)"
            self.state.run.error = self.state.run.error or failed
            session.exitstatus = session.exitstatus or 3  # a report that is missing makes no finding less true
            return None

    def pytest_terminal_summary(self) -> None:
        """Print the verdict for every requirement, or in one line why there is none."""
        state, run, report = self.state, self.state.run, self.state.report
        if run is None:
            return
        if state.plan is not None:
            sys.stdout.write(state.plan.text())
        if report is not None:
            self._tell_verdict(run, report)
        told = report is not None and run.settings.verdict_only and run.error == report.error
        if report is not None and report.exit_status == INTERRUPTED and not state.opened:
            print("interrupted: nothing was judged")
        elif run.error and (report is not None or run.settings.plan) and not told:
            print(f"error: {run.secrets.mask(run.error)}")
        if state.comparison is not None:
            sys.stdout.write("\n" + comparison.written(state.comparison, "text"))
        # Those of earlier runs were told of in the beginning.
        if (report is not None or not state.recording) and len(left_behind(run.public_url)) > state.left:
            print("this run left something behind on the target; this undoes it:")
            print(f"  {_restore_command(state.config, run.settings, run.public_url)}")
        if state.report_path is not None and state.opened and not run.settings.verdict_only:
            sys.stdout.write(summary.report_line(str(state.report_path.with_name(pages.FILE_NAME))))

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Mask what pytest is about to tell of a failure of its own or ours; tell it where pytest is kept quiet."""
        if self.state.run is not None:
            mask_traceback(excrepr, self.state.run.secrets)
        if self.state.quiet and not signals.received():
            for line in str(excrepr).splitlines():
                print(f"INTERNALERROR> {line}", file=sys.stderr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note in a line which file of cases cannot be read."""
        if report.failed and not self.state.unreadable:
            reason = " ".join(report.longreprtext.strip().splitlines()[-1:]).removeprefix("E ").strip()
            self.state.unreadable = f"{report.nodeid}: cannot be collected: {reason}"

    def _tell_verdict(self, run: Run, report: Report) -> None:
        if run.settings.verdict_only:
            print("\n".join(filter(None, (summary.verdict_line(report), visible(summary.exit_line(report))))))
            return
        print()
        if self.state.opened:
            where, width = str(self.state.report_path or ""), shutil.get_terminal_size().columns
            sys.stdout.write(summary.body(report, colour_wanted(sys.stdout, os.environ), width, where))


def mask_traceback(representation: Any, secrets: Masker) -> None:
    """Mask the lines of a traceback as pytest has it ready to be printed, chained ones too; in place."""
    chain = getattr(representation, "chain", None) or [(getattr(representation, "reprtraceback", None), None, None)]
    for traceback, _, _ in chain:
        for entry in getattr(traceback, "reprentries", ()):
            entry.lines[:] = [secrets.mask(line) for line in entry.lines]
            shown_locals = getattr(entry, "reprlocals", None)
            if shown_locals is not None:
                shown_locals.lines[:] = [secrets.mask(line) for line in shown_locals.lines]


def tell_of_earlier_runs(state: SessionState, url: str) -> None:
    """Say in one line, before anything is touched, that a run before this one was not undone."""
    left = left_behind(url)
    state.left = len(left)
    if left and state.role is not Role.WORKER:
        names = ", ".join(f"{one.entry.namespace}/{one.entry.name}" for one in left[-3:])
        print(
            f"pytorchjob-contract: {counted(len(left), 'earlier run')} left something behind on this target ({names}): "
            f"{_restore_command(state.config, state.begun().settings, url)} undoes it",
            file=sys.stderr,
        )


def _restore_command(config: pytest.Config, settings: Settings, url: str) -> str:
    file = config_name.choose(config.getoption("contract_config"), os.environ)
    return show.restore_command(settings, url, file)


def ask(config: pytest.Config, question: str) -> bool:
    """Ask on the terminal, where there is one: pytest holds back what is typed until its capturing is suspended."""
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.suspend(in_=True)
    try:
        return adoption_guard.ask(question)
    finally:
        if capture is not None:
            capture.resume()
