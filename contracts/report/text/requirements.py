"""The sections of the terminal summary that tell of requirements: the table, the failures, and what was not judged."""

from collections.abc import Iterator
from itertools import groupby

from contracts.report.model import Finding, Outcome, RequirementResult
from contracts.report.text.layout import cells, pad, shorten, visible, wrap
from contracts.report.text.page import Page, counts

SHOWN_FINDINGS = 3
SHOWN_CASES = 10
ROOM_FOR_A_NOTE = 40

_STYLE = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "red",
    Outcome.ERROR: "magenta",
    Outcome.SKIPPED: "yellow",
    Outcome.WAIVED: "cyan",
    Outcome.NOT_APPLICABLE: "dim",
}
_OUTCOME_WIDTH = max(len(outcome) for outcome in Outcome)


def table(page: Page) -> Iterator[str]:
    """One row a requirement, a paragraph a family: id, outcome, and the first finding or the reason in short."""
    id_width = max((cells(visible(requirement.id)) for requirement in page.report.requirements), default=0)
    # Grouped by neighbourhood: the report keeps the catalogue's order, in which a family stands together.
    for index, (family, members) in enumerate(groupby(page.report.requirements, lambda each: each.family)):
        rows = tuple(members)
        if index:
            yield ""
        first, *others = wrap(f"{visible(family)}: {counts(rows)}", page.width, "", "  ")
        yield page.paint(first, "bold")
        yield from others
        for requirement in rows:
            yield from _row(page, requirement, id_width)


def _row(page: Page, requirement: RequirementResult, id_width: int) -> Iterator[str]:
    outcome = page.paint(pad(requirement.outcome, _OUTCOME_WIDTH), _STYLE[requirement.outcome])
    indent = 2 + _OUTCOME_WIDTH + 2
    note, name = _note(requirement), shorten(visible(requirement.id), page.width - indent)
    room = page.width - indent - id_width - 2
    if not note:
        yield f"  {outcome}  {name}"
    elif room >= min(cells(note), ROOM_FOR_A_NOTE):
        yield f"  {outcome}  {pad(name, id_width)}  {shorten(note, room)}"
    else:
        yield f"  {outcome}  {name}"
        yield " " * indent + shorten(note, page.width - indent)


def _note(requirement: RequirementResult) -> str:
    if not requirement.findings:
        return visible(requirement.reason)
    number = len(requirement.findings)
    prefix = f"{number} findings, the first: " if number > 1 else ""
    return prefix + visible(requirement.findings[0].message)


def failures(page: Page) -> Iterator[str]:
    """Every failed requirement with its first findings, each telling all that its reader needs."""
    failed = page.having(Outcome.FAILED)
    if not failed:
        return
    yield page.paint(f"Failures ({len(failed)})", "bold")
    for requirement in failed:
        shown = requirement.findings[:SHOWN_FINDINGS]
        for finding in shown:
            yield ""
            yield from _finding(page, requirement, finding)
        if not shown:
            yield ""
            yield from _failed_cases(page, requirement)
        if len(requirement.findings) > len(shown):
            yield ""
            more = f"{requirement.id}: {len(requirement.findings) - len(shown)} more in the report"
            yield from wrap(visible(more), page.width)


def _finding(page: Page, requirement: RequirementResult, finding: Finding) -> Iterator[str]:
    yield from _title(page, requirement, finding.message)
    yield from _document(page, requirement)
    expected, observed = visible(finding.expected), visible(finding.observed)
    together = f"  expected: {expected}      observed: {observed}"
    if cells(together) <= page.width:
        yield together
    else:
        yield from wrap(expected, page.width, "  expected: ", " " * 12)
        yield from wrap(observed, page.width, "  observed: ", " " * 12)
    if len(finding.change) > 1:
        yield f"  sent otherwise than stored: {visible(_operations(finding))}"
    if finding.waiver:
        yield from wrap(
            f"{visible(finding.waiver.reason)} ({visible(finding.waiver.ticket)})", page.width, "  waived: "
        )
    if finding.reproduce:
        yield f"  reproduce: {visible(finding.reproduce)}"


def _failed_cases(page: Page, requirement: RequirementResult) -> Iterator[str]:
    failed = [case.id for case in requirement.cases if case.outcome is Outcome.FAILED]
    more = [f"and {len(failed) - SHOWN_CASES} more"] if len(failed) > SHOWN_CASES else []
    cases = ", ".join([*failed[:SHOWN_CASES], *more])
    yield from _title(page, requirement, requirement.reason or "failed")
    yield from _document(page, requirement)
    yield from wrap(visible(cases), page.width, "  cases: ", " " * 9)


def _title(page: Page, requirement: RequirementResult, message: str) -> Iterator[str]:
    first, *others = wrap(visible(f"{requirement.id}: {message}"), page.width, "", "  ")
    head = visible(requirement.id)
    yield page.paint(head, "red") + first[len(head) :] if first.startswith(head) else first
    yield from others


def _operations(finding: Finding) -> str:
    return ", ".join(f"{one['op']} {one['path']}" for one in finding.change)


def _document(page: Page, requirement: RequirementResult) -> Iterator[str]:
    source = requirement.source
    place = f"{source.section}, lines {source.lines}" if source.lines else source.section
    label = "  document: " if requirement.level == "document" else "  convention: "
    text = f"{requirement.statement.rstrip('.')} ({place})"
    yield from wrap(visible(text), page.width, label, " " * len(label))


def errors(page: Page) -> Iterator[str]:
    """The requirements that could not be judged, and why."""
    yield from _reasons(page, Outcome.ERROR, "Not judged: the suite or the network failed, not the target")


def skipped(page: Page) -> Iterator[str]:
    """The requirements that were not tried, and which option supplies what they lack."""
    yield from _reasons(page, Outcome.SKIPPED, "Skipped: something is missing that you can supply")


def waived(page: Page) -> Iterator[str]:
    """The requirements whose deviation is known and accepted, and why."""
    yield from _reasons(page, Outcome.WAIVED, "Waived: known deviations")


def _reasons(page: Page, outcome: Outcome, title: str) -> Iterator[str]:
    requirements = page.having(outcome)
    if requirements:
        yield page.paint(shorten(title, page.width), "bold")
    by_reason: dict[str, list[str]] = {}
    for requirement in requirements:
        reasons = [requirement.reason] if requirement.reason else _case_reasons(requirement, outcome)
        by_reason.setdefault("; ".join(reasons) or "no reason given", []).append(requirement.id)
    for reason, names in by_reason.items():
        yield from wrap(visible(f"{', '.join(names)}: {reason}"), page.width, "  ", "    ")


def _case_reasons(requirement: RequirementResult, outcome: Outcome) -> list[str]:
    reasons = (case.reason for case in requirement.cases if case.outcome is outcome and case.reason)
    return list(dict.fromkeys(reasons))
