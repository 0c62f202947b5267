"""Simultaneous replacements for the tests of the faults."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier

import pytest

from contracts.jsonvalue import paths
from contracts.reference.http_request import Response
from contracts.spec.fields import ANNOTATIONS
from tests.unit.faults.world import EDITOR, LABELS, Json, World

# Stands for the status of a winner that is answered with another one's values.
OTHER = 299


@pytest.fixture
def in_a_crowd() -> Callable[[str], list[int]]:
    """The statuses of four simultaneous replacements with one version; a loser that is stored counts as 200.

    A winner that is answered with what another one has sent counts as `OTHER`.
    """

    def statuses(name: str) -> list[int]:
        world = World(name)
        before = world.store.version
        written = [((LABELS, ANNOTATIONS)[writer % 2], {"writer": str(writer)}) for writer in range(4)]
        sent = [world.changed(*path, to=value) for path, value in written]
        barrier = Barrier(len(sent))

        def write(value: Json, way: Json) -> Response:
            barrier.wait(timeout=10)
            return world.send(value, **way)

        headers = {"authorization": f"Bearer {EDITOR}", "content-type": "application/json; charset=utf-8"}
        with ThreadPoolExecutor(len(sent)) as pool:
            replies = list(pool.map(write, sent, cycle(({}, {"query": {"pretty": "true"}}, {"headers": headers}))))
        wrong = [
            reply.status == 200 and not paths.same(paths.get(reply.value, path), value)
            for reply, (path, value) in zip(replies, written, strict=True)
        ]
        answered = [OTHER if is_wrong else reply.status for reply, is_wrong in zip(replies, wrong, strict=True)]
        stored = world.store.version - before
        return answered + [200] * (stored - answered.count(200) - answered.count(OTHER))

    return statuses
