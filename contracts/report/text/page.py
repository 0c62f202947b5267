"""What the sections of the terminal summary share: the page they are written on, and counting outcomes."""

from collections import Counter
from dataclasses import dataclass

from contracts.report.model import Outcome, Report, RequirementResult
from contracts.report.text.layout import Paint


@dataclass(frozen=True, slots=True)
class Page:
    """A report on its way to a terminal of some width, in the styles that are wanted there."""

    report: Report
    width: int
    paint: Paint
    where: str

    def having(self, outcome: Outcome) -> tuple[RequirementResult, ...]:
        """The requirements with this outcome, in the report's order."""
        return tuple(each for each in self.report.requirements if each.outcome is outcome)


def counts(requirements: tuple[RequirementResult, ...]) -> str:
    """How many requirements have which outcome, in words; empty when there is none."""
    numbers = Counter(requirement.outcome for requirement in requirements)
    return ", ".join(f"{numbers[outcome]} {outcome}" for outcome in Outcome if numbers[outcome])
