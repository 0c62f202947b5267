"""When to send: so many requests a second, and how long to wait before the same is sent again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from contracts.exchange import Answer


class Pace:
    """Keeps the requests of all threads apart; `max_rps` None lets all of them through at once."""

    def __init__(self, max_rps: float | None) -> None:
        self._apart = 1 / max_rps if max_rps else 0.0
        self._next_start = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next request may be sent."""
        if not self._apart:
            return
        with self._lock:
            start = max(time.monotonic(), self._next_start)
            self._next_start = start + self._apart
        time.sleep(max(0.0, start - time.monotonic()))


def delays() -> Iterator[float | None]:
    """Seconds to wait before each repetition; None after the last attempt."""
    yield from (0.1, 0.4, 1.6)
    yield None


def retry_after(answer: Answer, delay: float) -> float:
    """Seconds that an answer asks to wait (RFC 9110, 10.2.3), or `delay`."""
    text = answer.headers.get("retry-after", "")
    return min(float(text), 30.0) if text.isdecimal() else delay
