"""The records of runs of several operations of one specification → one record of all of them. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import accumulate

from contracts.report import outcomes
from contracts.report.model import Acceptance, Coverage, Exercised, FirstFinding, Latency, Observations, Report, Verdict
from contracts.run.partial_result import add


def merged_report(reports: Sequence[Report], command: str) -> Report:
    """One record; what is said once for all (target, suite, seed) is the first one's.

    `command`: the line that makes all of these runs again.
    """
    first, requirements = reports[0], tuple(row for one in reports for row in one.requirements)
    verdict = _verdict(reports)
    error = next((one for one in reports if one.error), first)
    positive = [one.acceptance["positive"] for one in reports if "positive" in one.acceptance]
    return replace(
        first,
        started_at=min(one.started_at for one in reports),
        finished_at=max(one.finished_at for one in reports),
        duration_seconds=sum(one.duration_seconds for one in reports),
        requests=sum(one.requests for one in reports),
        verdict=verdict,
        causes=tuple(
            sorted((cause for one in reports for cause in one.causes), key=lambda cause: -len(cause.requirements))
        ),
        requirements=requirements,
        observed=reduce(_observed, (one.observed for one in reports)),
        exit_status=_exit_status(verdict, [one.exit_status for one in reports]),
        acceptance={"positive": reduce(_accepted, positive)} if positive else {},
        error=error.error,
        error_kind=error.error_kind,
        weakened=tuple(dict.fromkeys(reason for one in reports for reason in one.weakened)),
        first_finding=_first_finding(reports),
        waiver_problems=tuple(dict.fromkeys(problem for one in reports for problem in one.waiver_problems)),
        har=None,
        command=command,
        traceability=tuple(row for one in reports for row in one.traceability),
        configuration=tuple(one for one in first.configuration if one.name not in ("operation", "report-dir")),
    )


def _verdict(reports: Sequence[Report]) -> Verdict:
    verdicts = {one.verdict for one in reports}
    if Verdict.ERROR in verdicts and Verdict.NONCONFORMANT not in verdicts:
        return Verdict.ERROR
    return outcomes.verdict(row for one in reports for row in one.requirements)


def _exit_status(verdict: Verdict, statuses: Sequence[int]) -> int:
    """As of one run: what was seen to be violated weighs more than what could not be judged."""
    if outcomes.INTERRUPTED in statuses:
        return outcomes.INTERRUPTED
    return outcomes.NONCONFORMANT if verdict is Verdict.NONCONFORMANT else outcomes.worst(statuses)


def _first_finding(reports: Sequence[Report]) -> FirstFinding | None:
    """When the first finding came up, counted from the beginning of the first run."""
    before = list(accumulate((one.requests for one in reports), initial=0))
    spent = list(accumulate((one.duration_seconds for one in reports), initial=0.0))
    for place, one in enumerate(reports):
        if found := one.first_finding:
            return FirstFinding(before[place] + found.requests, round(spent[place] + found.seconds, 3))
    return None


def _accepted(one: Acceptance, other: Acceptance) -> Acceptance:
    return Acceptance(one.sent + other.sent, one.accepted + other.accepted)


def _observed(one: Observations, other: Observations) -> Observations:
    """What was seen of two operations: numbers added, sets united; where one value has to be shown, the first one's."""
    return Observations(
        immutability={**other.immutability, **one.immutability},
        statuses=dict(sorted((Counter(one.statuses) + Counter(other.statuses)).items())),
        document_gaps=add(one.document_gaps, other.document_gaps),
        coverage=_coverage(one.coverage, other.coverage),
        latency=_latency(one, other),
        not_tried=tuple(dict.fromkeys((*one.not_tried, *other.not_tried))),
        server_added=add(one.server_added, other.server_added),
        other_writers=add(one.other_writers, other.other_writers),
        credentials=add(one.credentials, other.credentials),
        error_bodies=add(one.error_bodies, other.error_bodies),
        boundaries=add(one.boundaries, other.boundaries),
        object_under_test=one.object_under_test or other.object_under_test,
        dropped=add(one.dropped, other.dropped),
    )


def _latency(one: Observations, other: Observations) -> dict[str, Latency]:
    """By method the run that has more answers: percentiles of two runs cannot be put together."""
    found = dict(one.latency)
    for method, latency in other.latency.items():
        if method not in found or found[method].answers < latency.answers:
            found[method] = latency
    return found


def _coverage(one: Coverage, other: Coverage) -> Coverage:
    known = {(each.kind, each.name): each for each in one.elements}
    for each in other.elements:
        key = each.kind, each.name
        known[key] = _exercised(known[key], each) if key in known else each
    return Coverage(one.replacements + other.replacements, tuple(known.values()))


def _exercised(one: Exercised, other: Exercised) -> Exercised:
    return replace(
        one,
        sent=one.sent + other.sent,
        accepted=one.accepted + other.accepted,
        refused=one.refused + other.refused,
        shown=one.shown + other.shown,
        values=max(one.values, other.values),
    )
