"""Clocks that do not agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from contracts.reference.conditions.condition import Parts, condition

AHEAD: Final = timedelta(days=3)


@condition()
def clock_ahead(parts: Parts) -> Parts:
    """The server's clock, and with it Date, is three days ahead of the client's, as where that was asleep."""
    clock = parts.store.clock
    parts.store.clock = lambda: clock() + AHEAD
    return parts
