"""Where the cases are, how pytest is told to run nothing else, and which of them judge which requirement."""

import io
import os
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path
from typing import Final

import pytest

from contracts.casekit.markers import SUITE, case_id, requirements_of

PACKAGE: Final = Path(__file__).resolve().parents[1]
# Ours before pytest-xdist, which takes the terminal reporter that it finds. The first is our entry point's name, too.
PLUGINS: Final = ("contracts.pytest_plugin.plugin", "contracts.pytest_plugin.session", "xdist", "allure_pytest")


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
