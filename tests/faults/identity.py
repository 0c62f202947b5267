"""Family immutable: metadata, type and status that take the client's value, or change by themselves."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.objects import unknown_fields
from contracts.reference.resource import Object
from contracts.spec.fields import UID
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, storing, unchecked

IDENTITY = ("immutable.identity",)


def _taking(endpoint: Endpoint, *path: str, removals: bool = True) -> Behaviour:
    """Steps that store what the client sent at a path."""

    def alter(moment: Moment, new: Object) -> Object:
        sent = get(moment.raw, path)
        if sent in (MISSING, None):
            return put(new, path, MISSING) if removals else new
        return put(new, path, sent)

    return storing(endpoint, alter)


@fault(*IDENTITY)
def uid_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: uid never takes the client's value. The body is stored whole, and nobody thought of the server's
    fields.
    """
    steps = replace(endpoint.steps, check_uid=lambda *_: None)

    def merge(stored: Object, sent: Object) -> Object:
        return endpoint.steps.merge(stored, put(sent, UID, stored["metadata"]["uid"]))

    return _taking(replace(endpoint, steps=replace(steps, merge=merge)), "metadata", "uid", removals=False)


@fault(*IDENTITY)
def uid_lost_when_left_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: uid stays. The server's fields are not filled in again after a body without them was decoded."""

    def alter(moment: Moment, new: Object) -> Object:
        return new if "uid" in moment.sent["metadata"] else put(new, UID, None)

    return storing(endpoint, alter)


@fault(*IDENTITY)
def creation_time_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: creationTimestamp never takes the client's value. It was forgotten in the list of the server's fields."""
    return _taking(endpoint, "metadata", "creationTimestamp", removals=False)


@fault(*IDENTITY)
def creation_time_lost_when_left_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: creationTimestamp stays. Go's zero time is written as null when the client leaves the field out.

    weaveworks/kubediff#89: Kubernetes tools write a null creationTimestamp into objects.
    """

    def alter(moment: Moment, new: Object) -> Object:
        left_out = "creationTimestamp" not in moment.sent["metadata"]
        return put(new, ("metadata", "creationTimestamp"), None) if left_out else new

    return storing(endpoint, alter)


@fault(*IDENTITY)
def created_anew(endpoint: Endpoint) -> Behaviour:
    """Breaks: uid and creationTimestamp stay. A replacement is implemented as delete and insert."""

    def alter(_: Moment, new: Object) -> Object:
        return put(new, UID, str(uuid.uuid4()))

    return storing(endpoint, alter)


@fault(*IDENTITY)
def creation_time_is_last_write(endpoint: Endpoint) -> Behaviour:
    """Breaks: creationTimestamp stays. The column has "on update current timestamp", and the table one time column."""
    written = [0]

    def alter(_: Moment, new: Object) -> Object:
        written[0] += 1
        time = f"2024-01-01T{written[0] // 3600 % 24:02}:{written[0] // 60 % 60:02}:{written[0] % 60:02}Z"
        return put(new, ("metadata", "creationTimestamp"), time)

    return storing(endpoint, alter)


@fault("immutable.identity", "concurrency.generation")
def generation_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation never takes the client's value. It is kept as sent, because custom resources once had
    none.

    kubernetes/kubernetes#58778: clients were to be allowed to set the generation of custom resources.
    """
    return _taking(endpoint, "metadata", "generation", removals=False)


@fault(*IDENTITY)
def self_link_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: selfLink never takes the client's value. The field is deprecated, so it is treated as free text."""
    return _taking(endpoint, "metadata", "selfLink")


@fault("immutable.identity", "status.400")
def name_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the name stays, and another name is refused. The URL finds the object, the body is written over it."""
    loose = unchecked(endpoint, "metadata.name")
    return _taking(loose, "metadata", "name", removals=False)


@fault("immutable.identity", "status.400")
def namespace_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the namespace stays, and another one is refused. The URL finds the object, the body is written over
    it.
    """
    loose = unchecked(endpoint, "metadata.namespace")
    return _taking(loose, "metadata", "namespace", removals=False)


