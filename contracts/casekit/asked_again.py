"""Asks a target again that fails, or closes the connection, as it may now and then."""

from collections.abc import Callable
from typing import NamedTuple

from contracts.judge.model import NO_HTTP, Exchange
from contracts.run.confirmation import ASKED


class Answered(NamedTuple):
    """The first exchange that is no failure, or the last one. `failed`: those before it that had an answer."""

    exchange: Exchange
    failed: tuple[Exchange, ...]


def asked_again(ask: Callable[[], Exchange], is_failure: Callable[[Exchange], bool]) -> Answered:
    """Ask until the answer is no failure, `ASKED` times at most; raises what `ask` does."""
    exchanges: list[Exchange] = []
    for _ in range(ASKED):
        exchanges.append(ask())
        if not is_failure(exchanges[-1]):
            return Answered(exchanges[-1], tuple(one for one in exchanges[:-1] if one.response.status != NO_HTTP))
    return Answered(exchanges[-1], ())
