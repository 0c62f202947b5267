"""Family replaceable: the numbers and the choice below spec that are not what was sent."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, field_of

DEADLINE = "replaceable.active-deadline-seconds"
RETENTION = "replaceable.ttl-seconds-after-finished"
POLICY = "replaceable.clean-pod-policy"


def field(endpoint: Endpoint, requirement: str, change: Callable[[Any, Any], Any]) -> Behaviour:
    """Steps that store `change(old, new)` of a field where there should be the new value; both may be `MISSING`."""
    path = field_of(requirement)

    def alter(moment: Moment, new: Object) -> Object:
        return put(new, path, change(get(moment.stored, path), get(new, path)))

    return altering(endpoint, alter)


def _taking_back(endpoint: Endpoint, requirement: str) -> Endpoint:
    """The endpoint that also takes what it has itself made of a field, so that what was read can be sent."""
    path, validate = field_of(requirement), endpoint.steps.validate

    def lenient(stored: Object | None, new: Object) -> None:
        own = stored is not None and get(stored, path) == get(new, path)
        validate(stored, put(new, path, MISSING) if own else new)

    return replace(endpoint, steps=replace(endpoint.steps, validate=lenient))


def _number(endpoint: Endpoint, requirement: str, change: Callable[[int], Any]) -> Behaviour:
    return field(endpoint, requirement, lambda _, new: new if new is MISSING else change(new))


@fault(DEADLINE)
def zero_is_absent(endpoint: Endpoint) -> Behaviour:
    """Breaks: zero is a value. The field is an integer with omitempty, not a pointer.

    stakater/application#433: integers of value 0, activeDeadlineSeconds among them, were left out.
    """
    return _number(endpoint, DEADLINE, lambda new: new or MISSING)


@fault(RETENTION)
def absent_is_zero(endpoint: Endpoint) -> Behaviour:
    """Breaks: a field can be cleared. A missing number is stored as the type's zero value.

    hashicorp/terraform-provider-kubernetes#1310: ttlSecondsAfterFinished became 0 where it had not been given.
    """
    return field(endpoint, RETENTION, lambda old, new: 0 if new is MISSING and old is not MISSING else new)


@fault(RETENTION)
def zero_is_default(endpoint: Endpoint) -> Behaviour:
    """Breaks: zero is a value. `ttl or default`: the language takes 0 for false."""
    return _number(endpoint, RETENTION, lambda new: new or 3600)


@fault(RETENTION)
def zero_keeps_old_value(endpoint: Endpoint) -> Behaviour:
    """Breaks: zero is a value. `if ttl: update(ttl)`: zero is not taken for a change."""
    return field(endpoint, RETENTION, lambda old, new: old if new == 0 else new)


@fault(DEADLINE)
def deadline_wraps_at_32_bits(endpoint: Endpoint) -> Behaviour:
    """Breaks: any number of the field's type is stored. 64 bits are assigned to 32, and the sign comes out as it
    may.
    """
    return _number(endpoint, DEADLINE, lambda new: (new + 2**31) % 2**32 - 2**31)


@fault(RETENTION)
def retention_wraps_at_16_bits(endpoint: Endpoint) -> Behaviour:
    """Breaks: any number of the field's type is stored. A SMALLINT column, in a database that does not complain."""
    return _number(endpoint, RETENTION, lambda new: (new + 2**15) % 2**16 - 2**15)


@fault(RETENTION)
def retention_capped(endpoint: Endpoint) -> Behaviour:
    """Breaks: any number of the field's type is stored. The operator's maximum of a week is put in its place
    silently.
    """
    return _number(endpoint, RETENTION, lambda new: min(new, 7 * 24 * 3600))


@fault(DEADLINE)
def deadline_at_least_one(endpoint: Endpoint) -> Behaviour:
    """Breaks: zero is a value. A deadline of zero is "corrected" to the smallest one that makes sense."""
    return _number(endpoint, DEADLINE, lambda new: max(new, 1))


