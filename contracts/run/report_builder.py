"""The reducer: records of cases and partial results of any number of processes → the one record of a run."""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from contracts.report import model, outcomes
from contracts.report.causes import Totals, causes, with_rate
from contracts.report.error_kinds import ErrorKind
from contracts.report.error_kinds import first as first_kind
from contracts.report.model import MOST_FINDINGS, CaseResult, Outcome, RecordedFinding, RequirementResult, Verdict
from contracts.report.outcomes import counted
from contracts.report.reproduction.script import command
from contracts.report.trust import suite
from contracts.run import measurements
from contracts.run.evidence import WITNESSES
from contracts.run.partial_result import CaseRecord, PartialResult, in_order, merged
from contracts.run.run import Run
from contracts.settings import show
from contracts.settings.options import BY_KEY
from contracts.spec.contract import Requirement
from contracts.spec.traceability import matrix
from contracts.spec.unit_notes import load_notes

NOTHING_JUDGED: Final = "no requirement was judged"


def partial_result(
    run: Run,
    planned: Mapping[str, tuple[str, ...]],
    deselected: Collection[str],
    *,
    gave_up: bool,
    left_out: Collection[str] = (),
) -> PartialResult:
    """What this process has observed, with secrets masked; `planned`: the cases that have not come to their end."""
    seen = run.evidence
    return PartialResult(
        opened=run.opened,
        url=run.public_url,
        requests=run.requests,
        statuses=run.statuses,
        coverage=run.coverage.tally(),
        latency=run.latency.histograms(),
        treatment={group: tuple(sorted(ways)) for group, ways in seen.treatment.items()},
        gaps=model.DocumentGaps(tuple(sorted(seen.gap_statuses)), tuple(sorted(seen.gap_fields))),
        server_added=tuple(sorted(seen.server_added | set(run.added))),
        other_writers=tuple(sorted(seen.other_writers)),
        credentials={name: tuple(sorted(statuses)) for name, statuses in seen.credentials.items()},
        error_bodies=dict(seen.error_bodies),
        boundaries={name: tuple(sorted(ways)) for name, ways in seen.boundaries.items()},
        stored=tuple(sorted(seen.stored)),
        failed_methods=tuple(sorted(seen.failed_methods)),
        judged=seen.judged,
        positive=model.Acceptance(seen.positive_sent, seen.positive_accepted),
        witnessed=tuple(sorted(seen.witnessed)),
        planned=planned,
        deselected=tuple(sorted(deselected)),
        left_out=tuple(sorted(left_out)),
        certificates=run.certificates,
        reported_version={run.secrets.mask(k): run.secrets.mask(v) for k, v in run.reported_version.items()},
        error=run.secrets.mask(run.error),
        error_kinds=tuple(sorted(run.error_kinds)),
        gave_up=gave_up,
        object_under_test=run.secrets.mask(run.resource.made_from) if run.opened else "",
        dropped=run.resource.dropped if run.opened else (),
        scripts=run.scripts,
        own=run.own,
    )