@fault("immutable.type-meta", "status.400")
def api_version_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: apiVersion stays, and another one is refused. No conversion, so "whatever the client speaks" is kept."""
    return _taking(unchecked(endpoint, "apiVersion"), "apiVersion", removals=False)


@fault("immutable.type-meta", "status.400")
def kind_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the kind stays, and another one is refused. The path decides the type, so the body's kind is not
    looked at.
    """
    return _taking(unchecked(endpoint, "kind"), "kind", removals=False)


@fault(*IDENTITY)
def uid_stored_in_other_capitals(endpoint: Endpoint) -> Behaviour:
    """Breaks: uid never takes the client's value. Identifiers are compared without case, and the body's is kept."""
    steps = endpoint.steps

    def merge(stored: Object, sent: Object) -> Object:
        return steps.merge(stored, put(sent, UID, stored["metadata"]["uid"]))

    def check(stored: Object | None, uid: str | None, name: str) -> None:
        steps.check_uid(stored, uid.lower() if isinstance(uid, str) else uid, name)

    return _taking(replace(endpoint, steps=replace(steps, merge=merge, check_uid=check)), *UID, removals=False)


@fault("immutable.identity", "immutable.other-metadata")
def deletion_time_deletes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement does not delete. A client's deletionTimestamp is believed, and the finished object
    removed.
    """
    steps = endpoint.steps

    def quiet(check: Callable[[Any, Object], None]) -> Callable[[Any, Object], None]:
        def checked(stored: Any, new: Object) -> None:
            return check(stored, put(new, ("metadata", "deletionTimestamp"), MISSING))

        return checked

    loose = replace(
        steps,
        merge=lambda stored, sent: steps.merge(stored, put(sent, ("metadata", "deletionTimestamp"), MISSING)),
        check_immutable=quiet(steps.check_immutable),
        validate=quiet(steps.validate),
    )
    return _taking(replace(endpoint, steps=loose), "metadata", "deletionTimestamp", removals=False)


@fault("immutable.other-metadata")
def unknown_metadata_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field of metadata is added. Metadata is a free map in the store, without a list of its fields."""

    def alter(moment: Moment, new: Object) -> Object:
        sent = moment.raw.get("metadata") or {}
        unknown = {key: sent[key] for key in unknown_fields(sent)}
        return {**new, "metadata": {**new["metadata"], **unknown}}

    return storing(endpoint, alter)


@fault("immutable.other-spec")
def unknown_top_fields_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added at the top. Objects are stored as documents; pruning exists for spec only."""

    def alter(moment: Moment, new: Object) -> Object:
        return {**{key: value for key, value in moment.raw.items() if key not in endpoint.resource.fields}, **new}

    return _forgiving(endpoint, storing(endpoint, alter))


@fault("immutable.other-spec")
def unknown_spec_fields_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added to spec. The schema says to preserve unknown fields, so the check does not know
    them.
    """

    def alter(moment: Moment, new: Object) -> Object:
        sent, known = moment.raw.get("spec") or {}, endpoint.resource.spec_fields or ()
        return {**new, "spec": {**{key: value for key, value in sent.items() if key not in known}, **new["spec"]}}

    return _forgiving(endpoint, altering(endpoint, alter))


def _forgiving(endpoint: Endpoint, steps: Behaviour) -> Behaviour:
    """Steps whose check of immutable fields does not trip over unknown fields that are stored already."""
    resource = endpoint.resource

    def check(stored: Object, new: Object) -> None:
        spec = {key: value for key, value in stored["spec"].items() if key in (resource.spec_fields or ())}
        known = {key: value for key, value in stored.items() if key in resource.fields}
        return endpoint.steps.check_immutable({**known, "spec": spec}, new)

    return replace(steps, check_immutable=check)


@fault("immutable.identity")
def exchanged_when_labels_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: the uid stays. Other labels are taken for another object: the old one is deleted, a new one created, as
    somebody else may do once in the middle of a run.
    """

    def alter(moment: Moment, new: Object) -> Object:
        same = moment.stored["metadata"].get("labels") == new["metadata"].get("labels")
        return new if same else put(new, ("metadata", "uid"), str(uuid.uuid4()))

    return storing(endpoint, alter)
