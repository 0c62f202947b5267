"""The sections of the terminal summary that tell of requirements: the table, the failures, and what was not judged."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts.report.model import Outcome, RecordedFinding, Report, RequirementResult
from contracts.report.outcomes import counts
from contracts.report.text.layout import Paragraph, Verbatim, labelled, visible

SHOWN_FINDINGS: Final = 3
SHOWN_CASES: Final = 10
ROOM_FOR_A_NOTE: Final = 40
BOLD: Final = "bold"

_STYLE = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "bold red",
    Outcome.ERROR: "bold magenta",
    Outcome.SKIPPED: "yellow",
    Outcome.WAIVED: "cyan",
    Outcome.NOT_APPLICABLE: "dim",
}
_REASONS = {
    Outcome.ERROR: "Not judged: the suite or the network failed, not the target",
    Outcome.SKIPPED: "Skipped: something is missing that you can supply",
    Outcome.WAIVED: "Waived: known deviations",
}
_INDENT, _GAP = 2, 2
_OUTCOME_WIDTH = max(len(outcome) for outcome in Outcome)

Parts = Iterator[RenderableType]


def table(report: Report, width: int) -> Parts:
    """One row a requirement, a table a family: outcome, id, and the first finding or the reason in short.

    Where there is no room for what is said beside the id, it stands below it.
    """
    widths = _widths(report, width)
    # Grouped by neighbourhood: the report keeps the catalogue's order, in which a family stands together.
    for index, (family, members) in enumerate(groupby(report.requirements, lambda each: each.family)):
        if index:
            yield ""
        rows = tuple(members)
        yield Paragraph(Text(visible(f"{family}: {counts(rows)}"), BOLD))
        grid = Table.grid(padding=(0, _GAP))
        for each in (_OUTCOME_WIDTH, *widths):
            grid.add_column(width=each, no_wrap=True, overflow="ellipsis")
        for requirement in rows:
            outcome = Text(requirement.outcome, _STYLE[requirement.outcome])
            said = [Text(visible(requirement.id)), *([Text(note)] if (note := _note(requirement)) else [])]
            grid.add_row(outcome, *(said if len(widths) > 1 else [Text("\n").join(said)]))
        yield Padding(grid, (0, 0, 0, _INDENT))


def _widths(report: Report, width: int) -> tuple[int, ...]:
    """Of the columns behind the outcome: one for the id and one for the note, or one for both."""
    room = width - _INDENT - _OUTCOME_WIDTH - _GAP
    longest = max((cell_len(visible(one.id)) for one in report.requirements), default=0)
    beside = room - longest - _GAP
    fits = all(beside >= min(cell_len(_note(one)), ROOM_FOR_A_NOTE) for one in report.requirements)
    return (longest, beside) if fits and beside > 0 else (room,)


def _note(requirement: RequirementResult) -> str:
    if not requirement.findings:
        return visible(requirement.reason)
    number = len(requirement.findings)
    prefix = f"{number} findings, the first: " if number > 1 else ""
    return prefix + visible(requirement.findings[0].message)


def failures(report: Report, width: int) -> Parts:
    """Every failed requirement with its first findings, each telling all that its reader needs."""
    failed = report.having(Outcome.FAILED)
    if not failed:
        return
    yield Text(f"Failures ({len(failed)})", BOLD)
    for requirement in failed:
        shown = requirement.findings[:SHOWN_FINDINGS]
        for finding in shown:
            yield ""
            yield from _finding(requirement, finding, width)
        if not shown:
            yield ""
            yield from _failed_cases(requirement)
        if more := len(requirement.findings) - len(shown):
            yield ""
            yield Paragraph(Text(visible(f"{requirement.id}: {more} more in the report")))


def _finding(requirement: RequirementResult, finding: RecordedFinding, width: int) -> Parts:
    yield _title(requirement, finding.message)
    yield _source(requirement)
    expected, observed = visible(finding.expected), visible(finding.observed)
    together = f"  expected: {expected}      observed: {observed}"
    if cell_len(together) <= width:
        yield Text(together)
    else:
        yield labelled("  expected: ", expected)
        yield labelled("  observed: ", observed)
    if len(finding.change) > 1:
        operations = ", ".join(f"{one['op']} {one['path']}" for one in finding.change)
        yield labelled("  sent otherwise than stored: ", visible(operations))
    if finding.waiver:
        yield labelled("  waived: ", visible(f"{finding.waiver.reason} ({finding.waiver.ticket})"))
    if finding.reproduce:
        yield Verbatim(f"  reproduce: {visible(finding.reproduce)}")


def _failed_cases(requirement: RequirementResult) -> Parts:
    failed = [case.id for case in requirement.cases if case.outcome is Outcome.FAILED]
    more = [f"and {len(failed) - SHOWN_CASES} more"] if len(failed) > SHOWN_CASES else []
    yield _title(requirement, requirement.reason or "failed")
    yield _source(requirement)
    yield labelled("  cases: ", visible(", ".join([*failed[:SHOWN_CASES], *more])))


def _title(requirement: RequirementResult, message: str) -> Paragraph:
    return Paragraph(Text.assemble((visible(requirement.id), _STYLE[Outcome.FAILED]), f": {visible(message)}"))


def _source(requirement: RequirementResult) -> RenderableType:
    label = "  document: " if requirement.level == "document" else "  convention: "
    return labelled(label, visible(f"{requirement.statement.rstrip('.')} ({requirement.source})"))


def unjudged(report: Report, outcome: Outcome) -> Parts:
    """The requirements that have an outcome which is no judgement, by what explains it."""
    requirements = report.having(outcome)
    if requirements:
        yield Paragraph(Text(_REASONS[outcome], BOLD))
    by_reason: dict[str, list[str]] = {}
    for requirement in requirements:
        reasons = [requirement.reason] if requirement.reason else _case_reasons(requirement, outcome)
        by_reason.setdefault("; ".join(reasons) or "no reason given", []).append(requirement.id)
    for reason, names in by_reason.items():
        yield Paragraph(Text(visible(f"{', '.join(names)}: {reason}")), indent=2)


def _case_reasons(requirement: RequirementResult, outcome: Outcome) -> list[str]:
    reasons = (case.reason for case in requirement.cases if case.outcome is outcome and case.reason)
    return list(dict.fromkeys(reasons))
