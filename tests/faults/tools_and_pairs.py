"""Family replaceable: texts, keys and pairs of fields that a server takes for its own, or for no change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from contracts.spec.fields import ANNOTATIONS, LABELS, SPEC
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering

ROWS = 128
DEADLINE, TTL, POLICY = "activeDeadlineSeconds", "ttlSecondsAfterFinished", "cleanPodPolicy"


def _texts(endpoint: Endpoint, path: tuple[str, ...], change: Callable[[str, str], str | None]) -> Behaviour:
    """Steps that store other texts of a map, or leave some out (None)."""

    def alter(_: Moment, new: Object) -> Object:
        sent = get(new, path)
        if not isinstance(sent, dict):
            return new
        stored = {key: text for key in sent if (text := change(key, sent[key])) is not None}
        return put(new, path, stored or MISSING)

    return altering(endpoint, alter)


@fault("replaceable.labels", "replaceable.together")
def keys_of_the_server_scrubbed(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels are stored as sent. What only the server writes is taken out by its name, wherever it stands."""
    return _texts(endpoint, LABELS, lambda key, text: None if key in ("status", "uid", "generation") else text)


@fault("replaceable.labels", "replaceable.together")
def owner_label_stamped(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels are stored as sent. Each write puts its user there, over what the client has said."""
    return _texts(endpoint, LABELS, lambda key, text: "editor" if key == "owner" else text)


@fault("replaceable.invalid-refused", "replaceable.labels", "replaceable.annotations")
def keys_of_schedulers_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is accepted is stored. Keys of schedulers and of the operator are for the product to write."""
    kept = re.compile(r"(?!.*(volcano\.sh|training\.kubeflow\.org)/)")
    return _texts(endpoint, LABELS, lambda key, text: text if kept.match(key) else None)


@fault("replaceable.labels", "replaceable.together")
def leading_v_of_versions_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels are stored as sent. A version is parsed, and written without the v before it."""
    return _texts(endpoint, LABELS, lambda _, text: re.sub(r"^v(\d+\.\d+\.\d+)$", r"\1", text))


@fault("replaceable.annotations", "replaceable.together")
def slash_behind_urls_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are stored as sent. Addresses are brought into one form, without a slash at the end."""
    return _texts(endpoint, ANNOTATIONS, lambda _, text: re.sub(r"^(https?://.*)/$", r"\1", text))


@fault("replaceable.annotations", "replaceable.together")
def lone_carriage_return_a_line_feed(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are stored as sent. Line ends of old systems are brought into the form of this one."""
    return _texts(endpoint, ANNOTATIONS, lambda _, text: text if "\r\n" in text else text.replace("\r", "\n"))


@fault("replaceable.annotations", "replaceable.together")
def joiners_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are stored as sent. What joins two signs, or chooses the form of one, is not seen alone."""
    return _texts(endpoint, ANNOTATIONS, lambda _, text: text.replace("\u200d", "").replace("\ufe0f", ""))


@fault("replaceable.annotations", "replaceable.together")
def one_table_for_both_maps(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are stored as sent. Labels and annotations share a table of so many rows."""

    def alter(_: Moment, new: Object) -> Object:
        labels, notes = (get(new, path) for path in (LABELS, ANNOTATIONS))
        if not isinstance(labels, dict) or not isinstance(notes, dict):
            return new
        if max(len(labels), len(notes)) > 100 or len(labels) + len(notes) <= ROWS:
            return new
        return put(new, ANNOTATIONS, dict(list(notes.items())[: ROWS - len(labels)]))

    return altering(endpoint, alter)


@fault("immutable.replica-specs")
def annotations_passed_on_to_templates(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. An annotation that a template has, too, is passed on to it, as it is to pods."""

    def found(value: Json) -> Iterator[paths.Path]:
        yield from (path for path, item in paths.walk(value) if path[-1] == "annotations" and isinstance(item, dict))

    def alter(_: Moment, new: Object) -> Object:
        own = get(new, ANNOTATIONS)
        for path in [path for path in found(get(new, SPEC)) if isinstance(own, dict)]:
            for key in get(new, (*SPEC, *path)):
                new = put(new, (*SPEC, *path, key), own[key]) if key in own else new
        return new

    return altering(endpoint, alter)


def _wanted(endpoint: Endpoint, change: Callable[[dict[str, Any], dict[str, Any], Moment], None]) -> Behaviour:
    """Steps that store what `change` makes of the new spec, of the stored one and the moment."""

    def alter(moment: Moment, new: Object) -> Object:
        spec = dict(get(new, SPEC))
        change(moment.stored["spec"], spec, moment)
        return put(new, SPEC, spec)

    return altering(endpoint, alter)


@fault("replaceable.together", "replaceable.active-deadline-seconds", "replaceable.ttl-seconds-after-finished")
def exchanged_numbers_unseen(endpoint: Endpoint) -> Behaviour:
    """Breaks: numbers are stored as sent. Values are compared as a set: two that are exchanged are no change."""

    def keep(old: dict[str, Any], new: dict[str, Any], _: Moment) -> None:
        both = [spec[name] for spec in (old, new) for name in (DEADLINE, TTL) if name in spec]
        if len(both) == 4 and both[:2] == both[:1:-1]:
            new.update({name: old[name] for name in (DEADLINE, TTL)})

    return _wanted(endpoint, keep)


@fault("replaceable.together", "replaceable.ttl-seconds-after-finished")
def second_of_two_removals_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is left out is gone. Of two that are left out the second is overlooked, where the third stays."""

    def keep(old: dict[str, Any], new: dict[str, Any], _: Moment) -> None:
        if {DEADLINE, TTL} <= old.keys() and not {DEADLINE, TTL} & new.keys() and POLICY in new:
            new[TTL] = old[TTL]

    return _wanted(endpoint, keep)


@fault("replaceable.together", "replaceable.clean-pod-policy")
def policy_beside_labels_alone_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is sent together is stored together. Labels and policy are two statements behind one condition."""

    def keep(old: dict[str, Any], new: dict[str, Any], moment: Moment) -> None:
        relabelled = moment.changed(LABELS) and not moment.changed(ANNOTATIONS)
        if relabelled and POLICY in old and all(old.get(name) == new.get(name) for name in (DEADLINE, TTL)):
            new[POLICY] = old[POLICY]

    return _wanted(endpoint, keep)


@fault("replaceable.together", "replaceable.annotations", "replaceable.sequence")
def annotations_kept_beside_a_new_deadline(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations can be cleared. Where something of spec is set as well, a statement is made for what is
    there, and none for what is left out.
    """

    def alter(moment: Moment, new: Object) -> Object:
        set_anew = DEADLINE in new["spec"] and moment.changed((*SPEC, DEADLINE))
        cleared = not new["metadata"].get("annotations")
        return put(new, ANNOTATIONS, get(moment.stored, ANNOTATIONS)) if set_anew and cleared else new

    return altering(endpoint, alter)


@fault("immutable.other-spec")
def retries_end_with_the_policy(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Whose pods are to be kept wants to look at them, it is thought, so that from then
    on nothing is tried again.
    """

    def end(old: dict[str, Any], new: dict[str, Any], _: Moment) -> None:
        if new.get(POLICY) == "None" != old.get(POLICY):
            new["backoffLimit"] = 0

    return _wanted(endpoint, end)
