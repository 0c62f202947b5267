"""What a run has found → the result model of `contracts.report`."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import timedelta
from pathlib import Path
from typing import Final

from contracts import __version__
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Finding
from contracts.masking.masker import PULL_SECRET, Masker
from contracts.report import model
from contracts.report.curl import curl, expandable
from contracts.report.model import MOST_FINDINGS, CaseResult, Outcome, RequirementResult
from contracts.run import observations
from contracts.run.evidence import Evidence
from contracts.run.partial_result import Found, PartialResult
from contracts.run.run import Run
from contracts.run.versions import versions
from contracts.settings import effective
from contracts.spec.contract import Contract
from contracts.spec.requirements import Requirement
from contracts.spec.traceability import load_notes, matrix

MOST_OPERATIONS: Final = 20
LONGEST_VALUE: Final = 500


@dataclass
class Cases:
    """What became of the cases of a session, by requirement; `planned` holds those that have not come to an end."""

    results: dict[str, list[CaseResult]] = field(default_factory=dict)
    planned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    deselected: set[str] = field(default_factory=set)

    def add(self, requirement: str, result: CaseResult) -> None:
        """Keep the result of one case."""
        self.results.setdefault(requirement, []).append(result)
        self.planned.pop(result.id, None)


def share(run: Run, cases: Cases, *, gave_up: bool) -> PartialResult:
    """What this process has found, with secrets masked."""
    ledger = run.ledger
    return PartialResult(
        opened=run.opened,
        url=run.public_url,
        requests=run.requests,
        statuses=run.statuses,
        coverage=run.coverage.tally(),
        latency=run.latency.histograms(),
        found=tuple(_found(run)),
        treatment={group: tuple(sorted(seen)) for group, seen in ledger.treatment.items()},
        gap_statuses=tuple(sorted(ledger.gap_statuses)),
        gap_fields=tuple(sorted(ledger.gap_fields)),
        judged=ledger.judged,
        positive_sent=ledger.positive_sent,
        positive_accepted=ledger.positive_accepted,
        witnessed=tuple(sorted(ledger.witnessed)),
        planned=dict(cases.planned),
        whole=cases.whole,
        deselected=tuple(sorted(cases.deselected)),
        error=run.secrets.mask(run.error),
        gave_up=gave_up,
    )


def _found(run: Run) -> Iterator[Found]:
    """Every finding; those beyond what is shown of a requirement without the line that shows them again."""
    count: Counter[tuple[str, bool]] = Counter()
    for item in run.ledger.evidence:
        name, brief = item.finding.requirement, _in_brief(run, item)
        # Counted apart, so that findings that are waived take no room from those that count.
        key = name, run.waivers.of(name, brief) is not None
        count[key] += 1
        shown = finding(run, item) if count[key] <= MOST_FINDINGS else brief
        yield Found(name, shown, item.requests, round(item.at - run.started, 3))


def _in_brief(run: Run, item: Evidence) -> model.Finding:
    said, mask = item.finding, run.secrets.mask
    return model.Finding(mask(said.message), mask(said.field), mask(said.expected), mask(said.observed), "")


def report(run: Run, share: PartialResult, cases: Cases, *, interrupted: bool) -> model.Report:
    """The record of a run out of what all its processes have found, complete also when the run was not."""
    # By a clock that is never set: the record of a run during which the other one was must not be lost.
    spent = timedelta(seconds=time.monotonic() - run.started)
    reason = share.error or "the run ended before it"
    for case, names in dict(cases.planned).items():
        for name in names:
            cases.add(name, CaseResult(case, Outcome.ERROR, reason=reason))
    requirements = tuple(
        _requirement(run, requirement, cases, share) for requirement in run.contract.requirements.values()
    )
    verdict = model.Verdict.ERROR if share.error and not _any_failed(requirements) else model.verdict(requirements)
    document = run.contract.document
    problems = tuple(_waiver_problems(run, requirements, cases, share))
    return model.Report(
        suite=model.Suite(__version__, _commit()),
        document=model.Document(document.title, document.updated, document.sha256),
        spec=model.Specification(run.contract.spec.sha256),
        target=model.Target(share.url or run.public_url, run.namespace),
        profile=run.settings.profile,
        seed=run.settings.seed,
        started_at=run.started_at,
        finished_at=run.started_at + spent,
        duration_seconds=spent.total_seconds(),
        requests=share.requests,
        verdict=verdict,
        requirements=requirements,
        observed=observations.observed(run, share),
        exit_status=model.exit_status(verdict, interrupted, run.settings.require_complete, bool(problems)),
        acceptance=observations.acceptance(share),
        error=share.error,
        first_finding=_first(share),
        waiver_problems=problems,
        implementation=_implementation(run),
        command=run.secrets.mask(effective.command(run.settings)),
        traceability=matrix(run.contract, load_notes()),
        configuration=tuple(
            changed(one, value=run.secrets.mask(one.value)) for one in effective.configuration(run.settings)
        ),
        versions=versions(),
    )


def _implementation(run: Run) -> model.Implementation:
    said = run.settings
    told = said.implementation, said.implementation_version, said.organization, said.contact
    return model.Implementation(*(run.secrets.mask(text or "") for text in told))


def _waiver_problems(
    run: Run, requirements: Sequence[RequirementResult], cases: Cases, share: PartialResult
) -> Iterator[str]:
    found = {one.id: [each.finding for each in share.of(one.id)] for one in requirements}
    # What a run says that came to no good end is no reason to take a waiver out.
    doubtful = found.keys() if share.error else cases.deselected
    return run.waivers.problems(requirements, found, doubtful)


def _commit() -> str | None:
    """The commit of the checkout that the suite runs from; None for an installed one."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None


