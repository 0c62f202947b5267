"""The traceability matrix for a terminal, as Markdown, and as JSON. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from contracts.report.matrix import Judged, in_short, summary
from contracts.report.model import Traced
from contracts.report.text.layout import Paragraph, Verbatim, labelled, rendered
from contracts.report.visible import visible

UNCOVERED: Final = "UNCOVERED"
NARROWEST: Final = 60
INDENT: Final = 10

Rows = Sequence[Traced]
Verdicts = Mapping[str, Judged]


def as_text(rows: Rows, judged: Verdicts, width: int) -> str:
    """A paragraph for each unit of the page, in lines of `width` cells."""
    return rendered(_text(rows, judged), max(width, NARROWEST))


def _text(rows: Rows, judged: Verdicts) -> Iterator[RenderableType]:
    for section, group in groupby(rows, key=lambda row: row.section):
        yield Verbatim(visible(section))
        for row in group:
            state = f"{UNCOVERED}: " if row.uncovered else ""
            yield labelled(f"  {row.lines:{INDENT - 2}}", visible(f"{row.kind}: {state}{row.holds}"))
            for pointer in row.elements:
                yield Verbatim(f"{'':{INDENT}}at {visible(in_short(pointer))}")
            if row.reason:
                yield Paragraph(Text(visible(f"not judged: {row.reason}")), indent=INDENT)
            elif row.requirements:
                names = ", ".join(_named(name, judged) for name in row.requirements)
                yield labelled(f"{'':{INDENT}}by ", visible(names))
        yield ""
    yield Verbatim(summary(rows))


def _named(name: str, judged: Verdicts) -> str:
    found = judged.get(name, Judged(()))
    number = len(found.cases)
    counted = f"{number} case{'' if number == 1 else 's'}"
    return f"{name} ({counted}, {found.outcome})" if found.outcome else f"{name} ({counted})"


def as_markdown(rows: Rows, judged: Verdicts, _width: int) -> str:
    """One table, with a line about it."""
    lines = ["| lines | what the page holds | in the specification | requirements |", "| --- | --- | --- | --- |"]
    for row in rows:
        names = ", ".join(f"`{name}`{_outcome(name, judged)}" for name in row.requirements)
        said = names or (f"*{_cell(row.reason)}*" if row.reason else f"**{UNCOVERED}**")
        places = "<br>".join(f"`{_cell(in_short(pointer))}`" for pointer in row.elements)
        lines.append(f"| {_cell(row.section)} {row.lines} | {row.kind}: {_cell(row.holds)} | {places} | {said} |")
    return "\n".join([*lines, "", summary(rows), ""])


def _outcome(name: str, judged: Verdicts) -> str:
    found = judged.get(name)
    return f" {found.outcome}" if found and found.outcome else ""


def _cell(text: str) -> str:
    return visible(text).replace("|", "\\|")


def as_json(rows: Rows, judged: Verdicts, _width: int) -> str:
    """Every row with its JSON pointers in full, and cases and outcome of every requirement that is named."""
    named = dict.fromkeys(name for row in rows for name in row.requirements)
    value = {
        "units": [_row(row) for row in rows],
        "requirements": {name: _judged(judged.get(name, Judged(()))) for name in named},
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _row(row: Traced) -> dict[str, object]:
    return {
        "kind": row.kind,
        "section": row.section,
        "lines": row.lines,
        "holds": row.holds,
        "elements": list(row.elements),
        "requirements": list(row.requirements),
        "reason": row.reason,
        "uncovered": row.uncovered,
    }


def _judged(judged: Judged) -> dict[str, object]:
    return {"cases": list(judged.cases), "outcome": judged.outcome}


FORMATS: Final[Mapping[str, Callable[[Rows, Verdicts, int], str]]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
