"""Requests at the same time, each on a connection of its own."""

from collections.abc import Callable, Sequence
from threading import Barrier
from typing import Final, TypeVar

from contracts.client.sessions import Sessions

# Seconds until all threads of a race stand ready.
READY: Final = 30

T = TypeVar("T")


def at_once(sessions: Sessions, asks: Sequence[Callable[[], T]]) -> list[T]:
    """What all of them give, begun at one moment, in the same order."""
    barrier = Barrier(len(asks))

    def run(ask: Callable[[], T]) -> T:
        barrier.wait(timeout=READY)
        return ask()

    with sessions.threads(len(asks)) as pool:
        return list(pool.map(run, asks))
