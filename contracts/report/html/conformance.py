"""The record as one HTML page for vendors and reviewers: verdict, requirements, findings, what was observed. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from contracts.report.html import coverage, traceability
from contracts.report.html.diff import difference
from contracts.report.html.page import SIGNS, badge, escape, identifier, legend, page, verdict_badge
from contracts.report.model import Finding, Immutability, Implementation, Outcome, Report, RequirementResult
from contracts.report.text.page import counts

FILE_NAME = "conformance.html"
# Of one requirement, so many findings are open; what comes after them is mostly alike.
SHOWN_FINDINGS = 3
TREATMENTS = {
    Immutability.REFUSED: "answered with an error",
    Immutability.IGNORED: "accepted, the field as before",
    Immutability.MIXED: "the one or the other",
}
STYLE = """
body{overflow-wrap:anywhere}
.requirement{border:1px solid var(--line);border-radius:8px;padding:8px 14px;margin:8px 0}
.requirement p{margin:.2em 0}.requirement>p:first-child{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline}
.finding{border-left:3px solid var(--failed);padding:2px 0 2px 12px;margin:10px 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--panel);border:1px solid var(--line);border-radius:6px;
padding:8px 10px;margin:.4em 0;font:.82em/1.45 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.diff .minus{background:var(--passed-back);display:block}.diff .plus{background:var(--failed-back);display:block}
.diff mark{background:none;color:inherit;font-weight:700;text-decoration:underline}
details{margin:.3em 0}summary{cursor:pointer;color:var(--faint)}
.cases{columns:2 320px;font-size:.85em;margin:.3em 0;padding:0;list-style:none}.cases i{font-style:normal;
padding:0 .3em;border-radius:4px;margin-right:.4em}
.facts{width:100%;border-collapse:collapse;font-size:.92em}.facts td,.facts th{padding:3px 8px;text-align:left;
border-bottom:1px solid var(--line);overflow-wrap:anywhere;vertical-align:top}.facts th{font-weight:400;width:14em;
color:var(--faint)}.bar{display:inline-block;height:.8em;background:var(--waived);border-radius:2px;margin-right:.5em;
vertical-align:baseline}
nav{display:flex;flex-wrap:wrap;gap:2px 16px;margin:.8em 0;font-size:.92em}
.counts{border-collapse:collapse;font-size:.85em}.counts th,.counts td{padding:2px 10px;text-align:right;
border-bottom:1px solid var(--line);font-weight:400;white-space:nowrap}.counts thead th{color:var(--faint)}
.counts th:first-child{text-align:left;white-space:normal;min-width:9em;max-width:40em;overflow-wrap:anywhere}
.latency{max-width:640px}.latency .counts{margin:.5em 0;width:100%}
svg .other{stroke-dasharray:6 4;stroke:var(--error)}svg .f-none{fill:var(--none)}
@media (max-width:600px){.facts th{width:7em}.counts th,.counts td{padding:2px 5px}.latency .counts{font-size:.75em}
.latency .counts th:first-child{min-width:0}.scroll:has(.counts){width:100%}
.scroll .counts,.scroll thead,.scroll tbody{display:block}.scroll .counts{font-size:.75em}
.scroll .counts tr{display:grid;grid-template-columns:repeat(6,1fr);border-bottom:1px solid var(--line)}
.scroll .counts th,.scroll .counts td{border:0}.scroll .counts tr>:first-child{grid-column:1/-1;min-width:0}
.scroll thead th:first-child{display:none}.scroll thead tr>:nth-child(2){grid-column:1}}
@media print{nav{display:none}
details:has(.finding)::details-content,.finding details::details-content{content-visibility:visible}
.finding summary{list-style:none}}
"""


def conformance_page(report: Report, digest: str) -> str:
    """The page, ending in a newline; `digest` is the record's that it stands for."""
    sections = [
        *_failures(report),
        *_families(report),
        *_not_judged(report),
        *_observed(report),
        *coverage.exercised(report.observed.coverage),
        *traceability.traced(report),
        *_facts(report, digest),
    ]
    body = [f"<style>{STYLE}{traceability.STYLE}</style>", *_heading(report), *_contents(sections), *sections]
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


