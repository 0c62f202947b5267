"""Metadata that controllers keep on an object and a replacement carries as it is: finalizers, owner references."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from contracts.casekit.job import Job
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.resource.finalizers import PROBE_FINALIZERS
from contracts.run.carried import BLAMED
from contracts.run.trial import with_values
from contracts.spec.fields import UID

TRIES: Final = 3

Carried = Mapping[str, list[Json]]


def probes(job: Job) -> Carried:
    """By dotted field what a controller might have put there, such as does no harm to the object.

    The object is its own owner, so that no garbage collector finds the owner missing.
    """
    name, uid = (paths.get(job.live(), path) for path in (("metadata", "name"), UID))
    owner = {"apiVersion": job.contract.api_version, "kind": job.contract.kind, "name": name, "uid": str(uid)}
    # What is false is no less said than what is true.
    owner |= {"blockOwnerDeletion": False, "controller": False}
    return {"metadata.finalizers": [*PROBE_FINALIZERS], "metadata.ownerReferences": [owner]}


def removable(job: Job, wanted: Carried) -> dict[str, list[Json]]:
    """Which of some fields the target stores, and lets be removed again; each is tried on its own first."""
    found = {}
    for field, value in wanted.items():
        stored = paths.get(job.replace({field: value}).stored, paths.parse(field))
        # what was stored is taken away again behind every replacement
        if _holds(stored, value) and not _holds(paths.get(job.live(), paths.parse(field)), value):
            found[field] = value
    return found


@contextmanager
def put_on(job: Job, wanted: Carried) -> Iterator[bool]:
    """The object under test with some metadata until the end of the block, which is told whether it has it."""
    try:
        job.send(with_values(job.live(), wanted))
        yield not missing(job.live(), wanted)
    finally:
        for field in wanted:
            job.run.resource.forget(field)


def missing(value: Json, wanted: Carried) -> list[str]:
    """The fields in which an object has not all that it should."""
    return [field for field, items in wanted.items() if not _holds(paths.get(value, paths.parse(field)), items)]


def expect_carried(job: Job, wanted: Carried) -> None:
    """A replacement of other fields that carries the metadata loses none of it, or it is found to do so repeatedly."""
    lost: dict[str, int] = {}
    for _ in range(TRIES):
        with put_on(job, wanted) as there:
            if not there:
                continue
            reply = job.replace(job.fresh_values())
            for field in missing(reply.stored, wanted) if reply.accepted else ():
                lost[field] = lost.get(field, 0) + 1
                if lost[field] == BLAMED:
                    path = paths.parse(field)
                    seen = Observed(Seen.STORED, reply.status, paths.get(reply.stored, path))
                    job.add_finding(Expected(Demand.STORED, (wanted[field],)), seen, path, reply=reply)
        if not lost:
            return


def _holds(value: Json, items: list[Json]) -> bool:
    return isinstance(value, list) and all(any(paths.same(item, one) for one in value) for item in items)
