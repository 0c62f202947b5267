"""Family immutable: the status of an object in the hands of its clients."""

from __future__ import annotations

from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import changes, put
from tests.faults.support.making import Moment, field_of, storing

STATUS = ("immutable.status",)


def _sent_status(moment: Moment) -> Any:
    return get(moment.raw, ("status",))


@fault(*STATUS)
def status_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's status is not stored. The resource has no status subresource, so status is a field as any
    other.

    kubernetes-sigs/controller-runtime#2230: an update of the fake client wrote spec and status alike.
    """
    return storing(endpoint, lambda moment, new: put(new, ("status",), _sent_status(moment)))


@fault(*STATUS)
def status_stored_unless_left_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's status is not stored. "Keep the old one if there is none" was all that was done about it."""

    def alter(moment: Moment, new: Object) -> Object:
        sent = _sent_status(moment)
        return new if sent in (MISSING, None) else put(new, ("status",), sent)

    return storing(endpoint, alter)


@fault(*STATUS)
def status_erased_when_left_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: a status that is left out stays. The client's status is dropped on entry, and an absent one is stored
    so.
    """

    def alter(moment: Moment, new: Object) -> Object:
        return put(new, ("status",), MISSING) if _sent_status(moment) is MISSING else new

    return storing(endpoint, alter)


@fault(*STATUS)
def status_erased_by_null(endpoint: Endpoint) -> Behaviour:
    """Breaks: a status of null changes nothing. Null is taken as the wish to reset, which is what it means in a
    patch.
    """

    def alter(moment: Moment, new: Object) -> Object:
        return put(new, ("status",), MISSING) if _sent_status(moment) is None else new

    return storing(endpoint, alter)


@fault(*STATUS)
def conditions_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no part of a client's status is stored. Conditions are merged from the body, as a list map of the
    schema.
    """

    def alter(moment: Moment, new: Object) -> Object:
        sent = get(_sent_status(moment), ("conditions",))
        return new if sent is MISSING else put(new, ("status", "conditions"), sent)

    return storing(endpoint, alter)


@fault(*STATUS)
def conditions_of_new_types_added(endpoint: Endpoint) -> Behaviour:
    """Breaks: no part of a client's status is stored. Conditions are merged by type: those that the object has are its
    controller's, others come from the body.
    """

    def alter(moment: Moment, new: Object) -> Object:
        sent, own = (get(one, ("conditions",)) for one in (_sent_status(moment), get(new, ("status",))))
        if not isinstance(sent, list) or not isinstance(own, list):
            return new
        known = [get(one, ("type",)) for one in own]
        more = [one for one in sent if isinstance(get(one, ("type",)), str) and get(one, ("type",)) not in known]
        return put(new, ("status", "conditions"), [*own, *more]) if more else new

    return storing(endpoint, alter)


@fault(*STATUS)
def later_times_of_status_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no part of a client's status is stored. Of two times the later one is taken for the news."""

    def alter(moment: Moment, new: Object) -> Object:
        for change in changes(get(new, ("status",)), _sent_status(moment)):
            times = [one for one in (change.old, change.new) if isinstance(one, str) and one[4:5] == "-"]
            if len(times) == 2 and change.path and times[1] > times[0]:
                new = put(new, ("status", *change.path), change.new)
        return new

    return storing(endpoint, alter)


@fault(*STATUS)
def status_merged(endpoint: Endpoint) -> Behaviour:
    """Breaks: no part of a client's status is stored. The sent status is laid over the stored one, field by field."""

    def alter(moment: Moment, new: Object) -> Object:
        sent = _sent_status(moment)
        return {**new, "status": {**new.get("status", {}), **sent}} if isinstance(sent, dict) else new

    return storing(endpoint, alter)


@fault(*STATUS)
def status_additions_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no part of a client's status is stored. The stored status wins where it has a field, and only there."""

    def alter(moment: Moment, new: Object) -> Object:
        for change in changes(new.get("status", {}), _sent_status(moment)):
            if change.way == "add":
                new = put(new, ("status", *change.path), change.new)
        return new

    return storing(endpoint, alter)


@fault(*STATUS)
def status_numbers_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no part of a client's status is stored. Texts below status are guarded; counters and empty objects
    are not.
    """

    def alter(moment: Moment, new: Object) -> Object:
        for change in changes(new.get("status", {}), _sent_status(moment)):
            if change.path and change.new is not MISSING and not isinstance(change.new, str | list):
                new = put(new, ("status", *change.path), change.new)
        return new

    return storing(endpoint, alter)


@fault(*STATUS)
def status_stored_with_same_spec(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's status is not stored. A body whose spec is unchanged is taken for a status update.

    kgateway-dev/kgateway#7010: validation was skipped for requests that look like status updates.
    """

    def alter(moment: Moment, new: Object) -> Object:
        return new if moment.changed(("spec",)) else put(new, ("status",), _sent_status(moment))

    return storing(endpoint, alter)


@fault(*STATUS)
def status_lost_when_spec_changes(endpoint: Endpoint) -> Behaviour:
    """Breaks: status stays. A new generation is a new job to the store, which begins it without a status, whatever the
    client has sent.
    """
    deadline = field_of("replaceable.active-deadline-seconds")
    return storing(endpoint, lambda now, new: put(new, ("status",), MISSING) if now.changed(deadline) else new)


@fault(*STATUS)
def status_lost_with_yaml(endpoint: Endpoint) -> Behaviour:
    """Breaks: status stays. Who sends YAML sends a manifest, and a manifest has no status."""
    return storing(
        endpoint, lambda now, new: put(new, ("status",), MISSING) if "yaml" in now.request.media_type else new
    )