def report(
    run: Run,
    part: PartialResult,
    records: Sequence[CaseRecord],
    *,
    interrupted: bool,
    har: model.Har | None = None,
) -> model.Report:
    """The record of a run out of what all its processes have found, complete also when the run was not.

    `har`: what was written of all exchanges, if anything was.
    """
    # By a clock that is never set: the record of a run during which the other one was must not be lost.
    spent = timedelta(seconds=time.monotonic() - run.started)
    settings, mask = run.settings, run.secrets.mask
    totals = _totals(run, part)
    shown = run.contract.shown
    found = {
        name: tuple(_scripted(run, part, with_rate(one, totals)) for one in known)
        for name, known in merged(records).items()
    }
    requirements = tuple(_requirements(run, part, records, found))
    failed = any(requirement.outcome is Outcome.FAILED for requirement in requirements)
    verdict = model.Verdict.ERROR if part.error and not failed else outcomes.verdict(requirements)
    # What a run says that came to no good end is no reason to take a waiver out.
    doubtful = run.contract.requirements if part.error else part.deselected
    against = {shown(name): known for name, known in found.items()}
    problems = tuple(run.waivers.problems(requirements, against, tuple(map(shown, doubtful))))
    first = min((one for record in records for one in record.found), key=lambda one: one.seconds, default=None)
    error, kind = ("", "") if interrupted and not part.error else _error(run, part, records, requirements, verdict)
    return model.Report(
        suite=run.suite,
        document=run.contract.document,
        spec=model.Specification(run.contract.spec.sha256),
        target=model.Target(part.url or run.public_url, run.namespace, part.certificates, part.reported_version),
        profile=settings.profile,
        seed=settings.seed,
        started_at=run.started_at,
        finished_at=run.started_at + spent,
        duration_seconds=spent.total_seconds(),
        requests=part.requests,
        verdict=verdict,
        requirements=requirements,
        observed=_observed(run, part),
        exit_status=outcomes.exit_status(verdict, interrupted, settings.require_complete, bool(problems)),
        acceptance={"positive": part.positive} if part.positive.sent else {},
        error=error,
        error_kind=kind,
        weakened=tuple(_weakened(run, part, records, requirements)),
        first_finding=model.FirstFinding(first.requests, first.seconds) if first else None,
        waiver_problems=problems,
        implementation=_implementation(run),
        har=har,
        command=mask(show.command(settings)),
        traceability=matrix(run.contract, load_notes()),
        configuration=tuple(replace(one, value=mask(one.value)) for one in show.configuration(settings)),
        versions=suite.versions(),
        causes=causes([(shown(one.requirement), one.finding) for one in in_order(records)], totals),
    )


def _error(
    run: Run,
    part: PartialResult,
    records: Sequence[CaseRecord],
    requirements: Sequence[RequirementResult],
    verdict: Verdict,
) -> tuple[str, str]:
    """What kept the run from judging, and of which kind that is; where nothing else did, the cases that are errors."""
    failed = [one for one in records if one.outcome is Outcome.ERROR and one.error_kind]
    if not part.error and verdict is not Verdict.ERROR:
        return "", ""
    kind = first_kind([*part.error_kinds, *(one.error_kind for one in failed)] or [ErrorKind.NOTHING_JUDGED])
    of_case = next((one.reason for one in failed if one.error_kind == kind), "")
    waived = ", ".join(one.id for one in requirements if one.outcome is Outcome.WAIVED)
    but = f" but what is waived: {waived} (--waivers={run.settings.waivers})" if waived else ""
    return part.error or of_case or f"{NOTHING_JUDGED}{but}", kind.value


def _weakened(
    run: Run, part: PartialResult, records: Sequence[CaseRecord], requirements: Sequence[RequirementResult]
) -> Iterator[str]:
    """Why this run judged less than one with no option that limits it."""
    usual = BY_KEY["examples"].default
    if run.settings.examples < usual:
        yield f"{counted(run.settings.examples, 'generated example')} instead of {usual} (--examples)"
    if part.left_out:
        yield f"{counted(len(part.left_out), 'case')} not selected (pytest arguments)"
    elif part.deselected:
        yield f"{counted(len(part.deselected), 'requirement')} without a case in this session (pytest arguments)"
    if partly := [one.id for one in requirements if one.not_tried and one.outcome is Outcome.PASSED]:
        yield f"{counted(len(partly), 'requirement')} passed without what could harm the adopted object (--name)"
    for option, number in sorted(Counter(one.cut_by for one in records if one.cut_by).items()):
        yield f"{counted(number, 'case')} not judged within the budget ({option})"


def _implementation(run: Run) -> model.Implementation:
    settings = run.settings
    said = settings.implementation, settings.implementation_version, settings.organization, settings.contact
    name, number, organization, contact = (run.secrets.mask(text or "") for text in said)
    return model.Implementation(name, number, organization, contact)


def _scripted(run: Run, part: PartialResult, finding: RecordedFinding) -> RecordedFinding:
    """A finding with what shows it again, as the scripts of all processes allow."""
    again = command(finding.id, str(run.settings.report_dir), scripted=finding.id in part.scripts)
    return replace(finding, reproduce=again)


def _totals(run: Run, part: PartialResult) -> Totals:
    answered = {method: sum(histogram.values()) for method, histogram in part.latency.items()}
    return Totals(answered, part.failed_methods, run.contract.replaceable, part.stored)


