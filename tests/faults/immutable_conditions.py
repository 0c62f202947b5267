"""Family immutable: changes that slip through under one condition only."""

from __future__ import annotations

from collections.abc import Callable

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical, wants_pretty
from contracts.spec.fields import GENERATION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change, changes
from tests.faults.support.making import Moment, field_of, field_paths, leaking, leaks_when

BYPASS = ("immutable.no-bypass", "immutable.replica-specs")
LABELS = "replaceable.labels"
ANNOTATIONS = "replaceable.annotations"


@fault(*BYPASS)
def accepted_on_retry(endpoint: Endpoint) -> Behaviour:
    """Breaks: a repeated request changes nothing either. The refusal is cached under the request's digest, and a
    hit in that cache is taken for "checked already".
    """
    seen: list[bytes] = []

    def again(moment: Moment) -> bool:
        known = moment.request.body in seen
        seen[:] = [*seen[-3:], moment.request.body]
        return known

    return _once(endpoint, again)


@fault(*BYPASS)
def accepted_as_first_replacement(endpoint: Endpoint) -> Behaviour:
    """Breaks: a new object's fields are immutable too. The old one comes from a cache that creation does not fill."""
    known: set[str] = set()

    def unknown(moment: Moment) -> bool:
        new = moment.stored["metadata"]["uid"] not in known
        known.add(moment.stored["metadata"]["uid"])
        return new

    return _once(endpoint, unknown)


@fault(*BYPASS)
def accepted_on_third_attempt(endpoint: Endpoint) -> Behaviour:
    """Breaks: a repeated request changes nothing either. A retry loop around the failing check gives up checking."""
    seen: list[str] = []

    def third(moment: Moment) -> bool:
        key = canonical(moment.asked.get("spec"))
        seen[:] = [*seen[-9:], key]
        return seen.count(key) >= 3

    return _once(endpoint, third)


@fault(*BYPASS)
def accepted_with_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: asking for pretty output changes nothing. A second route was registered for the parameter, without
    the check.
    """
    return leaks_when(endpoint, lambda moment: wants_pretty(moment.request.query.get("pretty"), ""))


@fault(*BYPASS)
def accepted_with_any_query(endpoint: Endpoint) -> Behaviour:
    """Breaks: a query parameter changes nothing. The webhook's rule matches the bare path, not one with parameters."""
    return leaks_when(endpoint, lambda moment: bool(moment.request.query))


@fault(*BYPASS)
def accepted_with_allowed_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: mixing in allowed changes changes nothing. As soon as one changed field is on the list, all are let
    through.
    """
    return leaks_when(endpoint, lambda moment: any(moment.changed(path) for path in field_paths(endpoint)))


@fault(*BYPASS)
def accepted_with_changed_labels(endpoint: Endpoint) -> Behaviour:
    """Breaks: mixing in allowed changes changes nothing. A relabelled object is handled as a new one, without
    comparison.
    """
    return leaks_when(endpoint, lambda moment: moment.changed(field_of(LABELS)))


@fault(*BYPASS)
def accepted_with_every_allowed_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: mixing in allowed changes changes nothing. When all listed fields differ, a "full replace" path is
    taken.
    """
    return leaks_when(endpoint, lambda moment: sum(moment.changed(path) for path in field_paths(endpoint)) >= 4)


