"""What becomes of an object in a state of its own, of an empty part of its status, and of keys that are much alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Path
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Response
from contracts.reference.resource import Object
from contracts.reference.store import Store
from contracts.spec.fields import ANNOTATIONS, DELETED, FINALIZERS, LABELS
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, answering, field_paths, leaking, storing
from tests.faults.support.maps import Texts, altering_maps
from tests.faults.support.rewriting import Rewriting

METADATA = "immutable.other-metadata"
TOGETHER = "replaceable.together"
OWNERS: Path = ("metadata", "ownerReferences")
SUSPEND: Path = ("spec", "runPolicy", "suspend")


def _lenient(endpoint: Endpoint) -> Endpoint:
    """The endpoint, which lets clients write finalizers, as any API server of the family does."""
    steps = leaking(endpoint, lambda _, change: paths.starts_with(change.path, [FINALIZERS]))
    return replace(endpoint, steps=steps)


def _is_deleted(value: Object) -> bool:
    return paths.get(value, DELETED) is not MISSING


@fault(METADATA)
def deletion_finished_by_a_replacement(endpoint: Endpoint) -> Behaviour:
    """Breaks: finalizers that are carried stay. Whatever is written while an object waits to be deleted is taken for
    the last finalizer's removal, and the object is gone.
    """
    endpoint = _lenient(endpoint)
    steps = endpoint.steps
    stores: list[Store] = []

    def later(store: Store) -> None:
        stores[:] = [store]
        steps.later(store)

    def tell(moment: Moment, response: Response) -> Response:
        if response.status == 200 and _is_deleted(response.value) and not moment.request.dry_run:
            route = steps.find_route(moment.request)
            if stores[0].get(route) is not None:
                stores[0].remove(route)
        return response

    return answering(replace(endpoint, steps=replace(steps, later=later)), tell)


@fault(METADATA)
def deletion_begun_anew_by_a_replacement(endpoint: Endpoint) -> Behaviour:
    """Breaks: the time of a deletion stays. It is taken with each write of an object that is being deleted."""

    def alter(_: Moment, new: Object) -> Object:
        return put(new, DELETED, "2096-01-01T00:00:00Z") if _is_deleted(new) else new

    return storing(_lenient(endpoint), alter)


@fault(TOGETHER)
def nothing_stored_while_deleted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is accepted is stored. Writes to an object that is being deleted are answered and thrown away."""

    def alter(moment: Moment, new: Object) -> Object:
        return moment.stored if _is_deleted(new) and paths.get(new, FINALIZERS) is not MISSING else new

    return storing(_lenient(endpoint), alter)


@fault("immutable.other-spec")
def suspended_jobs_resumed(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else of spec changes. Whether a job is suspended is a form's box, which is not ticked."""

    def alter(_: Moment, new: Object) -> Object:
        return put(new, SUSPEND, False) if paths.get(new, SUSPEND) is True else new

    return altering(endpoint, alter)


@fault(TOGETHER)
def fields_of_suspended_jobs_not_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is accepted is stored. Of a suspended job the spec is the queue's, and written by it alone."""

    def alter(moment: Moment, new: Object) -> Object:
        if paths.get(moment.stored, SUSPEND) is not True:
            return new
        for path in field_paths(endpoint):
            new = put(new, path, paths.get(moment.stored, path)) if path[0] == "spec" else new
        return new

    return altering(endpoint, alter)


@fault("immutable.status")
def empty_members_of_status_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: the status stays. The object is written by a serialiser that leaves out what is empty, and with it the
    page's own `"Master": {}`.
    """
    dropping = Rewriting(objects=lambda value: {key: item for key, item in value.items() if item != {}})

    def alter(_: Moment, new: Object) -> Object:
        return {**new, "status": dropping.of(new["status"])} if "status" in new else new

    return storing(endpoint, alter)


@fault("replaceable.labels", "replaceable.annotations")
def keys_that_begin_alike_removed_together(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is sent is stored. What is left out is deleted by its key and everything that begins with it."""

    def change(old: Texts, sent: Texts) -> Texts:
        gone = tuple(key for key in old if key not in sent)
        return {key: text for key, text in sent.items() if key not in old or not key.startswith(gone)}

    return altering_maps(endpoint, change)


@fault("replaceable.labels", "replaceable.annotations", TOGETHER)
def entries_moved_between_maps_unseen(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is sent together is stored together. Labels and annotations are rows of one table, compared without
    the column that tells them apart.
    """

    def rows(value: Object) -> list[tuple[str, str]]:
        found = (paths.get(value, path) for path in (LABELS, ANNOTATIONS))
        return sorted(pair for one in found if isinstance(one, dict) for pair in one.items())

    def alter(moment: Moment, new: Object) -> Object:
        if rows(new) == rows(moment.stored):
            for path in (LABELS, ANNOTATIONS):
                new = put(new, path, paths.get(moment.stored, path))
        return new

    return altering(endpoint, alter)


def _carrying(endpoint: Endpoint, path: Path, change: Callable[[list[Any]], list[Any]]) -> Behaviour:
    """Steps that store what clients write to a list of metadata, and `change` of it where it is carried as it is."""
    lenient = leaking(endpoint, lambda _, one: paths.starts_with(one.path, [path]))

    def alter(moment: Moment, new: Object) -> Object:
        carried = paths.get(new, path)
        is_so = isinstance(carried, list) and carried == paths.get(moment.stored, path)
        return put(new, path, change(carried)) if is_so else new

    return altering(replace(endpoint, steps=lenient), alter)


@fault(METADATA)
def one_finalizer_kept(endpoint: Endpoint) -> Behaviour:
    """Breaks: metadata that a replacement carries stays. The finalizer is a column, for one controller alone."""
    return _carrying(endpoint, FINALIZERS, lambda carried: carried[:1])


@fault(METADATA)
def false_members_of_owners_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: metadata that a replacement carries stays. Their serialiser takes false for nothing."""

    def dropped(carried: list[Any]) -> list[Any]:
        return [{key: item for key, item in owner.items() if item is not False} for owner in carried]

    return _carrying(endpoint, OWNERS, dropped)
