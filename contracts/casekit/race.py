"""Simultaneous replacements: several clients that send at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from contracts.casekit.job import Job
from contracts.casekit.reply import Reply
from contracts.jsonvalue.paths import Json

# Seconds until all threads stand ready.
READY = 30


def race(job: Job, bodies: Sequence[Json]) -> list[Reply]:
    """Send all objects at once, each on a connection of its own; the replies in the same order."""
    barrier = Barrier(len(bodies))
    for body in bodies:
        job.announce(body)

    def write(body: Json) -> Reply:
        barrier.wait(timeout=READY)
        return job.put(body)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(write, bodies))


def read_elsewhere(job: Job, pool: ThreadPoolExecutor) -> Json:
    """The object as a client on a connection of its own reads it: each thread of `pool` has one."""
    return pool.submit(job.run.job.read).result()
