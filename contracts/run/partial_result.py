"""What one process of a run has observed beside its cases: values that travel between processes and merge. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from contracts.run import coverage, latency


@dataclass(frozen=True)
class PartialResult:
    """One process's part of a run; a run in one process has one, which is all of it.

    `opened`: whether the target could be judged at all. `planned`: cases that were to be run and have not come to
    their end, with their requirements. `gave_up`: whether it stopped since nobody answers.
    """

    opened: bool = False
    url: str = ""
    requests: int = 0
    statuses: Mapping[int, int] = field(default_factory=dict)
    coverage: coverage.Tally = field(default_factory=coverage.Tally)
    latency: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    treatment: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gap_statuses: tuple[int, ...] = ()
    gap_fields: tuple[str, ...] = ()
    judged: int = 0
    positive_sent: int = 0
    positive_accepted: int = 0
    witnessed: tuple[str, ...] = ()
    planned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deselected: tuple[str, ...] = ()
    error: str = ""
    gave_up: bool = False


def merge(parts: Sequence[PartialResult]) -> PartialResult:
    """All parts of a run as one."""
    statuses: Counter[int] = Counter()
    treatment: dict[str, set[str]] = {}
    planned: dict[str, tuple[str, ...]] = {}
    for part in parts:
        statuses.update(part.statuses)
        planned.update(part.planned)
        for group, seen in part.treatment.items():
            treatment.setdefault(group, set()).update(seen)
    return PartialResult(
        opened=any(part.opened for part in parts),
        url=next((part.url for part in parts if part.url), ""),
        requests=sum(part.requests for part in parts),
        statuses=dict(statuses),
        coverage=coverage.merge([part.coverage for part in parts]),
        latency=latency.merge(part.latency for part in parts),
        treatment={group: tuple(sorted(seen)) for group, seen in treatment.items()},
        gap_statuses=tuple(sorted({status for part in parts for status in part.gap_statuses})),
        gap_fields=tuple(sorted({name for part in parts for name in part.gap_fields})),
        judged=sum(part.judged for part in parts),
        positive_sent=sum(part.positive_sent for part in parts),
        positive_accepted=sum(part.positive_accepted for part in parts),
        witnessed=tuple(sorted({name for part in parts for name in part.witnessed})),
        planned=planned,
        deselected=tuple(sorted({name for part in parts for name in part.deselected})),
        error=next((part.error for part in parts if part.error), ""),
        gave_up=any(part.gave_up for part in parts),
    )
