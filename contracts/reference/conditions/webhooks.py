"""Mutating webhooks, injectors and defaults: what a server adds to an object with a write, whatever was sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Path
from contracts.reference.conditions.condition import Parts, condition, living, since_first
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object

Change = Callable[[Object], Object]
LABELS: Final[Path] = ("metadata", "labels")
ANNOTATIONS: Final[Path] = ("metadata", "annotations")
DOMAIN: Final = "platform.example.com"
UNKNOWN_FIELD: Final[Path] = ("spec", "schedulingHint")
INJECTED: Final = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY"
PROCESSES: Final[Path] = ("spec", "nprocPerNode")
PENDING: Final = timedelta(milliseconds=60)
ROLLED_OUT: Final = timedelta(seconds=0.4)
NEW_DEFAULT_AFTER: Final = 8
SIDECAR: Final = "istio-proxy"
NEW_SIDECAR_AFTER: Final = 6
DEADLINE: Final[Path] = ("spec", "activeDeadlineSeconds")


def written(value: Object, path: Path, item: Any) -> Object:
    """A copy of an object with another value at a path; containers on the way are made."""
    copy: Object = paths.put(value, path, item)
    return copy


def defaulting(parts: Parts, change: Change) -> Parts:
    """The parts of an endpoint that makes a change before it compares what was sent, and on creation."""
    steps = parts.steps

    def merge(stored: Object, sent: Object) -> Object:
        return change(steps.merge(stored, sent))

    def persist(stored: Object | None, new: Object) -> Object:
        return steps.persist(stored, change(new) if stored is None else new)

    return replace(parts, steps=replace(steps, merge=merge, persist=persist))


def stamping(parts: Parts, stamp: Callable[[Object, int], Object]) -> Parts:
    """The parts of an endpoint that writes a mark with each accepted write; the mark is given the number of the write.

    It is written behind all checks; generation counts it where it stands in spec.
    """
    steps = parts.steps
    writes = [0]

    def next_generation(stored: Object, new: Object) -> int:
        writes[0] += 1
        return steps.next_generation(stored, stamp(new, writes[0]))

    def persist(stored: Object | None, new: Object) -> Object:
        writes[0] += stored is None
        return stamp(steps.persist(stored, new), writes[0])

    return replace(parts, steps=replace(steps, next_generation=next_generation, persist=persist))


def _with_missing(entries: Mapping[Path, Any], value: Object) -> Object:
    for path, item in entries.items():
        value = written(value, path, item) if paths.get(value, path) is MISSING else value
    return value


@condition()
def webhook_stamp(parts: Parts) -> Parts:
    """A webhook stamps an annotation with another value on every accepted write."""
    return stamping(parts, lambda new, number: written(new, (*ANNOTATIONS, f"{DOMAIN}/last-write"), f"write {number}"))


@condition()
def webhook_keys(parts: Parts) -> Parts:
    """A webhook adds a label and an annotation, always the same, where they are missing."""
    entries = {(*LABELS, f"{DOMAIN}/team"): "research", (*ANNOTATIONS, f"{DOMAIN}/policy"): "default"}
    return stamping(parts, lambda new, _: _with_missing(entries, new))


@condition()
def webhook_defaults(parts: Parts) -> Parts:
    """A webhook gives every replaceable field of spec that is absent a default."""
    properties = parts.resource.desired_schema["properties"].get("spec", {}).get("properties", {})
    fields = [path for path in map(paths.parse, parts.resource.replaceable) if path[0] == "spec" and len(path) == 2]
    defaults: dict[Path, Any] = {path: (properties.get(path[1], {}).get("enum") or [86_400])[0] for path in fields}
    return stamping(parts, lambda new, _: _with_missing(defaults, new))


@condition()
def webhook_unknown_field(parts: Parts) -> Parts:
    """A webhook gives a field of spec that no page knows a default."""
    return defaulting(parts, lambda new: written(new, UNKNOWN_FIELD, "spread") if "spec" in new else new)


def with_processes(parts: Parts, new: Object) -> Object:
    """The object with a default for a field that its kind has and the page does not name."""
    known = paths.get(parts.resource.desired_schema, ("properties", PROCESSES[0], "properties", PROCESSES[1]))
    return new if known is MISSING else _with_missing({PROCESSES: "auto"}, new)


@condition()
def webhook_rollout(parts: Parts) -> Parts:
    """A webhook that gives spec.nprocPerNode a default comes into force 0.4 s after the first write."""
    began: list[datetime] = []

    def stamp(new: Object, _: int) -> Object:
        now = parts.store.clock()
        began.append(now)
        return with_processes(parts, new) if now - began[0] > ROLLED_OUT else new

    return stamping(parts, stamp)


@condition()
def new_default(parts: Parts) -> Parts:
    """8 s after the first request the schema gives spec.nprocPerNode a default, which every read shows from then on."""
    steps, passed = parts.steps, since_first(parts)

    def whole(value: Object) -> Object:
        return with_processes(parts, value) if passed() >= NEW_DEFAULT_AFTER and "spec" in value else value

    def serve(request: Request) -> Response:
        passed()
        response = parts.serve(request)
        return replace(response, value=whole(response.value)) if isinstance(response.value, dict) else response

    changed = replace(
        steps,
        merge=lambda stored, sent: whole(steps.merge(whole(stored), sent)),
        check_immutable=lambda stored, new: steps.check_immutable(whole(stored), new),
        next_generation=lambda stored, new: steps.next_generation(whole(stored), new),
        persist=lambda stored, new: steps.persist(stored, whole(new) if stored is None else new),
    )
    return replace(parts, serve=serve, steps=changed)


@condition()
def webhook_younger(parts: Parts) -> Parts:
    """A webhook gives spec.nprocPerNode a default with updates alone, so that each job gets it with its next write."""
    steps = parts.steps

    def persist(stored: Object | None, new: Object) -> Object:
        new = steps.persist(stored, new)
        return new if stored is None else with_processes(parts, new)

    def next_generation(stored: Object, new: Object) -> int:
        return steps.next_generation(stored, with_processes(parts, new))

    return replace(parts, steps=replace(steps, persist=persist, next_generation=next_generation))


@condition()
def webhook_spec_hash(parts: Parts) -> Parts:
    """A webhook stamps an annotation with a checksum of spec, which is another one only where spec is."""

    def stamp(new: Object, _: int) -> Object:
        digest = hashlib.sha256(json.dumps(new.get("spec"), sort_keys=True).encode()).hexdigest()[:16]
        return written(new, (*ANNOTATIONS, f"{DOMAIN}/spec-hash"), digest)

    return stamping(parts, stamp)


@condition()
def injector(parts: Parts) -> Parts:
    """An injector stamps an annotation of the pod templates with another value on every accepted write."""

    def stamp(new: Object, number: int) -> Object:
        for path, _ in list(paths.walk(new)):
            if path[-1:] == ("template",):
                new = written(new, (*path, *ANNOTATIONS, f"{DOMAIN}/injected"), f"write {number}")
        return new

    return stamping(parts, stamp)


@condition()
def injector_secret(parts: Parts) -> Parts:
    """An injector puts a credential for storage into the environment of every container at creation."""
    steps = parts.steps

    def persist(stored: Object | None, new: Object) -> Object:
        for path, value in list(paths.walk(new)) if stored is None else ():
            if path[-2:-1] == ("containers",):
                injected = {"name": "AWS_SECRET_ACCESS_KEY", "value": INJECTED}
                new = written(new, (*path, "env"), [*value.get("env", []), injected])
        return steps.persist(stored, new)

    return replace(parts, steps=replace(steps, persist=persist))


@condition()
def injector_sidecar(parts: Parts) -> Parts:
    """An injector gives each pod template a sidecar, of which it has another image 6 s after the first write."""
    passed = since_first(parts)

    def change(new: Object) -> Object:
        image = f"docker.io/istio/proxyv2:1.2{int(passed() >= NEW_SIDECAR_AFTER)}"
        for path, value in list(paths.walk(new)):
            if path[-1:] == ("containers",) and "template" in path and isinstance(value, list):
                others = [one for one in value if not isinstance(one, dict) or one.get("name") != SIDECAR]
                new = written(new, path, [*others, {"name": SIDECAR, "image": image}])
        return new

    changed = defaulting(parts, change)
    check = parts.steps.check_immutable
    steps = replace(changed.steps, check_immutable=lambda stored, new: check(change(stored), new))
    return replace(changed, steps=steps)


@condition()
def webhook_mirror(parts: Parts) -> Parts:
    """A webhook keeps an annotation with spec.activeDeadlineSeconds as text, and takes it away where there is none."""
    path = (*ANNOTATIONS, f"{DOMAIN}/max-seconds")

    def stamp(new: Object, _: int) -> Object:
        seconds = paths.get(new, DEADLINE)
        if seconds is not MISSING:
            return written(new, path, str(seconds))
        return new if paths.get(new, path) is MISSING else _removed(new, path)

    return stamping(parts, stamp)


@condition()
def webhook_two_versions(parts: Parts) -> Parts:
    """A webhook is rolled out: two versions of it answer by turns, and each adds an annotation of its own."""

    def stamp(new: Object, number: int) -> Object:
        path = (*ANNOTATIONS, f"{DOMAIN}/defaulted-by-v{1 + number % 2}")
        return written(new, path, "true") if paths.get(new, path) is MISSING else new

    return stamping(parts, stamp)


def _removed(value: Object, path: Path) -> Object:
    """A copy of an object without what is at a path, and without the map around it where that is empty then."""
    value = written(value, path, MISSING)
    return value if paths.get(value, path[:-1]) else written(value, path[:-1], MISSING)


@condition()
def webhook_pending(parts: Parts) -> Parts:
    """A webhook marks each written object with an annotation, and a controller takes it away 60 ms later."""
    store, path = parts.store, (*ANNOTATIONS, f"{DOMAIN}/pending")

    def act(now: datetime) -> None:
        for route, stored in living(store):
            if paths.get(stored, path) is not MISSING and now - store.written(route) >= PENDING:
                store.put(route, _removed(stored, path))

    store.due.append(act)
    return stamping(parts, lambda new, _: written(new, path, "true"))
