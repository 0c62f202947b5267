"""The summary of a run for the person at the terminal: what was judged, what was found, what to do about it."""

from collections.abc import Callable, Iterator

from contracts.report.model import Report, Verdict
from contracts.report.text.layout import Paint, pad, visible, wrap
from contracts.report.text.page import Page, counts
from contracts.report.text.requirements import errors, failures, skipped, table, waived

NARROWEST = 40

_VERDICT_STYLE = {
    Verdict.CONFORMANT: "green",
    Verdict.PARTIAL: "yellow",
    Verdict.NONCONFORMANT: "red",
    Verdict.ERROR: "magenta",
}


def summary(report: Report, colour: bool, width: int, where: str = "") -> str:
    """The report as text, ending in a newline; `where` names the file or directory that holds the whole record.

    No line is wider than `width` (at least `NARROWEST`) except the `reproduce:` and `report:` lines, which are
    never broken, so that they can be copied. `colour` adds ANSI styles; whether they are
    wanted is for the caller to know.
    """
    page = Page(report, max(width, NARROWEST), Paint(colour), where)
    sections: tuple[Callable[[Page], Iterator[str]], ...] = (
        _heading,
        table,
        failures,
        errors,
        skipped,
        waived,
        _observed,
        _closing,
    )
    blocks = ("\n".join(section(page)) for section in sections)
    return "\n\n".join(block for block in blocks if block) + "\n"


def verdict_line(report: Report) -> str:
    """The verdict and how many requirements have which outcome, in one line."""
    return f"verdict: {report.verdict}: {counts(report.requirements) or 'no requirement judged'}"


def _heading(page: Page) -> Iterator[str]:
    report = page.report
    commit = f", commit {report.suite.commit[:12]}" if report.suite.commit else ""
    rows = {
        "target": f"{report.target.url}, namespace {report.target.namespace}",
        "profile": f"{report.profile}, seed {report.seed}",
        "document": f"{report.document.title}, updated {report.document.updated}",
        "suite": f"{report.suite.version}{commit}",
        "run": f"{report.started_at:%Y-%m-%d %H:%M:%S %Z}, {report.requests} requests"
        f" in {report.duration_seconds:.1f} s",
    }
    for name, value in rows.items():
        yield from wrap(visible(value), page.width, pad(name, 10), " " * 10)
    if report.error:
        for line in wrap(visible(report.error), page.width, pad("error", 10), " " * 10):
            yield page.paint(line, "magenta")


def _observed(page: Page) -> Iterator[str]:
    observed = page.report.observed
    immutability = ", ".join(f"{path} {how}" for path, how in sorted(observed.immutability.items()))
    statuses = ", ".join(f"{status} × {count}" for status, count in sorted(observed.statuses.items()))
    acceptance = ", ".join(
        f"{seen.accepted} of {seen.sent} {kind} ({_rate(seen.accepted, seen.sent)})"
        for kind, seen in sorted(page.report.acceptance.items())
        if seen.sent
    )
    gaps = observed.document_gaps
    missing = [f"{name} {', '.join(map(str, values))}" for name, values in _gaps(gaps.statuses, gaps.fields)]
    rows = {
        "changes of immutable fields": immutability,
        "answers": statuses,
        "generated requests accepted": acceptance,
        "document gaps": "; ".join(missing),
    }
    if any(rows.values()):
        yield page.paint("Observed", "bold")
    for name, value in rows.items():
        if value:
            yield from wrap(visible(value), page.width, f"  {name}: ", "    ")


def _gaps(statuses: tuple[int, ...], fields: tuple[str, ...]) -> Iterator[tuple[str, tuple[object, ...]]]:
    if statuses:
        yield "statuses", statuses
    if fields:
        yield "fields", fields


def _closing(page: Page) -> Iterator[str]:
    report = page.report
    if report.exit_status == 2:
        yield page.paint("interrupted: not everything was judged", "yellow")
    for problem in report.waiver_problems:
        for line in wrap(visible(problem), page.width, "waivers: ", " " * 9):
            yield page.paint(line, "red")
    style = _VERDICT_STYLE[report.verdict]
    numbers = counts(report.requirements) or "no requirement judged"
    first, *others = wrap(f"{report.verdict}: {numbers}", page.width, "verdict: ", " " * 9)
    yield page.paint(first, style)
    for line in others:
        yield page.paint(line, style)
    if page.where:
        yield f"report: {visible(page.where)}"


def _rate(part: int, whole: int) -> str:
    # Rounded down: 99.96 % must not read as all of them.
    return f"{part * 1000 // whole / 10:.1f} %"
