"""Where the cases are, how pytest is told to run nothing else, and which of them judge which requirement."""

from __future__ import annotations

import io
import os
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from contracts.casekit.markers import SUITE, case_id, requirements_of

if TYPE_CHECKING:
    from contracts.run.run import Run

PACKAGE: Final = Path(__file__).resolve().parents[1]
# What the plugin that holds the session is registered as.
SESSION: Final = "contract-session"
# Ours before pytest-xdist, which takes the terminal reporter that it finds. The first is our entry point's name, too.
PLUGINS: Final = ("contracts.pytest_plugin.plugin", "contracts.pytest_plugin.session", "xdist", "allure_pytest")


def session_run(config: pytest.Config) -> Run:
    """The run that the cases of a session belong to; raises `pytest.UsageError` where there is none."""
    session = config.pluginmanager.getplugin(SESSION)
    if session is None or session.state.run is None:
        worker = hasattr(config, "workerinput")
        why = (
            "give --contract-workers N instead of -n N" if worker else "only a case with a requirement marker has a run"
        )
        raise pytest.UsageError(why)
    run: Run = session.state.run
    return run


def isolated() -> list[str]:
    """Arguments for pytest: all cases, our own configuration, and no plugins but those that a run needs.

    The user's own configuration and plugins do not matter; what the environment would add is removed from it.
    """
    for variable in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(variable, None)
    plugins = [word for name in PLUGINS for word in ("-p", name)]
    own = ["-c", str(PACKAGE / "pytest_plugin" / "pytest.ini"), f"--rootdir={SUITE}"]
    return [str(SUITE), "--disable-plugin-autoload", *plugins, *own]


def cases_by_requirement() -> dict[str, tuple[str, ...]]:
    """The ids of all cases by the requirement that they judge, as pytest collects them; nothing is sent.

    Raises `ValueError` when they cannot be collected.
    """
    cases: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)

    class Collected:
        def pytest_collection_finish(self, session: pytest.Session) -> None:
            for item in session.items:
                for name in requirements_of(item):
                    cases[name] += (case_id(item),)

    with redirect_stdout(io.StringIO()):
        status = pytest.main([*isolated(), "--collect-only", "-qq", "-n0"], plugins=[Collected()])
    if status != pytest.ExitCode.OK:
        raise ValueError("the cases cannot be collected")
    return dict(cases)
