"""What a JUnit report says of a case beside its outcome: its requirements, and the line that shows a finding again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from contracts.report.files import NAME
from contracts.spec.contract import Contract

REPRODUCE: Final = "  reproduce: "
MARK: Final = f'name="{NAME}"'
FILE_NAME: Final = "junit.xml"
# Of failures only: pytest would write an empty heading for everything that passes.
LOGGING: Final = ("-o", "junit_logging=system-out", "-o", "junit_log_passing_tests=false")


def arguments(directory: Path) -> list[str]:
    """What tells pytest to write `junit.xml` into a directory, with output of failures (`system-out`)."""
    return [f"--junitxml={directory}/{FILE_NAME}", *LOGGING, "-o", f"junit_suite_name={NAME}"]


def properties(contract: Contract, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The properties of a case that names these requirements; pytest carries them from worker to record."""
    for name in names:
        requirement = contract.requirements[name]
        yield "requirement", name
        yield "level", requirement.level
        yield "source", str(requirement.source)


def tell(report: pytest.TestReport, text: str, config: pytest.Config) -> None:
    """Give a failed case its text; where JUnit has a place of its own for output, the lines to repeat go there."""
    report.longrepr = text
    if config.getini("junit_logging") not in ("system-out", "out-err", "all"):
        return
    lines = text.splitlines()
    again = [line.strip() for line in lines if line.startswith(REPRODUCE)]
    report.longrepr = "\n".join(line for line in lines if not line.startswith(REPRODUCE))
    report.sections.append(("Captured stdout call", "\n".join(again)))