def _contents(sections: Iterable[str]) -> Iterator[str]:
    """Links to the sections, for who reads on a phone."""
    found = re.findall(r'<h2 id="([a-z-]+)">([^<(]+)', "".join(sections))
    yield f"<nav>{' '.join(f'<a href={chr(34)}#{name}{chr(34)}>{title.strip()}</a>' for name, title in found)}</nav>"


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
    number = sum(len(one.findings) for one in failed)
    yield f'<h2 id="findings">Findings ({number} against {len(failed)} requirements)</h2>'
    for requirement in failed:
        yield f'<h3 id="{escape(requirement.id)}"><span class="id">{identifier(requirement.id)}</span></h3>'
        yield f"<p>{escape(requirement.statement)} {_source(requirement)}</p>"
        if requirement.reason:
            yield f'<p class="faint">{escape(requirement.reason)}</p>'
        for finding in requirement.findings[:SHOWN_FINDINGS]:
            yield from _finding(finding)
        if more := requirement.findings[SHOWN_FINDINGS:]:
            yield f"<details><summary>{len(more)} more against {escape(requirement.id)}</summary>"
            for finding in more:
                yield from _finding(finding)
            yield "</details>"


def _finding(finding: Finding) -> Iterator[str]:
    place = f" <code>{escape(finding.field)}</code>" if finding.field else ""
    yield f'<div class="finding"><p><b>{escape(finding.message)}</b>{place}</p>'
    yield f'<pre class="diff">{difference(finding.expected, finding.observed)}</pre>'
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
    yield '<h2 id="requirements">Requirements</h2>'
    yield legend()
    for family, group in groupby(report.requirements, key=lambda one: one.family):
        requirements = tuple(group)
        yield f'<h3>{escape(family)} <span class="faint">{escape(counts(requirements))}</span></h3>'
        for requirement in requirements:
            yield from _requirement(requirement)


def _requirement(requirement: RequirementResult) -> Iterator[str]:
    link = f'<a href="#{escape(requirement.id)}">findings</a>' if requirement.findings else ""
    yield f'<div class="requirement" id="is-{escape(requirement.id)}">'
    yield f"<p>{badge(requirement.outcome, requirement.outcome)}"
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
    yield '<h2 id="not-judged">What was not judged, and why</h2>'
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
    yield '<h2 id="observed">Observed where the page leaves a choice</h2>'
    yield '<table class="facts">'
    for how, meaning in TREATMENTS.items():
        groups = [group for group, treatment in observed.immutability.items() if treatment is how]
        if groups:
            names = ", ".join(f"<code>{identifier(group)}</code>" for group in groups)
            yield f"<tr><th>changes {how} <br>({meaning})</th><td>{names}</td></tr>"
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
    yield from coverage.latencies(observed.latency)


def _facts(report: Report, digest: str) -> Iterator[str]:
    yield '<h2 id="again">To do it again</h2>'
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
    if report.versions:
        named = ", ".join(f"{name} {number}" for name, number in sorted(report.versions.items()))
        yield f"<tr><th>judged with</th><td>{escape(named)}</td></tr>"
    yield "</table>"
    yield from _configuration(report)


def _configuration(report: Report) -> Iterator[str]:
    """The options in effect: those that are other than by default, and folded away those that are not."""
    for changed, title in ((True, "Options other than by default"), (False, "Options by default")):
        rows = [one for one in report.configuration if one.changed is changed]
        if rows:
            yield f"<details{' open' if changed else ''}><summary>{title} ({len(rows)})</summary>"
            yield '<table class="facts">'
            for one in rows:
                yield f'<tr><th class="id">{escape(one.name)}</th><td>{escape(one.value)}</td></tr>'
            yield "</table></details>"
