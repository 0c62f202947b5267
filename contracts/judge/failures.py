"""How often a server fails: whether more often under some circumstance than elsewhere. Pure."""

from math import comb
from typing import Final

# So improbable is a difference that is not put down to chance.
IMPROBABLE: Final = 0.001


def are_more(failed: int, of: int, elsewhere: int, of_elsewhere: int) -> bool:
    """Whether `failed` of so many requests are more than would fail by chance at the rate that was seen elsewhere.

    The rate is taken to be higher than it was seen by one failure more, since few requests say little of it.
    """
    rate = min(1.0, (elsewhere + 1) / max(of_elsewhere, 1))
    fewer = sum(comb(of, count) * rate**count * (1 - rate) ** (of - count) for count in range(failed))
    return 1 - fewer < IMPROBABLE
