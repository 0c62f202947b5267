"""Controllers beside the endpoint: each writes on the objects by itself, some time after what it has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from contracts.jsonvalue.paths import MISSING
from contracts.reference.conditions.condition import Parts, condition, living, since_first
from contracts.reference.conditions.webhooks import ANNOTATIONS, DOMAIN, LABELS, written
from contracts.reference.encoding import canonical
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.objects import format_time
from contracts.reference.resource import Object

BURST_EVERY: Final = 2.0
BURST: Final = 0.25
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


def _refreshed(stored: Object, now: datetime) -> Object:
    """The object with another update time in the conditions of its status."""
    time = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    status = stored.get("status") or {}
    conditions = [{**one, "lastUpdateTime": time} for one in status.get("conditions") or ()]
    return {**stored, "status": {**status, "conditions": conditions}} if conditions else stored


@condition()
def status_burst(parts: Parts) -> Parts:
    """In a quarter of a second out of two the operator writes the status without pause: before every request."""
    store, passed = parts.store, since_first(parts)

    def act(now: datetime) -> None:
        if passed() % BURST_EVERY < BURST_EVERY - BURST:
            return
        for route, stored in living(store):
            if (new := _refreshed(stored, now)) is not stored:
                store.put(route, new)

    store.due.append(act)
    return parts


@condition()
def managed_fields(parts: Parts) -> Parts:
    """The objects have metadata.managedFields, where each client's entry, with its time, is renewed by its writes."""
    steps, path = parts.steps, ("metadata", "managedFields")
    manager = ["unknown"]

    def serve(request: Request) -> Response:
        manager[0] = request.headers.get("user-agent", "").partition("/")[0] or "unknown"
        return parts.serve(request)

    def merge(stored: Object, sent: Object) -> Object:
        new = steps.merge(stored, sent)
        told = sent["metadata"].get("managedFields")
        if told == [{}]:
            return written(new, path, MISSING)
        return written(new, path, told) if told and all(map(_is_entry, told)) else new

    def persist(stored: Object | None, new: Object) -> Object:
        new = steps.persist(stored, new)
        if stored is not None and canonical(written(stored, path, MISSING)) == canonical(written(new, path, MISSING)):
            return new
        metadata = new["metadata"]
        owned: Object = {
            f"f:{field}": {".": {}, **{f"f:{key}": {} for key in metadata[field]}}
            for field in ("labels", "annotations")
            if metadata.get(field)
        }
        entry = {
            "apiVersion": parts.resource.api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:metadata": owned, "f:spec": {}},
            "manager": manager[0],
            "operation": "Update",
            "time": format_time(parts.store.clock()),
        }
        others = [one for one in metadata.get("managedFields") or () if one.get("manager") != manager[0]]
        return written(new, path, [*others, entry])

    return replace(parts, serve=serve, steps=replace(steps, merge=merge, persist=persist))


def _is_entry(value: Any) -> bool:
    known = ("apiVersion", "fieldsType", "manager", "operation")
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in known)