def _requirements(
    run: Run, part: PartialResult, records: Sequence[CaseRecord], found: Mapping[str, tuple[RecordedFinding, ...]]
) -> Iterator[RequirementResult]:
    """Each requirement, judged by its cases; one that was to be run and has not come to its end is an error."""
    ended, why = {record.id for record in records}, part.error or "the run ended before it"
    unended = [CaseRecord(case, names, Outcome.ERROR, why) for case, names in part.planned.items() if case not in ended]
    cases: defaultdict[str, tuple[CaseResult, ...]] = defaultdict(tuple)
    for record in (*records, *unended):
        for name, result in record.results():
            cases[name] += (result,)
    for name, one in run.contract.requirements.items():
        # Those that count before those that are waived.
        against = tuple(sorted(found.get(name, ()), key=lambda finding: finding.waiver is not None))
        outcome, reason = _outcome(run, part, one, cases[name], against)
        if len(against) > MOST_FINDINGS:
            shown = f"{len(against)} findings, of which {MOST_FINDINGS} are shown"
            reason = f"{reason}; {shown}" if reason else shown
        counting = sum(one.waiver is None for one in against)
        yield RequirementResult(
            id=run.contract.shown(name),
            family=one.family,
            level=one.level,
            statement=one.statement,
            source=one.source,
            outcome=outcome,
            reason=reason,
            cases=cases[name],
            findings=against[:MOST_FINDINGS],
            finding_count=counting,
            not_tried=_not_tried(run, one, cases[name]),
        )


def _not_tried(run: Run, requirement: Requirement, cases: Sequence[CaseResult]) -> tuple[str, ...]:
    """What of a requirement an adopted object was not sent; one on replaceable fields that names none is on all."""
    replaceable = run.contract.replaceable
    fields = requirement.fields or (replaceable if requirement.family == "replaceable" else ())
    limited = {one.field for one in run.not_tried} & set(fields)
    return tuple(sorted(limited.union(*(case.not_tried for case in cases))))


def _outcome(
    run: Run,
    part: PartialResult,
    requirement: Requirement,
    cases: Sequence[CaseResult],
    found: Sequence[RecordedFinding],
) -> tuple[Outcome, str]:
    if not run.scope.judges(requirement.id):
        return Outcome.NOT_APPLICABLE, f"the profile {run.settings.profile} does not judge it"
    if found:
        waivers = [finding.waiver for finding in found if finding.waiver]
        reasons = dict.fromkeys(f"{one.reason} ({one.ticket}, until {one.expires})" for one in waivers)
        return (Outcome.WAIVED, "; ".join(reasons)) if len(waivers) == len(found) else (Outcome.FAILED, "")
    if not cases and requirement.id in part.deselected:
        return Outcome.SKIPPED, "its cases were not selected (pytest arguments)"
    if not cases:
        return Outcome.ERROR, part.error or "none of its cases was run to its end"
    outcome = outcomes.fold_outcome(cases)
    if outcome is Outcome.PASSED and not part.judged:
        return Outcome.ERROR, part.error or NOTHING_JUDGED
    if outcome is Outcome.PASSED and requirement.witness and requirement.witness not in part.witnessed:
        return Outcome.SKIPPED, WITNESSES[requirement.witness]
    # one that an optional case gives counts where there is no other
    told = sorted((case.optional, place, case.reason) for place, case in enumerate(cases) if case.outcome is outcome)
    return outcome, next((reason for *_, reason in told if reason), "")


def _observed(run: Run, part: PartialResult) -> model.Observations:
    treatment = {
        group or "(top level)": model.Treatment(seen[0] if len(seen) == 1 else "mixed")
        for group, seen in sorted(part.treatment.items())
    }
    took = {
        method: model.Latency(sum(histogram.values()), measurements.percentiles(histogram))
        for method, histogram in part.latency.items()
    }
    exercised = tuple(part.coverage.of(run.coverage.inventory.elements))
    coverage = model.Coverage(part.coverage.replacements, exercised)
    return model.Observations(
        treatment,
        part.statuses,
        part.gaps,
        coverage,
        took,
        run.not_tried,
        tuple(map(run.secrets.mask, part.server_added)),
        tuple(map(run.secrets.mask, part.other_writers)),
        part.credentials,
        {run.secrets.mask(form): count for form, count in part.error_bodies.items()},
        part.boundaries,
        part.object_under_test,
        part.dropped,
    )
