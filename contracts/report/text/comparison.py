"""A comparison as text for a terminal, as Markdown for a CI summary or a chat, as JSON for scripts."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from contracts.report.comparison import ChangedFact, ComparedRun, Comparison, Kind, Row, Timing
from contracts.report.files import write_whole
from contracts.report.model import RecordedFinding
from contracts.report.text.layout import shorten
from contracts.report.visible import visible

FORMATS = ("text", "markdown", "json")
SHOWN_FINDINGS = 5
LONGEST_MESSAGE = 200

TITLES = {
    Kind.NEWLY_FAILING: "Newly failing",
    Kind.NEWLY_ERROR: "Newly error (the suite or the network failed, not the target)",
    Kind.NEWLY_SKIPPED: "Newly skipped",
    Kind.NO_LONGER_JUDGED: "No longer judged",
    Kind.NEWLY_WAIVED: "Newly waived",
    Kind.STILL_FAILING: "Still failing",
    Kind.FIXED: "Fixed",
    Kind.NEWLY_PASSING: "Newly passing",
}
Escape = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with its items; each item is a line with lines that belong to it."""

    title: str
    items: tuple[tuple[str, tuple[str, ...]], ...]


def as_text(comparison: Comparison) -> str:
    """The comparison for a terminal, ending in a newline; a different premise is said first."""
    lines = [_run_line("old", comparison.old), _run_line("new", comparison.new)]
    lines += [f"different {one.what}: {visible(one.old)} → {visible(one.new)}" for one in comparison.premises]
    lines += [f"compared: {headline(comparison)}"]
    for section in _sections(comparison, visible):
        lines += ["", f"{section.title} ({len(section.items)})"]
        for item, details in section.items:
            lines += [f"  {item}", *(f"    {detail}" for detail in details)]
    return "\n".join(lines) + "\n"


