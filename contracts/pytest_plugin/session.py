"""A run around the cases of a session; loaded by `contracts.pytest_plugin.plugin`, or by the command.

It does nothing in a session that holds no case with a `requirement` marker.
"""

from collections.abc import Generator
from typing import Any

import pytest

from contracts.casekit.markers import case_id, cost_of, requirements_of
from contracts.pytest_plugin import case_order, own_cases
from contracts.pytest_plugin.collection import Collection
from contracts.pytest_plugin.distribution import distribute, handed_out, safe_path
from contracts.pytest_plugin.execution import Execution
from contracts.pytest_plugin.finish import Finish
from contracts.pytest_plugin.names import SESSION
from contracts.pytest_plugin.plugin import is_asked_for
from contracts.pytest_plugin.state import SessionState, settings_of
from contracts.pytest_plugin.terminal import TerminalSummary, quieten
from contracts.pytest_plugin.xdist import Role, role
from contracts.run import signals


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register what a session is made of; where the command runs, keep pytest itself quiet."""
    state = SessionState(config)
    config.pluginmanager.register(Collection(state), SESSION)
    for part in (Execution, Finish, TerminalSummary):
        config.pluginmanager.register(part(state))
    if state.quiet:
        quieten(config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """Look at all cases before any are chosen, and decide the order of those that are.

    Makes a worker ready that is ended by another process.
    """
    state: SessionState = config.pluginmanager.getplugin(SESSION).state
    try:
        own_cases.take_in(state, items)
    except pytest.UsageError as error:
        if state.role is not Role.WORKER:
            raise
        # Its parent says so; what is raised in a worker is a crash to pytest-xdist.
        state.unusable = str(error)
        items.clear()
    yield
    if not any(map(requirements_of, items)):
        return
    settings = state.begun().settings
    limited = settings.requests is not None or settings.time_budget is not None
    if limited:
        items[:] = case_order.in_order([(item, case_id(item)) for item in items], case_order.measured())
    if role(config) is Role.WORKER:
        signals.handle(worker=True)
        workers = int(config.workerinput["workercount"])  # type: ignore[attr-defined]
        if not limited:
            items[:] = handed_out([(item, cost_of(item)) for item in items], workers)


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Start workers when the options ask for them; pytest-xdist looks at its own right after.

    Until the session has begun, pytest would show where Ctrl+C came, and so would each worker.
    """
    if is_asked_for(config.option):
        settings = settings_of(config)
        own_cases.add_directories(config, settings)
        if not settings.plan:
            distribute(config, settings)
    with safe_path(), signals.held_back():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart() -> Generator[None, Any, Any]:
    """Once everything has started, Ctrl+C is obeyed again: here, and in the workers."""
    started = yield
    signals.release()
    return started
