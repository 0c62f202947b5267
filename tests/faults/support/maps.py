"""Faults of what is stored of labels and annotations."""

from __future__ import annotations

from collections.abc import Callable

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from contracts.spec.fields import ANNOTATIONS, LABELS
from tests.faults.catalogue import Endpoint
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering

Texts = dict[str, str]
# What breaks where entries are not stored as they were sent.
MAPS = ("replaceable.labels", "replaceable.annotations", "replaceable.sequence", "replaceable.together")


def altering_maps(endpoint: Endpoint, change: Callable[[Texts, Texts], Texts]) -> Behaviour:
    """Steps that store `change(old, sent)` of labels and annotations; without entries, nothing."""

    def alter(moment: Moment, new: Object) -> Object:
        for path in (LABELS, ANNOTATIONS):
            old, sent = (get(value, path) for value in (moment.stored, new))
            if isinstance(sent, dict):
                new = put(new, path, change(old if isinstance(old, dict) else {}, sent) or MISSING)
        return new

    return altering(endpoint, alter)