def _first(share: PartialResult) -> model.FirstFinding | None:
    first = min(share.found, key=lambda one: one.seconds, default=None)
    return model.FirstFinding(first.requests, first.seconds) if first else None


def _any_failed(requirements: Sequence[RequirementResult]) -> bool:
    return any(requirement.outcome is Outcome.FAILED for requirement in requirements)


def _requirement(run: Run, requirement: Requirement, cases: Cases, share: PartialResult) -> RequirementResult:
    results = tuple(cases.results.get(requirement.id, ()))
    found = run.waivers.marked(requirement.id, (one.finding for one in share.of(requirement.id)))
    outcome, reason = _outcome(run, requirement, results, found, cases, share)
    findings = found[:MOST_FINDINGS]
    if len(found) > MOST_FINDINGS:
        shown = f"{len(found)} findings, of which {MOST_FINDINGS} are shown"
        reason = f"{reason}; {shown}" if reason else shown
    return RequirementResult(
        id=requirement.id,
        family=requirement.family,
        level=requirement.level,
        statement=requirement.statement,
        source=model.Source(requirement.source.section, requirement.source.lines),
        outcome=outcome,
        reason=reason,
        cases=results,
        findings=findings,
    )


def _outcome(
    run: Run,
    requirement: Requirement,
    results: tuple[CaseResult, ...],
    found: tuple[model.Finding, ...],
    cases: Cases,
    share: PartialResult,
) -> tuple[Outcome, str]:
    if not run.scope.judges(requirement.id):
        return Outcome.NOT_APPLICABLE, f"the profile {run.settings.profile} does not judge it"
    if found:
        waivers = [finding.waiver for finding in found if finding.waiver]
        reasons = dict.fromkeys(f"{one.reason} ({one.ticket}, until {one.expires})" for one in waivers)
        return (Outcome.WAIVED, "; ".join(reasons)) if len(waivers) == len(found) else (Outcome.FAILED, "")
    if not results and requirement.id in cases.deselected:
        return Outcome.SKIPPED, "its cases were not selected (pytest arguments)"
    if not results:
        return Outcome.ERROR, share.error or "none of its cases was run to its end"
    outcome = model.fold_outcome(results)
    return outcome, next((case.reason for case in results if case.outcome is outcome and case.reason), "")


def finding(run: Run, item: Evidence) -> model.Finding:
    """A finding as it is reported, with secrets masked and the line that shows it again."""
    mask = run.secrets.mask
    found = item.finding
    return model.Finding(
        message=mask(found.message),
        field=mask(found.field),
        expected=mask(found.expected),
        observed=mask(found.observed),
        reproduce=expandable(mask(reproduce(run, item))),
        change=_masked(item.change, run.secrets),
    )


def is_gap(contract: Contract, found: Finding | model.Finding) -> bool:
    """Whether a finding is about what the API conventions allow and only the document leaves out."""
    status = found.observed
    if status.isdecimal() and int(status) in contract.convention_statuses and not found.field:
        return True
    return any(found.field.startswith(name) for name in contract.writable_by_convention)


def in_words(requirement: Requirement, found: model.Finding) -> str:
    """A finding as it is shown with the case that came across it."""
    return (
        f"{requirement.id}: {found.message}{f' ({found.field})' if found.field else ''}\n"
        f"  document: {requirement.source}\n  expected: {found.expected}      observed: {found.observed}\n"
        f"  reproduce: {found.reproduce}"
    )


def _masked(change: tuple[dict[str, Json], ...], secrets: Masker) -> tuple[dict[str, Json], ...]:
    """A change with long values shortened and secrets masked; the whole request stands in the line that repeats it."""
    return tuple(
        {
            key: _short(_hidden(operation, key, secrets)) if key == "value" else secrets.mask(item)
            for key, item in operation.items()
        }
        for operation in change[:MOST_OPERATIONS]
    )


def _hidden(operation: Mapping[str, Json], key: str, secrets: Masker) -> Json:
    """The value of an operation; its path names what holds it as an object's key would."""
    value, steps = operation[key], str(operation.get("path", "")).split("/")
    if isinstance(value, str) and "imagePullSecrets" in steps and steps[-1] == "name" and secrets.hides_pull_secrets:
        return PULL_SECRET
    return secrets.mask_json(value, steps[-1])


def _short(value: Json) -> Json:
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def reproduce(run: Run, item: Evidence) -> str:
    """A shell line that sends the request again; empty when the finding is not about one request."""
    exchange = item.exchange
    if exchange is None:
        return ""
    options: tuple[str, ...] = ("--insecure",) if run.settings.insecure else ()
    if run.settings.ca_file:
        options = ("--cacert", str(run.settings.ca_file))
    if exchange.certificate and run.settings.client_cert:
        options += ("--cert", str(run.settings.client_cert))
        options += ("--key", str(run.settings.client_key)) if run.settings.client_key else ()
    return curl(
        exchange.method, exchange.url, exchange.headers, exchange.body, exchange.credential_header, options=options
    )
