"""Many endpoints, a row each: for a terminal, as Markdown, as JSON."""

import json
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.report.outcomes import counted
from contracts.report.runs.endpoints import Endpoint, Endpoints
from contracts.report.text.layout import rendered, shorten, verbatim, visible
from contracts.report.text.markdown import table_cell

FORMATS: Final = ("text", "markdown", "json")
HEADS: Final = ("endpoint", "verdict", "exit", "passed", "failed", "requests", "took", "age", "where")
# What is a number stands at the right of its column.
NUMBERS: Final = HEADS[2:-1]
LONGEST: Final = 200
# Endpoints that are named beside a requirement; the table has all of them.
MOST_NAMED: Final = 20
WIDEST: Final = 100_000


def written(found: Endpoints, form: str) -> str:
    """The endpoints in one of `FORMATS`, ending in a newline."""
    if form == "json":
        return json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n"
    return as_markdown(found) if form == "markdown" else as_text(found)


def as_text(found: Endpoints) -> str:
    """A table that is never broken, however wide the terminal is, what fails, and the headline."""
    table = Table.grid(padding=(0, 2))
    for head in (*HEADS, ""):
        table.add_column(no_wrap=True, justify="right" if head in NUMBERS else "left")
    if found.rows:
        table.add_row(*HEADS, "")
    for row in found.rows:
        table.add_row(*map(Text, map(visible, _cells(row, found))), Text(shorten(visible(row.words), LONGEST)))
    lines = [""] * bool(found.failing)
    lines += [
        f"fails on {counted(len(names), 'endpoint')}: {one}: {_named(names)}" for one, names in found.failing.items()
    ]
    lines += ["", *(f"not counted: {line}" for line in found.left_out), found.headline]
    wide = Console(width=WIDEST).measure(table).maximum
    return rendered([table, *(verbatim(visible(line)) for line in lines)], max(wide, 1))


def as_markdown(found: Endpoints) -> str:
    """The same in GitHub-flavoured Markdown; nothing that a target said is markup in it."""
    lines = [f"### Contract of {found.headline}", "", f"| {' | '.join(HEADS)} | |"]
    lines += [f"| {' | '.join('---:' if head in NUMBERS else '---' for head in HEADS)} | --- |"]
    for row in found.rows:
        name, verdict, *numbers, where = _cells(row, found)
        words = shorten(visible(row.words), LONGEST)
        lines.append(
            f"| {table_cell(name)} | **{verdict}** | {' | '.join(numbers)} | {_cell(where)} | {_cell(words)} |"
        )
    if found.failing:
        lines += ["", "| fails | endpoints | |", "| --- | ---: | --- |"]
    lines += [
        f"| {table_cell(one)} | {len(names)} | {table_cell(_named(names))} |" for one, names in found.failing.items()
    ]
    lines += [""] * bool(found.left_out) + [f"- not counted: {table_cell(line)}" for line in found.left_out]
    return "\n".join(lines) + "\n"


def as_json(found: Endpoints) -> dict[str, Any]:
    """The same as a JSON object."""
    return {
        "at": found.now.isoformat(),
        "exitStatus": found.status,
        "endpoints": [_json(row) for row in found.rows],
        "failing": {name: list(names) for name, names in found.failing.items()},
        "notCounted": list(found.left_out),
        "tooOld": found.too_old,
    }


def _cells(row: Endpoint, found: Endpoints) -> list[str]:
    """What stands below the heads."""
    record = row.record
    if record is None:
        return [row.name, row.verdict, str(row.status), *[""] * 6]
    numbers = (record.passed, len(record.failed), record.requests)
    return [
        row.name,
        row.verdict,
        str(row.status),
        *map(str, numbers),
        f"{record.seconds:.0f} s",
        found.age(record),
        f"{record.url}, {record.namespace}" if record.name != record.url else record.namespace,
    ]


def _cell(text: str) -> str:
    return table_cell(text) if text else ""


def _named(names: tuple[str, ...]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _json(row: Endpoint) -> dict[str, Any]:
    record = row.record
    return {
        "name": row.name,
        "url": record.url if record else None,
        "namespace": record.namespace if record else None,
        "profile": record.profile if record else None,
        "judgedBy": list(record.by) if record else [],
        "verdict": row.verdict,
        "exitStatus": row.status,
        "passed": record.passed if record else 0,
        "failed": list(row.failed),
        "requests": record.requests if record else 0,
        "durationSeconds": record.seconds if record else 0.0,
        "startedAt": record.started_at.isoformat() if record else None,
        "words": row.words,
        "olderRecords": row.older,
        "record": record.file if record else None,
    }
