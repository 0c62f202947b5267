"""What a store does otherwise than an API server's own, within the contract."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.reference.conditions.condition import Parts, condition, every
from contracts.reference.conditions.webhooks import stamping, written
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import UID

ABSENT: Final = dict.fromkeys(("labels", "annotations", "finalizers", "ownerReferences", "deletionTimestamp"))
SMALLEST_DRAWN: Final = 10**18
DRAWN: Final = 8 * 10**18


@condition(hides=("concurrency.generation",))
def no_generation(parts: Parts) -> Parts:
    """The objects have no metadata.generation."""
    steps = parts.steps

    def persist(stored: Object | None, new: Object) -> Object:
        return written(steps.persist(stored, new), ("metadata", "generation"), MISSING)

    return replace(parts, steps=replace(steps, persist=persist))


@condition()
def empty_maps(parts: Parts) -> Parts:
    """Labels and annotations that are absent are stored, and shown, as empty maps."""

    def change(new: Object, _: int) -> Object:
        return {**new, "metadata": {"labels": {}, "annotations": {}, **new["metadata"]}}

    return stamping(parts, change)


@condition(may_fail="response.schema")
def nulls_shown(parts: Parts) -> Parts:
    """What an object's metadata does not have is shown as null, as where each member of a class is written."""

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        shown = response.value
        if paths.get(shown, UID) is MISSING:
            return response
        return replace(response, value={**shown, "metadata": {**ABSENT, **shown["metadata"]}})

    return replace(parts, serve=serve)


@condition()
def self_link(parts: Parts) -> Parts:
    """The objects have a metadata.selfLink, as of old API servers."""

    def change(new: Object, _: int) -> Object:
        metadata = new["metadata"]
        path = parts.resource.collection_path.format(namespace=metadata.get("namespace"))
        return written(new, ("metadata", "selfLink"), f"{path}/{metadata['name']}")

    return stamping(parts, change)


@condition()
def generate_name(parts: Parts) -> Parts:
    """metadata.generateName is stored as a client sends it, as by a plain API server."""
    steps, path = parts.steps, ("metadata", "generateName")

    def merge(stored: Object, sent: Object) -> Object:
        return written(steps.merge(stored, sent), path, paths.get(sent, path))

    def check_immutable(stored: Object, new: Object) -> None:
        steps.check_immutable(written(stored, path, MISSING), written(new, path, MISSING))

    return replace(parts, steps=replace(steps, merge=merge, check_immutable=check_immutable))


@condition(may_fail="status.500")
def etcd_leader(parts: Parts) -> Parts:
    """One replacement in twenty is answered with 500 and a Status: etcdserver: leader changed."""
    steps, turn = parts.steps, every(20, first=11)

    def check_version(stored: Object, sent: Object) -> None:
        if turn():
            raise Refusal(500, "", "etcdserver: leader changed")
        steps.check_version(stored, sent)

    return replace(parts, steps=replace(steps, check_version=check_version))


@condition()
def no_op_is_a_write(parts: Parts) -> Parts:
    """A replacement that changes nothing is a new version, as where every write renews a time that nobody sees."""
    steps = parts.steps

    def persist(stored: Object | None, new: Object) -> Object:
        kept = steps.persist(stored, new)
        # Another value than the stored one, which `put` exchanges for the new version.
        return written(kept, ("metadata", "resourceVersion"), "")

    return replace(parts, steps=replace(steps, persist=persist))


def _versioned(parts: Parts, name: Callable[[str], str]) -> Parts:
    """The parts of an endpoint that names its versions by `name` of a counter, and compares them as texts."""
    store, steps, put = parts.store, parts.steps, parts.store.put

    def named(route: Route, value: Object, version: Callable[[int], str] = str) -> Object:
        return put(route, value, lambda counter: name(version(counter)))

    def check_version(stored: Object, sent: Object) -> None:
        asked = sent["metadata"].get("resourceVersion", "")
        if asked == stored["metadata"]["resourceVersion"]:
            return
        # As numbers these are the missing one and a stale one.
        numbered = written(stored, ("metadata", "resourceVersion"), "2")
        steps.check_version(numbered, written(sent, ("metadata", "resourceVersion"), "1" if asked else ""))

    store.put = named  # type: ignore[method-assign]
    return replace(parts, steps=replace(steps, check_version=check_version))


@condition()
def version_opaque(parts: Parts) -> Parts:
    """A resourceVersion is a text that is no number and has no order; one that is not the stored one is stale."""
    return _versioned(parts, lambda counter: hashlib.sha256(counter.encode()).hexdigest()[:12] + "-r")


@condition()
def version_unordered(parts: Parts) -> Parts:
    """A resourceVersion is a number of 19 digits without order; one that is not the stored one is stale."""

    def drawn(counter: str) -> str:
        return str(SMALLEST_DRAWN + int(hashlib.sha256(counter.encode()).hexdigest(), 16) % DRAWN)

    return _versioned(parts, drawn)


@condition()
def version_per_object(parts: Parts) -> Parts:
    """Each object counts its own versions from 1, so that two objects, or one and its successor, show the same one."""
    store, put = parts.store, parts.store.put
    counts: dict[str, int] = {}

    def counted(route: Route, value: Object, version: Callable[[int], str] = str) -> Object:
        uid = value["metadata"]["uid"]
        counts[uid] = counts.get(uid, 0) + 1
        return put(route, value, lambda _: version(counts[uid]))

    store.put = counted  # type: ignore[method-assign]
    return parts


@condition()
def entity_tags(parts: Parts) -> Parts:
    """Answers with an object have its version for an entity tag; a condition on it that fails is 412 (RFC 9110, 13)."""
    steps = parts.steps

    def check_accept(request: Request) -> None:
        stored = parts.store.get(steps.find_route(request)) if request.is_judged else None
        if stored:
            tag = _tag(stored)
            wanted, unwanted = (request.headers.get(name) for name in ("if-match", "if-none-match"))
            if wanted not in (None, "*", tag) or unwanted in ("*", tag):
                raise Refusal(412, "PreconditionFailed", "the condition on the entity tag does not hold")
        steps.check_accept(request)

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        if paths.get(response.value, UID) is MISSING:
            return response
        return replace(response, headers={**response.headers, "etag": _tag(response.value)})

    return replace(parts, serve=serve, steps=replace(steps, check_accept=check_accept))


def _tag(value: Object) -> str:
    return f'"{value["metadata"]["resourceVersion"]}"'
