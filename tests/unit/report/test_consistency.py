"""What a report must not say: one that contradicts itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.report.model import (
    Acceptance,
    CaseResult,
    Outcome,
    Report,
    RequirementResult,
    Source,
    Verdict,
)
from contracts.report.trust.consistency import inconsistencies

from .samples import FAILED, FINDING, PASSED, SOUND, START


def test_a_sound_report_does_not_contradict_itself() -> None:
    assert inconsistencies(SOUND) == ()


SKIPPED = replace(
    PASSED, outcome=Outcome.SKIPPED, cases=(CaseResult("one", Outcome.SKIPPED),), reason="give --token-file"
)


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        (replace(SOUND, verdict=Verdict.CONFORMANT, exit_status=0), "the requirements say nonconformant"),
        (replace(SOUND, exit_status=0), "exitStatus 0"),
        (replace(SOUND, finished_at=START - timedelta(seconds=1)), "before startedAt"),
        (replace(SOUND, requests=19), "more answers counted"),
        (replace(SOUND, acceptance={"positive": Acceptance(1, 2)}), "more accepted than sent"),
        (replace(SOUND, requirements=(PASSED, FAILED, FAILED)), "listed 2 times"),
        (
            replace(SOUND, requirements=(PASSED,), verdict=Verdict.CONFORMANT, exit_status=0, error="cut short"),
            "ended with an error",
        ),
    ],
)
def test_a_run_that_contradicts_itself_is_noticed(report: Report, problem: str) -> None:
    (found,) = inconsistencies(report)
    assert problem in found


@pytest.mark.parametrize(
    ("requirement", "problem"),
    [
        (replace(PASSED, source=Source(" ", "7")), "no source"),
        (replace(PASSED, source=Source("URI", "")), "no lines"),
        (replace(PASSED, cases=()), "passed without a case"),
        (replace(PASSED, findings=(FINDING,)), "although it has findings"),
        (
            replace(PASSED, cases=(CaseResult("one", Outcome.FAILED),)),
            "although it has findings or a failed case",
        ),
        (replace(PASSED, cases=(CaseResult("one", Outcome.ERROR),)), "its cases say error"),
        (replace(SKIPPED, reason=""), "skipped without a reason"),
        (replace(PASSED, outcome=Outcome.WAIVED), "waived without a reason"),
        (replace(FAILED, id="a.b", findings=()), "failed without a finding"),
    ],
)
def test_a_requirement_that_contradicts_itself_is_noticed(requirement: RequirementResult, problem: str) -> None:
    (found,) = inconsistencies(replace(SOUND, requirements=(requirement, FAILED)))
    assert found.startswith(f"{requirement.id}: ")
    assert problem in found


@pytest.mark.parametrize(
    "requirement",
    [
        SKIPPED,
        replace(SKIPPED, cases=()),
        replace(FAILED, id="a.b", outcome=Outcome.WAIVED, reason="ticket 12"),
        replace(PASSED, level="kubernetes", source=Source("Concurrency")),
        replace(PASSED, outcome=Outcome.ERROR, cases=()),
        replace(PASSED, outcome=Outcome.NOT_APPLICABLE, reason="the profile document does not judge it"),
    ],
)
def test_what_may_be_is_not_called_a_contradiction(requirement: RequirementResult) -> None:
    assert inconsistencies(replace(SOUND, requirements=(requirement, FAILED))) == ()
