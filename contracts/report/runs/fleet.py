"""The results of several endpoints side by side, for a terminal, as Markdown, as JSON. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.report.model import Outcome, Report, RequirementResult, Verdict
from contracts.report.outcomes import INTERRUPTED, JUDGED, SIGNS, counted, counts, worst
from contracts.report.text.layout import rendered, shorten, verbatim, visible
from contracts.report.text.markdown import table_cell

# Beyond any terminal: what a table takes is measured in it.
WIDEST: Final = 100_000
MOST_COLUMNS: Final = 40


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one endpoint's run: exit status, record where it left one, and what went wrong with it."""

    name: str
    status: int
    report: Report | None
    error: str = ""

    @property
    def verdict(self) -> Verdict:
        """The record's verdict; an error where there is no record."""
        return self.report.verdict if self.report else Verdict.ERROR

    @property
    def words(self) -> str:
        """In one line what became of it, without the verdict."""
        if self.error or not self.report:
            return self.error
        return "; ".join([counts(self.report.requirements), *self.report.waiver_problems])

    @property
    def requirements(self) -> tuple[RequirementResult, ...]:
        """What was found about each requirement; nothing where there is no record."""
        return self.report.requirements if self.report else ()

    @property
    def was_judged(self) -> bool:
        """Whether anything was said about the endpoint, and not only that it cannot be judged."""
        return any(one.outcome in JUDGED for one in self.requirements)

    def outcome(self, name: str) -> Outcome:
        """The outcome of one requirement; an error where there is none."""
        return next((one.outcome for one in self.requirements if one.id == name), Outcome.ERROR)


@dataclass(frozen=True, slots=True)
class FleetReport:
    """The results of all endpoints, in the order in which they were listed."""

    results: tuple[Result, ...]
    started_at: datetime
    finished_at: datetime
    interrupted: bool = False

    @property
    def requirements(self) -> tuple[RequirementResult, ...]:
        """Every requirement that any record knows, as the first one has it."""
        known: dict[str, RequirementResult] = {}
        for requirement in (one for result in self.results for one in result.requirements):
            known.setdefault(requirement.id, requirement)
        return tuple(known.values())

    @property
    def status(self) -> int:
        """The exit status: the worst of all, or that of an interruption."""
        return INTERRUPTED if self.interrupted else worst([result.status for result in self.results])

    @property
    def differing(self) -> tuple[RequirementResult, ...]:
        """The requirements that do not pass on every endpoint that was judged."""
        judged = [result for result in self.results if result.was_judged]
        return tuple(
            one for one in self.requirements if any(result.outcome(one.id) is not Outcome.PASSED for result in judged)
        )

    @property
    def failing(self) -> set[str]:
        """The ids of the requirements that fail anywhere."""
        rows = (one for result in self.results for one in result.requirements)
        return {one.id for one in rows if one.outcome is Outcome.FAILED}

    @property
    def headline(self) -> str:
        """In one line how many requirements pass everywhere."""
        judged = sum(result.was_judged for result in self.results)
        number, every = len(self.requirements), len(self.requirements) - len(self.differing)
        if not judged:
            return "No endpoint could be judged."
        where = f"each of the {judged} endpoints" if judged > 1 else "the one endpoint"
        return f"{every} of {number} requirements pass on {where} that could be judged."


def as_text(fleet: FleetReport, width: int) -> str:
    """A table of requirement and endpoint, ending in a newline; in signs where words do not fit into the width.

    Of more than `MOST_COLUMNS` endpoints only a line each.
    """
    lines = [f"{visible(one.name)}: {one.verdict}: {shorten(visible(one.words), 400)}" for one in fleet.results]
    if len(fleet.results) > MOST_COLUMNS:
        return rendered(map(verbatim, (*lines, fleet.headline)), width)
    names = [visible(result.name) for result in fleet.results]
    table, legend = _table(fleet, names, words=True), ""
    if _wide(table) > width:
        numbers = [str(number) for number in range(1, len(names) + 1)]
        table = _table(fleet, numbers, words=False)
        named = "".join(f"{number}  {name}\n" for number, name in zip(numbers, names, strict=True))
        legend = f"{named}{', '.join(f'{sign} {outcome}' for outcome, sign in SIGNS.items())}\n\n"
    lines = [""] * bool(fleet.requirements) + lines
    return legend + rendered([table, *map(verbatim, (*lines, fleet.headline))], max(width, _wide(table)))


def _table(fleet: FleetReport, heads: Sequence[str], words: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(1 + len(heads)):
        table.add_column(no_wrap=True)
    table.add_row("", *map(Text, heads))
    verdicts = [result.verdict for result in fleet.results]
    table.add_row("verdict", *(verdict if words else verdict[0].upper() for verdict in verdicts))
    for family, members in groupby(fleet.requirements, key=lambda one: one.family):
        table.add_row(Text(visible(family)))
        for one in members:
            table.add_row(Text(f"  {visible(one.id)}"), *_outcomes(fleet, one.id, words))
    return table


def _wide(table: Table) -> int:
    return Console(width=WIDEST).measure(table).maximum


def _outcomes(fleet: FleetReport, name: str, words: bool) -> list[str]:
    found = [result.outcome(name) if result.report else None for result in fleet.results]
    return [one or "-" for one in found] if words else [SIGNS[one] if one else " " for one in found]


def as_markdown(fleet: FleetReport) -> str:
    """What became of each endpoint, and the requirements that do not pass everywhere, in GitHub-flavoured Markdown."""
    lines = [f"### Contract of {counted(len(fleet.results), 'endpoint')}", ""]
    lines += ["interrupted: not every endpoint was judged", ""] if fleet.interrupted else []
    lines += ["| endpoint | verdict | |", "| --- | --- | --- |"]
    for result in fleet.results:
        lines.append(f"| {table_cell(result.name)} | **{result.verdict}** | {table_cell(result.words)} |")
    lines += ["", fleet.headline]
    if fleet.differing:
        lines += ["", f"| requirement | {' | '.join(table_cell(result.name) for result in fleet.results)} |"]
        lines += [f"| --- |{' --- |' * len(fleet.results)}"]
    lines += [f"| {table_cell(one.id)} | {' | '.join(_outcomes(fleet, one.id, True))} |" for one in fleet.differing]
    return "\n".join(lines) + "\n"


def as_json(fleet: FleetReport) -> dict[str, Any]:
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
