"""Where the cases are, and which of them judge which requirement."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import Final

import pytest

from contracts.casekit.markers import case_id, requirements_of

PACKAGE: Final = Path(__file__).resolve().parents[1]


def case_files() -> Path:
    """The directory of the cases: inside the package where it is installed, else the checkout's tests/contract."""
    inside = PACKAGE / "cases"
    return inside if inside.is_dir() else PACKAGE.parent / "tests" / "contract"


class _Collected:
    def __init__(self) -> None:
        self.cases: dict[str, list[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            for name in requirements_of(item):
                self.cases.setdefault(name, []).append(case_id(item))


def cases_by_requirement() -> dict[str, tuple[str, ...]]:
    """The ids of all cases by the requirement that they judge, as pytest collects them; nothing is sent.

    Raises `ValueError` when they cannot be collected.
    """
    collected = _Collected()
    # The user's own configuration of pytest does not matter, nor how many workers a run would have.
    own = [
        "-c",
        str(PACKAGE / "pytest_plugin" / "pytest.ini"),
        f"--rootdir={case_files()}",
        "-n0",
        "-p",
        "contracts.pytest_plugin.plugin",
    ]
    with redirect_stdout(io.StringIO()):
        status = pytest.main([str(case_files()), "--collect-only", "-qq", *own], plugins=[collected])
    if status != pytest.ExitCode.OK:
        raise ValueError("the cases cannot be collected")
    return {name: tuple(cases) for name, cases in collected.cases.items()}
