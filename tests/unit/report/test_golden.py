# ruff: noqa: E501
"""The terminal summary of three whole reports, line for line."""

import re
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
target    https://jobs.example, namespace team-a
profile   kubernetes, seed 42
document  Replacing a PyTorchJob, updated 2023-12-21
suite     0.1.0, commit 0123456789ab
run       2026-01-02 03:04:05 UTC, 40 requests in 41.2 s

replaceable: 2 passed
  passed          replaceable.labels
  passed          replaceable.ttl-seconds-after-finished

immutable: 1 passed, 1 waived
  passed          immutable.replica-specs
  waived          immutable.identity
                  the vendor corrects it in May (ticket 12)

concurrency: 1 not-applicable
  not-applicable  concurrency.generation
                  the target keeps no generation

Waived: known deviations
  immutable.identity: the vendor corrects it in May (ticket 12)

Observed
  changes of immutable fields: metadata.uid mixed, spec.pytorchReplicaSpecs
    refused
  answers: 200 × 17, 403 × 12
  generated requests accepted: 9996 of 10000 positive (99.9 %)
  document gaps: statuses 409, 422; fields metadata.finalizers

verdict: partial: 3 passed, 1 not-applicable, 1 waived
report: reports/conformance.json
""",
    ("conformant", 200): r"""
target    https://jobs.example, namespace team-a
profile   kubernetes, seed 42
document  Replacing a PyTorchJob, updated 2023-12-21
suite     0.1.0, commit 0123456789ab
run       2026-01-02 03:04:05 UTC, 40 requests in 41.2 s

replaceable: 2 passed
  passed          replaceable.labels
  passed          replaceable.ttl-seconds-after-finished

immutable: 1 passed, 1 waived
  passed          immutable.replica-specs
  waived          immutable.identity                      the vendor corrects it in May (ticket 12)

concurrency: 1 not-applicable
  not-applicable  concurrency.generation                  the target keeps no generation

Waived: known deviations
  immutable.identity: the vendor corrects it in May (ticket 12)

Observed
  changes of immutable fields: metadata.uid mixed, spec.pytorchReplicaSpecs refused
  answers: 200 × 17, 403 × 12
  generated requests accepted: 9996 of 10000 positive (99.9 %)
  document gaps: statuses 409, 422; fields metadata.finalizers

verdict: partial: 3 passed, 1 not-applicable, 1 waived
report: reports/conformance.json
""",
    ("nonconformant", 80): r"""
target    https://jobs.example, namespace team-a
profile   kubernetes, seed 42
document  Replacing a PyTorchJob, updated 2023-12-21
suite     0.1.0, commit 0123456789ab
run       2026-01-02 03:04:05 UTC, 40 requests in 41.2 s

replaceable: 1 passed
  passed          replaceable.labels

immutable: 1 failed
  failed          immutable.replica-specs
                  5 findings, the first: spec.pytorchReplicaSpecs.Worker.replic…

status: 1 skipped
  skipped         status.403
                  no credential that is denied: give --denied-token-file or --d…

concurrency: 1 failed
  failed          concurrency.one-winner
                  two replacements with one version were accepted

Failures (2)

immutable.replica-specs: spec.pytorchReplicaSpecs.Worker.replicas changed from
  1 to 3
  document: What immutable.replica-specs asks of a replacement holds (Function,
            lines 7-17)
  expected: refused, or stored value still 1      observed: 200, stored value 3
  reproduce: sh reports/reproduce/3f2a91.sh

immutable.replica-specs: spec.pytorchReplicaSpecs.Worker.replicas changed from
  1 to 3
  document: What immutable.replica-specs asks of a replacement holds (Function,
            lines 7-17)
  expected: refused, or stored value still 1      observed: 200, stored value 3
  reproduce: sh reports/reproduce/3f2a91.sh

immutable.replica-specs: spec.pytorchReplicaSpecs.Worker.replicas changed from
  1 to 3
  document: What immutable.replica-specs asks of a replacement holds (Function,
            lines 7-17)
  expected: refused, or stored value still 1      observed: 200, stored value 3
  reproduce: sh reports/reproduce/3f2a91.sh

immutable.replica-specs: 2 more in the report

concurrency.one-winner: two replacements with one version were accepted
  convention: What concurrency.one-winner asks of a replacement holds
              (Kubernetes API conventions: Concurrency)
  cases: concurrency.one-winner[1]

Skipped: something is missing that you can supply
  status.403: no credential that is denied: give --denied-token-file or
    --denied-namespace

Observed
  changes of immutable fields: spec.pytorchReplicaSpecs mixed
  answers: 200 × 40
  generated requests accepted: 9996 of 10000 positive (99.9 %)

