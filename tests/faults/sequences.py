"""Family replaceable: series of replacements that do not end where they should."""

from __future__ import annotations

from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.reference.immutability import with_fields
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, field_of, field_paths

LAST = ("replaceable.sequence", "replaceable.labels", "replaceable.annotations", "replaceable.together")


def _replaceable(endpoint: Endpoint, value: Object) -> str:
    return canonical([str(get(value, path)) for path in field_paths(endpoint)])


@fault(*LAST)
def every_second_change_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: the last of a series stands. Changes within a second are coalesced, and the first one is kept."""
    changed = [0]

    def alter(moment: Moment, new: Object) -> Object:
        if _replaceable(endpoint, new) == _replaceable(endpoint, moment.stored):
            return new
        changed[0] += 1
        return new if changed[0] % 2 else with_fields(new, moment.stored, endpoint.resource.replaceable)

    return altering(endpoint, alter)


@fault(*LAST)
def always_one_behind(endpoint: Endpoint) -> Behaviour:
    """Breaks: the last of a series stands. A write is flushed by the next one."""
    waiting: dict[str, Object] = {}

    def alter(moment: Moment, new: Object) -> Object:
        name = moment.stored["metadata"]["uid"]
        before = waiting.get(name, moment.stored)
        waiting[name] = new
        return with_fields(new, before, endpoint.resource.replaceable)

    return altering(endpoint, alter)


@fault("replaceable.sequence", "replaceable.labels", "replaceable.clean-pod-policy")
def return_to_earlier_values_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the last of a series stands. Bodies are deduplicated by a digest, and an old one is "seen already"."""
    seen: dict[str, set[str]] = {}

    def alter(moment: Moment, new: Object) -> Object:
        known = seen.setdefault(moment.stored["metadata"]["uid"], set())
        key = _replaceable(endpoint, new)
        again = key in known and key != _replaceable(endpoint, moment.stored)
        known.add(key)
        return with_fields(new, moment.stored, endpoint.resource.replaceable) if again else new

    return altering(endpoint, alter)


@fault("replaceable.sequence", "replaceable.annotations")
def values_of_earlier_requests_return(endpoint: Endpoint) -> Behaviour:
    """Breaks: the last of a series stands, unmixed. A pooled object is reused for decoding, and not emptied before."""
    path = field_of("replaceable.annotations")
    pool: dict[str, Any] = {}

    def alter(_: Moment, new: Object) -> Object:
        sent = get(new, path)
        pool.update(sent if sent is not MISSING else {})
        return put(new, path, dict(pool)) if sent is not MISSING else new

    return altering(endpoint, alter)


@fault("replaceable.together", "replaceable.sequence")
def only_first_changed_field_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: all fields change in one request. A chain of "else if" over the fields handles the first that differs."""
    return altering(endpoint, lambda moment, new: _one_field(endpoint, moment, new, first=True))


@fault("replaceable.together", "replaceable.sequence")
def only_last_changed_field_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: all fields change in one request. Each field is applied to a fresh copy, and the last copy is stored."""
    return altering(endpoint, lambda moment, new: _one_field(endpoint, moment, new, first=False))


@fault("replaceable.together", "replaceable.sequence")
def three_changes_at_most(endpoint: Endpoint) -> Behaviour:
    """Breaks: all fields change in one request. A patch has a limit of three operations, and is cut there."""

    def alter(moment: Moment, new: Object) -> Object:
        for path in [path for path in field_paths(endpoint) if moment.changed(path)][3:]:
            new = put(new, path, get(moment.stored, path))
        return new

    return altering(endpoint, alter)


@fault("replaceable.labels", "replaceable.together")
def spec_and_metadata_not_together(endpoint: Endpoint) -> Behaviour:
    """Breaks: all fields change in one request. Spec and metadata are two resources inside, and spec goes first."""

    def alter(moment: Moment, new: Object) -> Object:
        if not moment.changed(("spec",)):
            return new
        metadata = [path for path in endpoint.resource.replaceable if path.startswith("metadata.")]
        return with_fields(new, moment.stored, metadata)

    return altering(endpoint, alter)


@fault("replaceable.labels", "replaceable.sequence")
def unchanged_replacement_erases_labels(endpoint: Endpoint) -> Behaviour:
    """Breaks: an accepted replacement stores what was sent. The difference to the stored labels is stored, and it
    is empty.
    """
    path = field_of("replaceable.labels")

    def alter(moment: Moment, new: Object) -> Object:
        same = _replaceable(endpoint, new) == _replaceable(endpoint, moment.stored)
        return put(new, path, MISSING) if same else new

    return altering(endpoint, alter)


@fault("replaceable.sequence", "replaceable.annotations", "replaceable.labels")
def hundred_changes_at_most(endpoint: Endpoint) -> Behaviour:
    """Breaks: the last of a series stands. The history of an object is full after a while, and nothing is added any
    more.
    """
    changed: dict[str, int] = {}

    def alter(moment: Moment, new: Object) -> Object:
        name = moment.stored["metadata"]["uid"]
        changed[name] = changed.get(name, 0) + (_replaceable(endpoint, new) != _replaceable(endpoint, moment.stored))
        return with_fields(new, moment.stored, endpoint.resource.replaceable) if changed[name] > 100 else new

    return altering(endpoint, alter)


def _one_field(endpoint: Endpoint, moment: Moment, new: Object, *, first: bool) -> Object:
    changed = [path for path in field_paths(endpoint) if moment.changed(path)]
    for path in changed[1:] if first else changed[:-1]:
        new = put(new, path, get(moment.stored, path))
    return new
