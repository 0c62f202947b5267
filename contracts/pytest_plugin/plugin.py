"""The pytest plugin: options, the `requirement` marker, the fixtures, and a run around the session's cases.

It does nothing in a session that holds no case with a `requirement` marker.
"""

import os
from collections.abc import Generator
from typing import Any

import pytest

from contracts.casekit import markers
from contracts.casekit.immutability import ImmutableFields
from contracts.casekit.job import Job
from contracts.casekit.markers import COST, REQUIREMENT, cost_of, requirements_of
from contracts.casekit.titles import TRIES
from contracts.pytest_plugin.collection import Collection
from contracts.pytest_plugin.discovery import PREFIX, SESSION
from contracts.pytest_plugin.execution import Execution
from contracts.pytest_plugin.finish import Finish
from contracts.pytest_plugin.state import SessionState, settings_of
from contracts.pytest_plugin.terminal import TerminalSummary, quieten
from contracts.pytest_plugin.xdist import Role, distribute, each_first, handed_out, role, safe_path
from contracts.run import signals
from contracts.run.run import Run
from contracts.settings import config_file
from contracts.settings.options import ENVIRONMENT_PREFIX, OPTIONS


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add every option of a run, none of them with a default, so that "was it given?" can be asked.

    Their names are prefixed, lest they collide with those of another plugin (pytest-timeout has a `--timeout`).
    """
    group = parser.getgroup("contract", "contract of the documented operation")
    group.addoption(f"{PREFIX}config", dest="contract_config", metavar="FILE", help=config_file.HELP)
    for option in OPTIONS:
        arguments: dict[str, Any] = {"dest": f"contract_{option.key}", "default": None, "help": option.help}
        if option.is_switch:
            arguments["action"] = "store_true"
        elif option.choices:
            arguments["choices"] = option.choices
        else:
            arguments["metavar"] = option.metavar
            if option.several:
                arguments["action"] = "append"
        group.addoption(f"{PREFIX}{option.name}", **arguments)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and the session's state; where the command runs, keep pytest itself quiet."""
    config.addinivalue_line("markers", f"{REQUIREMENT}(*ids): the requirements that the case judges")
    config.addinivalue_line("markers", f"{TRIES}(title): what the case tries, with its parameters in braces")
    config.addinivalue_line("markers", f"{COST}(replacements): about how many of them the case sends")
    state = SessionState(config)
    config.pluginmanager.register(Collection(state), SESSION)
    for part in (Execution, Finish, TerminalSummary):
        config.pluginmanager.register(part(state))
    if state.quiet:
        quieten(config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """Decide the order of the cases, once they are chosen, and make a worker ready that is ended by another process."""
    yield
    if not any(map(requirements_of, items)):
        return
    session: Collection = config.pluginmanager.getplugin(SESSION)
    settings = session.state.begun().settings
    limited = settings.requests is not None or settings.time_budget is not None
    if limited:
        items[:] = each_first([(item, requirements_of(item) or (item.nodeid,), cost_of(item)) for item in items])
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
    given = [config.getoption(f"contract_{option.key}") for option in OPTIONS]
    asked = any(value is not None for value in given) or config.getoption("contract_config")
    if asked or any(name.startswith(ENVIRONMENT_PREFIX) for name in os.environ):
        settings = settings_of(config)
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


@pytest.fixture(scope="session")
def contract_run(pytestconfig: pytest.Config) -> Run:
    """The run that the session's cases belong to."""
    session: Collection = pytestconfig.pluginmanager.getplugin(SESSION)
    if session.state.run is None:
        raise pytest.UsageError("only a case with a requirement marker has a run")
    return session.state.run


@pytest.fixture
def job(contract_run: Run, request: pytest.FixtureRequest) -> Job:
    """The object under test, as a case sees it."""
    return Job(contract_run, request.node)


@pytest.fixture(scope="session")
def immutable_fields(contract_run: Run) -> ImmutableFields:
    """The attempts of the session on the immutable fields of the object under test."""
    return ImmutableFields(contract_run.contract, adopted=contract_run.job.adopted)


# Gives a case the parameters that are made from the contract.
pytest_generate_tests = markers.generate
