"""A comparison as text for a terminal, as Markdown for a CI summary or a chat, as JSON for scripts."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from contracts.report.files import write_whole
from contracts.report.model import RecordedFinding, Report
from contracts.report.outcomes import counted
from contracts.report.runs.comparison import Comparison, Kind, Row
from contracts.report.strength import finding_count, findings
from contracts.report.text.layout import shorten, visible
from contracts.report.text.markdown import code, table_cell

FORMATS = ("text", "markdown", "json")
SHOWN_FINDINGS = 5
LONGEST_MESSAGE = 200

TITLES = {
    Kind.NEWLY_FAILING: "Newly failing",
    Kind.FAILING_FIRST_JUDGED: "Failing, not judged before",
    Kind.NEWLY_ERROR: "Newly error (a case, the suite or the network failed, not the target)",
    Kind.NEWLY_SKIPPED: "Newly skipped",
    Kind.NO_LONGER_JUDGED: "No longer judged",
    Kind.NEWLY_WAIVED: "Newly waived",
    Kind.STILL_FAILING: "Still failing",
    Kind.FIXED: "Fixed",
    Kind.NEWLY_PASSING: "Newly passing",
}
TIME = "%Y-%m-%d %H:%M:%S %Z"
Escape = Callable[[str], str]


def as_text(comparison: Comparison) -> str:
    """The comparison for a terminal, ending in a newline; a different premise is said first."""
    lines = [_run_line("old", comparison.old), _run_line("new", comparison.new)]
    lines += [f"different {one.what}: {visible(one.old)} → {visible(one.new)}" for one in comparison.premises]
    lines += [f"compared: {headline(comparison)}"]
    for title, items in [] if comparison.unjudged else _sections(comparison, visible):
        lines += ["", f"{title} ({len(items)})"]
        for item, *details in items:
            lines += [f"  {item}", *(f"    {detail}" for detail in details)]
    return "\n".join(lines) + "\n"


def as_markdown(comparison: Comparison) -> str:
    """The comparison in GitHub-flavoured Markdown, ending in a newline; nothing that a target said is markup in it."""
    lines = [f"### Contract: {headline(comparison)}", ""]
    lines += [f"- **different {one.what}**: {code(one.old)} → {code(one.new)}" for one in comparison.premises]
    lines += [""] if comparison.premises else []
    lines += ["| | old | new |", "| --- | --- | --- |"]
    old, new = _head(comparison.old), _head(comparison.new)
    lines += [
        f"| {name} | {table_cell(old[name] or 'none')} | {table_cell(new[name] or 'none')} |"
        for name in old
        if old[name] or new[name]
    ]
    for title, items in [] if comparison.unjudged else _sections(comparison, code):
        lines += ["", f"**{title}** ({len(items)})", ""]
        for item, *details in items:
            lines += [f"- {item}", *(f"  - {detail}" for detail in details)]
    return "\n".join(lines) + "\n"


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as a JSON object; a key for each kind of change, empty where nothing changed so."""
    return {
        "worse": comparison.is_worse,
        "unjudged": comparison.unjudged,
        "old": _run_json(comparison.old),
        "new": _run_json(comparison.new),
        "premises": [asdict(one) for one in comparison.premises],
        **{kind.value: [_row_json(row) for row in comparison.having(kind)] for kind in TITLES},
        "observed": [asdict(one) for one in comparison.observed],
        **{
            name: [{"what": one.what, "oldSeconds": one.old, "newSeconds": one.new} for one in timings]
            for name, timings in (("slower", comparison.slower), ("faster", comparison.faster))
        },
    }


def written(comparison: Comparison, form: str) -> str:
    """The comparison in one of `FORMATS`, ending in a newline."""
    if form == "json":
        return json.dumps(as_json(comparison), indent=2) + "\n"
    return as_markdown(comparison) if form == "markdown" else as_text(comparison)


def write(comparison: Comparison, directory: Path) -> None:
    """Write `comparison.md` and `comparison.json`; raises `ReportError` when they cannot be written."""
    write_whole(directory / "comparison.md", written(comparison, "markdown"))
    write_whole(directory / "comparison.json", written(comparison, "json"))