@fault("immutable.replica-specs", "immutable.other-spec")
def accepted_alone(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The check hangs on the event "a replaceable field changed" and does not run
    without.
    """
    return leaks_when(endpoint, lambda moment: not any(moment.changed(path) for path in field_paths(endpoint)))


@fault("immutable.replica-specs", "immutable.no-bypass")
def accepted_with_unchanged_metadata(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A shortcut for "metadata is the same" ends the handler before spec is compared."""
    return leaks_when(
        endpoint, lambda moment: not moment.changed(field_of(LABELS)) and not moment.changed(field_of(ANNOTATIONS))
    )


@fault("immutable.replica-specs", "immutable.no-bypass")
def accepted_without_annotations(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The spec is compared with a copy kept in an annotation; without one there is no
    check.
    """
    return leaks_when(endpoint, lambda moment: get(moment.asked, field_of(ANNOTATIONS)) is MISSING)


@fault("immutable.replica-specs")
def accepted_when_small(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A body above a kilobyte is compared, a small one is taken to be a partial
    update.
    """
    return leaks_when(endpoint, lambda moment: len(canonical(moment.asked)) < len(canonical(moment.stored)))


@fault("immutable.replica-specs")
def accepted_when_grown(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing is added. "Everything that was there is still there" is checked, by length."""
    return leaks_when(endpoint, lambda moment: len(canonical(moment.asked)) > len(canonical(moment.stored)) + 20)


@fault("immutable.replica-specs", "immutable.no-bypass")
def every_seventh_unchecked(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes, ever. One of the replicas of the webhook is of an older release and admits
    everything.
    """
    served = [0]

    def old_release(_: Moment) -> bool:
        served[0] += 1
        return served[0] % 7 == 0

    return _once(endpoint, old_release)


@fault("immutable.replica-specs")
def single_change_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing below spec changes. A threshold meant for resyncs forgives a single difference."""
    return leaks_when(
        endpoint, lambda moment: len(list(changes(moment.stored.get("spec"), moment.asked.get("spec")))) == 1
    )


def _once(endpoint: Endpoint, condition: Callable[[Moment], bool]) -> Behaviour:
    """As `_when`, for a condition that counts: it is asked once a request."""
    asked: list[object] = [None, False]

    def remembered(moment: Moment) -> bool:
        if asked[0] is not moment.request:
            asked[:] = [moment.request, condition(moment)]
        return bool(asked[1])

    return leaks_when(endpoint, remembered)


@fault(*BYPASS)
def accepted_in_a_large_body(endpoint: Endpoint) -> Behaviour:
    """Breaks: mixing in allowed changes changes nothing. A hook is shown the first 64 KiB, and what it cannot read it
    lets pass.
    """
    return leaks_when(endpoint, lambda moment: len(moment.request.body) > 64 * 1024)


@fault(*BYPASS)
def accepted_with_force(endpoint: Endpoint) -> Behaviour:
    """Breaks: a query parameter changes nothing. An operator's way out of the check is open to clients as well."""
    return leaks_when(endpoint, lambda moment: moment.request.query.get("force") == "true")


@fault(*BYPASS)
def accepted_without_validation(endpoint: Endpoint) -> Behaviour:
    """Breaks: a query parameter changes nothing. Old clients say with validate=false that they have checked it all
    themselves.
    """
    return leaks_when(endpoint, lambda moment: moment.request.query.get("validate") == "false")


@fault(*BYPASS)
def accepted_without_uid(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. An object without uid is taken for a new one, for which no field is immutable."""
    return leaks_when(endpoint, lambda moment: "uid" not in moment.raw.get("metadata", {}))


@fault(*BYPASS)
def accepted_with_a_greater_generation(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A greater generation says that the spec was changed by who may do so."""

    def greater(moment: Moment) -> bool:
        sent, stored = (get(one, GENERATION) for one in (moment.raw, moment.stored))
        return isinstance(sent, int) and isinstance(stored, int) and sent > stored

    return leaks_when(endpoint, greater)


@fault(*BYPASS)
def accepted_when_all_is_cleared(endpoint: Endpoint) -> Behaviour:
    """Breaks: mixing in allowed changes changes nothing. "Did one of the listed fields get a value" decides between
    the check and a plain write.
    """

    def cleared(moment: Moment) -> bool:
        paths = field_paths(endpoint)
        return any(moment.changed(path) for path in paths) and all(get(moment.asked, path) is MISSING for path in paths)

    return leaks_when(endpoint, cleared)


@fault(*BYPASS)
def accepted_when_changed_everywhere(endpoint: Endpoint) -> Behaviour:
    """Breaks: several immutable changes are none the less immutable. Replica types are compared with each other, to
    find the one that somebody edited.
    """
    replicas = ("spec", "pytorchReplicaSpecs")

    def everywhere(moment: Moment) -> bool:
        names = get(moment.stored, replicas)
        return isinstance(names, dict) and all(moment.changed((*replicas, name)) for name in names)

    return leaks_when(endpoint, everywhere)


@fault("immutable.no-bypass", "immutable.replica-specs", "immutable.other-spec")
def first_ten_differences_looked_at(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The differ tells of ten differences at most, and labels come before spec."""

    def admits(moment: Moment, change: Change) -> bool:
        return change.path in [one.path for one in changes(moment.stored, moment.asked)][10:]

    return leaking(endpoint, admits)