verdict: nonconformant: 1 passed, 2 failed, 1 skipped
report: reports/conformance.json
""",
    ("nonconformant", 200): r"""
target    https://jobs.example, namespace team-a
profile   kubernetes, seed 42
document  Replacing a PyTorchJob, updated 2023-12-21
suite     0.1.0, commit 0123456789ab
run       2026-01-02 03:04:05 UTC, 40 requests in 41.2 s

replaceable: 1 passed
  passed          replaceable.labels

immutable: 1 failed
  failed          immutable.replica-specs  5 findings, the first: spec.pytorchReplicaSpecs.Worker.replicas changed from 1 to 3

status: 1 skipped
  skipped         status.403               no credential that is denied: give --denied-token-file or --denied-namespace

concurrency: 1 failed
  failed          concurrency.one-winner   two replacements with one version were accepted

Failures (2)

immutable.replica-specs: spec.pytorchReplicaSpecs.Worker.replicas changed from 1 to 3
  document: What immutable.replica-specs asks of a replacement holds (Function, lines 7-17)
  expected: refused, or stored value still 1      observed: 200, stored value 3
  reproduce: sh reports/reproduce/3f2a91.sh

immutable.replica-specs: spec.pytorchReplicaSpecs.Worker.replicas changed from 1 to 3
  document: What immutable.replica-specs asks of a replacement holds (Function, lines 7-17)
  expected: refused, or stored value still 1      observed: 200, stored value 3
  reproduce: sh reports/reproduce/3f2a91.sh

immutable.replica-specs: spec.pytorchReplicaSpecs.Worker.replicas changed from 1 to 3
  document: What immutable.replica-specs asks of a replacement holds (Function, lines 7-17)
  expected: refused, or stored value still 1      observed: 200, stored value 3
  reproduce: sh reports/reproduce/3f2a91.sh

immutable.replica-specs: 2 more in the report

concurrency.one-winner: two replacements with one version were accepted
  convention: What concurrency.one-winner asks of a replacement holds (Kubernetes API conventions: Concurrency)
  cases: concurrency.one-winner[1]

Skipped: something is missing that you can supply
  status.403: no credential that is denied: give --denied-token-file or --denied-namespace

Observed
  changes of immutable fields: spec.pytorchReplicaSpecs mixed
  answers: 200 × 40
  generated requests accepted: 9996 of 10000 positive (99.9 %)

verdict: nonconformant: 1 passed, 2 failed, 1 skipped
report: reports/conformance.json
""",
    ("error", 80): r"""
target    https://jobs.example, namespace team-a
profile   kubernetes, seed 42
document  Replacing a PyTorchJob, updated 2023-12-21
suite     0.1.0, commit 0123456789ab
run       2026-01-02 03:04:05 UTC, 40 requests in 41.2 s
error     https://jobs.example cannot be reached: connection refused

replaceable: 1 error
  error           replaceable.labels  the target stopped answering: read timed …

Not judged: the suite or the network failed, not the target
  replaceable.labels: the target stopped answering: read timed out after 10 s

verdict: error: 1 error
report: reports/conformance.json
""",
    ("error", 200): r"""
target    https://jobs.example, namespace team-a
profile   kubernetes, seed 42
document  Replacing a PyTorchJob, updated 2023-12-21
suite     0.1.0, commit 0123456789ab
run       2026-01-02 03:04:05 UTC, 40 requests in 41.2 s
error     https://jobs.example cannot be reached: connection refused

replaceable: 1 error
  error           replaceable.labels  the target stopped answering: read timed out after 10 s

Not judged: the suite or the network failed, not the target
  replaceable.labels: the target stopped answering: read timed out after 10 s

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
        ("nonconformant", "  \x1b[1;31mfailed        \x1b[0m  immutable.replica-specs"),
    ],
)
def test_verdict_and_outcome_have_their_colour(name: str, line: str) -> None:
    assert line in summary(REPORTS[name], True, 80).splitlines()


@pytest.mark.parametrize(("name", "width"), GOLDEN)
def test_only_lines_to_copy_exceed_the_width(name: str, width: int) -> None:
    wide = [line for line in summary(REPORTS[name], False, width).splitlines() if len(line) > width]
    assert not wide


@given(reports, st.integers(0, 120))
def test_the_summary_of_any_report_fits_and_holds_no_control_character(report: Report, width: int) -> None:
    for line in summary(report, False, width).split("\n"):
        assert line.isprintable()
        assert cell_len(line) <= max(width, NARROWEST) or line.startswith(("  reproduce: ", "  helps: "))
