"""How a case ended that raised something: a finding, a reason to skip it, or an error, and whose that is."""

from pathlib import Path
from typing import Any, Final

import pytest

from contracts.casekit.markers import NothingToTry, is_own, rule_of, sentence_of, subject_of
from contracts.client.errors import TargetError
from contracts.masking.masker import Masker
from contracts.report.error_kinds import ErrorKind
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.report.model import Outcome

ASSERTION: Final = "assertion"
LONGEST_REASON: Final = 500
# Where pytest's own functions are, such as `pytest.fail` and what `pytest.raises` gives.
PYTEST: Final = "_pytest"


class ContractBroken(AssertionError):
    """The target breaks a requirement; the message is the findings."""


def failed_assertion(error: BaseException, item: pytest.Item, requirement: str) -> Finding | None:
    """An `assert`, `pytest.fail` or `pytest.raises` of a case that failed, as a finding; None for everything else.

    It counts where it stands in the case's file or in one beside it: elsewhere something else has gone wrong.
    """
    if not isinstance(error, AssertionError | pytest.fail.Exception):
        return None
    entries = [entry for entry in _entries(error) if PYTEST not in Path(entry.path).parts]
    if not entries or Path(entries[-1].path).parent != item.path.parent:
        return None
    note, subject = str(error) or str(entries[-1].statement).strip(), subject_of(item)
    return Finding(
        requirement,
        Expected(Demand.ASSERTION),
        Observed(Seen.NOTE, note=note),
        rule=f"{ASSERTION}/{rule_of(item, subject)}",
        sentence=sentence_of(item),
        subject=subject,
    )


def outcome_of(error: BaseException | None, item: pytest.Item, secrets: Masker) -> tuple[Outcome, str, bool]:
    """What became of a case without its findings, why, and whether it had nothing to try.

    Our own, the user's and the network's failures are told from the target's.
    """
    if error is None or isinstance(error, ContractBroken):
        return Outcome.PASSED, "", False
    if isinstance(error, pytest.xfail.Exception):
        return Outcome.WAIVED, secrets.mask(str(error.msg)), False
    if isinstance(error, pytest.skip.Exception):
        return Outcome.SKIPPED, secrets.mask(str(error.msg)), isinstance(error, NothingToTry)
    text = str(error) if isinstance(error, TargetError) else _failed(error, item)
    return Outcome.ERROR, " ".join(secrets.mask(text).split())[:LONGEST_REASON], False


def kind_of(error: BaseException | None, item: pytest.Item) -> str:
    """Of which kind an error is that ended a case."""
    if isinstance(error, TargetError):
        return error.kind
    return ErrorKind.CASE if is_own(item) else ErrorKind.INTERNAL


def _failed(error: BaseException, item: pytest.Item) -> str:
    said = f"{type(error).__name__}: {error}"
    if not is_own(item):
        return f"the suite failed: {said}"
    entries = [entry for entry in _entries(error) if Path(entry.path).parent == item.path.parent]
    where = f", {Path(entries[-1].path).name}:{entries[-1].lineno + 1}" if entries else ""
    return f"the case itself failed{where}: {said}"


def _entries(error: BaseException) -> list[Any]:
    """The entries of its traceback, the outermost first."""
    return list(pytest.ExceptionInfo.from_exception(error).traceback) if error.__traceback__ else []
