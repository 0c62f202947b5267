"""Allure results as they leave the run: the same name and history wherever, with however many processes it ran."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import allure_commons
from allure_commons.model2 import Label, Parameter, Status, StatusDetails, TestResult
from allure_commons.utils import md5

from contracts.pytest_plugin.allure_labels import CASE_LABEL
from contracts.spec.contract import Contract

# What `categories.json` tells results by.
BROKEN: Final = "contract broken: "
GAP: Final = "document gap: "
UNAVAILABLE: Final = "target unavailable: "
SUITE_ERROR: Final = "suite error: "
LONGEST_MESSAGE: Final = 2000
FINE: Final = (None, Status.PASSED)
OURS: Final = frozenset({"contract_run", "examiner", "job", "pytestconfig"})
# Depends on the machine, or on how pytest was started.
UNSTABLE: Final = frozenset({"parentSuite", "suite", "subSuite", "package", CASE_LABEL})


Written = Generator[None, Any, Any]


class Results:
    """Told by the session what each case is and what became of it; by allure-pytest of results about to be written.

    `error`: why something could not be written, "" if nothing.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._requirements: dict[str, Sequence[str]] = {}
        self._sentences: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._fixtures = set(OURS)
        self.error = ""

    def expect(self, case: str, requirements: Sequence[str], sentence: str, parameters: Iterable[str]) -> None:
        """Note what a case is about; `sentence` says what it asks, `parameters` names those of its function."""
        self._fixtures.update(parameters)
        self._requirements[case] = requirements
        self._sentences[case] = sentence

    def say(self, case: str, message: str) -> None:
        """Note what is said about a case that did not pass."""
        self._told[case] = message

    @allure_commons.hookimpl(wrapper=True, tryfirst=True)  # type: ignore[untyped-decorator,unused-ignore]
    def report_result(self, result: TestResult) -> Written:
        """Give the result of one of our cases what is stable, before it is written."""
        self._settle(result)
        return (yield from self._forgiving())

    @allure_commons.hookimpl(wrapper=True)  # type: ignore[untyped-decorator,unused-ignore]
    def report_attached_data(self) -> Written:
        """Forgive that a text cannot be attached."""
        return (yield from self._forgiving())

    @allure_commons.hookimpl(wrapper=True, tryfirst=True)  # type: ignore[untyped-decorator,unused-ignore]
    def report_container(self, container: Any) -> Written:
        """Say nothing of our fixtures and parameters, which pytest treats alike, where they worked."""
        for fixtures in (container.befores, container.afters):
            fixtures[:] = [
                one for one in fixtures if one.name.partition("::")[0] not in self._fixtures or one.status not in FINE
            ]
        return (yield from self._forgiving())

    def _forgiving(self) -> Written:
        """Go on without what cannot be written (a full disk), which is said in the end: the record comes first."""
        try:
            return (yield)
        except OSError as error:
            self.error = self.error or unwritten(error)
            return None

    def _settle(self, result: TestResult) -> None:
        case = next((label.value for label in result.labels if label.name == CASE_LABEL), None)
        if case is None:
            return
        identify(result, case, self._requirements[case], self._sentences[case], self._contract)
        if case in self._told:
            result.statusDetails = StatusDetails(message=self._told[case])
        for step in result.steps:
            step.statusDetails = None  # of which the traceback is the path of a file of ours


def unwritten(error: OSError) -> str:
    """What is said of results that cannot be written."""
    return f"Allure results cannot be written: {error.strerror} (--report-dir)"


def identify(result: TestResult, case: str, requirements: Sequence[str], sentence: str, contract: Contract) -> None:
    """Give a result its name, and an identity that is made of case and requirements alone."""
    function, _, rest = case.partition("[")
    parameter = rest.removesuffix("]")
    family = contract.families[contract.requirements[requirements[0]].family]
    result.name = f"{sentence.rstrip('.')} ({parameter})" if parameter else sentence.rstrip(".")
    result.fullName = function
    result.testCaseId = md5(function)
    result.historyId = md5(f"{case} {' '.join(sorted(requirements))}")
    result.parameters = [Parameter(name="case", value=parameter)] if parameter else []
    result.titlePath = [contract.document.title, family]
    result.description = "\n\n".join(
        f"**{name}**: {contract.requirements[name].statement} ({contract.requirements[name].source})"
        for name in requirements
    )
    kept = {(label.name, str(label.value)) for label in result.labels if label.name not in UNSTABLE}
    kept |= {("suite", family), ("package", function.partition("::")[0].removesuffix(".py"))}
    result.labels = [Label(name=name, value=value) for name, value in sorted(kept)]


def brief(prefix: str, text: str) -> str:
    """A message for the list of failures."""
    return (prefix + text)[:LONGEST_MESSAGE]


def sweep(directory: Path) -> None:
    """Remove the files about fixtures that say nothing."""
    for path in directory.glob("*-container.json"):
        container = json.loads(path.read_text(encoding="utf-8"))
        if not container.get("befores") and not container.get("afters"):
            path.unlink()
