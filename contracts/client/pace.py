"""When a request is sent: how often the same is sent again, after how long, and how many are sent a second."""

import math
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LOST_ANSWERS: Final = 2
"""How often a request that can be repeated is made again after its answer was lost."""
LONGEST_WAIT: Final = 30.0
JITTER: Final = 0.5


def delays() -> Iterator[float | None]:
    """Seconds to wait before each repetition, each by chance up to half longer; None after the last attempt.

    By chance, so that clients that a target has lost together do not come back together.
    """
    for delay in (0.1, 0.4, 1.6):
        yield delay * (1 + JITTER * random.random())  # noqa: S311
    yield None


def retry_after(headers: Mapping[str, str], delay: float) -> float:
    """Seconds that an answer with these headers asks to wait, at most `LONGEST_WAIT`; `delay` where it does not say.

    RFC 9110, 10.2.3: seconds or a date. A date is counted from the answer's own Date, where it has one: the target's
    clock may be another than ours.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    when = http_date(text)
    if when is None:
        return delay
    now = http_date(headers.get("date", "")) or datetime.now(UTC)
    return min(max(when.timestamp() - now.timestamp(), delay), LONGEST_WAIT)


def http_date(text: str) -> datetime | None:
    """An HTTP-date (RFC 9110, 5.6.7); None when it is none."""
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when


class RateLimiter:
    """Never more than `max_rps` requests within a second, nor two closer than their even share.

    A request takes one of as many slots as may be sent in a second, and gives it back a second after it was answered:
    the target received it before it answered, so the limit holds by the target's clock too, however long the way is.
    Below 1 a second there is one slot, for as much longer.
    """

    def __init__(self, max_rps: float) -> None:
        count = max(1, math.floor(max_rps))
        self._window = max(1.0, 1 / max_rps)
        self._apart = self._window / count
        self._last = -math.inf
        self._turn = threading.Lock()
        self._slots = queue.SimpleQueue[float]()
        for _ in range(count):
            self._slots.put(-math.inf)

    @contextmanager
    def turn(self, sleep: Callable[[float], None] | None = None) -> Iterator[None]:
        """Enter when the next request may be sent, leave when it is answered; `sleep` is how to wait."""
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