@fault(DEADLINE)
def deadline_in_single_precision(endpoint: Endpoint) -> Behaviour:
    """Breaks: the number is stored as sent. It passes a float of 32 bits, which has 24 for the digits.

    kubernetes/kubernetes#30213: large integers of third-party resources were re-encoded as floating point.
    """
    return _number(endpoint, DEADLINE, lambda new: int(struct.unpack("f", struct.pack("f", new))[0]))


@fault(RETENTION, "response.schema")
def retention_as_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: the number stays a number. Everything is a text in the store, and nobody turns it back."""
    return _number(_taking_back(endpoint, RETENTION), RETENTION, str)


@fault(DEADLINE)
def deadline_as_float(endpoint: Endpoint) -> Behaviour:
    """Breaks: the number is stored with its type. A JSON library without integers writes 3000 as 3000.0.

    kubernetes/kubernetes#44026: every number became a float64 on its way through a generic decoder.
    """
    return _number(endpoint, DEADLINE, float)


@fault(DEADLINE)
def deadline_in_minutes(endpoint: Endpoint) -> Behaviour:
    """Breaks: the number is stored as sent. It is kept in minutes, and shown in seconds again."""
    return _number(endpoint, DEADLINE, lambda new: new // 60 * 60)


@fault(DEADLINE, "replaceable.together", "replaceable.sequence")
def deadline_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be replaced. It was added to the API after the update handler had been written."""
    return field(endpoint, DEADLINE, lambda old, _: old)


@fault(RETENTION, "replaceable.together", "replaceable.sequence", "response.documented-example")
def retention_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be replaced. A release without the feature accepts the field and drops it.

    k3s-io/k3s#4837: ttlSecondsAfterFinished was dropped without a word.
    """
    return field(endpoint, RETENTION, lambda old, _: old)


@fault(POLICY, "replaceable.together", "replaceable.sequence")
def policy_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be replaced. It is read at creation only, and the update keeps the first one."""
    return field(endpoint, POLICY, lambda old, _: old)


@fault(DEADLINE, "replaceable.sequence", "replaceable.together")
def deadline_set_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be changed. It can be set where there was none, and is kept from then on."""
    return field(endpoint, DEADLINE, lambda old, new: new if old is MISSING else old)


@fault(POLICY, "replaceable.sequence", "replaceable.together")
def policy_set_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be changed. "Immutable once set" was the rule of another field of the same struct."""
    return field(endpoint, POLICY, lambda old, new: new if old is MISSING else old)


