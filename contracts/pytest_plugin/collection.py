"""The beginning of a session: which cases are run, by whom, and the run that is opened for them."""

import gc
from typing import Any, Final

import pytest

from contracts.casekit.markers import case_id, cost_of, requirements_of
from contracts.client.errors import TargetError
from contracts.client.recorder import Recorder
from contracts.pytest_plugin import allure_results, allure_writer, progress
from contracts.pytest_plugin.state import SessionState
from contracts.pytest_plugin.terminal import ask, tell_of_earlier_runs
from contracts.pytest_plugin.xdist import Role
from contracts.resource import adoption_guard
from contracts.run import dry_run
from contracts.run.run import Run

COLLECTED_AFTER: Final = 20_000  # containers that were made and are still there


class Collection:
    """What happens until the first case of a session runs."""

    def __init__(self, state: SessionState) -> None:
        self.state = state

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker what it cannot find out."""
        run = self.state.begun()
        self._watch_from_now(run)
        self._show_progress(run)
        self.state.workers.instruct(node, run.settings, len(self.state.config.option.tx), run.spent)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what the profile does not judge."""
        marked = [item for item in items if requirements_of(item)]
        if not marked:
            return
        state, run = self.state, self.state.begun()
        if state.allure is None:
            state.allure = allure_results.Results(run.contract)
            directory = state.config.getoption("allure_report_dir", None)
            state.config.add_cleanup(allure_writer.register(state.allure, directory))
        for item in marked:
            state.allure.expect(item, run.settings.profile)
        idle = [item for item in marked if not any(map(run.scope.judges, requirements_of(item)))]
        if idle:
            state.config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if item not in idle]
        state.planned = {case_id(item): requirements_of(item) for item in items if requirements_of(item)}
        state.cost = sum(map(cost_of, items))
        self._show_progress(run)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Remember whose cases the user's own arguments left out; what the profile does not judge is not missed."""
        for item in items:
            named = requirements_of(item)
            if named and any(map(self.state.begun().scope.judges, named)):
                self.state.deselected.update(named)
                self.state.left_out.add(case_id(item))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> object | None:
        """Open the run; when that fails, no case runs."""
        state, run = self.state, self.state.run
        idle = session.config.option.collectonly or session.testsfailed or state.role is Role.CONTROLLER
        if run is not None and state.role is Role.CONTROLLER:
            tell_of_earlier_runs(state, run.public_url)
        if run is None or idle:
            return None
        # What was imported and collected stays to the end: without this, every full collection looks at all of it.
        gc.freeze()
        # An object under test is some hundred values: by default, each request is worth several collections.
        gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])
        run.about_to_touch = lambda url: tell_of_earlier_runs(state, url)
        run.allow = lambda question: ask(state.config, question)
        self._watch_from_now(run)
        try:
            if run.settings.plan:
                state.plan = dry_run.rehearse(run)
            else:
                run.open()
        except adoption_guard.ConsentMissing as error:
            raise pytest.UsageError(str(error)) from None
        except TargetError as error:
            run.fail(str(error), error.kind)
            # A worker that does not ask for cases is one that crashed to pytest-xdist: it lets them fail instead.
            return None if state.role is Role.WORKER else True
        return None

    def _watch_from_now(self, run: Run) -> None:
        """Begin to note every exchange, where the settings ask for it; once."""
        state = self.state
        if state.watching is not None:
            return
        worker = state.role is Role.WORKER
        process = state.config.workerinput["workerid"] if worker else ""  # type: ignore[attr-defined]
        try:
            state.watching = Recorder(run.settings, run.secrets, process, first=not worker)
        except OSError as error:
            raise pytest.UsageError(f"{run.settings.har_file}: {error.strerror} (--har)") from None
        run.watch = state.watching

    def _show_progress(self, run: Run) -> None:
        if self.state.quiet and not (run.settings.exchanges or run.settings.verdict_only):
            progress.add(self.state.config, lambda: run.requests, run.deadline)
