"""How a case ends: outcome and reason for the record, and what pytest is given, with secrets masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from contracts.casekit.markers import NothingToTry, rule_of, subject_of
from contracts.client.errors import TargetError
from contracts.masking.masker import Masker
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.report.model import Outcome, RecordedFinding
from contracts.run.partial_result import Found
from contracts.spec.requirements import Requirement

ASSERTION: Final = "assertion"
LONGEST_REASON: Final = 500


class ContractBroken(AssertionError):
    """The target breaks a requirement; the message is the findings."""


def outcome_of(error: BaseException | None, secrets: Masker) -> tuple[Outcome, str, bool]:
    """What became of a case without its findings, why, and whether it had nothing to try.

    Our own and the network's failures are told from the target's.
    """
    if error is None or isinstance(error, ContractBroken):
        return Outcome.PASSED, "", False
    if isinstance(error, pytest.xfail.Exception):
        return Outcome.WAIVED, secrets.mask(str(error.msg)), False
    if isinstance(error, pytest.skip.Exception):
        return Outcome.SKIPPED, secrets.mask(str(error.msg)), isinstance(error, NothingToTry)
    text = str(error) if isinstance(error, TargetError) else f"the suite failed: {type(error).__name__}: {error}"
    return Outcome.ERROR, " ".join(secrets.mask(text).split())[:LONGEST_REASON], False


def failed_assertion(error: Exception, item: pytest.Item, requirement: str, sentence: str) -> Finding | None:
    """A plain `assert` that failed in the case's own file, as a finding; None for everything else."""
    entry = pytest.ExceptionInfo.from_exception(error).traceback[-1]
    if not isinstance(error, AssertionError) or Path(entry.path) != item.path:
        return None
    note, subject = str(error) or str(entry.statement).strip(), subject_of(item)
    return Finding(
        requirement,
        Expected(Demand.ASSERTION),
        Observed(Seen.NOTE, note=note),
        rule=f"{ASSERTION}/{rule_of(item, subject)}",
        sentence=sentence,
        subject=subject,
    )


def ending(found: Sequence[Found], requirements: Mapping[str, Requirement]) -> BaseException:
    """What a case ends with that has found something: a failure, or where all of it is waived an expected one."""
    words = "\n".join(in_words(requirements[one.requirement], one.finding) for one in found)
    if all(one.finding.waiver for one in found):
        return pytest.xfail.Exception(f"waived: {words}")
    return ContractBroken(words)


def in_words(requirement: Requirement, found: RecordedFinding, *, brief: bool = False) -> str:
    """A finding as it is shown with the case that came across it; `brief`: without the line that repeats it."""
    again = f"\n  reproduce: {found.reproduce}" if found.reproduce and not brief else ""
    return (
        f"{requirement.id}: {found.message}{f' ({found.field})' if found.field else ''}\n"
        f"  document: {requirement.source}\n  expected: {found.expected}      observed: {found.observed}{again}"
    )


def harmless(error: Exception, secrets: Masker) -> Exception:
    """The error itself, or one that says the same with the secrets in it masked."""
    said = f"{type(error).__name__}: {error}"
    masked = secrets.mask(said)
    return error if masked == said else RuntimeError(masked)


def mask_report(report: pytest.TestReport, secrets: Masker) -> None:
    """Mask a test report before plugins write it: its text, and what was printed and logged meanwhile."""
    report.sections = [(name, secrets.mask(text)) for name, text in report.sections]
    if isinstance(report.longrepr, tuple):
        path, line, message = report.longrepr
        report.longrepr = (path, line, secrets.mask(message))
    elif report.longrepr is not None:
        text = str(report.longrepr)
        masked = secrets.mask(text)
        if masked != text:
            report.longrepr = masked
