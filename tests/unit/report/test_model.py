"""How cases become a requirement's outcome, requirements a verdict, and a verdict an exit status."""

from datetime import UTC, datetime
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report.model import (
    CaseResult,
    Document,
    Observations,
    Outcome,
    Report,
    RequirementResult,
    Source,
    Specification,
    Suite,
    Target,
    Verdict,
)
from contracts.report.outcomes import exit_status, fold_outcome, verdict

GREEN = (Outcome.PASSED, Outcome.WAIVED, Outcome.NOT_APPLICABLE)
RANK = (Verdict.CONFORMANT, Verdict.PARTIAL, Verdict.ERROR, Verdict.NONCONFORMANT)


def case(outcome: Outcome, optional: bool = False) -> CaseResult:
    return CaseResult("one", outcome, optional=optional)


def requirement(outcome: Outcome) -> RequirementResult:
    return RequirementResult("a.b", "a", "document", "It holds.", Source("Function", "7"), outcome)


cases = st.lists(st.builds(case, st.sampled_from(Outcome), st.booleans()), max_size=6)
requirements = st.lists(st.builds(requirement, st.sampled_from(Outcome)), max_size=6)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], Outcome.ERROR),
        ([case(Outcome.PASSED)], Outcome.PASSED),
        ([case(Outcome.PASSED), case(Outcome.SKIPPED)], Outcome.SKIPPED),
        ([case(Outcome.PASSED), case(Outcome.SKIPPED, optional=True)], Outcome.PASSED),
        ([case(Outcome.SKIPPED, optional=True)], Outcome.SKIPPED),
        ([case(Outcome.NOT_APPLICABLE), case(Outcome.SKIPPED, optional=True)], Outcome.SKIPPED),
        ([case(Outcome.NOT_APPLICABLE)], Outcome.NOT_APPLICABLE),
        ([case(Outcome.NOT_APPLICABLE), case(Outcome.PASSED)], Outcome.PASSED),
        ([case(Outcome.WAIVED), case(Outcome.PASSED)], Outcome.WAIVED),
        ([case(Outcome.WAIVED), case(Outcome.SKIPPED)], Outcome.SKIPPED),
        ([case(Outcome.ERROR), case(Outcome.SKIPPED), case(Outcome.PASSED)], Outcome.ERROR),
        ([case(Outcome.ERROR), case(Outcome.FAILED)], Outcome.FAILED),
    ],
)
def test_the_worst_case_wins(outcomes: list[CaseResult], expected: Outcome) -> None:
    assert fold_outcome(outcomes) is expected


@given(cases, st.randoms(use_true_random=False))
def test_order_of_cases_does_not_matter(some: list[CaseResult], random: Random) -> None:
    shuffled = random.sample(some, len(some))
    assert fold_outcome(shuffled) is fold_outcome(some)


@given(cases)
def test_a_failed_case_fails_whatever_else_there_is(some: list[CaseResult]) -> None:
    assert fold_outcome([*some, case(Outcome.FAILED)]) is Outcome.FAILED


@given(cases)
def test_an_error_or_a_required_skip_is_never_green(some: list[CaseResult]) -> None:
    assert fold_outcome([*some, case(Outcome.ERROR)]) in (Outcome.ERROR, Outcome.FAILED)
    assert fold_outcome([*some, case(Outcome.SKIPPED)]) not in GREEN


@given(cases)
def test_a_requirement_passes_only_when_a_case_passed(some: list[CaseResult]) -> None:
    if fold_outcome(some) is Outcome.PASSED:
        assert any(each.outcome is Outcome.PASSED for each in some)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], Verdict.ERROR),
        ([Outcome.NOT_APPLICABLE], Verdict.ERROR),
        ([Outcome.SKIPPED], Verdict.ERROR),
        ([Outcome.WAIVED], Verdict.ERROR),
        ([Outcome.PASSED], Verdict.CONFORMANT),
        ([Outcome.PASSED, Outcome.NOT_APPLICABLE], Verdict.CONFORMANT),
        ([Outcome.PASSED, Outcome.WAIVED, Outcome.NOT_APPLICABLE], Verdict.PARTIAL),
        ([Outcome.PASSED, Outcome.SKIPPED], Verdict.PARTIAL),
        ([Outcome.PASSED, Outcome.SKIPPED, Outcome.ERROR], Verdict.ERROR),
        ([Outcome.FAILED, Outcome.ERROR], Verdict.NONCONFORMANT),
    ],
)
def test_verdict_of_a_run(outcomes: list[Outcome], expected: Verdict) -> None:
    assert verdict(requirement(outcome) for outcome in outcomes) is expected


@given(requirements)
def test_another_failed_skipped_or_errored_requirement_never_improves(some: list[RequirementResult]) -> None:
    before = RANK.index(verdict(some))
    for outcome in (Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED):
        assert RANK.index(verdict([*some, requirement(outcome)])) >= before
    assert verdict([*some, requirement(Outcome.FAILED)]) is Verdict.NONCONFORMANT


@given(requirements, st.booleans(), st.booleans())
def test_a_run_in_which_nothing_passed_never_exits_with_0(
    some: list[RequirementResult], interrupted: bool, complete: bool
) -> None:
    unjudged = [each for each in some if each.outcome is not Outcome.PASSED]
    assert exit_status(verdict(unjudged), interrupted, complete) != 0


def test_exit_status_of_every_combination() -> None:
    plain = {Verdict.CONFORMANT: 0, Verdict.PARTIAL: 0, Verdict.NONCONFORMANT: 1, Verdict.ERROR: 3}
    for each, complete in product(Verdict, (False, True)):
        assert exit_status(each, True, complete) == 2
        assert exit_status(each, False, complete) == (1 if complete and each is Verdict.PARTIAL else plain[each])


def test_a_report_without_a_time_zone_is_refused() -> None:
    zoned = datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        Report(
            Suite("1"),
            Document("page", "2023-12-21", "a" * 64),
            Specification("b" * 64),
            Target("http://localhost", "default"),
            "kubernetes",
            0,
            zoned,
            zoned.replace(tzinfo=None),
            0.0,
            0,
            Verdict.ERROR,
            (),
            Observations(),
            3,
        )
