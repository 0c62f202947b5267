"""The record as one HTML page for vendors and reviewers: verdict, requirements, findings, what was observed. Pure."""

from collections.abc import Iterator
from itertools import groupby

from contracts.report.html import SIGNS, badge, escape, identifier, legend, page, verdict_badge
from contracts.report.model import Finding, Implementation, Outcome, Report, RequirementResult
from contracts.report.page import counts

FILE_NAME = "conformance.html"
STYLE = """
body{overflow-wrap:anywhere}
.requirement{border:1px solid var(--line);border-radius:8px;padding:8px 14px;margin:8px 0}
.requirement p{margin:.2em 0}.requirement>p:first-child{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline}
.finding{border-left:3px solid var(--failed);padding:2px 0 2px 12px;margin:10px 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--panel);border:1px solid var(--line);border-radius:6px;
padding:8px 10px;margin:.4em 0;font:.82em/1.45 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.diff .minus{background:var(--passed-back);display:block}.diff .plus{background:var(--failed-back);display:block}
details{margin:.3em 0}summary{cursor:pointer;color:var(--faint)}
.cases{columns:2 320px;font-size:.85em;margin:.3em 0;padding:0;list-style:none}.cases i{font-style:normal;
padding:0 .3em;border-radius:4px;margin-right:.4em}
.facts{width:100%;border-collapse:collapse;font-size:.92em}.facts td,.facts th{padding:3px 8px;text-align:left;
border-bottom:1px solid var(--line);overflow-wrap:anywhere;vertical-align:top}.facts th{font-weight:400;width:14em;
color:var(--faint)}.bar{display:inline-block;height:.8em;background:var(--waived);border-radius:2px;margin-right:.5em;
vertical-align:baseline}
@media (max-width:600px){.facts th{width:7em}}
"""


def conformance_page(report: Report, digest: str) -> str:
    """The page, ending in a newline; `digest` is the record's that it stands for."""
    body = [
        f"<style>{STYLE}</style>",
        *_heading(report),
        *_failures(report),
        *_families(report),
        *_not_judged(report),
        *_observed(report),
        *_facts(report, digest),
    ]
    return page(f"Conformance: {report.document.title}", body)


def _heading(report: Report) -> Iterator[str]:
    yield f'<p>{verdict_badge(report.verdict)} <span class="faint">{escape(counts(report.requirements))}</span></p>'
    if report.error:
        yield f"<p>{badge('error', 'error')} {escape(report.error)}</p>"
    yield '<div class="cards">'
    commit = f", commit {report.suite.commit[:12]}" if report.suite.commit else ""
    for title, big, small in (
        ("Tested", *_tested(report)),
        ("Against", f"profile {report.profile}", f"{report.document.title}, updated {report.document.updated}"),
        ("By", f"pytorchjob-contract {report.suite.version}", f"seed {report.seed}{commit}"),
        (
            "When",
            f"{report.started_at:%Y-%m-%d %H:%M} UTC",
            f"{report.requests} requests in {report.duration_seconds:.1f} s",
        ),
    ):
        yield f'<div class="card"><h3>{title}</h3><b class="big">{escape(big)}</b>'
        yield f'<p class="faint">{escape(small)}</p></div>'
    yield "</div>"


def _tested(report: Report) -> tuple[str, str]:
    """What was judged, as was said of it, and where; the address alone where nothing was said."""
    said, place = report.implementation, f"namespace {report.target.namespace}"
    if said == Implementation():
        return report.target.url, f"{place}; which implementation this is was not stated (--implementation)"
    name = f"{said.name or 'an implementation'} {said.version or '(version not stated)'}"
    whose = f"by {said.organization or '(organization not stated)'}, contact {said.contact or 'not stated'}"
    return name, f"{whose}; {report.target.url}, {place}"


def _failures(report: Report) -> Iterator[str]:
    failed = [one for one in report.requirements if one.findings]
    if not failed:
        return
    yield f"<h2>Findings ({sum(len(one.findings) for one in failed)} against {len(failed)} requirements)</h2>"
    for requirement in failed:
        yield f'<h3 id="{escape(requirement.id)}"><span class="id">{identifier(requirement.id)}</span></h3>'
        yield f"<p>{escape(requirement.statement)} {_source(requirement)}</p>"
        if requirement.reason:
            yield f'<p class="faint">{escape(requirement.reason)}</p>'
        for finding in requirement.findings:
            yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    place = f" <code>{escape(finding.field)}</code>" if finding.field else ""
    yield f'<div class="finding"><p><b>{escape(finding.message)}</b>{place}</p>'
    expected = f'<span class="minus">expected: {escape(finding.expected)}</span>'
    yield f'<pre class="diff">{expected}<span class="plus">observed: {escape(finding.observed)}</span></pre>'
    if finding.change:
        yield "<details><summary>sent otherwise than stored (JSON Patch)</summary><pre>"
        yield "\n".join(escape(_operation(operation)) for operation in finding.change)
        yield "</pre></details>"
    if finding.reproduce:
        yield "<details><summary>the line that shows it again</summary>"
        yield f"<pre>{escape(finding.reproduce)}</pre></details>"
    yield "</div>"


