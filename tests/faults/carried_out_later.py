"""Family immutable: refusals that are carried out some time later, by a queue or a job of the night.

They look like another writer's doing (controller-stamp): an ordinary write under a new version.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.reference.store import Store
from contracts.spec.fields import GENERATION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import refusing, watched

BROKEN = ("status.refusal-changes-nothing", "immutable.atomic", "immutable.replica-specs")
LATER_SECONDS = 0.03
IDLE_SECONDS = 0.2
QUEUE_SECONDS = 0.4
SLOW_QUEUE_SECONDS = 1.0
REPLICAS = ("spec", "pytorchReplicaSpecs", "Worker", "replicas")

# Carries out what was asked for of an object, as it is stored by then.
CarryOut = Callable[[Object, Object], Object]


@fault("status.refusal-changes-nothing", "immutable.atomic", "immutable.replica-specs")
def refused_change_stored_later(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. The refusal is answered at once, and a queue carries the change
    out 30 ms later, as another writer would (controller-stamp).
    """
    return _carried_out_after(endpoint, LATER_SECONDS)


@fault("status.refusal-changes-nothing", "immutable.atomic", "immutable.replica-specs")
def refused_change_stored_when_idle(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. A queue carries the last refused change out once nothing was sent
    for 200 ms.
    """
    return _carried_out_after(endpoint, IDLE_SECONDS)


@fault(*BROKEN)
def refused_changes_stored_400ms_later(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. The gateway refuses, and a queue behind it carries each change of
    spec out all the same, 400 ms later.
    """
    return _queued_for(endpoint, QUEUE_SECONDS, _with_spec)


@fault(*BROKEN)
def refused_replicas_stored_a_second_later(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. What scales a job listens to what is asked for, not to what is
    stored, and scales it a second later.
    """

    def scaled(stored: Object, asked: Object) -> Object:
        wanted = paths.get(asked, REPLICAS)
        return put(stored, REPLICAS, wanted) if type(wanted) is int and 1 < wanted < 10 else stored

    return _queued_for(endpoint, SLOW_QUEUE_SECONDS, scaled)


def _with_spec(stored: Object, asked: Object) -> Object:
    return put(stored, ("spec",), asked["spec"]) if isinstance(asked.get("spec"), dict) else stored


def _carried_out_after(endpoint: Endpoint, seconds: float) -> Behaviour:
    """Refusals of which the last one is carried out so many seconds after it."""
    waiting: dict[Route, tuple[float, Object]] = {}

    def due() -> list[tuple[Route, Object]]:
        found = {route: asked for route, (since, asked) in waiting.items() if time.monotonic() - since >= seconds}
        for route in found:
            del waiting[route]
        return list(found.items())

    return _carried_out(endpoint, lambda route, asked: waiting.update({route: (time.monotonic(), asked)}), due)


def _queued_for(endpoint: Endpoint, seconds: float, carry_out: CarryOut) -> Behaviour:
    """Refusals of which each is carried out so many seconds after it, in their order."""
    queue: list[tuple[float, Route, Object]] = []

    def due() -> list[tuple[Route, Object]]:
        found = [(route, asked) for since, route, asked in queue if time.monotonic() - since >= seconds]
        del queue[: len(found)]
        return found

    return _carried_out(endpoint, lambda route, asked: queue.append((time.monotonic(), route, asked)), due, carry_out)


def _carried_out(
    endpoint: Endpoint,
    note: Callable[[Route, Object], None],
    due: Callable[[], list[tuple[Route, Object]]],
    carry_out: CarryOut = _with_spec,
) -> Behaviour:
    """Steps that refuse immutable changes, `note` them, and carry them out when they are `due`."""
    steps, moment = watched(refusing(endpoint).steps)

    def check_immutable(stored: Object, new: Object) -> None:
        try:
            steps.check_immutable(stored, new)
        except Refusal:
            if moment.writes:
                metadata = stored["metadata"]
                note(Route(metadata.get("namespace", ""), metadata["name"]), new)
            raise

    def later(store: Store) -> None:
        steps.later(store)
        for route, asked in due():
            stored = store.get(route)
            if stored is not None and not paths.same(changed := carry_out(stored, asked), stored):
                store.put(route, put(changed, GENERATION, steps.next_generation(stored, changed)))

    return replace(steps, check_immutable=check_immutable, later=later)
