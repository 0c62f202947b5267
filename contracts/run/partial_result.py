"""What one process of a run has found, as values that travel between processes and can be merged. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from contracts.report import codec, model
from contracts.run import coverage, latency


@dataclass(frozen=True)
class Found:
    """A finding against a requirement; after how many requests and seconds of the run it came up."""

    requirement: str
    finding: model.Finding
    requests: int
    seconds: float


@dataclass(frozen=True)
class PartialResult:
    """One process's part of a run; a run in one process has one share, which is all of it.

    `opened`: whether the target could be judged at all. `planned`: cases that were to be run, with their requirements.
    `whole`: requirements about which the run as a whole is asked. `gave_up`: whether it stopped since nobody answers.
    """

    opened: bool = False
    url: str = ""
    requests: int = 0
    statuses: Mapping[int, int] = field(default_factory=dict)
    coverage: coverage.Tally = field(default_factory=coverage.Tally)
    latency: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    found: tuple[Found, ...] = ()
    treatment: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gap_statuses: tuple[int, ...] = ()
    gap_fields: tuple[str, ...] = ()
    judged: int = 0
    positive_sent: int = 0
    positive_accepted: int = 0
    witnessed: tuple[str, ...] = ()
    planned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    deselected: tuple[str, ...] = ()
    error: str = ""
    gave_up: bool = False

    def of(self, requirement: str) -> tuple[Found, ...]:
        """What was found against one requirement."""
        return tuple(one for one in self.found if one.requirement == requirement)

    def to_json(self) -> str:
        """The share as JSON text."""
        return json.dumps(codec.to_json(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The share that `to_json` made a text of."""
        return codec.from_json(cls, json.loads(text))


def merge(shares: Sequence[PartialResult]) -> PartialResult:
    """All shares of a run as one: the same finding is kept once, as it was seen first."""
    statuses: Counter[int] = Counter()
    treatment: dict[str, set[str]] = {}
    found: dict[tuple[str, str, str, str, str], Found] = {}
    planned: dict[str, tuple[str, ...]] = {}
    for share in shares:
        statuses.update(share.statuses)
        planned.update(share.planned)
        for group, seen in share.treatment.items():
            treatment.setdefault(group, set()).update(seen)
    for one in sorted((one for share in shares for one in share.found), key=lambda one: one.seconds):
        said = one.finding
        found.setdefault((one.requirement, said.message, said.field, said.expected, said.observed), one)
    return PartialResult(
        opened=any(share.opened for share in shares),
        url=next((share.url for share in shares if share.url), ""),
        requests=sum(share.requests for share in shares),
        statuses=dict(statuses),
        coverage=coverage.merge([share.coverage for share in shares]),
        latency=latency.merge(share.latency for share in shares),
        found=tuple(found.values()),
        treatment={group: tuple(sorted(seen)) for group, seen in treatment.items()},
        gap_statuses=tuple(sorted({status for share in shares for status in share.gap_statuses})),
        gap_fields=tuple(sorted({name for share in shares for name in share.gap_fields})),
        judged=sum(share.judged for share in shares),
        positive_sent=sum(share.positive_sent for share in shares),
        positive_accepted=sum(share.positive_accepted for share in shares),
        witnessed=tuple(sorted({name for share in shares for name in share.witnessed})),
        planned=planned,
        whole=tuple(dict.fromkeys(name for share in shares for name in share.whole)),
        deselected=tuple(sorted({name for share in shares for name in share.deselected})),
        error=next((share.error for share in shares if share.error), ""),
        gave_up=any(share.gave_up for share in shares),
    )
