"""Controllers beside the endpoint: each writes on the objects by itself, some time after what it has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from contracts.reference.conditions.condition import Parts, condition
from contracts.reference.conditions.webhooks import ANNOTATIONS, DOMAIN, LABELS, written
from contracts.reference.http_request import Route
from contracts.reference.resource import Object

AFTER_WRITE: Final = timedelta(milliseconds=20)
LATE_AFTER_WRITE: Final = timedelta(milliseconds=80)
AFTER_CREATION: Final = timedelta(seconds=1.5)
FIRST_ADMITTED: Final = timedelta(seconds=2.5)
ADMITTED: Final = timedelta(seconds=0.45)
SUSPEND: Final = ("spec", "runPolicy", "suspend")
OWNER: Final = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "name": "owner",
    "uid": "6f1c54e2-3a55-4a3e-9f0e-2f0f4d3f7a11",
}
FINALIZER: Final = f"{DOMAIN}/cleanup"


def _stamping(parts: Parts, after: timedelta) -> Parts:
    """The parts of an endpoint beside which a controller marks each object some time after others' writes."""
    store = parts.store
    left: dict[Route, str] = {}

    def act(now: datetime) -> None:
        for route, stored in store.items():
            metadata = stored["metadata"]
            seen = left.get(route) == metadata["resourceVersion"] or "deletionTimestamp" in metadata
            if seen or now - store.written(route) < after:
                continue
            time = now.astimezone(UTC).isoformat()
            new = written(stored, (*LABELS, f"{DOMAIN}/observed"), "true")
            new = store.put(route, written(new, (*ANNOTATIONS, f"{DOMAIN}/observed-at"), time))
            left[route] = new["metadata"]["resourceVersion"]

    store.due.append(act)
    return parts


@condition()
def controller_stamp(parts: Parts) -> Parts:
    """A controller writes a label and an annotation of its own 20 ms after each write."""
    return _stamping(parts, AFTER_WRITE)


@condition()
def controller_late(parts: Parts) -> Parts:
    """A controller writes a label and an annotation of its own 80 ms after each write."""
    return _stamping(parts, LATE_AFTER_WRITE)


def _once(
    parts: Parts, change: Callable[[Object], Object], after: Callable[[bool], timedelta] = lambda _: AFTER_CREATION
) -> Parts:
    """The parts of an endpoint beside which a controller changes each new object once.

    `after`: how long after its creation, given whether it is the first one.
    """
    store = parts.store
    seen: dict[str, datetime] = {}
    changed: set[str] = set()

    def act(now: datetime) -> None:
        for route, stored in store.items():
            uid = stored["metadata"]["uid"]
            since = seen.setdefault(uid, store.written(route))
            due = now - since >= after(uid == next(iter(seen)))
            if uid not in changed and "deletionTimestamp" not in stored["metadata"] and due:
                changed.add(uid)
                store.put(route, change(stored))

    store.due.append(act)
    return parts


@condition()
def controller_owner(parts: Parts) -> Parts:
    """A controller adds an owner reference, once, 1.5 s after creation."""
    parts.store.living_elsewhere.add(OWNER["uid"])
    return _once(parts, lambda stored: written(stored, ("metadata", "ownerReferences"), [OWNER]))


@condition()
def controller_label(parts: Parts) -> Parts:
    """A controller adds a label, once, 1.5 s after creation."""
    return _once(parts, lambda stored: written(stored, (*LABELS, f"{DOMAIN}/adopted"), "true"))


@condition()
def controller_annotation(parts: Parts) -> Parts:
    """A controller adds an annotation, once, 1.5 s after creation."""
    return _once(parts, lambda stored: written(stored, (*ANNOTATIONS, f"{DOMAIN}/adopted"), "true"))


@condition()
def queue_admission(parts: Parts) -> Parts:
    """A queue suspends each new job, and admits it 450 ms later; the first one, for want of quota, after 2.5 s."""
    steps = parts.steps
    if not parts.resource.has_spec:
        return parts

    def persist(stored: Object | None, new: Object) -> Object:
        return steps.persist(stored, written(new, SUSPEND, True) if stored is None else new)

    def admit(stored: Object) -> Object:
        new = written(stored, SUSPEND, False)
        counted = stored["metadata"].get("generation")
        return new if counted is None else written(new, ("metadata", "generation"), counted + 1)

    suspending = replace(parts, steps=replace(steps, persist=persist))
    return _once(suspending, admit, lambda first: FIRST_ADMITTED if first else ADMITTED)


@condition()
def controller_finalizer(parts: Parts) -> Parts:
    """A controller adds a finalizer, once, 1.5 s after creation, and removes it when the object is deleted."""
    store = parts.store

    def release(_now: datetime) -> None:
        for route, stored in store.items():
            held = stored["metadata"].get("finalizers", [])
            if "deletionTimestamp" in stored["metadata"] and FINALIZER in held:
                rest = [one for one in held if one != FINALIZER]
                store.put(route, written(stored, ("metadata", "finalizers"), rest))
                if not rest:
                    store.remove(route)

    store.due.append(release)
    return _once(parts, lambda stored: written(stored, ("metadata", "finalizers"), [FINALIZER]))


@condition()
def autoscaler(parts: Parts) -> Parts:
    """A controller writes an annotation every 300 ms, whatever clients do."""
    store = parts.store
    last = [store.clock()]

    def act(now: datetime) -> None:
        if now - last[0] < timedelta(milliseconds=300):
            return
        last[0] = now
        for route, stored in store.items():
            if "deletionTimestamp" not in stored["metadata"]:
                store.put(route, written(stored, (*ANNOTATIONS, f"{DOMAIN}/load"), now.astimezone(UTC).isoformat()))

    store.due.append(act)
    return parts
