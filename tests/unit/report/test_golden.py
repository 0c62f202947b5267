# ruff: noqa: E501
"""The terminal summary of three whole reports, line for line."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from contracts.report.model import (
    Acceptance,
    CaseResult,
    Document,
    DocumentGaps,
    Observations,
    Outcome,
    RecordedFinding,
    Report,
    RequirementResult,
    Source,
    Specification,
    Suite,
    Target,
    Treatment,
)
from contracts.report.outcomes import exit_status, verdict
from contracts.report.text.summary import NARROWEST, summary

from .samples import reports

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AGAIN = "sh reproduce/3f2a91.sh"


def requirement(
    identifier: str,
    outcome: Outcome = Outcome.PASSED,
    reason: str = "",
    findings: tuple[RecordedFinding, ...] = (),
    level: str = "document",
) -> RequirementResult:
    family, _, _ = identifier.partition(".")
    source = Source("Function", "7-17") if level == "document" else Source("Kubernetes API conventions: Concurrency")
    cases = (CaseResult(f"{identifier}[1]", outcome, 0.25, reason=reason),)
    statement = f"What {identifier} asks of a replacement holds."
    return RequirementResult(identifier, family, level, statement, source, outcome, reason, cases, findings)


def report(*requirements: RequirementResult, observed: Observations, error: str = "") -> Report:
    return Report(
        suite=Suite("0.1.0", "0123456789abcdef0123"),
        document=Document("Replacing a PyTorchJob", "2023-12-21", "a" * 64),
        spec=Specification("b" * 64),
        target=Target("https://jobs.example", "team-a"),
        profile="kubernetes",
        seed=42,
        started_at=START,
        finished_at=START + timedelta(seconds=41.25),
        duration_seconds=41.25,
        requests=40,
        verdict=verdict(requirements),
        requirements=requirements,
        observed=observed,
        exit_status=exit_status(verdict(requirements), interrupted=False, require_complete=False),
        acceptance={"positive": Acceptance(10_000, 9_996)} if not error else {},
        error=error,
    )


CONFORMANT = report(
    requirement("replaceable.labels"),
    requirement("replaceable.ttl-seconds-after-finished"),
    requirement("immutable.replica-specs"),
    requirement("immutable.identity", Outcome.WAIVED, "the vendor corrects it in May (ticket 12)"),
    requirement("concurrency.generation", Outcome.NOT_APPLICABLE, "the target keeps no generation", level="kubernetes"),
    observed=Observations(
        {"spec.pytorchReplicaSpecs": Treatment.REFUSED, "metadata.uid": Treatment.MIXED},
        {403: 12, 200: 17},
        DocumentGaps((409, 422), ("metadata.finalizers",)),
    ),
)
CHANGED = RecordedFinding(
    "spec.pytorchReplicaSpecs.Worker.replicas changed from 1 to 3",
    "spec.pytorchReplicaSpecs.Worker.replicas",
    "refused, or stored value still 1",
    "200, stored value 3",
    AGAIN,
    ({"op": "replace", "path": "/spec/pytorchReplicaSpecs/Worker/replicas", "value": 3},),
    id="3f2a91",
)
NONCONFORMANT = report(
    requirement("replaceable.labels"),
    requirement("immutable.replica-specs", Outcome.FAILED, findings=(CHANGED,) * 5),
    requirement(
        "status.403", Outcome.SKIPPED, "no credential that is denied: give --denied-token-file or --denied-namespace"
    ),
    requirement(
        "concurrency.one-winner", Outcome.FAILED, "two replacements with one version were accepted", level="kubernetes"
    ),
    observed=Observations({"spec.pytorchReplicaSpecs": Treatment.MIXED}, {200: 40}),
)
ERROR = report(
    requirement("replaceable.labels", Outcome.ERROR, "the target stopped answering: read timed out after 10 s"),
    observed=Observations(),
    error="https://jobs.example cannot be reached: connection refused",
)
REPORTS = {"conformant": CONFORMANT, "nonconformant": NONCONFORMANT, "error": ERROR}

GOLDEN = {
    ("conformant", 80): r"""
target   https://jobs.example, namespace team-a
against  Replacing a PyTorchJob, updated 2023-12-21; profile kubernetes
run      2026-01-02 03:04:05 UTC, 41.2 s, seed 42; suite 0.1.0, commit
         0123456789ab
