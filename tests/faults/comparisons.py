"""Families immutable and replaceable: changes that a careless comparison takes for none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change, put
from tests.faults.support.making import Moment, altering, field_of, leaking

SPEC = ("immutable.replica-specs", "immutable.other-spec")
LABELS = "replaceable.labels"
ANNOTATIONS = "replaceable.annotations"
Texts = dict[str, Any]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _unseen(endpoint: Endpoint, alike: Callable[[Moment, Change], bool]) -> Behaviour:
    return leaking(
        endpoint, lambda moment, change: change.path[0] in endpoint.resource.desired and alike(moment, change)
    )


def _kept_when(endpoint: Endpoint, requirement: str, alike: Callable[[Texts, Texts], bool]) -> Behaviour:
    """Steps that leave a map as it was when the old and the new one are `alike`."""
    path = field_of(requirement)

    def alter(moment: Moment, new: dict[str, Any]) -> dict[str, Any]:
        old, sent = get(moment.stored, path), get(new, path)
        same = isinstance(old, dict) and isinstance(sent, dict) and alike(old, sent)
        return put(new, path, old) if same else new

    return altering(endpoint, alter)


@fault(*SPEC)
def true_taken_for_one(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value changes its type. A server in Python compares with ==, to which True and 1 are equal."""

    def alike(_: Moment, change: Change) -> bool:
        return isinstance(change.old, int) and isinstance(change.new, bool) and change.old == change.new

    return _unseen(endpoint, alike)


@fault(*SPEC)
def empty_members_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added. Both sides are compared without what is empty (omitempty), and the client's is
    stored.
    """
    return _unseen(endpoint, lambda _, change: change.old is MISSING and not change.new and change.new is not False)


@fault(*SPEC)
def names_compared_in_small_letters(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added. Names are matched in any capitals, as a decoder of Go's standard library does, so
    the new member is one that is known.

    golang/go#14750 is about that decoder.
    """

    def alike(moment: Moment, change: Change) -> bool:
        siblings = get(moment.stored, change.path[:-1])
        name = str(change.path[-1]).lower()
        return change.old is MISSING and isinstance(siblings, dict) and name in {key.lower() for key in siblings}

    return _unseen(endpoint, alike)


@fault(*SPEC)
def members_renamed_in_other_capitals(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is renamed. Both sides are compared with names in small letters, and the client's
    is stored.
    """

    def alike(moment: Moment, change: Change) -> bool:
        parent, name = change.path[:-1], str(change.path[-1])
        there, here = (get(one, parent) for one in (moment.stored, moment.sent))
        if not isinstance(there, dict) or not isinstance(here, dict):
            return False
        left, right = ({key.lower(): value for key, value in one.items()} for one in (there, here))
        return canonical(left) == canonical(right) and name.lower() in left

    return _unseen(endpoint, alike)


@fault(*SPEC)
def white_space_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. Texts are trimmed before they are compared, "users paste them"."""

    def alike(_: Moment, change: Change) -> bool:
        both = isinstance(change.old, str) and isinstance(change.new, str)
        return both and change.old.strip() == change.new.strip()

    return _unseen(endpoint, alike)


@fault(LABELS)
def labels_compared_by_their_values(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label has the value that was sent. The sorted values are compared, so what only moves between keys is
    no change.
    """
    return _kept_when(endpoint, LABELS, lambda old, new: sorted(old.values()) == sorted(new.values()))


@fault(LABELS)
def label_capitals_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label has the value that was sent. The column's collation is case-insensitive, and what is equal is
    not written.
    """

    def alike(old: Texts, new: Texts) -> bool:
        left, right = ({key: value.lower() for key, value in one.items()} for one in (old, new))
        return left == right

    return _kept_when(endpoint, LABELS, alike)


@fault(ANNOTATIONS)
def annotations_compared_by_their_beginning(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. What is compared is an index of the first 1000 bytes."""

    def alike(old: Texts, new: Texts) -> bool:
        return old.keys() == new.keys() and all(old[key][:1000] == new[key][:1000] for key in old)

    return _kept_when(endpoint, ANNOTATIONS, alike)


@fault(*SPEC)
def texts_of_a_list_compared_joined(endpoint: Endpoint) -> Behaviour:
    """Breaks: no text becomes two. Arguments are compared as the command line that they make."""

    def joined(value: Any) -> str | None:
        return " ".join(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else None

    def alike(moment: Moment, change: Change) -> bool:
        for path in (change.path, change.path[:-1]):  # of a list, or an item
            old, new = (joined(get(one, path)) for one in (moment.stored, moment.asked))
            if old is not None and old == new:
                return True
        return False

    return _unseen(endpoint, alike)


@fault(*SPEC)
def members_compared_as_a_set(endpoint: Endpoint) -> Behaviour:
    """Breaks: each member stays what it is. The members of a map are compared without their names."""

    def alike(moment: Moment, change: Change) -> bool:
        for end in range(1, len(change.path)):
            old, new = (get(one, change.path[:end]) for one in (moment.stored, moment.asked))
            maps = isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys()
            if maps and sorted(map(canonical, old.values())) == sorted(map(canonical, new.values())):
                return True
        return False

    return _unseen(endpoint, alike)


@fault(*SPEC)
def texts_of_a_map_compared_as_a_set(endpoint: Endpoint) -> Behaviour:
    """Breaks: each member stays what it is. A map of texts is compared by its sorted values, as an index holds them."""

    def texts(value: Any) -> list[str] | None:
        found = [one for one in value.values() if isinstance(one, str)] if isinstance(value, dict) else []
        return sorted(found) if found and len(found) == len(value) else None

    def alike(moment: Moment, change: Change) -> bool:
        old, new = (texts(get(one, change.path[:-1])) for one in (moment.stored, moment.asked))
        return old is not None and old == new

    return _unseen(endpoint, alike)


@fault(*SPEC, "immutable.identity", "immutable.other-metadata")
def times_compared_by_the_minute(endpoint: Endpoint) -> Behaviour:
    """Breaks: no time changes. Times are compared as a column holds them that has no seconds."""

    def alike(_: Moment, change: Change) -> bool:
        return all(isinstance(one, str) and TIME.fullmatch(one) for one in (change.old, change.new)) and (
            change.old[:16] == change.new[:16]
        )

    return leaking(endpoint, alike)