def headline(comparison: Comparison) -> str:
    """In a few words whether it got worse, by what, and what else changed."""
    if comparison.unjudged:
        return f"nothing to compare: the {comparison.unjudged} run came to no verdict"
    worse, other = ([row for row in comparison.rows if row.is_worse is one] for one in (True, False))
    bad = _counted(worse, "still failing with new findings")
    rest = _counted(other, "still failing") + [f"{len(comparison.slower)} slower"] * bool(comparison.slower)
    if bad:
        besides = f"; besides: {', '.join(rest)}" if rest else ""
        return f"worse: {', '.join(bad)}{besides}"
    return f"not worse: {', '.join(rest)}" if rest else "nothing changed in any verdict"


def _counted(rows: list[Row], still: str) -> list[str]:
    """How many of the rows became what."""
    names = {kind: title.partition(" (")[0].lower() for kind, title in TITLES.items()} | {Kind.STILL_FAILING: still}
    numbers = {name: sum(row.kind is kind for row in rows) for kind, name in names.items()}
    return [f"{number} {name}" for name, number in numbers.items() if number]


def _head(run: Report) -> dict[str, str]:
    return {
        "verdict": run.verdict,
        "run": f"{run.started_at:{TIME}}",
        "target": run.tested,
        "findings": str(finding_count(run)),
        "weakened": "; ".join(run.weakened),
        "took": _took(run),
        "profile, seed": f"{run.profile}, {run.seed}",
        "error": run.error,
    }


def _took(run: Report) -> str:
    return f"{run.duration_seconds:.1f} s, {counted(run.requests, 'request')}"


def _run_line(name: str, run: Report) -> str:
    where = visible(run.target.place)
    error = f"; {visible(run.error)}" if run.error else ""
    said = f"{run.verdict}, {findings(run) or 'no finding'}"
    return f"{name}: {run.started_at:{TIME}}  {said}  {where}  ({_took(run)}){error}"


def _sections(comparison: Comparison, escape: Escape) -> Iterator[tuple[str, list[list[str]]]]:
    """The headings with their items: each a line with the lines that belong to it."""
    sections = {title: [[*_row(row, escape)] for row in comparison.having(kind)] for kind, title in TITLES.items()}
    sections["Observed behaviour"] = [
        [f"{escape(one.what)}: {visible(one.old)} → {visible(one.new)}"] for one in comparison.observed
    ]
    for title, timings in (("Slower", comparison.slower), ("Faster", comparison.faster)):
        sections[title] = [[f"{escape(one.what)}: {one.old:.1f} s → {one.new:.1f} s"] for one in timings]
    yield from ((title, items) for title, items in sections.items() if items)


def _row(row: Row, escape: Escape) -> Iterator[str]:
    change = "" if row.old is row.new else f": {row.old or 'unknown'} → {row.new or 'unknown'}"
    yield f"{escape(row.id)}{change}"
    if row.kind is Kind.FIXED:
        return
    if row.kind is Kind.STILL_FAILING and not row.certain and (row.appeared or row.vanished):
        yield "there are more findings than a record shows, and which it shows is chance"
        return
    for sign, changed in (("new", row.appeared), ("gone", row.vanished)):
        for finding in changed[:SHOWN_FINDINGS]:
            yield f"{sign}: {escape(shorten(visible(finding.said), LONGEST_MESSAGE))}"
        if len(changed) > SHOWN_FINDINGS:
            yield f"{sign}: {len(changed) - SHOWN_FINDINGS} more"


def _run_json(run: Report) -> dict[str, Any]:
    return {
        "startedAt": run.started_at.isoformat(),
        "verdict": run.verdict,
        "target": {"url": run.target.url, "namespace": run.target.namespace},
        "profile": run.profile,
        "seed": run.seed,
        "durationSeconds": run.duration_seconds,
        "requests": run.requests,
        "error": run.error,
    }


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "old": row.old,
        "new": row.new,
        "worse": row.is_worse,
        "newFindings": [_finding_json(one) for one in row.appeared],
        "vanishedFindings": [_finding_json(one) for one in row.vanished],
        "certain": row.certain,
    }


def _finding_json(finding: RecordedFinding) -> dict[str, str]:
    return {name: getattr(finding, name) for name in ("message", "field", "expected", "observed")}