@fault(RETENTION, "replaceable.sequence", "replaceable.together")
def retention_cannot_be_cleared(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be cleared. A missing field means "as it is", because the update is a patch inside."""
    return field(endpoint, RETENTION, lambda old, new: old if new is MISSING else new)


@fault(POLICY, "replaceable.sequence", "replaceable.together")
def policy_cannot_be_cleared(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be cleared. The choice has no entry for "none chosen" in the store."""
    return field(endpoint, POLICY, lambda old, new: old if new is MISSING else new)


@fault(DEADLINE, "replaceable.sequence")
def cleared_to_last_but_one(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be cleared. Clearing is implemented as undoing, so that the value before comes back."""
    before: list[Any] = [MISSING]

    def change(old: Any, new: Any) -> Any:
        value = before[0] if new is MISSING and old is not MISSING else new
        if old is not MISSING and new != old:
            before[0] = old
        return value

    return field(endpoint, DEADLINE, change)


@fault(RETENTION)
def cleared_to_a_default(endpoint: Endpoint) -> Behaviour:
    """Breaks: a cleared field is as it was before it was set. Defaults are applied at updates, and not at creation."""
    return field(endpoint, RETENTION, lambda old, new: 86400 if new is MISSING and old is not MISSING else new)


@fault(POLICY)
def policy_cleared_to_first_choice(endpoint: Endpoint) -> Behaviour:
    """Breaks: a cleared field is as it was before it was set. An enum without a zero value starts with its first
    member.
    """
    return field(
        endpoint, POLICY, lambda old, new: _choices(endpoint)[0] if new is MISSING and old is not MISSING else new
    )


@fault(POLICY, "response.schema")
def policy_lower_cased(endpoint: Endpoint) -> Behaviour:
    """Breaks: the choice is stored as sent. It is kept in lower case, to compare it more easily."""
    return field(_taking_back(endpoint, POLICY), POLICY, lambda _, new: new if new is MISSING else new.lower())


@fault(POLICY, "response.schema")
def policy_stored_as_index(endpoint: Endpoint) -> Behaviour:
    """Breaks: the choice is stored as sent. The enum's number is written, not its name."""
    choices = _choices(endpoint)
    index = dict(zip(choices, range(len(choices)), strict=True))
    return field(_taking_back(endpoint, POLICY), POLICY, lambda _, new: index.get(new, new))


@fault(POLICY)
def last_choice_is_absence(endpoint: Endpoint) -> Behaviour:
    """Breaks: every choice can be made. The one that is called like "nothing" in many languages is stored as
    nothing.
    """
    return field(endpoint, POLICY, lambda _, new: MISSING if new == _choices(endpoint)[-1] else new)


@fault(DEADLINE, "replaceable.sequence")
def deadline_only_grows(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be changed to any value. "Extending the deadline" was the story, so the larger one is
    kept.
    """
    return field(endpoint, DEADLINE, lambda old, new: new if MISSING in (old, new) else max(old, new))


@fault(DEADLINE, "replaceable.sequence")
def deadline_only_shrinks(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field can be changed to any value. For pods it may only get shorter, and that rule was taken
    over.

    kubernetes/website#25756 lists it among the rules for updating pods.
    """
    return field(endpoint, DEADLINE, lambda old, new: new if MISSING in (old, new) else min(old, new))


@fault(RETENTION, DEADLINE, "replaceable.together")
def numbers_swapped(endpoint: Endpoint) -> Behaviour:
    """Breaks: each field gets its own value. Two parameters of the same type change places in a call."""
    first, second = field_of(DEADLINE), field_of(RETENTION)
    return altering(endpoint, lambda _, new: put(put(new, first, get(new, second)), second, get(new, first)))


@fault(RETENTION, DEADLINE, "replaceable.together")
def retention_erases_deadline(endpoint: Endpoint) -> Behaviour:
    """Breaks: one field's change leaves the others alone. Both are one "time limit" inside, and the last one wins."""
    first, second = field_of(DEADLINE), field_of(RETENTION)
    return altering(endpoint, lambda moment, new: put(new, first, MISSING) if moment.changed(second) else new)


@fault(POLICY, RETENTION, "replaceable.together")
def policy_resets_retention(endpoint: Endpoint) -> Behaviour:
    """Breaks: one field's change leaves the others alone. Both belong to one struct that is built anew by the
    policy.
    """
    first, second = field_of(RETENTION), field_of(POLICY)
    return altering(
        endpoint, lambda moment, new: put(new, first, get(moment.stored, first)) if moment.changed(second) else new
    )


def _choices(endpoint: Endpoint) -> list[Any]:
    """The members of the choice, as the schema of the resource has them."""
    *_, name = field_of(POLICY)
    found: list[Any] = _find(endpoint.resource.desired_schema, str(name))
    return [member for member in found if member is not None]


def _find(schema: Any, name: str) -> Any:
    if isinstance(schema, dict):
        known = schema.get("properties", {}).get(name, {})
        if isinstance(known, dict) and "enum" in known:
            return known["enum"]
        return next((found for item in schema.values() if (found := _find(item, name))), [])
    return []


@fault(DEADLINE)
def deadline_through_floating_point(endpoint: Endpoint) -> Behaviour:
    """Breaks: the field has the value that was sent. JSON numbers are doubles in this language, beyond 2**53 not every
    integer is one.
    """
    return field(endpoint, DEADLINE, lambda _, new: int(float(new)) if isinstance(new, int) and new < 2**60 else new)
