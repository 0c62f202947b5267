"""What a run has found so far, by requirement, and what it has seen where the page leaves a choice."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from contracts.client.exchange import Exchange
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Finding

# What a run must have seen before silence may count as a pass, and what to say when it has not.
WITNESSES: Final = {
    "accepted": "no replacement was accepted, so there is nothing that it could be judged by",
    "changed": "no replacement changed the object, so there is nothing that it could be judged by",
    "compared": "no replacement was carried out that could be compared with its like under another value of pretty",
    "outdated": "the resourceVersion never moved, so none that is outdated could be sent",
}


KEPT_OF_A_BODY: Final = 64 * 1024


@dataclass(frozen=True)
class Evidence:
    """A finding with the exchange that shows it.

    `change`: what was sent otherwise than stored, as JSON Patch. `requests`, `at`: how many requests had been
    answered, and what the monotonic clock said, when it came up.
    """

    finding: Finding
    exchange: Exchange | None
    change: tuple[dict[str, Json], ...] = ()
    requests: int = 0
    at: float = 0.0


def _shortened(evidence: Evidence) -> Evidence:
    """Evidence without all but the beginning of a huge answer, of which every finding would keep one."""
    exchange = evidence.exchange
    if exchange is None or len(exchange.response.body) <= KEPT_OF_A_BODY:
        return evidence
    answer = replace(exchange.response, body=exchange.response.body[:KEPT_OF_A_BODY])
    return replace(evidence, exchange=replace(exchange, response=answer))


@dataclass
class EvidenceStore:
    """Findings and observations of one run.

    `broken`: (way, field) of every attempt on an immutable field that changed it. `worn_out`: (requirement, way) where
    so many did that the rest was not tried. `witnessed`: which of `WITNESSES` were seen.
    """

    evidence: list[Evidence] = field(default_factory=list)
    treatment: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    gap_statuses: set[int] = field(default_factory=set)
    gap_fields: set[str] = field(default_factory=set)
    judged: int = 0
    witnessed: set[str] = field(default_factory=set)
    positive_sent: int = 0
    positive_accepted: int = 0
    broken: set[tuple[str, str]] = field(default_factory=set)
    worn_out: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, evidence: Evidence) -> None:
        """Keep evidence, once: the same words about the same field are one finding however often they are seen."""
        with self._lock:
            if not any(known.finding == evidence.finding for known in self.evidence):
                self.evidence.append(_shortened(evidence))

    def of(self, requirement: str) -> tuple[Evidence, ...]:
        """The evidence against one requirement, in the order in which it was found."""
        return tuple(item for item in self.evidence if item.finding.requirement == requirement)

    @contextmanager
    def capture(self) -> Iterator[list[Evidence]]:
        """Within, new evidence is put into the yielded list instead; what comes of it is the caller's business."""
        kept, self.evidence = self.evidence, []
        captured = self.evidence
        try:
            yield captured
        finally:
            self.evidence = kept

    def keep(self, evidence: list[Evidence]) -> None:
        """Take over captured evidence."""
        for item in evidence:
            self.add(item)
