"""The summary of a run for the person at the terminal: what was judged, what was found, what to do about it."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts.report.model import Outcome, RecordedFinding, Report, RequirementResult
from contracts.report.outcomes import LIKE, counts, not_tried
from contracts.report.reproduce_script import from_here
from contracts.report.text.causes import causes
from contracts.report.text.layout import Paragraph, labelled, rendered, verbatim, visible

NARROWEST: Final = 40
INTERRUPTED: Final = 2
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


def summary(report: Report, colour: bool, width: int, where: str = "") -> str:
    """The report as text, ending in a newline; `where` names the file or directory that holds the whole record.

    No line is wider than `width` (at least `NARROWEST`) except the `helps:`, `reproduce:` and `report:` lines, which
    are never broken, so that they can be copied. `colour` adds ANSI styles; whether they are wanted is for the caller
    to know.
    """
    width = max(width, NARROWEST)
    sections = (
        _heading(report),
        causes(report.causes, width),
        _table(report, width),
        _failures(report, width, where),
        *(_unjudged(report, outcome) for outcome in (Outcome.ERROR, Outcome.SKIPPED, Outcome.WAIVED)),
        _observed(report),
        _closing(report, where),
    )
    return "\n".join(text for section in sections if (text := rendered(section, width, colour)))


def verdict_line(report: Report) -> str:
    """The verdict and how many requirements have which outcome, in one line."""
    return f"verdict: {report.verdict}: {counts(report.requirements) or 'no requirement judged'}"


def _heading(report: Report) -> Parts:
    commit = f", commit {report.suite.short_commit}" if report.suite.commit else ""
    url = report.document.href
    rows = {
        "target": f"{report.target.url}, namespace {report.target.namespace}",
        "profile": f"{report.profile}, seed {report.seed}",
        "document": ", ".join(filter(None, (report.document.title, f"updated {report.document.updated}", url))),
        "suite": f"{report.suite.version}{commit}",
        "run": f"{report.started_at:%Y-%m-%d %H:%M:%S %Z}, {report.requests} requests"
        f" in {report.duration_seconds:.1f} s",
        "error": report.error,
    }
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows.items():
        if value:
            style = _STYLE[Outcome.ERROR] if name == "error" else ""
            grid.add_row(Text(name, style), Text(visible(value), style))
    yield grid


def _table(report: Report, width: int) -> Parts:
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


def _failures(report: Report, width: int, where: str) -> Parts:
    """Every failed requirement with its first findings, each telling all that its reader needs."""
    if failed := report.having(Outcome.FAILED):
        yield Text(f"Failures ({len(failed)})", BOLD)
    for requirement in failed:
        shown = requirement.findings[:SHOWN_FINDINGS]
        for block in [_finding(requirement, one, width, where) for one in shown] or [_failed_cases(requirement)]:
            yield ""
            yield from block
        if more := len(requirement.findings) - len(shown):
            yield ""
            yield Paragraph(Text(visible(f"{requirement.id}: {more} more in the report")))


def _finding(requirement: RequirementResult, finding: RecordedFinding, width: int, where: str) -> Parts:
    yield from _about(requirement, finding.message)
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
        directory = Path(where).parent if where.endswith(".json") else Path(where)
        yield verbatim(f"  reproduce: {visible(from_here(finding.reproduce, directory))}")


def _failed_cases(requirement: RequirementResult) -> Parts:
    failed = [case.id for case in requirement.cases if case.outcome is Outcome.FAILED]
    more = [f"and {len(failed) - SHOWN_CASES} more"] if len(failed) > SHOWN_CASES else []
    yield from _about(requirement, requirement.reason or "failed")
    yield labelled("  cases: ", visible(", ".join([*failed[:SHOWN_CASES], *more])))


def _about(requirement: RequirementResult, message: str) -> Parts:
    yield Paragraph(Text.assemble((visible(requirement.id), _STYLE[Outcome.FAILED]), f": {visible(message)}"))
    label = "  document: " if requirement.level == "document" else "  convention: "
    yield labelled(label, visible(f"{requirement.statement.rstrip('.')} ({requirement.source})"))


def _unjudged(report: Report, outcome: Outcome) -> Parts:
    """The requirements that have an outcome which is no judgement, by what explains it."""
    requirements = report.having(outcome)
    if requirements:
        yield Paragraph(Text(_REASONS[outcome], BOLD))
    by_reason: dict[str, list[str]] = {}
    for requirement in requirements:
        of_cases = (case.reason for case in requirement.cases if case.outcome is outcome and case.reason)
        reason = requirement.reason or "; ".join(dict.fromkeys(of_cases)) or "no reason given"
        by_reason.setdefault(reason, []).append(requirement.id)
    for reason, names in by_reason.items():
        yield Paragraph(Text(visible(f"{', '.join(names)}: {reason}")), indent=2)


def _observed(report: Report) -> Parts:
    observed, changes, gaps = report.observed, report.observed.immutability, report.observed.document_gaps
    missing = (("statuses", ", ".join(map(str, gaps.statuses))), ("fields", ", ".join(gaps.fields)))
    rows = {
        "changes of immutable fields": ", ".join(f"{path} {how}" for path, how in sorted(changes.items())),
        "answers": ", ".join(f"{status} × {count}" for status, count in sorted(observed.statuses.items())),
        "generated requests accepted": ", ".join(
            f"{seen.accepted} of {seen.sent} {kind} ({_rate(seen.accepted, seen.sent)})"
            for kind, seen in sorted(report.acceptance.items())
            if seen.sent
        ),
        "without the valid credential, or with it in another form": "; ".join(
            f"{name} {' or '.join(map(str, statuses))}" for name, statuses in sorted(observed.credentials.items())
        ),
        "bodies of errors": ", ".join(f"{form} × {count}" for form, count in sorted(observed.error_bodies.items())),
        "values that no source speaks of": "; ".join(
            f"{name} {' or '.join(ways)}" for name, ways in sorted(observed.boundaries.items())
        ),
        "not tried on an adopted object": "; ".join(map(not_tried, observed.not_tried)),
        "added by the server itself": ", ".join(observed.server_added),
        "written by others": ", ".join(observed.other_writers),
        "object under test": observed.object_under_test,
        "dropped when it was created": ", ".join(observed.dropped),
        "document gaps": "; ".join(f"{name} {values}" for name, values in missing if values),
    }
    if any(rows.values()):
        yield Text("Observed", "bold")
    for name, value in rows.items():
        if value:
            yield Paragraph(Text(f"{name}: {visible(value)}"), indent=2)


def _closing(report: Report, where: str) -> Parts:
    if report.exit_status == INTERRUPTED:
        yield Text("interrupted: not everything was judged", "yellow")
    for problem in report.waiver_problems:
        yield labelled("waivers: ", visible(problem), "bold red")
    yield Paragraph(Text(verdict_line(report), _STYLE[LIKE[report.verdict]]))
    if where:
        yield verbatim(f"report: {visible(where)}")


def _rate(part: int, whole: int) -> str:
    # Rounded down: 99.96 % must not read as all of them.
    return f"{part * 1000 // whole / 10:.1f} %"
