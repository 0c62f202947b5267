"""Evidence store: what one process of a run has found so far, and what it must have seen before silence may count."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from contracts.jsonvalue.paths import Json
from contracts.judge.model import Exchange
from contracts.report.finding import Finding
from contracts.run.trial import MadeOf

# What a run must have seen before a requirement without findings has passed, and what to say when it has not.
WITNESSES: Final = {
    "accepted": "no replacement was accepted, so there is nothing that it could be judged by",
    "changed": "no replacement changed the object, so there is nothing that it could be judged by",
    "counted": "no object that a replacement changed has a generation, so there is nothing that counts its changes",
    "compared": "no replacement was carried out that could be compared with its like under another value of pretty",
    "outdated": "the resourceVersion never moved, so none that is outdated could be sent",
}
KEPT_OF_A_BODY: Final = 64 * 1024
MOST_FORMS: Final = 10
OTHER_FORMS: Final = "others"


class EnoughFound(Exception):
    """A case has found all that it was run for (`EvidenceStore.seek`), and ends here."""


@dataclass(frozen=True)
class Evidence:
    """A finding with the exchange that shows it.

    `change`: what was sent otherwise than stored, as JSON Patch. `requests`, `at`: how many requests had been
    answered, and what the monotonic clock said (seconds), when it came up. `count`: how often it did. `made_of`: what
    the request was made of, where it shows the finding by itself.
    """

    finding: Finding
    exchange: Exchange | None
    change: tuple[dict[str, Json], ...] = ()
    requests: int = 0
    at: float = 0.0
    count: int = 1
    made_of: MadeOf | None = None


@dataclass
class EvidenceStore:
    """Findings of the case that is being run, and observations of all cases of the process.

    `witnessed`: which of `WITNESSES` were seen. `treatment`: by group of immutable fields, whether changes were refused
    or ignored. `gap_statuses`, `gap_fields`: what was answered or stored that only the conventions define.
    `server_added`, `other_writers`: the dotted paths of what the server itself, or somebody else, has written.
    `credentials`: by what was shown in place of the credential, the statuses that were answered. `error_bodies`: how
    often an error had a body of which form. `boundaries`: what became of values that no source speaks of.
    `stored`: the replaceable fields that some replacement has changed. `failed_methods`: methods of requests at which
    the server failed now and then. `not_tried`: what an adopted object was not sent since the case began.
    """

    treatment: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    gap_statuses: set[int] = field(default_factory=set)
    gap_fields: set[str] = field(default_factory=set)
    server_added: set[str] = field(default_factory=set)
    other_writers: set[str] = field(default_factory=set)
    credentials: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    error_bodies: Counter[str] = field(default_factory=Counter)
    boundaries: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stored: set[str] = field(default_factory=set)
    failed_methods: set[str] = field(default_factory=set)
    judged: int = 0
    witnessed: set[str] = field(default_factory=set)
    positive_sent: int = 0
    positive_accepted: int = 0
    not_tried: set[str] = field(default_factory=set)
    _met: list[Evidence] = field(default_factory=list)
    _sought: set[str] | None = None
    _id_of: Callable[[Finding], str] | None = None
    _capturing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def met(self) -> tuple[Evidence, ...]:
        """What was found since the case began, in the order in which it was found."""
        return tuple(self._met)

    def note_error(self, form: str) -> None:
        """Count the body of an error by its form; of very many forms the others together."""
        with self._lock:
            known = form in self.error_bodies or len(self.error_bodies) < MOST_FORMS
            self.error_bodies[form if known else OTHER_FORMS] += 1

    def begin_case(self) -> None:
        """Forget what the case before has found."""
        self._met = []
        self.not_tried = set()

    def seek(self, findings: Iterable[str], id_of: Callable[[Finding], str]) -> None:
        """Let the case that begins end as soon as it has found all of these, by the ids that `id_of` gives."""
        self._sought, self._id_of = set(findings), id_of

    def check_enough(self) -> None:
        """Raise `EnoughFound` where all that is sought was found."""
        if self._sought is not None and not self._sought:
            raise EnoughFound

    def add(self, evidence: Evidence) -> None:
        """Keep evidence; the same finding is kept once in a case, as it was seen first, and counted."""
        found = evidence.finding
        with self._lock:
            if self._sought and self._id_of and not self._capturing:
                self._sought.discard(self._id_of(found))
            for place, known in enumerate(self._met):
                if known.finding.key == found.key:
                    self._met[place] = replace(known, count=known.count + evidence.count)
                    return
            self._met.append(_shortened(evidence))

    @contextmanager
    def capture(self) -> Iterator[list[Evidence]]:
        """Within, new evidence is put into the yielded list instead; what comes of it is the caller's business."""
        (kept, self._met), (capturing, self._capturing) = (self._met, []), (self._capturing, True)
        try:
            yield self._met
        finally:
            self._met, self._capturing = kept, capturing

    def keep(self, evidence: Iterable[Evidence]) -> None:
        """Take over captured evidence."""
        for item in evidence:
            self.add(item)


def _shortened(evidence: Evidence) -> Evidence:
    """Evidence without all but the beginning of a huge response, of which every finding would keep one."""
    exchange = evidence.exchange
    if exchange is None or len(exchange.response.body) <= KEPT_OF_A_BODY:
        return evidence
    response = replace(exchange.response, body=exchange.response.body[:KEPT_OF_A_BODY])
    return replace(evidence, exchange=replace(exchange, response=response))
