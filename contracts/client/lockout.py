"""Whether a credential that was let in is refused for good, or one request alone is, or only for a moment."""

from collections.abc import Callable, Iterator


def is_locked_out(
    ask: Callable[[str], int], readable: str, waits: Iterator[float | None], waited: Callable[[float | None], bool]
) -> bool:
    """Whether what could be read before, and what is above it, are both answered with 401, and still are after a while.

    `ask`: gives the status of a read. `readable`: the path of the last one that was accepted. `waits`: seconds before
    each further look, None for no more. A refusal of one path is the target's answer to that; where somebody may not
    list, 401 may be said too.
    """
    while ask(readable) == 401 and ask(readable.rpartition("/")[0]) == 401:
        if not waited(next(waits)):
            return True
    return False
