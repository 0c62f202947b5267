"""What one case of a run has come to, as values that travel from process to process. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.report.model import CaseResult, Outcome, RecordedFinding


@dataclass(frozen=True)
class Found:
    """A finding against a requirement; after how many requests and seconds of the run it came up."""

    requirement: str
    finding: RecordedFinding
    requests: int
    seconds: float


@dataclass(frozen=True)
class CaseRecord:
    """One case: the requirements that it names, what became of it and why, and everything that it found.

    `outcome`: of the case without its findings. `optional`: it was skipped for having nothing to try. `requests`: how
    many had been answered in its process when it ended.
    """

    id: str
    requirements: tuple[str, ...]
    outcome: Outcome
    reason: str = ""
    duration_seconds: float = 0.0
    optional: bool = False
    found: tuple[Found, ...] = ()
    requests: int = 0

    @property
    def failed(self) -> bool:
        """Whether it found something that counts."""
        return any(one.finding.waiver is None for one in self.found)

    def results(self) -> Iterator[tuple[str, CaseResult]]:
        """What the case says of each requirement that it names, and of each that it found broken."""
        broken = dict.fromkeys(one.requirement for one in self.found)
        for name in dict.fromkeys((*self.requirements, *broken)):
            found = [one.finding for one in self.found if one.requirement == name]
            outcome, reason = self.outcome, self.reason
            if found:
                outcome = Outcome.WAIVED if all(one.waiver for one in found) else Outcome.FAILED
                reason = ""
            ids = tuple(one.id for one in found)
            yield name, CaseResult(self.id, outcome, self.duration_seconds, self.optional, reason, ids)


def merged(records: Sequence[CaseRecord]) -> dict[str, tuple[RecordedFinding, ...]]:
    """The findings of all cases by requirement: each once, as it was found first, with how often it was."""
    first: dict[tuple[str, str], Found] = {}
    count: dict[tuple[str, str], int] = {}
    for one in sorted((one for record in records for one in record.found), key=lambda one: one.seconds):
        key = one.requirement, one.finding.id
        first.setdefault(key, one)
        count[key] = count.get(key, 0) + one.finding.count
    found: dict[str, tuple[RecordedFinding, ...]] = {}
    for key, one in first.items():
        found[one.requirement] = (*found.get(one.requirement, ()), replace(one.finding, count=count[key]))
    return found
