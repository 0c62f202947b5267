"""Whether a record says one thing only: one that contradicts itself was edited, or the suite has a bug. Pure."""

from collections import Counter
from collections.abc import Iterator

from contracts.report.model import Outcome, Report, RequirementResult, Verdict
from contracts.report.outcomes import INTERRUPTED, exit_status, fold_outcome, verdict
from contracts.report.record import DIGEST, Stored, digest

EXPLAINED = (Outcome.SKIPPED, Outcome.NOT_APPLICABLE, Outcome.WAIVED)


def problems(record: Stored) -> tuple[str, ...]:
    """What is wrong with a record alone, one line each; empty when nothing is."""
    found = inconsistencies(record.report)
    if DIGEST not in record.content:
        return (*found, "the record has no digest: it may have been changed")
    if record.content[DIGEST] != digest(record.content):
        return (*found, "the record's digest is another one: it was changed after it was written")
    return found


def inconsistencies(report: Report) -> tuple[str, ...]:
    """Everything in which the report contradicts itself, one line each; empty when it is sound."""
    return (*_run(report), *(f"{one.id}: {problem}" for one in report.requirements for problem in _requirement(one)))


def _run(report: Report) -> Iterator[str]:
    computed = verdict(report.requirements)
    if report.verdict is not computed:
        yield f"verdict is {report.verdict}, the requirements say {computed}"
    problems = bool(report.waiver_problems)
    possible = {exit_status(report.verdict, False, complete, problems) for complete in (False, True)} | {INTERRUPTED}
    if report.exit_status not in possible:
        yield f"exitStatus {report.exit_status} does not go with verdict {report.verdict}"
    if report.error and report.verdict in (Verdict.CONFORMANT, Verdict.PARTIAL):
        yield f"verdict is {report.verdict} although the run ended with an error"
    if report.finished_at < report.started_at:
        yield "finishedAt is before startedAt"
    if sum(report.observed.statuses.values()) > report.requests:
        yield f"more answers counted in observed.statuses than the {report.requests} requests"
    for kind, acceptance in report.acceptance.items():
        if acceptance.accepted > acceptance.sent:
            yield f"acceptance.{kind}: more accepted than sent"
    yield from _causes(report)
    for identifier, count in Counter(requirement.id for requirement in report.requirements).items():
        if count > 1:
            yield f"{identifier}: listed {count} times"


def _causes(report: Report) -> Iterator[str]:
    broken = {requirement.id for requirement in report.requirements if requirement.findings}
    for cause in report.causes:
        if unknown := [name for name in cause.requirements if name not in broken]:
            yield f"a cause explains {', '.join(unknown)}, of which there are no findings"


def _requirement(requirement: RequirementResult) -> Iterator[str]:
    if not requirement.source.section.strip():
        yield "no source"
    elif requirement.level == "document" and not requirement.source.lines.strip():
        yield "no lines of the document in its source"
    if requirement.outcome in EXPLAINED and not requirement.reason.strip():
        yield f"{requirement.outcome} without a reason"
    yield from _outcome(requirement)


def _outcome(requirement: RequirementResult) -> Iterator[str]:
    accepted = [finding.waiver is not None for finding in requirement.findings]
    # A waiver covers a deviation that was seen, so its findings and failed cases stay in the record.
    if requirement.outcome is Outcome.WAIVED:
        if any(accepted) and not all(accepted):
            yield "waived although one of its findings is not"
        return
    if accepted and all(accepted):
        yield f"{requirement.outcome} although all of its findings are waived"
    failed_case = any(case.outcome is Outcome.FAILED for case in requirement.cases)
    deviates = failed_case or bool(requirement.findings)
    if requirement.outcome is Outcome.FAILED and not deviates:
        yield "failed without a finding or a failed case"
    elif requirement.outcome is not Outcome.FAILED and deviates:
        yield f"{requirement.outcome} although it has findings or a failed case"
    elif requirement.outcome is Outcome.PASSED and not requirement.cases:
        yield "passed without a case"
    elif requirement.cases and not deviates and requirement.outcome is not (said := fold_outcome(requirement.cases)):
        # Its cases may have passed, and yet too little was seen to say that it holds.
        weaker = requirement.outcome in (Outcome.SKIPPED, Outcome.ERROR) and requirement.reason
        # The cases of one that is not applicable ask for other requirements too.
        if requirement.outcome is not Outcome.NOT_APPLICABLE and not (weaker and said is Outcome.PASSED):
            yield f"{requirement.outcome}, its cases say {said}"
