"""Family replaceable: labels and annotations that are not what was sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, field_of

LABELS, ANNOTATIONS = "replaceable.labels", "replaceable.annotations"
BOTH = (LABELS, ANNOTATIONS, "replaceable.sequence", "replaceable.together")
Texts = dict[str, Any]


def _map(endpoint: Endpoint, requirement: str, change: Callable[[Texts, Texts], Any]) -> Behaviour:
    """Steps that store `change(old, new)` of a map where there should be the new one; without entries, nothing."""
    path = field_of(requirement)

    def alter(moment: Moment, new: Object) -> Object:
        old, sent = (get(value, path) for value in (moment.stored, new))
        value = change({} if old is MISSING else old, {} if sent is MISSING else sent)
        return put(new, path, MISSING if value == {} else value)

    return altering(endpoint, alter)


def _entries(endpoint: Endpoint, requirement: str, change: Callable[[str, Any], tuple[str, Any] | None]) -> Behaviour:
    """Steps that store other entries of a map, or leave some out (None)."""

    def changed(_: Texts, new: Texts) -> Texts:
        return dict(entry for key, value in new.items() if (entry := change(key, value)))

    return _map(endpoint, requirement, changed)


@fault(LABELS, "replaceable.sequence", "replaceable.together")
def labels_merged(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels are replaced, so a label that is left out goes. They are merged as kubectl label does."""
    return _map(endpoint, LABELS, lambda old, new: {**old, **new})


