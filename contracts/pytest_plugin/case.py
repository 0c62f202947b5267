"""One case of a run as pytest sees it: what it names, what became of it, what is said about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import pytest

from contracts.casekit.markers import COST, USUAL_COST
from contracts.client.errors import TargetError
from contracts.pytest_plugin import allure_results
from contracts.report.model import Outcome
from contracts.run import report_builder
from contracts.run.evidence import Evidence
from contracts.run.run import Run

MARKER: Final = "requirement"
LAST: Final = "whole_run"
BROKEN: Final = pytest.StashKey[set[str]]()
GAP: Final = pytest.StashKey[bool]()


class ContractBroken(AssertionError):
    """The target breaks a requirement; the message is the findings."""


class NothingToTry(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """The object under test holds nothing that the case could try; no gap in what was judged."""


def requirements_of(item: pytest.Item) -> tuple[str, ...]:
    """The requirement ids that a case names."""
    return tuple(str(name) for marker in item.iter_markers(MARKER) for name in marker.args)


def cost_of(item: pytest.Item) -> int:
    """About how many replacements a case sends: what its marks say, multiplied."""
    costs = [int(marker.args[0]) for marker in item.iter_markers(COST)]
    return math.prod(costs or [USUAL_COST])


def case_id(item: pytest.Item) -> str:
    """A case's name in every report: file, function and parameters."""
    return item.nodeid.rpartition("/")[2]


def outcome_of(call: pytest.CallInfo[None], run: Run) -> tuple[Outcome, str]:
    """What became of a case, and why; our own and the network's failures are told from the target's."""
    if call.excinfo is None:
        return Outcome.PASSED, ""
    error = call.excinfo.value
    if isinstance(error, ContractBroken):
        return Outcome.FAILED, ""
    if isinstance(error, pytest.xfail.Exception):
        return Outcome.WAIVED, run.secrets.mask(str(error.msg))
    if isinstance(error, pytest.skip.Exception):
        return Outcome.SKIPPED, run.secrets.mask(str(error.msg))
    text = str(error) if isinstance(error, TargetError) else f"the suite failed: {call.excinfo.exconly(tryshort=True)}"
    return Outcome.ERROR, " ".join(run.secrets.mask(text).split())[:500]


def broken(run: Run, evidence: Sequence[Evidence]) -> BaseException:
    """What a case ends with that evidence came up in: a failure, or where all of it is waived an expected one."""
    words = "\n".join(in_words(run, one) for one in evidence)
    if all(run.waivers.of(one.finding.requirement, report_builder.finding(run, one)) for one in evidence):
        return pytest.xfail.Exception(f"waived: {words}")
    return ContractBroken(words)


def kind_of(call: pytest.CallInfo[None], *, gap: bool) -> str:
    """How the message of a case begins that did not pass, for Allure's categories."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, ContractBroken):
        return allure_results.GAP if gap else allure_results.BROKEN
    if isinstance(error, pytest.skip.Exception | pytest.xfail.Exception):
        return ""
    return allure_results.UNAVAILABLE if isinstance(error, TargetError) else allure_results.SUITE_ERROR


def is_optional(call: pytest.CallInfo[None]) -> bool:
    """Whether a case was skipped for having nothing to try."""
    return call.excinfo is not None and isinstance(call.excinfo.value, NothingToTry)


def in_words(run: Run, evidence: Evidence) -> str:
    """A finding as it is shown in the terminal."""
    return report_builder.in_words(
        run.contract.requirements[evidence.finding.requirement], report_builder.finding(run, evidence)
    )
