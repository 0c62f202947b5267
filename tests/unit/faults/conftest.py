"""Simultaneous replacements for the tests of the faults."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.unit.faults.world import LABELS, Json, World


@pytest.fixture
def in_a_crowd() -> Callable[[str], list[int]]:
    """The statuses of four simultaneous replacements with one version; a loser that is stored counts as 200."""

    def statuses(name: str) -> list[int]:
        world = World(name)
        before = world.store.version
        sent = [world.changed(*LABELS, to={"writer": str(writer)}) for writer in range(4)]
        barrier = Barrier(len(sent))

        def write(value: Json) -> int:
            barrier.wait(timeout=10)
            return world.send(value).status

        with ThreadPoolExecutor(len(sent)) as pool:
            answered = list(pool.map(write, sent))
        stored = world.store.version - before
        return answered + [200] * (stored - answered.count(200))

    return statuses
