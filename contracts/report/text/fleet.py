"""Several endpoints side by side as text for a terminal, as Markdown, as JSON. Pure."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from contracts.report.fleet import Fleet, Result
from contracts.report.html.page import SIGNS
from contracts.report.model import Outcome
from contracts.report.text.comparison import table_cell
from contracts.report.text.layout import cells, pad, shorten
from contracts.report.visible import visible


def as_text(fleet: Fleet, width: int) -> str:
    """A table of requirement and endpoint, ending in a newline; in signs where words do not fit into the width."""
    names = [visible(result.name) for result in fleet.results]
    first = max((cells(visible(one.id)) for one in fleet.requirements), default=11)
    columns = [max(cells(name), len(Outcome.NOT_APPLICABLE)) for name in names]
    fits = 2 + first + sum(2 + column for column in columns) <= width
    lines = [] if fits else [f"{number}  {name}" for number, name in enumerate(names, 1)] + [_signs(), ""]
    heads = names if fits else [str(number) for number in range(1, len(names) + 1)]
    columns = columns if fits else [max(2, len(head)) for head in heads]
    lines.append(_line(pad("", 2 + first), heads, columns))
    lines.append(_line(pad("verdict", 2 + first), [_verdict(one, fits) for one in fleet.results], columns))
    for family, members in groupby(fleet.requirements, key=lambda one: one.family):
        lines.append(visible(family))
        for requirement in members:
            said = [_outcome(result, requirement.id, fits) for result in fleet.results]
            lines.append(_line(f"  {pad(visible(requirement.id), first)}", said, columns))
    lines += [""] if fleet.requirements else []
    lines += [f"{visible(one.name)}: {one.verdict}: {shorten(visible(one.words), 400)}" for one in fleet.results]
    lines += [fleet.headline]
    return "\n".join(line.rstrip() for line in lines) + "\n"


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


def _line(head: str, said: list[str], columns: list[int]) -> str:
    return head + "".join(f"  {pad(word, column)}" for word, column in zip(said, columns, strict=True))


def _verdict(result: Result, words: bool) -> str:
    return result.verdict if words else result.verdict[0].upper()


def _outcome(result: Result, name: str, words: bool) -> str:
    if result.report is None:
        return "-" if words else " "
    outcome = result.outcome(name)
    return outcome if words else SIGNS[outcome]


def _signs() -> str:
    def each() -> Iterator[str]:
        yield from (f"{sign} {outcome}" for outcome, sign in SIGNS.items())

    return ", ".join(each())
