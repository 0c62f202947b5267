"""Family immutable: keys that are matched without case where they are stored, and by case where they are checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from contracts.jsonvalue.paths import Json, Path, differences, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, storing

BYPASS = ("immutable.no-bypass", "immutable.replica-specs")
SPEC = ("spec",)


def _folded(stored: Json, sent: Json, depths: range, *, last: bool, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Where a key of `sent` in other capitals wins over that of `stored`, at some depths, and its value."""
    if isinstance(stored, list) and isinstance(sent, list):
        for number, (old, new) in enumerate(zip(stored, sent, strict=False)):
            yield from _folded(old, new, depths, last=last, path=(*path, number))
    if not (isinstance(stored, dict) and isinstance(sent, dict)):
        return
    for key, old in stored.items():
        alike = [name for name in sent if name.lower() == key.lower()]
        chosen = alike[-1 if last else 0] if len(alike) > 1 else key
        if chosen != key and len(path) in depths and sent[chosen] is not None:
            yield (*path, key), sent[chosen]
        else:
            yield from _folded(old, sent.get(key), depths, last=last, path=(*path, key))


def _pruned(stored: Json, sent: Json) -> Json:
    """`sent` without the keys that stand beside one of `stored` and differ from it in capitals only."""
    if isinstance(stored, list) and isinstance(sent, list):
        return [_pruned(*pair) for pair in zip_longest(stored[: len(sent)], sent)]
    if not (isinstance(stored, dict) and isinstance(sent, dict)):
        return sent
    known = {key.lower() for key in stored if key in sent}
    return {
        key: _pruned(stored.get(key), item) for key, item in sent.items() if key in stored or key.lower() not in known
    }


def _matched_without_case(endpoint: Endpoint, depths: range, *, last: bool = True) -> Behaviour:
    """Steps that store what stands in spec under a key in other capitals, at some depths; the check does not see it."""
    steps = endpoint.steps
    unseen = replace(steps, merge=lambda stored, sent: steps.merge(stored, _pruned(stored, sent)))

    def alter(moment: Moment, new: Object) -> Object:
        for path, value in _folded(moment.stored, moment.raw, depths, last=last):
            if path[:1] == SPEC and any(differences(get(moment.stored, path), value)):
                new = put(new, path, value)
        return new

    return storing(replace(endpoint, steps=unseen), alter)


@fault(*BYPASS)
def spec_in_other_capitals_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The check reads the body as a map, Go's decoder stores it: of spec and Spec the
    latter is the later one.
    """
    return _matched_without_case(endpoint, range(1))


@fault(*BYPASS)
def first_of_keys_alike_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Keys are looked up without case, and the first one found is taken."""
    return _matched_without_case(endpoint, range(2), last=False)


@fault(*BYPASS)
def field_in_other_capitals_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The spec is a struct, whose fields are matched without case; the check has a
    list of their names.
    """
    return _matched_without_case(endpoint, range(1, 2))


@fault(*BYPASS)
def deep_field_in_other_capitals_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The template is handed to a decoder of its own, which matches keys without case."""
    return _matched_without_case(endpoint, range(2, 20))
