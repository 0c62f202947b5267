"""Each fault makes a difference to what an endpoint answers or stores.

Nothing here asks the judge: whether it catches them is another matter than whether they are there.
"""

from __future__ import annotations

from functools import cache
from itertools import chain

import pytest

from tests.faults.catalogue import FAULTS
from tests.unit.faults.unusual import deleted, unusual
from tests.unit.faults.world import (
    NEEDS_A_CROWD,
    NEEDS_A_MEETING,
    NEEDS_A_READER,
    NEEDS_ANOTHER,
    Exchange,
    World,
    bodies,
)


@cache
def transcript() -> tuple[Exchange, ...]:
    """What a conformant endpoint answers, and has stored, request by request."""
    world = World(None)
    found = []
    for number, (value, options) in enumerate(chain(bodies(world), unusual(world), deleted(world))):
        request = world.request(options.pop("method", "PUT"), value, **options)
        found.append((request, world.wire(request), world.stored))
        if number < 9:
            reading = world.request("GET")
            found.append((reading, world.wire(reading), world.stored))
    return tuple(found)


def shows(name: str) -> bool:
    """Whether a faulty endpoint answers or stores anything else than a conformant one."""
    world = World(name)
    return any(world.wire(request) != answer or world.stored != stored for request, answer, stored in transcript())


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name in FAULTS if name not in NEEDS_A_CROWD | NEEDS_A_READER | NEEDS_A_MEETING | NEEDS_ANOTHER]
)
def test_a_fault_makes_a_difference(name: str) -> None:
    assert shows(name)
