"""Finds what a target stores some time after it has answered, when it looks like another writer's doing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Difference, Path
from contracts.judge import rules
from contracts.report.finding import Finding
from contracts.run.trial import OtherWriters, Send, Trial, unrelated

if TYPE_CHECKING:
    from contracts.run.replacer import Replacer

# Seconds within which it is looked for, how often, and of how many fields.
LATEST: Final = 0.3
LOOKS: Final = 2
# The control without the attempt waits so many times as long: no two objects are made in the same time.
LONGER: Final = 2
MOST_FIELDS: Final = 6


class StoredLater:
    """Asks again for each immutable field that came to stand as it was once sent: another writer does so once."""

    def __init__(self, replacer: Replacer, others: OtherWriters) -> None:
        self._replacer = replacer
        self._others = others
        self._looked_at: set[Path] = set()

    def wait(self) -> None:
        """Read the object for `LATEST` seconds, whoever writes it meanwhile."""
        until = time.monotonic() + LATEST
        while (left := until - time.monotonic()) > 0 and self._others.seen_within(left):
            pass

    def found(self) -> Iterator[tuple[Finding, Trial]]:
        """What recurs of what fresh looks have shown since, each with the replacement that shows it.

        An adopted object is never here: what others change of it ends the run.
        """
        while self._replacer.late and not self._replacer.job.adopted:
            _, (send, change) = self._replacer.late.popitem()
            if len(self._looked_at) < MOST_FIELDS and change.path not in self._looked_at:
                self._looked_at.add(change.path)
                yield from self._recurring(send, change)

    def _recurring(self, send: Send, change: Difference) -> Iterator[tuple[Finding, Trial]]:
        job = self._replacer.job
        for _ in range(LOOKS):
            self._reset()
            self.wait()  # what gave the object back may have been refused, and carried out some time later, too
            trial = self._replacer.once(send)
            self.wait()
            before, now = (paths.get(one, change.path) for one in (trial.replacement.before, job.read()))
            if not paths.same(now, change.after) or paths.same(now, before):
                return
        if self._comes_by_itself(change):
            self._replacer.evidence.other_writers.add(paths.render(change.path))
        else:
            for finding in rules.stored_later(self._replacer.scope, trial.replacement, change):
                yield finding, trial
        self._reset()
        self._replacer.late.clear()

    def _comes_by_itself(self, change: Difference) -> bool:
        """Whether a new object comes to hold the value too, to which something unrelated was sent instead.

        A queue that admits an object, or what scales it, writes spec some time after the creation. The objects that the
        attempt was sent to did not hold it from the beginning.
        """
        job = self._replacer.job
        job.renew()
        self._replacer.forget_read()
        self.wait()
        self._replacer.once(unrelated(self._replacer.scope, "later"))
        for _ in range(LONGER):
            self.wait()
            if paths.same(paths.get(job.read(), change.path), change.after):
                return True
        return False

    def _reset(self) -> None:
        self._replacer.job.reset()
        self._replacer.forget_read()
