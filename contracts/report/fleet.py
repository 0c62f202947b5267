"""The results of several endpoints side by side: which requirement has which outcome where. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.report.model import Outcome, RecordedFinding, Report, RequirementResult, Verdict
from contracts.report.outcomes import counts

INTERRUPTED = 2
JUDGED = (Outcome.PASSED, Outcome.FAILED, Outcome.WAIVED)
# The worst status comes first; whatever is none of these is an error.
ORDER = (3, 1, 0)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one endpoint's run: exit status, record where it left one, and what went wrong with it."""

    name: str
    status: int
    report: Report | None
    error: str = ""

    @property
    def verdict(self) -> Verdict:
        """The record's verdict; an error where there is no record."""
        return self.report.verdict if self.report else Verdict.ERROR

    @property
    def words(self) -> str:
        """In one line what became of it, without the verdict."""
        if self.error or not self.report:
            return self.error
        return "; ".join([counts(self.report.requirements), *self.report.waiver_problems])

    @property
    def was_judged(self) -> bool:
        """Whether anything was said about the endpoint, and not only that it cannot be judged."""
        return any(one.outcome in JUDGED for one in self.report.requirements) if self.report else False

    def requirement(self, name: str) -> RequirementResult | None:
        """What was found about one requirement; None where that is not known."""
        rows = self.report.requirements if self.report else ()
        return next((one for one in rows if one.id == name), None)

    def outcome(self, name: str) -> Outcome:
        """The outcome of one requirement; an error where there is none."""
        found = self.requirement(name)
        return found.outcome if found else Outcome.ERROR

    def findings(self, name: str) -> tuple[RecordedFinding, ...]:
        """What speaks against one requirement here."""
        found = self.requirement(name)
        return found.findings if found else ()


@dataclass(frozen=True, slots=True)
class Fleet:
    """The results of all endpoints, in the order in which they were listed."""

    results: tuple[Result, ...]
    started_at: datetime
    finished_at: datetime
    interrupted: bool = False

    @property
    def requirements(self) -> tuple[RequirementResult, ...]:
        """Every requirement that any record knows, as the first one has it."""
        known: dict[str, RequirementResult] = {}
        for result in self.results:
            for requirement in result.report.requirements if result.report else ():
                known.setdefault(requirement.id, requirement)
        return tuple(known.values())

    @property
    def status(self) -> int:
        """The exit status: the worst of all, or that of an interruption."""
        return INTERRUPTED if self.interrupted else worst([result.status for result in self.results])

    @property
    def differing(self) -> tuple[RequirementResult, ...]:
        """The requirements that do not pass on every endpoint that was judged."""
        judged = [result for result in self.results if result.was_judged]
        return tuple(
            one for one in self.requirements if any(result.outcome(one.id) is not Outcome.PASSED for result in judged)
        )

    @property
    def failures(self) -> list[tuple[RequirementResult, list[Result]]]:
        """Each requirement that fails anywhere, with the endpoints where it does."""
        failed = (
            (one, [result for result in self.results if result.outcome(one.id) is Outcome.FAILED])
            for one in self.requirements
        )
        return [(one, failing) for one, failing in failed if failing]

    @property
    def headline(self) -> str:
        """In one line how many requirements pass everywhere."""
        judged = sum(result.was_judged for result in self.results)
        number, every = len(self.requirements), len(self.requirements) - len(self.differing)
        if not judged:
            return "No endpoint could be judged."
        return f"{every} of {number} requirements pass on each of the {judged} endpoints that could be judged."


def worst(statuses: Sequence[int]) -> int:
    """The worst exit status; what is no judgement (wrong usage, a crash) is an error, and so is none at all."""
    seen = {status if status in ORDER else 3 for status in statuses} or {3}
    return next(status for status in ORDER if status in seen)
