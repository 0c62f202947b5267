"""Several endpoints side by side as one HTML page. Pure."""

from collections.abc import Iterator
from itertools import groupby
from urllib.parse import quote

from contracts.report.fleet import Fleet, Result
from contracts.report.html.conformance import FILE_NAME as PAGE
from contracts.report.html.page import badge, cell, escape, identifier, legend, page, verdict_badge
from contracts.report.model import Outcome, RequirementResult

SHOWN_FINDINGS = 3


def fleet_page(fleet: Fleet) -> str:
    """The page, ending in a newline."""
    seconds = (fleet.finished_at - fleet.started_at).total_seconds()
    number = len(fleet.results)
    body = [
        f'<p class="faint">{number} endpoint{"" if number == 1 else "s"}, {fleet.started_at:%Y-%m-%d %H:%M %Z}, '
        f"{seconds:.0f} s</p>"
    ]
    if fleet.interrupted:
        body.append(f"<p>{badge('interrupted', 'error')} not every endpoint was judged</p>")
    body += ['<div class="cards">', *(_card(result) for result in fleet.results), "</div>"]
    body += [f"<p>{escape(fleet.headline)}</p>"]
    body += _failures(fleet)
    body += ["<h2>Requirement by endpoint</h2>", legend(), *_grid(fleet)]
    return page("Contract of the PyTorchJob replacement, endpoint by endpoint", body)


def _card(result: Result) -> str:
    report = result.report
    where = f"<p><code>{escape(report.target.url)}</code>, {escape(report.target.namespace)}</p>" if report else ""
    took = f'<p class="faint">{report.requests} requests in {report.duration_seconds:.1f} s</p>' if report else ""
    return (
        f'<div class="card"><h3>{_link(result)}</h3>{verdict_badge(result.verdict)}'
        f"<p>{escape(result.words)}</p>{where}{took}</div>"
    )


def _link(result: Result) -> str:
    """The endpoint's name, which leads to its own page where there is one."""
    name = escape(result.name)
    return f'<a href="{escape(quote(result.name))}/{PAGE}">{name}</a>' if result.report else name


def _grid(fleet: Fleet) -> Iterator[str]:
    if not fleet.requirements:
        yield "<p>No run came so far that it left a record.</p>"
        return
    yield '<div class="scroll" tabindex="0" role="region" aria-label="requirement by endpoint">'
    yield '<table class="grid fleet">'
    heads = "".join(f'<th scope="col">{identifier(result.name)}</th>' for result in fleet.results)
    yield f'<thead><tr><th class="id" scope="col">requirement</th>{heads}</tr></thead>'
    for family, members in groupby(fleet.requirements, key=lambda one: one.family):
        yield f'<tbody><tr class="family"><th class="id" scope="rowgroup">{escape(family)}</th>'
        yield f'<td colspan="{len(fleet.results)}"></td></tr>'
        yield from (_row(fleet, requirement) for requirement in members)
        yield "</tbody>"
    yield "</table></div>"


def _row(fleet: Fleet, requirement: RequirementResult) -> str:
    said = "".join(
        cell(result.outcome(requirement.id) if result.report else None, f"{result.name}, {requirement.id}")
        for result in fleet.results
    )
    title = escape(requirement.statement)
    return f'<tr><th class="id" scope="row" title="{title}">{identifier(requirement.id)}</th>{said}</tr>'


def _failures(fleet: Fleet) -> Iterator[str]:
    failed = [
        (one, [result for result in fleet.results if result.outcome(one.id) is Outcome.FAILED])
        for one in fleet.requirements
    ]
    if any(failing for _, failing in failed):
        yield "<h2>What fails</h2>"
    for requirement, failing in failed:
        if not failing:
            continue
        source = requirement.source
        place = f"{source.section}, lines {source.lines}" if source.lines else source.section
        yield f'<section><h3><span class="id">{identifier(requirement.id)}</span></h3>'
        yield f"<p>{escape(requirement.statement)} <span class='faint'>({escape(place)})</span></p><ul>"
        for result in failing:
            yield from _findings(result, requirement.id)
        yield "</ul></section>"


def _findings(result: Result, name: str) -> Iterator[str]:
    found = [one for one in result.findings(name) if one.waiver is None]
    for finding in found[:SHOWN_FINDINGS]:
        field = f" ({finding.field})" if finding.field and finding.field not in finding.message else ""
        yield f"<li><b>{escape(result.name)}</b>: <code>{escape(finding.message + field)}</code><br>"
        yield f'<span class="faint">expected</span> {escape(finding.expected)}; '
        yield f'<span class="faint">observed</span> {escape(finding.observed)}</li>'
    if len(found) > SHOWN_FINDINGS:
        yield f"<li><b>{escape(result.name)}</b>: {len(found) - SHOWN_FINDINGS} more in its record</li>"
