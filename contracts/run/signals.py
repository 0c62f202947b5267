"""What ends a run from outside, Ctrl-C, SIGTERM or a terminal that is closed: as Ctrl-C does, once in a while."""

from __future__ import annotations

import signal
import time
from typing import Final

# Who asks again at once (an impatient user, a terminal that is closed, a parent beside it) asks for the same thing.
SAME: Final = 2.0


class Interruption:
    """A signal handler that raises `KeyboardInterrupt`, but not a second time within `SAME` seconds."""

    def __init__(self) -> None:
        self._until = 0.0
        self.heard = False

    def __call__(self, _number: int, _frame: object) -> None:
        """Raise, unless that was done a moment ago: an exception within the handling of the other would lose it."""
        now = time.monotonic()
        if now < self._until:
            return
        self._until = now + SAME
        self.heard = True
        raise KeyboardInterrupt


_HEEDED: Final = Interruption()


def heard() -> bool:
    """Whether somebody has asked for the end of this process.

    What is raised while an object is being destroyed gets lost (Python: `sys.unraisablehook`), so who can still end the
    work in good order has to ask.
    """
    return _HEEDED.heard


def heed() -> None:
    """Have the signals end this process so, in the process that was started; one that is ignored (nohup) stays so."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _HEEDED)
    signal.signal(signal.SIGTERM, _HEEDED)


def ignore() -> None:
    """Once everything is told and only the exit status is left, let nobody take that away."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def heed_the_parent() -> None:
    """The same in a worker, which its parent ends with SIGTERM: a terminal that is closed is the parent's to notice."""
    heed()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
