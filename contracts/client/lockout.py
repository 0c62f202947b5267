"""Whether a credential that was let in is refused for good, or one request alone is, or only for a moment."""

from collections.abc import Callable, Iterator
from typing import Final

from contracts.judge.model import Exchange

# What has happened where a credential is refused for good, or no longer permitted to read, by the status that says so.
TOLD: Final = {
    401: "the credential is refused, which was let in before: 401; it has expired, or was withdrawn",
    403: "the credential may no longer read it, which it could before: 403; its permission was withdrawn",
}


def is_suspected(exchange: Exchange, could_be_read: bool) -> bool:
    """Whether an answer to a credential that was let in refuses it; `could_be_read`: its path was read last."""
    status = exchange.response.status
    return status == 401 or (status == 403 and exchange.method == "GET" and could_be_read)


def is_locked_out(
    status: int,
    ask: Callable[[str], int],
    readable: str,
    waits: Iterator[float | None],
    waited: Callable[[float | None], bool],
) -> bool:
    """Whether what could be read before, and what is above it, are both answered so, and still are after a while.

    `status`: 401 where the credential is refused, 403 where its permission is. `ask`: gives the status of a read.
    `readable`: the path of the last one that was accepted. `waits`: seconds before each further look, None for no more.
    A refusal of one path is the target's answer to that; where somebody may not list, the same may be said too.
    """
    while ask(readable) == status and ask(readable.rpartition("/")[0]) == status:
        if not waited(next(waits)):
            return True
    return False
