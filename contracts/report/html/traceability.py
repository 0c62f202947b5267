"""The traceability matrix of a run as a part of a page. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from contracts.report.html.page import SIGNS, badge, escape, identifier
from contracts.report.matrix import Judged, in_short, summary
from contracts.report.model import Report, Traced

STYLE = """
.traced{display:grid;grid-template-columns:7.5em minmax(0,1fr) minmax(0,1.2fr);gap:2px 16px;padding:6px 0;
border-bottom:1px solid var(--line)}.traced p{margin:0}.traced code{font-size:.78em}
.chips{display:flex;flex-wrap:wrap;gap:3px 8px;align-content:flex-start;font-size:.86em}
.chips a{color:inherit;text-decoration:none;white-space:nowrap}.chips a:hover{text-decoration:underline}
.chips i{font-style:normal;font-weight:600;padding:0 .35em;border-radius:4px;margin-right:.25em}
@media (max-width:600px){.traced{grid-template-columns:minmax(0,1fr)}.chips a{white-space:normal}}
"""


def traced(report: Report) -> Iterator[str]:
    """Unit by unit of the page: what it holds, where the specification has it, and what came of who judges it."""
    if not report.traceability:
        return
    judged = {one.id: Judged(tuple(case.id for case in one.cases), one.outcome) for one in report.requirements}
    yield '<h2 id="traceability">What covers what the page says</h2>'
    yield f"<p>{escape(summary(report.traceability))}. Beside each: the element of the specification that holds it "
    yield "(a JSON pointer into openapi/replace-pytorchjob.yaml), and who judges it, with the number of cases.</p>"
    for section, group in groupby(report.traceability, key=lambda row: row.section):
        rows = tuple(group)
        said = [row for row in rows if row.uncovered or row.requirements]
        yield f"<h3>{escape(section)}</h3>"
        for row in said:
            yield from _row(row, judged)
        yield from _left([row for row in rows if row not in said])


def _row(row: Traced, judged: Mapping[str, Judged]) -> Iterator[str]:
    yield f'<div class="traced"><p class="faint">{_place(row)}</p>'
    yield f"<p>{escape(row.holds)}"
    for pointer in row.elements:
        short = escape(in_short(pointer)).replace("/", "/<wbr>")
        yield f'<br><code class="faint" title="{escape(pointer)}">{short}</code>'
    yield '</p><p class="chips">'
    if row.uncovered:
        yield badge("uncovered", "failed")
    for name in row.requirements:
        yield _chip(name, judged.get(name, Judged(())))
    yield "</p></div>"


def _place(row: Traced) -> str:
    lines = f"line{'s' if '-' in row.lines else ''} {row.lines}"
    return escape(f"{lines}, {row.kind}")


def _chip(name: str, judged: Judged) -> str:
    if judged.outcome is None:
        return f"<span>{identifier(name)}</span>"
    number = len(judged.cases)
    said = f"{judged.outcome}, {number} case{'' if number == 1 else 's'}"
    sign = f'<i class="{judged.outcome}">{SIGNS[judged.outcome]}</i>'
    count = f'<span class="faint">{number}</span>'
    return f'<a href="#is-{escape(name)}" title="{escape(said)}">{sign}{identifier(name)} {count}</a>'


def _left(rows: Sequence[Traced]) -> Iterator[str]:
    """What asks nothing of a target, and why, in one place."""
    if not rows:
        return
    yield f"<details><summary>{len(rows)} of which nothing is asked</summary><ul>"
    for row in rows:
        yield f"<li>{_place(row)}: {escape(row.holds)}: {escape(row.reason)}</li>"
    yield "</ul></details>"
