"""The record as one HTML page for vendors and reviewers: verdict, requirements, findings, what was observed. Pure."""

from itertools import groupby

from contracts.report.html import coverage, traceability
from contracts.report.html.diff import difference
from contracts.report.html.page import render
from contracts.report.matrix import Judged, in_short, of_report, summary
from contracts.report.model import Implementation, Outcome, Report, Treatment

FILE_NAME = "conformance.html"
# Of one requirement, so many findings are open; what comes after them is mostly alike.
SHOWN_FINDINGS = 3
TREATMENTS = {
    Treatment.REFUSED: "answered with an error",
    Treatment.IGNORED: "accepted, the field as before",
    Treatment.MIXED: "the one or the other",
}


def conformance_page(report: Report, digest: str) -> str:
    """The page, ending in a newline; `digest` is the record's that it stands for."""
    failed = [one for one in report.requirements if one.findings]
    elements = coverage.groups(report.observed.coverage)
    sections = (
        # Each is a template of its own: id and title, and whether there is anything to show.
        ("findings", "Findings", bool(failed)),
        ("requirements", "Requirements", True),
        ("not-judged", "What was not judged, and why", True),
        ("observed", "Observed where the page leaves a choice", True),
        ("exercised", "What of the specification was exercised", report.observed.coverage.replacements > 0),
        ("traceability", "What covers what the page says", bool(report.traceability)),
        ("again", "To do it again", True),
    )
    return render(
        "conformance.html.jinja",
        title=f"Conformance: {report.document.title}",
        report=report,
        digest=digest,
        tested=_tested(report),
        sections=[(name, title) for name, title, shown in sections if shown],
        failed=failed,
        findings=sum(len(one.findings) for one in failed),
        shown_findings=SHOWN_FINDINGS,
        difference=difference,
        operation=_operation,
        families=[(name, tuple(group)) for name, group in groupby(report.requirements, key=lambda one: one.family)],
        not_judged=[one for one in report.requirements if one.outcome not in (Outcome.PASSED, Outcome.FAILED)],
        treatments=_treatments(report),
        gaps=[*map(str, report.observed.document_gaps.statuses), *report.observed.document_gaps.fields],
        times=coverage.times(report.observed.latency),
        elements=elements,
        numbers=coverage.numbers,
        covered=summary(report.traceability),
        traced=traceability.sections(report),
        judged=of_report(report),
        unjudged=Judged(()),
        in_short=in_short,
        command=report.command or _command(report),
    )


def _tested(report: Report) -> tuple[str, str]:
    """What was judged, as was said of it, and where; the address alone where nothing was said."""
    said, place = report.implementation, f"namespace {report.target.namespace}"
    if said == Implementation():
        return report.target.url, f"{place}; which implementation this is was not stated (--implementation)"
    name = f"{said.name or 'an implementation'} {said.version or '(version not stated)'}"
    whose = f"by {said.organization or '(organization not stated)'}, contact {said.contact or 'not stated'}"
    return name, f"{whose}; {report.target.url}, {place}"


def _treatments(report: Report) -> list[tuple[Treatment, str, list[str]]]:
    """How changes of immutable fields were answered, what that means, and of which fields."""
    by_group = report.observed.immutability
    found = ((how, said, [name for name, each in by_group.items() if each is how]) for how, said in TREATMENTS.items())
    return [(how, said, names) for how, said, names in found if names]


def _operation(operation: object) -> str:
    if not isinstance(operation, dict):
        return str(operation)
    return " ".join(str(operation[key]) for key in ("op", "path", "value") if key in operation)


def _command(report: Report) -> str:
    """The line that makes the run again, as far as a record without one tells."""
    target = f" --target {report.target.url}" if report.target.url else ""
    return (
        f"pytorchjob-contract run{target} --namespace {report.target.namespace} --profile {report.profile}"
        f" --seed {report.seed} --token-file TOKEN"
    )
