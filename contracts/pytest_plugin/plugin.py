"""The pytest plugin as pytest finds it (entry point `pytest11`): options, markers, fixtures; nothing that takes time.

What judges is `contracts.pytest_plugin.session`. It is loaded by the command, by an option or variable of ours, or by
the first test that uses one of the fixtures below; in any other session this module is all that there is of us. The
entry point has the name of this module, so that `-p` with that name means the same where the package is installed and
in a checkout, where there is no entry point, and never loads it twice.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pytest

from contracts.pytest_plugin.names import KEY, RUN, SESSION
from contracts.settings import config_name
from contracts.settings.option import ENVIRONMENT_PREFIX
from contracts.settings.options import OPTIONS, PYTEST_PREFIX

if TYPE_CHECKING:
    from contracts.casekit.immutability import ImmutableFields
    from contracts.casekit.job import Job
    from contracts.run.run import Run

SESSION_PART: Final = "contracts.pytest_plugin.session"
MARKERS: Final = (
    "requirement(*ids, statement, source, severity, needs): the requirements that the case judges; "
    "with a statement one of your own",
    "tries(title): what the case tries, with its parameters in braces",
    "cost(replacements): about how many of them the case sends",
)
# Arguments of a case that are made from the contract, with the type by which they are told from others of that name.
PARAMETERS: Final = {"replaceable": "Requirement", "immutable": "Requirement", "attempts": "AttemptGroup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add every option of a run, none of them with a default, so that "was it given?" can be asked.

    Their names are prefixed, lest they collide with those of another plugin (pytest-timeout has a `--timeout`).
    """
    group = parser.getgroup("contract", "contract of the documented operation")
    group.addoption(f"{PYTEST_PREFIX}config", dest="contract_config", metavar="FILE", help=config_name.HELP)
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
        group.addoption(f"{PYTEST_PREFIX}{option.name}", **arguments)


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Load the rest where it is asked for, early enough for every hook of a session."""
    if is_asked_for(early_config.known_args_namespace):
        _load(early_config)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; load the rest where workers need it, or where this could not be seen before."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    # A process that hands out cases collects none, and workers have to be told what to judge.
    hands_out = getattr(config.option, "tx", None) and config.option.dist != "no"
    configured = hands_out and config_name.choose(None, os.environ) is not None
    if configured or is_asked_for(config.option) or KEY in getattr(config, "workerinput", ()):
        _load(config)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Load the rest as soon as there is a case, unless this is a worker that was not told what to judge."""
    if RUN in getattr(item, "fixturenames", ()) and not hasattr(item.config, "workerinput"):
        _load(item.config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a case the parameters that are made from the contract."""
    annotated = getattr(metafunc.function, "__annotations__", {})
    for name, kind in PARAMETERS.items():
        if name in metafunc.fixturenames and getattr(annotated.get(name), "__name__", annotated.get(name)) == kind:
            from contracts.casekit import markers
            from contracts.pytest_plugin.state import contract_of

            markers.generate(metafunc, name, contract_of(metafunc.config))


def is_asked_for(options: Any) -> bool:
    """Whether an option of ours was given, or a variable."""
    given = (getattr(options, f"contract_{option.key}", None) for option in OPTIONS)
    asked = any(value is not None for value in given) or getattr(options, "contract_config", None)
    return bool(asked) or any(name.startswith(ENVIRONMENT_PREFIX) for name in os.environ)


def _load(config: pytest.Config) -> None:
    config.pluginmanager.import_plugin(SESSION_PART)


@pytest.fixture(scope="session")
def contract_run(pytestconfig: pytest.Config) -> Run:
    """The run that the session's cases belong to."""
    session = pytestconfig.pluginmanager.getplugin(SESSION)
    if session is None or session.state.run is None:
        if hasattr(pytestconfig, "workerinput"):
            raise pytest.UsageError("give --contract-workers N instead of -n N")
        raise pytest.UsageError("only a case with a requirement marker has a run")
    run: Run = session.state.run
    return run


@pytest.fixture
def job(contract_run: Run, request: pytest.FixtureRequest) -> Job:
    """The object under test, as a case sees it."""
    from contracts.casekit.job import Job

    return Job(contract_run, request.node)


@pytest.fixture(scope="session")
def immutable_fields(contract_run: Run) -> ImmutableFields:
    """The attempts of the session on the immutable fields of the object under test."""
    from contracts.casekit.immutability import ImmutableFields

    return ImmutableFields(contract_run.contract, adopted=contract_run.resource.adopted)