def as_markdown(comparison: Comparison) -> str:
    """The comparison in GitHub-flavoured Markdown, ending in a newline; nothing that a target said is markup in it."""
    lines = [f"### Contract: {headline(comparison)}", ""]
    lines += [f"- **different {one.what}**: {_code(one.old)} → {_code(one.new)}" for one in comparison.premises]
    lines += [""] if comparison.premises else []
    lines += ["| | old | new |", "| --- | --- | --- |"]
    lines += [f"| {name} | {table_cell(old)} | {table_cell(new)} |" for name, old, new in _head(comparison)]
    for section in _sections(comparison, _code):
        lines += ["", f"**{section.title}** ({len(section.items)})", ""]
        for item, details in section.items:
            lines += [f"- {item}", *(f"  - {detail}" for detail in details)]
    return "\n".join(lines) + "\n"


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as a JSON object; a key for each kind of change, empty where nothing changed so."""
    return {
        "worse": comparison.is_worse,
        "old": _run_json(comparison.old),
        "new": _run_json(comparison.new),
        "premises": [asdict(one) for one in comparison.premises],
        **{kind.value: [_row_json(row) for row in comparison.having(kind)] for kind in TITLES},
        "observed": [asdict(one) for one in comparison.observed],
        "slower": [_timing_json(one) for one in comparison.slower],
        "faster": [_timing_json(one) for one in comparison.faster],
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
    """In a few words whether it got worse, and what changed."""
    counted = [(kind, len(comparison.having(kind))) for kind in TITLES]
    parts = [f"{number} {_words(kind)}" for kind, number in counted if number]
    parts += [f"{len(rows)} with new findings"] if (rows := _with_new_findings(comparison)) else []
    parts += [f"{len(comparison.slower)} slower"] if comparison.slower else []
    if comparison.is_worse:
        return f"worse: {', '.join(parts)}"
    return f"not worse: {', '.join(parts)}" if parts else "nothing changed in any verdict"


def _with_new_findings(comparison: Comparison) -> tuple[Row, ...]:
    return tuple(row for row in comparison.having(Kind.STILL_FAILING) if row.appeared and row.certain)


def _words(kind: Kind) -> str:
    return TITLES[kind].partition(" (")[0].lower()


def _code(text: str) -> str:
    """The text as a code span: no link, no mention and no markup is made of what a target said."""
    line = visible(text).strip() or " "
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence, room = "`" * (longest + 1), " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}"


def table_cell(text: str) -> str:
    """The text as a code span that may stand in a table."""
    # A bar ends a cell even within a code span.
    return _code(text).replace("|", "\\|")


def _head(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    old, new = comparison.old, comparison.new
    yield "verdict", old.verdict, new.verdict
    yield "run", f"{old.started_at:%Y-%m-%d %H:%M:%S %Z}", f"{new.started_at:%Y-%m-%d %H:%M:%S %Z}"
    yield "target", f"{old.url}, {old.namespace}", f"{new.url}, {new.namespace}"
    yield "took", _took(old), _took(new)
    yield "profile, seed", f"{old.profile}, {old.seed}", f"{new.profile}, {new.seed}"
    if old.error or new.error:
        yield "error", old.error or "none", new.error or "none"


def _took(run: ComparedRun) -> str:
    return f"{run.duration_seconds:.1f} s, {run.requests} requests"


def _run_line(name: str, run: ComparedRun) -> str:
    where = visible(f"{run.url}, namespace {run.namespace}")
    error = f"; {visible(run.error)}" if run.error else ""
    return f"{name}: {run.started_at:%Y-%m-%d %H:%M:%S %Z}  {run.verdict}  {where}  ({_took(run)}){error}"


def _sections(comparison: Comparison, escape: Escape) -> Iterator[Section]:
    for kind, title in TITLES.items():
        if rows := comparison.having(kind):
            yield Section(title, tuple((_row_line(row, escape), tuple(_details(row, escape))) for row in rows))
    if comparison.observed:
        yield Section("Observed behaviour", tuple((_difference(one, escape), ()) for one in comparison.observed))
    for title, timings in (("Slower", comparison.slower), ("Faster", comparison.faster)):
        if timings:
            yield Section(title, tuple((_timing(one, escape), ()) for one in timings))


def _row_line(row: Row, escape: Escape) -> str:
    change = "" if row.old is row.new else f": {row.old or 'unknown'} → {row.new or 'unknown'}"
    return f"{escape(row.id)}{change}"


def _details(row: Row, escape: Escape) -> Iterator[str]:
    if row.kind is Kind.FIXED:
        return
    if row.kind is Kind.STILL_FAILING and not row.certain and (row.appeared or row.vanished):
        yield "there are more findings than a record shows, and which it shows is chance"
        return
    for sign, findings in (("new", row.appeared), ("gone", row.vanished)):
        for finding in findings[:SHOWN_FINDINGS]:
            yield f"{sign}: {escape(shorten(_finding(finding), LONGEST_MESSAGE))}"
        if len(findings) > SHOWN_FINDINGS:
            yield f"{sign}: {len(findings) - SHOWN_FINDINGS} more"


def _finding(finding: RecordedFinding) -> str:
    field = f" ({finding.field})" if finding.field and finding.field not in finding.message else ""
    return visible(finding.message + field)


def _difference(one: ChangedFact, escape: Escape) -> str:
    return f"{escape(one.what)}: {visible(one.old)} → {visible(one.new)}"


def _timing(one: Timing, escape: Escape) -> str:
    return f"{escape(one.what)}: {one.old:.1f} s → {one.new:.1f} s"


def _run_json(run: ComparedRun) -> dict[str, Any]:
    return {
        "startedAt": run.started_at.isoformat(),
        "verdict": run.verdict,
        "target": {"url": run.url, "namespace": run.namespace},
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


def _timing_json(one: Timing) -> dict[str, Any]:
    return {"what": one.what, "oldSeconds": one.old, "newSeconds": one.new}
