"""In which order cases are handed out to several processes, so that all of them are done at about the same time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_Case = TypeVar("_Case")


def handed_out(cases: Sequence[tuple[_Case, int]], workers: int) -> list[_Case]:
    """The longest case first, as each worker takes the next one when it is done with one of its own.

    `cases`: each with about how many replacements it sends. A worker is given two at once in the beginning, one of
    which waits behind the other: to begin with, the longest ones are each followed by one of the shortest.
    """
    falling = [case for case, _ in sorted(cases, key=lambda pair: -pair[1])]
    first = min(workers, len(falling) // 2)
    longest, others, shortest = falling[:first], falling[first : len(falling) - first], falling[len(falling) - first :]
    return [case for pair in zip(longest, reversed(shortest), strict=True) for case in pair] + others
