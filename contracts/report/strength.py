"""How strongly a run judged: how much was tried, what of the page that covers, and how many findings it came to. Pure.

Terminal, page, YAML, JUnit and comparison take these numbers from here, so that they all say the same.
"""

from dataclasses import dataclass

from contracts.report.model import Acceptance, Report
from contracts.report.outcomes import JUDGED, counted


@dataclass(frozen=True, slots=True)
class Strength:
    """`cases`: those that were run. `covered`: units of the page that a requirement judged, out of `units` that ask
    for something. `positive`: correct generated requests; None where none was sent.
    """

    cases: int
    requests: int
    positive: Acceptance | None
    covered: int
    units: int

    def words(self) -> str:
        """The numbers in a line."""
        parts = [counted(self.cases, "case"), counted(self.requests, "request")]
        if self.positive:
            accepted, sent = self.positive.accepted, self.positive.sent
            parts.append(
                f"{accepted} of {counted(sent, 'correct generated request')} accepted ({_rate(accepted, sent)})"
            )
        if self.units:
            parts.append(f"{self.covered} of {counted(self.units, 'unit')} of the page judged")
        return ", ".join(parts)


def strength(report: Report) -> Strength:
    """What the run of a report did."""
    judged = {one.id for one in report.requirements if one.outcome in JUDGED}
    asked = [one for one in report.traceability if one.requirements or one.uncovered]
    return Strength(
        len({case.id for one in report.requirements for case in one.cases if case.outcome in JUDGED}),
        report.requests,
        found if (found := report.acceptance.get("positive")) and found.sent else None,
        sum(not judged.isdisjoint(one.requirements) for one in asked),
        len(asked),
    )


def finding_count(report: Report) -> int:
    """How many findings count, of all requirements together."""
    return sum(one.counting for one in report.requirements)


def findings(report: Report) -> str:
    """How many findings there are, and against how many requirements; empty when there is none."""
    against = sum(one.counting > 0 for one in report.requirements)
    number = finding_count(report)
    return f"{counted(number, 'finding')} against {counted(against, 'requirement')}" if number else ""


def weakened(report: Report) -> str:
    """Why the run judged less than a usual one, in a line; empty when it did not."""
    return f"weakened: {'; '.join(report.weakened)}" if report.weakened else ""


def _rate(part: int, whole: int) -> str:
    # Rounded down: 99.96 % must not read as all of them.
    return f"{part * 1000 // whole / 10:.1f} %"
