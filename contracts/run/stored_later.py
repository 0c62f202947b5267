"""Finds what a target stores some time after it has answered, when it looks like another writer's doing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge import rules
from contracts.report.finding import Finding
from contracts.run.late_values import LONGEST_DELAY, LateValue
from contracts.run.trial import OtherWriters, Trial, unrelated

if TYPE_CHECKING:
    from contracts.run.replacer import Replacer

# Seconds within which it is looked for behind what may show it, and behind the attempts on a part of spec.
LATEST: Final = 0.3
LONG_LOOK: Final = 1.2
# What took some time once may take so many times as long when it is asked again.
SLACK: Final = 1.5
# Every so many seconds it is looked whether it has come.
EVERY: Final = 0.05
# How often it is asked again, for how many fields, and for how many seconds in all before no other field is begun.
LOOKS: Final = 2
MOST_FIELDS: Final = 6
PATIENCE: Final = 30.0
# The control without the attempt waits so many times as long: no two objects are made in the same time.
LONGER: Final = 2


class StoredLater:
    """Asks again for each immutable field that came to stand as it was once sent: another writer does so once."""

    def __init__(self, replacer: Replacer, others: OtherWriters) -> None:
        self._replacer = replacer
        self._others = others
        self._looked_at: set[Path] = set()
        self._spent = 0.0
        self._is_targets = False

    def wait(self, seconds: float = LATEST) -> None:
        """Read the object for so many seconds, whoever writes it meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._others.seen_within(left):
            pass

    def found(self) -> Iterator[tuple[Finding, Trial]]:
        """What recurs of what fresh looks have shown since, each with the replacement that shows it.

        An adopted object is never here: what others change of it ends the run.
        """
        for late in self._replacer.late.pop() if not self._replacer.resource.adopted else ():
            path = late.change.path
            if path in self._looked_at:
                continue
            if len(self._looked_at) >= MOST_FIELDS or self._spent > PATIENCE:
                self._tell(path)
                continue
            self._looked_at.add(path)
            began = time.monotonic()
            yield from self._recurring(late)
            self._spent += time.monotonic() - began

    def _recurring(self, late: LateValue) -> Iterator[tuple[Finding, Trial]]:
        change, seconds = late.change, min(LATEST + SLACK * late.seconds, LONGEST_DELAY)
        for _ in range(LOOKS):
            self._reset()
            self.wait(seconds)  # what was sent before may yet be carried out, also what gave the object back
            if self._stands(change):
                self._reset()
            trial = self._replacer.once(late.send)
            if self._stands(change, trial.replacement.before) or not self._comes(change, seconds):
                self._tell(change.path)
                return
        if self._comes_by_itself(change, seconds):
            self._tell(change.path)
        else:
            self._is_targets = True
            for finding in rules.stored_later(self._replacer.scope, trial.replacement, change):
                yield finding, trial
        self._reset()
        self._replacer.late.clear()

    def _comes(self, change: Difference, seconds: float) -> bool:
        """Whether the value comes to stand there within so many seconds, whoever writes anything else meanwhile."""
        until = time.monotonic() + seconds
        while not (stands := self._stands(change)) and time.monotonic() < until:
            time.sleep(EVERY)
        return stands

    def _stands(self, change: Difference, shown: Json = MISSING) -> bool:
        """Whether an object, by default the one that is stored now, holds the value."""
        live = self._replacer.resource.read() if shown is MISSING else shown
        return paths.same(paths.get(live, change.path), change.after)

    def _comes_by_itself(self, change: Difference, seconds: float) -> bool:
        """Whether a new object comes to hold the value too, to which something unrelated was sent instead.

        A queue that admits an object, or what scales it, writes spec some time after the creation. The objects that the
        attempt was sent to did not hold it from the beginning.
        """
        job = self._replacer.resource
        job.renew()
        self._replacer.forget_read()
        self.wait(seconds)
        self._replacer.once(unrelated(self._replacer.scope, "later"))
        return self._comes(change, LONGER * seconds)

    def _tell(self, path: Path) -> None:
        """Tell what came to stand there as somebody else's, unless the target is known to store late."""
        if not self._is_targets:
            self._replacer.evidence.other_writers.add(paths.render(path))

    def _reset(self) -> None:
        self._replacer.resource.reset()
        self._replacer.forget_read()
