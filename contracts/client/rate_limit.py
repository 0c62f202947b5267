"""Rate limit: so many requests a second."""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class RateLimiter:
    """Never more than `max_rps` requests within a second, nor two closer than their even share; None sets no limit.

    A request takes one of as many slots as may be sent in a second, and gives it back a second after it was answered:
    the target received it before it answered, so the limit holds by the target's clock too, however long the way is.
    Below 1 a second there is one slot, for as much longer.
    """

    def __init__(self, max_rps: float | None) -> None:
        self._slots: queue.SimpleQueue[float] | None = None
        if not max_rps:
            return
        count = max(1, math.floor(max_rps))
        self._window = max(1.0, 1 / max_rps)
        self._apart = self._window / count
        self._last = -math.inf
        self._turn = threading.Lock()
        self._slots = queue.SimpleQueue()
        for _ in range(count):
            self._slots.put(-math.inf)

    @contextmanager
    def turn(self, sleep: Callable[[float], None] | None = None) -> Iterator[None]:
        """Enter when the next request may be sent, leave when it is answered; `sleep` is how to wait."""
        if self._slots is None:
            yield
            return
        slot = -math.inf
        with self._turn:
            slot = self._slots.get()
            try:
                wait = max(slot, self._last + self._apart) - time.monotonic()
                if wait > 0:
                    (sleep or time.sleep)(wait)
                self._last = time.monotonic()
            except BaseException:
                self._slots.put(slot)
                raise
        try:
            yield
        finally:
            self._slots.put(time.monotonic() + self._window)
