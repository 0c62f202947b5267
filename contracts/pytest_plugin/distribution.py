"""How the cases of a run are spread over workers (pytest-xdist): how many are started, which case goes first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import pytest

from contracts.pytest_plugin.xdist import OWN_VALUE, SAFE_PATH, SPENT
from contracts.run.creatable import creatable
from contracts.settings.options import Settings

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


def most_workers(settings: Settings) -> int | None:
    """How many workers the pace leaves a request a second each for, and the budget a request; None for any number."""
    limits = [int(limit) for limit in (settings.max_rps, settings.requests) if limit is not None]
    return max(1, min(limits)) if limits else None


def distribute(config: pytest.Config, settings: Settings) -> None:
    """Have pytest-xdist start the workers, as many as its own option says, or else --workers; `SPENT`: at what price.

    No more than the limits have room for, and of --workers as objects can be created at a time (there may be a quota);
    none where the target cannot be judged, which one process can say as well. Raises `pytest.UsageError` for workers
    that would share a job.
    """
    option = config.option
    if not hasattr(option, "numprocesses") or hasattr(config, "workerinput"):
        return
    most = most_workers(settings)
    if option.numprocesses is not None and most:
        option.maxprocesses = min(option.maxprocesses or most, most)
    if option.numprocesses is None and settings.workers > 1:
        wanted = min(settings.workers, most or settings.workers)
        found, why, spent = (wanted, "", 0) if settings.embedded or wanted == 1 else creatable(settings, wanted)
        config.stash[SPENT] = spent
        if settings.requests is not None:
            found = min(found, max(1, settings.requests - spent))
        if why and 0 < found < wanted:
            shown = f"{found} of {wanted} workers: no more objects can be created at a time: {why}"
            print(f"pytorchjob-contract: {shown}", file=sys.stderr, flush=True)
        if found > 1:
            option.numprocesses = found
        if found > 1 and option.dist == "no":
            # One case at a time, in the order that `handed_out` gives them.
            option.dist, option.maxschedchunk = "load", option.maxschedchunk or 1
    if option.numprocesses and settings.name:
        raise pytest.UsageError("--name adopts one job, which several workers cannot share; leave out --workers")


@contextmanager
def safe_path() -> Iterator[None]:
    """Within, a worker that is started does not look for modules in the working directory."""
    given = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = given or OWN_VALUE
    try:
        yield
    finally:
        if given is None:
            del os.environ[SAFE_PATH]
