"""The summary of a run for the person at the terminal: what was judged, what was found, what to do about it."""

from typing import Final

from rich.table import Table
from rich.text import Text

from contracts.report.model import Outcome, Report, Verdict
from contracts.report.outcomes import counts
from contracts.report.text.layout import Paragraph, Verbatim, labelled, rendered, visible
from contracts.report.text.requirements import Parts, failures, table, unjudged

NARROWEST: Final = 40
INTERRUPTED: Final = 2

_VERDICT_STYLE = {
    Verdict.CONFORMANT: "green",
    Verdict.PARTIAL: "yellow",
    Verdict.NONCONFORMANT: "bold red",
    Verdict.ERROR: "bold magenta",
}


def summary(report: Report, colour: bool, width: int, where: str = "") -> str:
    """The report as text, ending in a newline; `where` names the file or directory that holds the whole record.

    No line is wider than `width` (at least `NARROWEST`) except the `reproduce:` and `report:` lines, which are
    never broken, so that they can be copied. `colour` adds ANSI styles; whether they are
    wanted is for the caller to know.
    """
    width = max(width, NARROWEST)
    sections = (
        _heading(report),
        table(report, width),
        failures(report, width),
        *(unjudged(report, outcome) for outcome in (Outcome.ERROR, Outcome.SKIPPED, Outcome.WAIVED)),
        _observed(report),
        _closing(report, where),
    )
    return "\n".join(text for section in sections if (text := rendered(section, width, colour)))


def verdict_line(report: Report) -> str:
    """The verdict and how many requirements have which outcome, in one line."""
    return f"verdict: {report.verdict}: {counts(report.requirements) or 'no requirement judged'}"


def _heading(report: Report) -> Parts:
    commit = f", commit {report.suite.commit[:12]}" if report.suite.commit else ""
    rows = {
        "target": f"{report.target.url}, namespace {report.target.namespace}",
        "profile": f"{report.profile}, seed {report.seed}",
        "document": f"{report.document.title}, updated {report.document.updated}",
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
            style = _VERDICT_STYLE[Verdict.ERROR] if name == "error" else ""
            grid.add_row(Text(name, style), Text(visible(value), style))
    yield grid


def _observed(report: Report) -> Parts:
    observed, gaps = report.observed, report.observed.document_gaps
    missing = (("statuses", ", ".join(map(str, gaps.statuses))), ("fields", ", ".join(gaps.fields)))
    rows = {
        "changes of immutable fields": ", ".join(
            f"{path} {how}" for path, how in sorted(observed.immutability.items())
        ),
        "answers": ", ".join(f"{status} × {count}" for status, count in sorted(observed.statuses.items())),
        "generated requests accepted": ", ".join(
            f"{seen.accepted} of {seen.sent} {kind} ({_rate(seen.accepted, seen.sent)})"
            for kind, seen in sorted(report.acceptance.items())
            if seen.sent
        ),
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
    yield Paragraph(Text(verdict_line(report), _VERDICT_STYLE[report.verdict]))
    if where:
        yield Verbatim(f"report: {visible(where)}")


def _rate(part: int, whole: int) -> str:
    # Rounded down: 99.96 % must not read as all of them.
    return f"{part * 1000 // whole / 10:.1f} %"
