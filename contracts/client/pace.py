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
LONGEST_DELAY: Final = 1.6
RENEWAL_DELAYS: Final = 2
"""How many of the longest delays more a renewed credential is waited for: 6 s in all."""
LOCKOUT_DELAYS: Final = 4
"""The same for an end to what locks a credential out that was let in before: 10 s in all."""
LONGEST_WAIT: Final = 30.0
LONGEST_PUT_OFF: Final = 60.0
"""How many seconds a request is made again and again, while the target says when."""
LONGEST_UNTOLD: Final = 15.0
"""The same, while it does not say when: an API server that starts may not."""
JITTER: Final = 0.5


def delays(more: int = 0) -> Iterator[float | None]:
    """Seconds to wait before each repetition, each by chance up to half longer; None after the last attempt.

    By chance, so that clients that a target has lost together do not come back together. `more`: how many there are
    beyond the usual three.
    """
    for delay in (0.1, 0.4, *(LONGEST_DELAY,) * (1 + more)):
        yield _by_chance(delay)
    while True:
        yield None


def _by_chance(delay: float) -> float:
    return delay * (1 + JITTER * random.random())  # noqa: S311


def retry_after(headers: Mapping[str, str], delay: float) -> float:
    """Seconds to wait as an answer with these headers asks, at most `LONGEST_WAIT`, and never less than `delay`."""
    return max(min(_told(headers) or 0, LONGEST_WAIT), delay)


def _told(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer with these headers asks to wait; None where it does not say.

    RFC 9110, 10.2.3: seconds or a date. A date is counted from the answer's own Date, where it has one: the target's
    clock may be another than ours.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    when = http_date(text)
    if when is None:
        return None
    now = http_date(headers.get("date", "")) or datetime.now(UTC)
    return when.timestamp() - now.timestamp()


class Patience:
    """How long a target is asked again for what it puts off: for a minute while it says when, else for 15 seconds.

    Where that was in vain, only those few times, until something is answered. One for all threads of a client.
    """

    def __init__(self) -> None:
        self._used_up = False

    def delay(self, headers: Mapping[str, str], delay: float | None, waited: float) -> float | None:
        """Seconds to wait before the next repetition, None for no more.

        `delay`: the next of `delays`; `waited`: seconds since the request was made for the first time.
        """
        if delay is not None:
            return retry_after(headers, delay)
        wait = retry_after(headers, _by_chance(LONGEST_DELAY))
        longest = LONGEST_UNTOLD if _told(headers) is None else LONGEST_PUT_OFF
        return None if self._used_up or waited + wait > longest else wait

    def note(self, *, put_off: bool) -> None:
        """Note how a request was answered in the end."""
        self._used_up = put_off


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