judged   4 cases, 40 requests, 9996 of 10000 correct generated requests accepted
         (99.9 %)

replaceable: 2 passed            immutable: 1 passed, 1 waived
concurrency: 1 not-applicable

Waived: known deviations
  immutable.identity: the vendor corrects it in May (ticket 12)

Observed
  changes of immutable fields: mixed (refused or ignored, by what is changed):
    metadata.uid; refused: spec.pytorchReplicaSpecs
  answers to replacements: 200 × 17, 403 × 12
  document gaps (seen, and not on the page): statuses 409, 422; fields
    metadata.finalizers

verdict: partial: 3 passed, 1 not-applicable, 1 waived
report: reports/conformance.json
""",
    ("conformant", 200): r"""
target   https://jobs.example, namespace team-a
against  Replacing a PyTorchJob, updated 2023-12-21; profile kubernetes
run      2026-01-02 03:04:05 UTC, 41.2 s, seed 42; suite 0.1.0, commit 0123456789ab
judged   4 cases, 40 requests, 9996 of 10000 correct generated requests accepted (99.9 %)

replaceable: 2 passed    immutable: 1 passed, 1 waived    concurrency: 1 not-applicable

Waived: known deviations
  immutable.identity: the vendor corrects it in May (ticket 12)

Observed
  changes of immutable fields: mixed (refused or ignored, by what is changed): metadata.uid; refused: spec.pytorchReplicaSpecs
  answers to replacements: 200 × 17, 403 × 12
  document gaps (seen, and not on the page): statuses 409, 422; fields metadata.finalizers

verdict: partial: 3 passed, 1 not-applicable, 1 waived
report: reports/conformance.json
""",
    ("nonconformant", 80): r"""
target   https://jobs.example, namespace team-a
against  Replacing a PyTorchJob, updated 2023-12-21; profile kubernetes
run      2026-01-02 03:04:05 UTC, 41.2 s, seed 42; suite 0.1.0, commit
         0123456789ab
judged   3 cases, 40 requests, 9996 of 10000 correct generated requests accepted
         (99.9 %)

replaceable: 1 passed    immutable: 1 failed    status: 1 skipped
concurrency: 1 failed

Findings: 5 against 2 requirements; the first of each
immutable.replica-specs                                       #3f2a91 and 4 more
  spec.pytorchReplicaSpecs.Worker.replicas changed from 1 to 3
  page:      What immutable.replica-specs asks of a repl… (Function, lines 7-17)
  sent:      replace /spec/pytorchReplicaSpecs/Worker/replicas 3
  expected:  refused, or stored value still 1    observed: 200, stored value 3
  show it:   pytorchjob-contract replay reports 3f2a91   or: sh reports/reproduce/3f2a91.sh
concurrency.one-winner  two replacements with one version were accepted
  rule:      What concurrency.one-win… (Kubernetes API conventions: Concurrency)
  cases:     concurrency.one-winner[1]

Skipped: an option supplies what is missing, or limits what is judged
  status.403: no credential that is denied: give --denied-token-file or
    --denied-namespace

Observed
  changes of immutable fields: mixed (refused or ignored, by what is changed):
    spec.pytorchReplicaSpecs
  answers to replacements: 200 × 40

verdict: nonconformant: 1 passed, 2 failed, 1 skipped
report: reports/conformance.json
""",
    ("nonconformant", 200): r"""
target   https://jobs.example, namespace team-a
against  Replacing a PyTorchJob, updated 2023-12-21; profile kubernetes
run      2026-01-02 03:04:05 UTC, 41.2 s, seed 42; suite 0.1.0, commit 0123456789ab
judged   3 cases, 40 requests, 9996 of 10000 correct generated requests accepted (99.9 %)

replaceable: 1 passed    immutable: 1 failed    status: 1 skipped    concurrency: 1 failed

Findings: 5 against 2 requirements; the first of each
immutable.replica-specs  spec.pytorchReplicaSpecs.Worker.replicas changed from 1 to 3       #3f2a91 and 4 more
  page:      What immutable.replica-specs asks of a replacement holds (Function, lines 7-17)
  sent:      replace /spec/pytorchReplicaSpecs/Worker/replicas 3
  expected:  refused, or stored value still 1        observed: 200, stored value 3
  show it:   pytorchjob-contract replay reports 3f2a91   or: sh reports/reproduce/3f2a91.sh
