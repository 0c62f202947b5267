"""Several endpoints side by side as text for a terminal, as Markdown, as JSON. Pure."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.report.fleet import Fleet, Result
from contracts.report.outcomes import SIGNS
from contracts.report.text.comparison import table_cell
from contracts.report.text.layout import Verbatim, rendered, shorten
from contracts.report.visible import visible

# Beyond any terminal: what a table takes is measured in it.
WIDEST: Final = 100_000


def as_text(fleet: Fleet, width: int) -> str:
    """A table of requirement and endpoint, ending in a newline; in signs where words do not fit into the width."""
    names = [visible(result.name) for result in fleet.results]
    table, legend = _table(fleet, names, words=True), ""
    if _wide(table) > width:
        numbers = [str(number) for number in range(1, len(names) + 1)]
        table = _table(fleet, numbers, words=False)
        named = "".join(f"{number}  {name}\n" for number, name in zip(numbers, names, strict=True))
        legend = f"{named}{', '.join(f'{sign} {outcome}' for outcome, sign in SIGNS.items())}\n\n"
    lines = [""] if fleet.requirements else []
    lines += [f"{visible(one.name)}: {one.verdict}: {shorten(visible(one.words), 400)}" for one in fleet.results]
    return legend + rendered([table, *map(Verbatim, (*lines, fleet.headline))], max(width, _wide(table)))


def _table(fleet: Fleet, heads: Sequence[str], words: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(1 + len(heads)):
        table.add_column(no_wrap=True)
    table.add_row("", *map(Text, heads))
    table.add_row("verdict", *(_verdict(result, words) for result in fleet.results))
    for family, members in groupby(fleet.requirements, key=lambda one: one.family):
        table.add_row(Text(visible(family)))
        for one in members:
            said = [_outcome(result, one.id, words) for result in fleet.results]
            table.add_row(Text(f"  {visible(one.id)}"), *said)
    return table


def _wide(table: Table) -> int:
    return Console(width=WIDEST).measure(table).maximum


def as_markdown(fleet: Fleet) -> str:
    """What became of each endpoint, and the requirements that do not pass everywhere, in GitHub-flavoured Markdown."""
    lines = [f"### Contract of {len(fleet.results)} endpoints", ""]
    lines += ["interrupted: not every endpoint was judged", ""] if fleet.interrupted else []
    lines += ["| endpoint | verdict | |", "| --- | --- | --- |"]
    for result in fleet.results:
        lines.append(f"| {table_cell(result.name)} | **{result.verdict}** | {table_cell(result.words)} |")
    lines += ["", fleet.headline]
    if fleet.differing:
        lines += ["", f"| requirement | {' | '.join(table_cell(result.name) for result in fleet.results)} |"]
        lines += [f"| --- |{' --- |' * len(fleet.results)}"]
        for one in fleet.differing:
            said = [_outcome(result, one.id, True) for result in fleet.results]
            lines.append(f"| {table_cell(one.id)} | {' | '.join(said)} |")
    return "\n".join(lines) + "\n"


def as_json(fleet: Fleet) -> dict[str, Any]:
    """The results as a JSON object; each endpoint's whole record lies in its own directory."""
    return {
        "startedAt": fleet.started_at.isoformat(),
        "finishedAt": fleet.finished_at.isoformat(),
        "interrupted": fleet.interrupted,
        "exitStatus": fleet.status,
        "endpoints": [_endpoint(result) for result in fleet.results],
        "requirements": [
            {"id": one.id, "outcomes": {result.name: result.outcome(one.id) for result in fleet.results}}
            for one in fleet.requirements
        ],
    }


def _endpoint(result: Result) -> dict[str, Any]:
    report = result.report
    return {
        "name": result.name,
        "url": report.target.url if report else None,
        "namespace": report.target.namespace if report else None,
        "verdict": result.verdict,
        "exitStatus": result.status,
        "error": result.error,
        "requests": report.requests if report else 0,
        "durationSeconds": report.duration_seconds if report else 0.0,
        "report": f"{result.name}/conformance.json" if report else None,
    }


def _verdict(result: Result, words: bool) -> str:
    return result.verdict if words else result.verdict[0].upper()


def _outcome(result: Result, name: str, words: bool) -> str:
    if result.report is None:
        return "-" if words else " "
    outcome = result.outcome(name)
    return outcome if words else SIGNS[outcome]
