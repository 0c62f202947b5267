"""The summary of a run for the person at the terminal: what was judged, what was found, what to do about it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from rich.columns import Columns
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from contracts.report import strength
from contracts.report.model import Outcome, Report, Treatment
from contracts.report.outcomes import INTERRUPTED, LIKE, counted, counts, not_tried
from contracts.report.text import findings
from contracts.report.text.causes import causes
from contracts.report.text.layout import Paragraph, labelled, rendered, visible

NARROWEST: Final = 40
FAILED: Final = 1
# Lines of an observation; more of what others have written, which stays on an adopted object.
MOST_OBSERVED: Final = 2
MOST_BY_OTHERS: Final = 12
_BY_OTHERS: Final = frozenset({"added by the server itself", "written by others"})
FEW: Final = 3
MOST_NAMED: Final = 8
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
    Outcome.ERROR: "Not judged: a case, the suite or the network failed, not the target",
    Outcome.SKIPPED: "Skipped: an option supplies what is missing, or limits what is judged",
    Outcome.WAIVED: "Waived: known deviations",
}
Parts = Iterator[RenderableType]


def summary(report: Report, colour: bool, width: int, where: str = "") -> str:
    """The report as text, ending in a newline; `where` names the file or directory that holds the whole record."""
    return body(report, colour, width, where) + (report_line(where) if where else "")


def body(report: Report, colour: bool, width: int, where: str = "") -> str:
    """The summary without its last line, which names a file.

    No line is wider than `width` (at least `NARROWEST`) except those that begin with `helps:` and `show it:`, which
    are never broken, so that they can be copied. `colour` adds ANSI styles; whether they are wanted is for the caller
    to know.
    """
    width = max(width, NARROWEST)
    sections = (
        _heading(report),
        causes(report.causes, width),
        _families(report),
        _failures(report, width, where),
        *(_unjudged(report, outcome) for outcome in (Outcome.ERROR, Outcome.SKIPPED, Outcome.WAIVED)),
        _observed(report),
        _closing(report),
    )
    return "\n".join(text for section in sections if (text := rendered(section, width, colour)))


def report_line(file: str) -> str:
    """The last line of all, ending in a newline: which file to open."""
    return f"report: {visible(file)}\n"


def verdict_line(report: Report) -> str:
    """The verdict, how many requirements have which outcome, and whether less was judged than usual, in one line."""
    said = counts(report.requirements) or "no requirement judged"
    return "; ".join(filter(None, (f"verdict: {report.verdict}: {said}", strength.weakened(report))))


def exit_line(report: Report) -> str:
    """Why the exit status is not 0, in a line; empty where it is."""
    why = {INTERRUPTED: "interrupted: not everything was judged", FAILED: _why_failed(report)}
    status = report.exit_status
    return f"exit status {status}: {why.get(status, report.error or 'nothing can be said')}" if status else ""


def _why_failed(report: Report) -> str:
    if failed := report.having(Outcome.FAILED):
        said = strength.findings(report) or f"{counted(len(failed), 'requirement')} failed"
        return f"{said}: {', '.join(one.id for one in failed)}"
    if report.waiver_problems:
        return "; ".join(report.waiver_problems)
    missing = [one for one in report.requirements if one.outcome in (Outcome.SKIPPED, Outcome.WAIVED)]
    return f"not everything was judged (--require-complete): {', '.join(one.id for one in missing)}"


def _heading(report: Report) -> Parts:
    commit = f", commit {report.suite.short_commit}" if report.suite.commit else ""
    took = f"{report.started_at:%Y-%m-%d %H:%M:%S %Z}, {report.duration_seconds:.1f} s, seed {report.seed}"
    document = ", ".join(filter(None, (report.document.title, report.document.edition, report.document.href)))
    rows = {
        "target": report.tested,
        "against": f"{document}; profile {report.profile}",
        "run": f"{took}; suite {report.suite.version}{commit}",
        "judged": strength.strength(report).words(),
        "weakened": "; ".join(report.weakened),
        "error": report.error,
    }
    marked = {"error": Outcome.ERROR, "weakened": Outcome.SKIPPED}
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows.items():
        if value:
            style = _STYLE[marked[name]] if name in marked else ""
            grid.add_row(Text.assemble((name, style)), Text.assemble((visible(value), style)))
    yield grid


def _families(report: Report) -> Parts:
    """How many requirements of each family have which outcome, in as many columns as there is room for."""
    found = []
    # Grouped by neighbourhood: the report keeps the catalogue's order, in which a family stands together.
    for family, members in groupby(report.requirements, lambda each: each.family):
        numbers = Counter(one.outcome for one in members)
        said = [Text(f"{numbers[one]} {one}", _STYLE[one]) for one in Outcome if numbers[one]]
        found.append(Text.assemble(f"{visible(family)}: ", Text(", ").join(said)))
    if found:
        yield Columns(found, padding=(0, 4, 0, 0), equal=True)


def _failures(report: Report, width: int, where: str) -> Parts:
    """The first finding of every failed requirement, telling all that its reader needs."""
    failed = report.having(Outcome.FAILED)
    if failed:
        number = strength.finding_count(report)
        first = "; the first of each" if number > len(failed) else ""
        yield Text(f"Findings: {number} against {counted(len(failed), 'requirement')}{first}", BOLD)
    for requirement in failed:
        if requirement.findings:
            yield from findings.finding(requirement, requirement.findings[0], width, where)
        else:
            names = [case.id for case in requirement.cases if case.outcome is Outcome.FAILED]
            yield from findings.failed_cases(requirement, names, width)


def _unjudged(report: Report, outcome: Outcome) -> Parts:
    """The requirements that have an outcome which is no judgement, by what explains it; cases in error of any other."""
    by_reason: dict[str, list[str]] = {}
    for requirement in report.requirements:
        of_cases = (case.reason for case in requirement.cases if case.outcome is outcome and case.reason)
        cases = "; ".join(dict.fromkeys(of_cases))
        if requirement.outcome is outcome:
            by_reason.setdefault(requirement.reason or cases or "no reason given", []).append(requirement.id)
        elif outcome is Outcome.ERROR and cases:
            by_reason.setdefault(cases, []).append(f"{requirement.id} in part")
    if by_reason:
        interrupted = outcome is Outcome.ERROR and report.exit_status == INTERRUPTED
        yield Paragraph(Text("Not judged: the run was interrupted" if interrupted else _REASONS[outcome], BOLD))
    for reason, names in by_reason.items():
        yield Paragraph(Text(visible(f"{_briefly(names, report)}: {reason}")), indent=2)


def _briefly(names: Sequence[str], report: Report) -> str:
    """Requirements by their ids; of many the first, and how much of all their cases came to an end."""
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    cases = {case.id: case for one in report.requirements if one.id in names for case in one.cases}
    judged = sum(case.outcome in (Outcome.PASSED, Outcome.FAILED) for case in cases.values())
    part = f" ({judged} of their {counted(len(cases), 'case')} judged)" if judged else ""
    return f"{', '.join(names[:FEW])} and {len(names) - FEW} more{part}"


def _treatment(changes: Mapping[str, Treatment]) -> str:
    """What becomes of changes of immutable fields, by what that is."""
    by_way = {way: [path for path, how in sorted(changes.items()) if how is way] for way in reversed(Treatment)}
    explained = {Treatment.MIXED: "mixed (refused or ignored, by what is changed)"}
    said = {explained.get(way, way): found for way, found in by_way.items() if found}
    return "; ".join(f"{way}: {', '.join(found)}" for way, found in said.items())


def _credentials(seen: Mapping[str, tuple[int, ...]]) -> str:
    """The statuses that other credentials were answered with; what most were is not listed by name."""
    by_answer: dict[str, list[str]] = {}
    for name, statuses in sorted(seen.items()):
        by_answer.setdefault(" or ".join(map(str, statuses)), []).append(name)
    ordered = sorted(by_answer.items(), key=lambda item: -len(item[1]))
    return "; ".join(
        f"{statuses} to {', '.join(names) if len(names) <= FEW else f'{len(names)} forms'}"
        for statuses, names in ordered
    )


def _forms(seen: Mapping[str, int]) -> str:
    """How often errors had which form of body, where there was more than one."""
    return ", ".join(f"{form} × {count}" for form, count in sorted(seen.items())) if len(seen) > 1 else ""


def _observed(report: Report) -> Parts:
    observed, changes, gaps = report.observed, report.observed.immutability, report.observed.document_gaps
    missing = (("statuses", ", ".join(map(str, gaps.statuses))), ("fields", ", ".join(gaps.fields)))
    rows = {
        "changes of immutable fields": _treatment(changes),
        "answers to replacements": ", ".join(
            f"{status} × {count}" for status, count in sorted(observed.statuses.items())
        ),
        "other credentials": _credentials(observed.credentials),
        "bodies of errors": _forms(observed.error_bodies),
        "values that no source speaks of": "; ".join(
            f"{name} {' or '.join(ways)}" for name, ways in sorted(observed.boundaries.items())
        ),
        "not tried on an adopted object": "; ".join(map(not_tried, observed.not_tried)),
        "added by the server itself": ", ".join(observed.server_added),
        "written by others": ", ".join(observed.other_writers),
        "object under test": observed.object_under_test,
        "dropped when it was created": ", ".join(observed.dropped),
        "document gaps (seen, and not on the page)": "; ".join(
            f"{name} {values}" for name, values in missing if values
        ),
    }
    if any(rows.values()):
        yield Text("Observed", "bold")
    for name, value in rows.items():
        if value:
            most = MOST_BY_OTHERS if name in _BY_OTHERS else MOST_OBSERVED
            yield Paragraph(Text(f"{name}: {visible(value)}"), indent=2, most=most)


def _closing(report: Report) -> Parts:
    if report.exit_status and not report.having(Outcome.FAILED):
        yield Paragraph(Text(visible(exit_line(report)), _STYLE[LIKE[report.verdict]]))
    elif report.exit_status == INTERRUPTED:
        yield Text(visible(exit_line(report)), "yellow")
    for problem in report.waiver_problems if report.having(Outcome.FAILED) else ():
        yield labelled("waivers: ", visible(problem), "bold red")
    yield Paragraph(Text(visible(verdict_line(report)), _STYLE[LIKE[report.verdict]]))
