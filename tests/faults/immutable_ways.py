"""Family immutable: changes that slip through in one way of changing only."""

from __future__ import annotations

from typing import Any

from contracts.jsonvalue.paths import MISSING
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change, changes
from tests.faults.support.making import Moment, leaking

SPEC = ("immutable.replica-specs", "immutable.other-spec")


def _ways(endpoint: Endpoint, *ways: str) -> Behaviour:
    return leaking(endpoint, lambda _, change: change.path[0] in endpoint.resource.desired and change.way in ways)


@fault(*SPEC)
def every_spec_change_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing of spec but the listed fields changes. The update handler is a plain PUT, nobody added a
    check.

    kubeflow/trainer#3686: the webhook's update method returned without looking.
    """
    return leaking(endpoint, lambda _, change: change.path[0] in endpoint.resource.desired)


@fault(*SPEC)
def changes_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. The check compares which fields are there, not what they hold."""
    return _ways(endpoint, "change")


@fault(*SPEC)
def additions_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added. The check walks over the stored object's fields, so it never sees new ones.

    gardener/etcd-druid#1048: CEL transition rules are not evaluated when an optional field is set.
    """
    return _ways(endpoint, "add")


@fault(*SPEC)
def removals_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is removed. The check walks over the sent object's fields, so what is left out is not
    compared.

    gardener/etcd-druid#1048: an immutable field could be unset, and then set to something else.
    """
    return _ways(endpoint, "remove")


@fault(*SPEC)
def nulls_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is emptied. A null is taken for "not sent" by the check, and for a value by the store."""
    return _ways(endpoint, "null")


@fault(*SPEC)
def type_changes_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value changes its type. The comparison casts both sides and takes a failed cast for "no change"."""
    return _ways(endpoint, "type")


@fault(*SPEC)
def appends_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list grows. Lists are compared item by item over the length of the stored one."""
    return _ways(endpoint, "append")


@fault("immutable.replica-specs")
def reorders_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list is reordered. Lists are sorted before they are compared, as if the order of arguments were
    nothing.
    """
    return _ways(endpoint, "reorder")


@fault("immutable.replica-specs")
def shorter_lists_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list shrinks. Items are compared over the length of the sent list."""
    return _ways(endpoint, "shorten")


@fault(*SPEC)
def empty_values_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value is set to zero or emptied. The check runs only for fields that are not their type's zero
    value.

    kubernetes/kubernetes#87301 discusses dropped and zeroed immutable fields as a case of their own.
    """

    def empty(_: Moment, change: Change) -> bool:
        return (
            change.path[0] in endpoint.resource.desired and change.new is not MISSING and change.new in (0, "", [], {})
        )

    return leaking(endpoint, empty)


@fault("immutable.replica-specs")
def numbers_only_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no number below spec changes. Strings and structures are compared; a count was thought to be harmless."""
    return leaking(
        endpoint,
        lambda _, change: change.path[0] in endpoint.resource.desired and _are(change, int) and change.way == "change",
    )


@fault("immutable.replica-specs")
def longer_texts_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no text changes. Compared are as many characters as the stored text has: strncmp, or startswith."""
    return leaking(endpoint, lambda _, change: _are(change, str) and change.new.startswith(change.old))


@fault("immutable.replica-specs")
def loosely_equal_values_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value changes its type. The comparison is by text, as JavaScript's == does: 1 and "1" are the
    same.

    pipe-cd/pipecd#1875: a diff was loosened so that numbers and numeric strings count as equal.
    """
    return leaking(endpoint, lambda _, change: change.way == "type" and str(change.new) == str(change.old))


@fault("immutable.replica-specs")
def start_of_spec_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing below spec changes. Compared is a column of 512 characters to which the stored spec was cut."""

    def behind(moment: Moment, change: Change) -> bool:
        old, new = (canonical(value.get("spec"))[:512] for value in (moment.stored, moment.asked))
        return change.path[0] in endpoint.resource.desired and old == new

    return leaking(endpoint, behind)


@fault("immutable.replica-specs")
def structure_compared_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A check "by schema" compares the shape of both objects: keys and types."""

    def same_shape(moment: Moment, change: Change) -> bool:
        return change.path[0] in endpoint.resource.desired and _shape(moment.stored.get("spec")) == _shape(
            moment.asked.get("spec")
        )

    return leaking(endpoint, same_shape)


@fault("immutable.replica-specs")
def whole_parts_removable(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing is removed. A missing object counts as "keep what is there" in the check, but not in the
    store.
    """
    return leaking(endpoint, lambda _, change: change.way == "remove" and isinstance(change.old, dict))


@fault("immutable.replica-specs")
def several_changes_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing below spec changes. Only the first difference is looked at, and only when it is the only one."""

    def several(moment: Moment, change: Change) -> bool:
        return (
            change.path[0] in endpoint.resource.desired
            and len(list(changes(moment.stored.get("spec"), moment.asked.get("spec")))) > 1
        )

    return leaking(endpoint, several)


@fault("immutable.replica-specs")
def counts_compared_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: no item of a list changes. Lists are compared by their length."""

    def in_same_length(_: Moment, change: Change) -> bool:
        return change.in_list or (isinstance(change.old, list) and _length(change.old) == _length(change.new))

    return leaking(endpoint, in_same_length)


def _are(change: Change, kind: type) -> bool:
    return all(isinstance(value, kind) and not isinstance(value, bool) for value in (change.old, change.new))


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else -1


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def unknown_at(endpoint: Endpoint, change: Change) -> bool:
    """Whether a change adds a field that the schema of the resource does not know anywhere."""
    return change.way == "add" and f'"{change.key}"' not in canonical(dict(endpoint.resource.desired_schema))


@fault("immutable.replica-specs")
def unknown_fields_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added below the replica specs. The comparison is of typed structs, which drop what they
    lack; the store keeps the JSON as it came.
    """
    return leaking(
        endpoint, lambda _, change: change.path[0] in endpoint.resource.desired and unknown_at(endpoint, change)
    )


@fault(*SPEC)
def known_absent_fields_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added. Optional fields are pointers, and a nil pointer on the stored side skips the
    check.

    openshift/enhancements#2083: a transition rule that begins with "the old object lacks it, or".
    """

    def known(_: Moment, change: Change) -> bool:
        return change.path[0] in endpoint.resource.desired and change.way == "add" and not unknown_at(endpoint, change)

    return leaking(endpoint, known)


@fault("immutable.replica-specs", "immutable.other-spec")
def numbers_may_shrink(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing below spec changes. Scaling down is thought to be harmless: a whole number may become less."""

    def is_less(_: Moment, change: Change) -> bool:
        return type(change.old) is int and type(change.new) is int and bool(change.new < change.old)

    return leaking(endpoint, is_less)
