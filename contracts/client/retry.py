"""Retries: how often the same is sent again, and how long to wait before."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
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
    when = _date(text)
    if when is None:
        return delay
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return min(max(when.timestamp() - now.timestamp(), delay), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    """An HTTP-date (RFC 9110, 5.6.7); None when it is none."""
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when
