"""From the outcomes of cases to those of requirements, the verdict of a run, and the exit status. Pure."""

from collections import Counter
from collections.abc import Iterable

from contracts.report.model import CaseResult, NotTried, Outcome, RequirementResult, Verdict

# Outcomes that say something about the target.
JUDGED = (Outcome.PASSED, Outcome.FAILED, Outcome.WAIVED)
# Exit statuses of a run that came to its end.
NONCONFORMANT, ERROR = 1, 3
WORST_FIRST = (ERROR, NONCONFORMANT, 0)
# The exit status of one that did not.
INTERRUPTED = 2
# The outcome that is shown in the colour of a verdict.
LIKE = {
    Verdict.CONFORMANT: Outcome.PASSED,
    Verdict.PARTIAL: Outcome.SKIPPED,
    Verdict.NONCONFORMANT: Outcome.FAILED,
    Verdict.ERROR: Outcome.ERROR,
}
# A sign beside the colour: colours alone are lost on paper and on who cannot tell them apart.
SIGNS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.ERROR: "!",
    Outcome.SKIPPED: "–",
    Outcome.WAIVED: "w",
    Outcome.NOT_APPLICABLE: "·",
}


def fold_outcome(cases: Iterable[CaseResult]) -> Outcome:
    """The outcome of a requirement from the outcomes of its cases: the worst one wins.

    A failure that was seen stays one whatever else went wrong, so `failed` comes before `error`. A skipped
    case leaves its requirement `skipped` unless it is marked optional and something else was judged. A waived
    case is a known deviation, so it weighs more than a pass. No case at all is `error`: nothing judged is
    never green.
    """
    everything = tuple(cases)
    present = {case.outcome for case in everything}
    required_skip = any(case.outcome is Outcome.SKIPPED and not case.optional for case in everything)
    milder = () if required_skip else (Outcome.WAIVED, Outcome.PASSED)
    order = (Outcome.FAILED, Outcome.ERROR, *milder, Outcome.SKIPPED, Outcome.NOT_APPLICABLE)
    return next((outcome for outcome in order if outcome in present), Outcome.ERROR)


def counts(requirements: Iterable[RequirementResult]) -> str:
    """How many requirements have which outcome, in words; empty when there is none."""
    numbers = Counter(requirement.outcome for requirement in requirements)
    return ", ".join(f"{numbers[outcome]} {outcome}" for outcome in Outcome if numbers[outcome])


def counted(number: int, word: str) -> str:
    """The number with its noun, in the plural where it is not 1."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def verdict(requirements: Iterable[RequirementResult]) -> Verdict:
    """The verdict of a run; one in which nothing passed is an error, since it judged nothing.

    A waived deviation is one nevertheless: with it a run is `partial` at best.
    """
    present = {requirement.outcome for requirement in requirements}
    if Outcome.FAILED in present:
        return Verdict.NONCONFORMANT
    if Outcome.ERROR in present or Outcome.PASSED not in present:
        return Verdict.ERROR
    return Verdict.PARTIAL if present & {Outcome.SKIPPED, Outcome.WAIVED} else Verdict.CONFORMANT


def exit_status(verdict: Verdict, interrupted: bool, require_complete: bool, waiver_problems: bool = False) -> int:
    """The exit status of the command; 4, wrong usage, is decided before a run exists.

    A waiver that has expired or is not needed any more makes a run fail that would have exited with 0.
    """
    if interrupted:
        return INTERRUPTED
    if waiver_problems and verdict in (Verdict.CONFORMANT, Verdict.PARTIAL):
        return NONCONFORMANT
    if verdict is Verdict.PARTIAL:
        return NONCONFORMANT if require_complete else 0
    return {Verdict.CONFORMANT: 0, Verdict.NONCONFORMANT: NONCONFORMANT}.get(verdict, ERROR)


def worst(statuses: Iterable[int]) -> int:
    """The worst exit status of several; what is no judgement (wrong usage, a crash) is an error, and so is none."""
    seen = {status if status in WORST_FIRST else ERROR for status in statuses} or {ERROR}
    return next(status for status in WORST_FIRST if status in seen)


def not_tried(one: NotTried) -> str:
    """What of a field an adopted object was not sent."""
    if one.below is not None:
        return f"{one.field} below {one.below}"
    return f"{one.field} but {' or '.join(one.allowed)}" if one.allowed else f"{one.field} at all"
