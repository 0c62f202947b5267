"""Looks at one object until a read shows what is stored, where reads lag behind writes.

A target may answer a read from a copy that is behind (a cache, a replica). Three things say that a read may be old: it
shows a version from before the last answer, a write of what it shows was refused with 409, or nobody has answered the
last write but something in between, and it may have been carried out.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue.paths import MISSING, Json
from contracts.resource.versions import MOST_VAIN_WAITS, Versions, version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.judge.model import Exchange

# Seconds: how long a read may lag behind a write, and how often it is looked again.
LONGEST_LAG: Final = 2.0
LONGEST_LAG_AT_THE_END: Final = 10.0
SHORTEST_PAUSE: Final = 0.005
LONGEST_READ_PAUSE: Final = 0.05
# How many times the longest lag that was seen a read may hide a write that was not answered by the target itself.
LAG_FACTOR: Final = 2.0


class LaggingReads:
    """The reads of one object. `look`: reads it once; `pause`: waits so many seconds.

    `late`: the first of each series of reads that lagged and were waited for with success.
    """

    def __init__(
        self, look: Callable[[], tuple[Json, Exchange]], pause: Callable[[float], None], versions: Versions
    ) -> None:
        self.late: list[Exchange] = []
        self._look = look
        self._pause = pause
        self._versions = versions
        self._vain_looks: Counter[bool] = Counter()
        self._patient_until: float | None = None
        self._longest = 0.0
        self._open_since: float | None = None

    def caught_up(self) -> Json:
        """The object once a read shows what the last write was answered with, or after `LONGEST_LAG`."""
        began = time.monotonic()
        until, lags = began + LONGEST_LAG, self._versions.lags
        if self._patient_until is not None:
            until, lags = self._patient_until, self._versions.is_behind
        late, pause = None, SHORTEST_PAUSE
        value, exchange = self._look()
        while time.monotonic() < until and ((behind := lags(value)) or self._may_hide_a_write(value)):
            late = late or (exchange if behind else None)
            pause = self._wait(pause)
            value, exchange = self._look()
        vain = lags(value)
        self._versions.read(value, vain=vain)
        if late and not vain:
            self.late.append(late)
            self._longest = max(self._longest, time.monotonic() - began)
        return value

    def past(self, before: Json, *, correct: bool) -> Json:
        """As `caught_up`, after a write of the object as it was read `before` was refused with 409.

        A read of the same version may hide another writer's, so a version never seen is waited for, `LONGEST_LAG` at
        most. After three vain waits no more: no other writer is behind such refusals. `correct`: whether what was sent
        is to be accepted; refusals of anything else are counted apart, as 409 may be their proper answer.
        """
        value, until, pause = self.caught_up(), time.monotonic() + LONGEST_LAG, SHORTEST_PAUSE
        if value is MISSING or not self._hides(value, before) or self._vain_looks[correct] >= MOST_VAIN_WAITS:
            return value
        while self._hides(value, before) and time.monotonic() < until:
            pause = self._wait(pause)
            value, _ = self._look()
        self._vain_looks[correct] += self._hides(value, before)
        self._versions.read(value)
        return value

    def be_patient(self) -> None:
        """Wait longer from now on for a read that shows the last write, and take no other for what is stored."""
        self._patient_until = time.monotonic() + LONGEST_LAG_AT_THE_END

    def note_answer(self) -> None:
        """The target itself has answered a write: the version it named is what a read has to show."""
        self._open_since = None
        if self._patient_until is not None:
            self.be_patient()

    def note_no_answer(self) -> None:
        """The last write may have been carried out, and no answer of the target says whether it was."""
        self._open_since = time.monotonic()

    def is_in_doubt(self, value: Json) -> bool:
        """Whether a read that was waited for patiently does not show the object as it is stored now."""
        return self._patient_until is not None and self._versions.is_behind(value)

    def _hides(self, value: Json, before: Json) -> bool:
        """Whether a read shows the version from before, or an older one."""
        return value is not MISSING and (version_of(value) == version_of(before) or self._versions.lags(value))

    def _may_hide_a_write(self, value: Json) -> bool:
        """Whether a read shows nothing new, and is sooner after a write of unknown outcome than reads here lag."""
        if self._open_since is None or time.monotonic() >= self._open_since + LAG_FACTOR * self._longest:
            return False
        return version_of(value) in (None, self._versions.latest)

    def _wait(self, pause: float) -> float:
        self._pause(pause)
        return min(2 * pause, LONGEST_READ_PAUSE)
