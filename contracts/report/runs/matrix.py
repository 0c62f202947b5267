"""The traceability matrix: what covers each unit of the page, for a terminal, as Markdown, and as JSON. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from contracts.report.model import Outcome, Report, Traced
from contracts.report.outcomes import counted
from contracts.report.text.layout import Paragraph, labelled, rendered, verbatim, visible

UNCOVERED: Final = "UNCOVERED"
NARROWEST: Final = 60
INDENT: Final = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """The cases that judge a requirement, and what came of them; no outcome where there was no run."""

    cases: tuple[str, ...] = ()
    outcome: Outcome | None = None


Rows = Sequence[Traced]
Verdicts = Mapping[str, Judged]


def of_report(report: Report) -> dict[str, Judged]:
    """What a run says of each requirement."""
    return {one.id: Judged(tuple(case.id for case in one.cases), one.outcome) for one in report.requirements}


def in_short(pointer: str) -> str:
    """A JSON pointer without the URL's path, which is the same in all of them."""
    steps = pointer.split("/")
    return "/".join("…" if step.count("~1") > 1 else step for step in steps) if pointer else "/"


def summary(rows: Rows) -> str:
    """How much of the page is covered, in a line."""
    covered = sum(bool(row.requirements) for row in rows)
    left = sum(not row.requirements and bool(row.reason) for row in rows)
    uncovered = sum(row.uncovered for row in rows)
    return f"{len(rows)} units of the page: {covered} covered, {left} of which nothing is asked, {uncovered} uncovered"


def as_text(rows: Rows, judged: Verdicts, width: int) -> str:
    """A paragraph for each unit of the page, in lines of `width` cells."""
    return rendered(_text(rows, judged), max(width, NARROWEST))


def _text(rows: Rows, judged: Verdicts) -> Iterator[RenderableType]:
    for section, group in groupby(rows, key=lambda row: row.section):
        yield verbatim(visible(section))
        for row in group:
            state = f"{UNCOVERED}: " if row.uncovered else ""
            yield labelled(f"  {row.lines:{INDENT - 2}}", visible(f"{row.kind}: {state}{row.holds}"))
            for pointer in row.elements:
                yield verbatim(f"{'':{INDENT}}at {visible(in_short(pointer))}")
            if row.reason:
                yield Paragraph(Text(visible(f"not judged: {row.reason}")), indent=INDENT)
            elif row.requirements:
                names = ", ".join(_named(name, judged.get(name, Judged())) for name in row.requirements)
                yield labelled(f"{'':{INDENT}}by ", visible(names))
        yield ""
    yield verbatim(summary(rows))


def _named(name: str, found: Judged) -> str:
    outcome = f", {found.outcome}" if found.outcome else ""
    return f"{name} ({counted(len(found.cases), 'case')}{outcome})"


def as_markdown(rows: Rows, judged: Verdicts, _width: int) -> str:
    """One table, with a line about it."""
    lines = ["| lines | what the page holds | in the specification | requirements |", "| --- | --- | --- | --- |"]
    for row in rows:
        found = [(name, judged.get(name, Judged()).outcome) for name in row.requirements]
        names = ", ".join(f"`{name}` {outcome}" if outcome else f"`{name}`" for name, outcome in found)
        said = names or (f"*{_cell(row.reason)}*" if row.reason else f"**{UNCOVERED}**")
        places = "<br>".join(f"`{_cell(in_short(pointer))}`" for pointer in row.elements)
        lines.append(f"| {_cell(row.section)} {row.lines} | {row.kind}: {_cell(row.holds)} | {places} | {said} |")
    return "\n".join([*lines, "", summary(rows), ""])


def _cell(text: str) -> str:
    return visible(text).replace("|", "\\|")


def as_json(rows: Rows, judged: Verdicts, _width: int) -> str:
    """Every row with its JSON pointers in full, and cases and outcome of every requirement that is named."""
    named = dict.fromkeys(name for row in rows for name in row.requirements)
    value = {
        "units": [{**asdict(row), "uncovered": row.uncovered} for row in rows],
        "requirements": {name: asdict(judged.get(name, Judged())) for name in named},
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


FORMATS: Final[Mapping[str, Callable[[Rows, Verdicts, int], str]]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