@fault(ANNOTATIONS, "replaceable.sequence", "replaceable.together")
def annotations_merged(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are replaced. Other controllers write there too, so the server merges to keep the peace.

    kubernetes/kubernetes#122648: annotations were merged where their replacement was meant;
    openstack-k8s-operators/lib-common#343: after the change to a merge nothing could be removed any more.
    """
    return _map(endpoint, ANNOTATIONS, lambda old, new: {**old, **new})


@fault(LABELS, "replaceable.sequence")
def known_labels_win(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label takes the value that was sent. The maps are merged in the wrong order: what is there stays.

    karmada-io/karmada#4751: a merge helper skipped keys that were present, so their values never changed.
    """
    return _map(endpoint, LABELS, lambda old, new: {**new, **{key: old[key] for key in new if key in old}})


@fault(LABELS, "replaceable.together", "replaceable.sequence", "response.documented-example")
def labels_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels can be replaced. Metadata is taken from the store as a whole, and labels are metadata."""
    return _map(endpoint, LABELS, lambda old, _: old)


@fault(ANNOTATIONS, "replaceable.together", "replaceable.sequence")
def annotations_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations can be replaced. The columns of the table are listed in the update, and this one is
    missing.
    """
    return _map(endpoint, ANNOTATIONS, lambda old, _: old)


@fault(LABELS, "replaceable.sequence", "replaceable.together")
def labels_cannot_be_cleared(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels can be cleared. `if (labels) update(labels)`, and an empty map is as false as a missing one."""
    return _map(endpoint, LABELS, lambda old, new: new or old)


@fault(ANNOTATIONS, "replaceable.sequence", "replaceable.together")
def annotations_cannot_be_cleared(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations can be cleared. An absent map means "no opinion", as in a patch."""
    return _map(endpoint, ANNOTATIONS, lambda old, new: new or old)


@fault(LABELS)
def empty_labels_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: an empty value is a value. Entries without a value are filtered out before they are stored."""
    return _entries(endpoint, LABELS, lambda key, value: (key, value) if value else None)


@fault(ANNOTATIONS)
def empty_annotations_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: an empty value is a value. The column is NOT NULL, and the database takes "" for null."""
    return _entries(endpoint, ANNOTATIONS, lambda key, value: (key, value) if value else None)


@fault(LABELS)
def label_values_lower_cased(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label has the value that was sent. Values are normalised like host names, "to find them again"."""
    return _entries(endpoint, LABELS, lambda key, value: (key, value.lower()))


@fault(LABELS)
def domain_labels_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: every valid label can be set. Keys with a prefix are reserved for the system in this implementation."""
    return _entries(endpoint, LABELS, lambda key, value: None if "/" in key else (key, value))


@fault(ANNOTATIONS)
def last_applied_object_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: every annotation can be set. The copy of the whole object that a client keeps there is thought to be
    waste.
    """
    return _entries(
        endpoint, ANNOTATIONS, lambda key, value: None if key.endswith("/last-applied-configuration") else (key, value)
    )


@fault(ANNOTATIONS)
def domain_prefix_cut_off(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the key that was sent. Keys become column names, and the prefix is in the way."""
    return _entries(endpoint, ANNOTATIONS, lambda key, value: (key.rpartition("/")[2], value))


@fault(ANNOTATIONS)
def slashes_in_keys_escaped(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the key that was sent. The update is made through JSON patches whose pointers are
    escaped, and never unescaped.
    """
    return _entries(endpoint, ANNOTATIONS, lambda key, value: (key.replace("~", "~0").replace("/", "~1"), value))


@fault(ANNOTATIONS)
def dots_in_keys_replaced(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the key that was sent. A document store does not take dots in keys."""
    return _entries(endpoint, ANNOTATIONS, lambda key, value: (key.replace(".", "_"), value))


@fault(LABELS)
def labels_limited_to_sixteen(endpoint: Endpoint) -> Behaviour:
    """Breaks: all labels are stored. A cloud's tag limit is applied by dropping what is over it."""
    return _map(endpoint, LABELS, lambda _, new: dict(list(new.items())[:16]))


@fault(LABELS)
def longest_label_values_cut(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label has the value that was sent. A buffer of 63 bytes keeps one of them for its terminating zero."""
    return _entries(endpoint, LABELS, lambda key, value: (key, value[:62]))


@fault(ANNOTATIONS)
def annotations_cut_at_255(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. The column is a VARCHAR(255) in a database that cuts
    silently.
    """
    return _entries(endpoint, ANNOTATIONS, lambda key, value: (key, value[:255]))


@fault(ANNOTATIONS)
def annotations_cut_at_16_kib(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. The wire format has a frame size, and the rest is not
    fetched.
    """
    return _entries(endpoint, ANNOTATIONS, lambda key, value: (key, value[: 16 * 1024]))


@fault(ANNOTATIONS, LABELS, "replaceable.together")
def annotations_erase_labels(endpoint: Endpoint) -> Behaviour:
    """Breaks: one field's change leaves the other alone. Both maps live in one row that is written from one of them."""
    labels, annotations = field_of(LABELS), field_of(ANNOTATIONS)
    return altering(endpoint, lambda moment, new: put(new, labels, MISSING) if moment.changed(annotations) else new)


@fault(LABELS, ANNOTATIONS, "replaceable.together")
def labels_and_annotations_swapped(endpoint: Endpoint) -> Behaviour:
    """Breaks: each field gets its own value. Two arguments of the same type change places in a call."""
    labels, annotations = field_of(LABELS), field_of(ANNOTATIONS)

    def alter(_: Moment, new: Object) -> Object:
        first, second = get(new, labels), get(new, annotations)
        return put(put(new, labels, second), annotations, first)

    return altering(endpoint, alter)


@fault(LABELS, "response.schema")
def label_values_re_typed(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label's value is a text. Objects go through YAML, where "1" without its quotes is a number."""
    return _entries(
        endpoint, LABELS, lambda key, value: (key, int(value) if value.isascii() and value.isdecimal() else value)
    )


@fault(ANNOTATIONS, "response.schema")
def boolean_words_re_typed(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation's value is a text. Objects go through YAML, where "true" without its quotes is a
    boolean.
    """
    words = {"true": True, "false": False}
    return _entries(endpoint, ANNOTATIONS, lambda key, value: (key, words.get(value, value)))


@fault(*BOTH)
def only_one_map_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: several fields change in one request. Labels and annotations are an either-or in the update statement."""
    labels, annotations = field_of(LABELS), field_of(ANNOTATIONS)

    def alter(moment: Moment, new: Object) -> Object:
        both = moment.changed(labels) and moment.changed(annotations)
        return put(new, annotations, get(moment.stored, annotations)) if both else new

    return altering(endpoint, alter)


@fault(LABELS)
def removed_label_emptied(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label that is left out goes. It is set to nothing instead of being removed.

    renoki-co/php-k8s#344: labels that were to go stayed with an empty value.
    """
    return _map(endpoint, LABELS, lambda old, new: {**dict.fromkeys(old, ""), **new} if new else new)


@fault(ANNOTATIONS)
def annotations_cut_at_64_kib(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. The column is a TEXT of 65535 bytes."""
    return _entries(endpoint, ANNOTATIONS, lambda key, value: (key, value[: 64 * 1024 - 1]))


@fault(LABELS)
def leading_zeros_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: a label's value is a text. What looks like a number becomes one on the way, and a text again."""
    return _entries(endpoint, LABELS, lambda key, value: (key, str(int(value)) if value.isdecimal() else value))


@fault(ANNOTATIONS)
def json_in_annotations_rewritten(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. Values that hold JSON are kept in a JSON column."""

    def rewritten(key: str, value: str) -> tuple[str, str]:
        try:
            return key, json.dumps(json.loads(value)) if value.startswith(("{", "[")) else value
        except ValueError:
            return key, value

    return _entries(endpoint, ANNOTATIONS, rewritten)


@fault(ANNOTATIONS)
def one_removal_of_many_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement that clears one key of many is stored. A cache of maps tells them apart by size and a
    sample of their keys.
    """

    def sampled(old: Texts, new: Texts) -> Texts:
        lost = len(new) > 1 and len(old) == len(new) + 1 and all(old.get(key) == value for key, value in new.items())
        return old if lost else new

    return _map(endpoint, ANNOTATIONS, sampled)
