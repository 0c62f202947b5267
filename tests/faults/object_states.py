"""Family immutable: states of the object in which its fields are not checked, or that a replacement ends."""

from __future__ import annotations

from dataclasses import replace

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from contracts.spec.fields import DELETED, FINALIZERS
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change, put
from tests.faults.support.making import Moment, leaking, storing


@fault("immutable.no-bypass")
def check_skipped_while_deleted(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The webhook lets pass whatever is being deleted, so that finalizers can go.

    As by any API server of the family a client may write them before, too.
    """

    def open_then(moment: Moment, change: Change) -> bool:
        return paths.starts_with(change.path, [FINALIZERS]) or "deletionTimestamp" in moment.stored["metadata"]

    return leaking(endpoint, open_then)


@fault("immutable.no-bypass")
def template_mutable_while_suspended(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. Of a suspended job the templates may change, as a queue's controller wants it."""

    def suspended(moment: Moment, _: Change) -> bool:
        spec = moment.stored.get("spec", {})
        return bool(spec.get("suspend") or spec.get("runPolicy", {}).get("suspend"))

    return leaking(endpoint, suspended)


@fault("immutable.other-metadata")
def deletion_undone_by_a_body_without_it(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is being deleted stays so. The mark of deletion is a column like any other, emptied by a body that
    was written before. Clients may write finalizers, as above.
    """
    finalizers = leaking(endpoint, lambda _, change: paths.starts_with(change.path, [FINALIZERS]))

    def alter(moment: Moment, new: Object) -> Object:
        return put(new, DELETED, MISSING) if paths.get(moment.sent, DELETED) is MISSING else new

    return storing(replace(endpoint, steps=finalizers), alter)
