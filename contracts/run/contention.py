"""Other writers: whether a replacement lost against one, and whether one is at work on the object."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.run.trial import Trial
from contracts.spec.fields import VERSION

CONFLICT: Final = 409
# Seconds: the longest pause of somebody who writes again and again.
LONGEST_PAUSE: Final = 1.0


def lost_to_another(trial: Trial) -> bool:
    """Whether somebody else wrote between our read and our write (Kubernetes: optimistic locking)."""
    before, after = trial.replacement.before, trial.replacement.after
    sent_current = paths.get(trial.replacement.sent, VERSION) in (MISSING, paths.get(before, VERSION))
    moved = after is not MISSING and paths.get(before, VERSION) != paths.get(after, VERSION)
    return trial.status == CONFLICT and moved and sent_current


def moved_on(before: Json, answered: Json, stored: Json) -> bool:
    """Whether the stored object is of another version than the one that a replacement was answered with.

    Where it is of the version from before, nobody has written: the response shows what is not so.
    """
    was, told, now = (paths.get(value, VERSION) for value in (before, answered, stored))
    return MISSING not in (told, now) and now not in (told, was)


class OtherWriters:
    """Looks for writers other than the run; once none was seen, it is not looked for again."""

    def __init__(self, read: Callable[[], Json]) -> None:
        self._read = read
        self._alone = False

    def at_work(self) -> bool:
        """Whether the version moves while nothing is sent but reads; waits for `LONGEST_PAUSE` at most."""
        version, until = paths.get(self._read(), VERSION), time.monotonic() + LONGEST_PAUSE
        while not self._alone and time.monotonic() < until:
            time.sleep(LONGEST_PAUSE / 20)
            if paths.get(self._read(), VERSION) != version:
                return True
        self._alone = True
        return False