concurrency.one-winner  two replacements with one version were accepted
  rule:      What concurrency.one-winner asks of a replacement holds (Kubernetes API conventions: Concurrency)
  cases:     concurrency.one-winner[1]

Skipped: an option supplies what is missing, or limits what is judged
  status.403: no credential that is denied: give --denied-token-file or --denied-namespace

Observed
  changes of immutable fields: mixed (refused or ignored, by what is changed): spec.pytorchReplicaSpecs
  answers to replacements: 200 × 40

verdict: nonconformant: 1 passed, 2 failed, 1 skipped
report: reports/conformance.json
""",
    ("error", 80): r"""
target   https://jobs.example, namespace team-a
against  Replacing a PyTorchJob, updated 2023-12-21; profile kubernetes
run      2026-01-02 03:04:05 UTC, 41.2 s, seed 42; suite 0.1.0, commit
         0123456789ab
judged   0 cases, 40 requests
error    https://jobs.example cannot be reached: connection refused

replaceable: 1 error

Not judged: a case, the suite or the network failed, not the target
  replaceable.labels: the target stopped answering: read timed out after 10 s

exit status 3: https://jobs.example cannot be reached: connection refused
verdict: error: 1 error
report: reports/conformance.json
""",
    ("error", 200): r"""
target   https://jobs.example, namespace team-a
against  Replacing a PyTorchJob, updated 2023-12-21; profile kubernetes
run      2026-01-02 03:04:05 UTC, 41.2 s, seed 42; suite 0.1.0, commit 0123456789ab
judged   0 cases, 40 requests
error    https://jobs.example cannot be reached: connection refused

replaceable: 1 error

Not judged: a case, the suite or the network failed, not the target
  replaceable.labels: the target stopped answering: read timed out after 10 s

exit status 3: https://jobs.example cannot be reached: connection refused
verdict: error: 1 error
report: reports/conformance.json
""",
}


@pytest.mark.parametrize(("name", "width"), GOLDEN)
def test_summary_reads_as_written_here(name: str, width: int) -> None:
    assert summary(REPORTS[name], False, width, "reports/conformance.json") == GOLDEN[name, width].removeprefix("\n")


@pytest.mark.parametrize(("name", "width"), GOLDEN)
def test_colour_adds_styles_and_changes_no_character(name: str, width: int) -> None:
    coloured = summary(REPORTS[name], True, width, "reports/conformance.json")
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == GOLDEN[name, width].removeprefix("\n")
    for line in coloured.splitlines():
        assert line.count("\x1b[0m") * 2 == line.count("\x1b["), "a style runs over the end of its line"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("conformant", "\x1b[33mverdict: partial: 3 passed, 1 not-applicable, 1 waived\x1b[0m"),
        ("nonconformant", "\x1b[1;31mverdict: nonconformant: 1 passed, 2 failed, 1 skipped\x1b[0m"),
        ("error", "\x1b[1;35mverdict: error: 1 error\x1b[0m"),
        ("nonconformant", "concurrency: \x1b[1;31m1 failed\x1b[0m"),
    ],
)
def test_verdict_and_outcome_have_their_colour(name: str, line: str) -> None:
    assert line in summary(REPORTS[name], True, 80).splitlines()


@pytest.mark.parametrize(("name", "width"), GOLDEN)
def test_only_lines_to_copy_exceed_the_width(name: str, width: int) -> None:
    wide = [line for line in summary(REPORTS[name], False, width).splitlines() if len(line) > width]
    assert wide == []


@given(reports, st.integers(0, 120))
def test_the_summary_of_any_report_fits_and_holds_no_control_character(report: Report, width: int) -> None:
    for line in summary(report, False, width).split("\n"):
        assert line.isprintable()
        assert cell_len(line) <= max(width, NARROWEST) or line.startswith(("  show it:", "  helps: "))


def test_a_case_in_error_is_told_of_beside_the_findings_of_another() -> None:
    report = REPORTS["nonconformant"]
    (row, *_) = report.having(Outcome.FAILED)
    broken = CaseResult(
        "my_cases/test_x.py::test_y", Outcome.ERROR, reason="the case itself failed, test_x.py:7: KeyError"
    )
    rows = tuple(replace(one, cases=(*one.cases, broken)) if one is row else one for one in report.requirements)
    text = summary(replace(report, requirements=rows), False, 200)
    assert "\nNot judged: " in text
    assert f"\n  {row.id} in part: the case itself failed, test_x.py:7: KeyError\n" in text
