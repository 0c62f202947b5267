"""How much may be sent, and until when."""

import threading
import time

from contracts.client.errors import OutOfRequests, OutOfTime
from contracts.client.failure import TIME_IS_UP


class Budget:
    """Counts requests and looks at the clock; safe to be used by several threads.

    `deadline`: when the time is up, by the monotonic clock. `limit`: how many requests may be sent. `timeout`: seconds
    that one may take.
    """

    def __init__(self, timeout: float) -> None:
        self.deadline: float | None = None
        self.limit: int | None = None
        self.timeout = timeout
        self._sent = 0
        self._counting = threading.Lock()
        self._last_repetition: float | None = None

    def lift_limits(self) -> None:
        """Send from now on, to clean up, also after the deadline and beyond the limit.

        Only repetitions end one time-out later.
        """
        limited = self.deadline is not None
        self.deadline = self.limit = None
        self._last_repetition = time.monotonic() + self.timeout if limited else None

    def waited(self, delay: float | None) -> bool:
        """Wait before a repetition; whether there is to be one."""
        late = self._last_repetition is not None and time.monotonic() + (delay or 0) > self._last_repetition
        if delay is None or late:
            return False
        self.sleep(delay)
        return True

    def sleep(self, seconds: float) -> None:
        """Wait, unless that would take longer than there is time."""
        if self.deadline is not None and time.monotonic() + seconds > self.deadline:
            raise OutOfTime(TIME_IS_UP)
        time.sleep(seconds)

    def count(self) -> None:
        """Count a request that is about to be sent; raises `OutOfRequests` for one more than may be."""
        with self._counting:
            if self.limit is not None and self._sent >= self.limit:
                raise OutOfRequests(f"no more than {self.limit} may be sent (--requests)")
            self._sent += 1

    def time_left(self) -> float:
        """Seconds that one request may take."""
        left = self.timeout if self.deadline is None else self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime(TIME_IS_UP)
        return min(left, self.timeout)