def _operation(operation: object) -> str:
    if not isinstance(operation, dict):
        return str(operation)
    return " ".join(str(operation[key]) for key in ("op", "path", "value") if key in operation)


def _families(report: Report) -> Iterator[str]:
    yield "<h2>Requirements</h2>"
    yield legend()
    for family, group in groupby(report.requirements, key=lambda one: one.family):
        requirements = tuple(group)
        yield f'<h3>{escape(family)} <span class="faint">{escape(counts(requirements))}</span></h3>'
        for requirement in requirements:
            yield from _requirement(requirement)


def _requirement(requirement: RequirementResult) -> Iterator[str]:
    link = f'<a href="#{escape(requirement.id)}">findings</a>' if requirement.findings else ""
    yield f'<div class="requirement"><p>{badge(requirement.outcome, requirement.outcome)}'
    yield f'<span class="id">{identifier(requirement.id)}</span>'
    yield f'<span class="faint">{escape(requirement.level)}</span>{link}</p>'
    yield f"<p>{escape(requirement.statement)} {_source(requirement)}</p>"
    if requirement.reason:
        yield f'<p class="faint">{escape(requirement.reason)}</p>'
    if requirement.cases:
        seconds = sum(case.duration_seconds for case in requirement.cases)
        yield f"<details><summary>{len(requirement.cases)} cases, {seconds:.1f} s</summary><ul class=cases>"
        for case in requirement.cases:
            why = f' title="{escape(case.reason)}"' if case.reason else ""
            sign = f'<i class="{case.outcome}">{SIGNS[case.outcome]}</i>'
            yield f"<li{why}>{sign}{escape(case.id)} <span class=faint>{case.duration_seconds:.2f} s</span></li>"
        yield "</ul></details>"
    yield "</div>"


def _source(requirement: RequirementResult) -> str:
    lines = f", lines {requirement.source.lines}" if requirement.source.lines else ""
    return f'<span class="faint">({escape(requirement.source.section)}{escape(lines)})</span>'


def _not_judged(report: Report) -> Iterator[str]:
    judged = (Outcome.PASSED, Outcome.FAILED)
    rest = [one for one in report.requirements if one.outcome not in judged]
    yield "<h2>What was not judged, and why</h2>"
    if not rest:
        yield "<p>Every requirement was judged.</p>"
        return
    yield '<table class="facts">'
    for requirement in rest:
        word = badge(requirement.outcome, requirement.outcome)
        yield f'<tr><th class="id">{identifier(requirement.id)}</th><td>{word} {escape(requirement.reason)}</td></tr>'
    yield "</table>"


def _observed(report: Report) -> Iterator[str]:
    observed = report.observed
    yield "<h2>Observed where the page leaves a choice</h2>"
    yield '<table class="facts">'
    for group, how in observed.immutability.items():
        yield f"<tr><th>changes of {escape(group)}</th><td>{escape(how)}</td></tr>"
    gaps = [*map(str, observed.document_gaps.statuses), *observed.document_gaps.fields]
    yield f"<tr><th>not on the page</th><td>{escape(', '.join(gaps) or 'nothing')}</td></tr>"
    most = max(observed.statuses.values(), default=1)
    for status, count in sorted(observed.statuses.items()):
        bar = f'<span class="bar" style="width:{max(1, round(60 * count / most))}%"></span>'
        yield f"<tr><th>answered {status}</th><td>{bar}{count}</td></tr>"
    for kind, acceptance in report.acceptance.items():
        said = f"{acceptance.accepted} of {acceptance.sent} accepted"
        yield f"<tr><th>generated requests, {escape(kind)}</th><td>{said}</td></tr>"
    yield "</table>"


def _facts(report: Report, digest: str) -> Iterator[str]:
    yield "<h2>To do it again</h2>"
    target = f" --target {report.target.url}" if report.target.url else ""
    known = (
        f"pytorchjob-contract run{target} --namespace {report.target.namespace} --profile {report.profile}"
        f" --seed {report.seed} --token-file TOKEN"
    )
    yield f"<pre>{escape(report.command or known)}</pre>"
    yield '<table class="facts">'
    for name, value in (
        ("started, finished", f"{report.started_at.isoformat()}, {report.finished_at.isoformat()}"),
        ("page", f"sha256 {report.document.sha256}"),
        ("specification", f"sha256 {report.spec.sha256}"),
        ("record", f"conformance.json, {digest}"),
        ("exit status", report.exit_status),
    ):
        yield f"<tr><th>{name}</th><td>{escape(value)}</td></tr>"
    yield "</table>"
