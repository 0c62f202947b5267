"""For faults that write texts, numbers, lists or objects of a spec otherwise with every replacement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.jsonvalue.paths import get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, field_paths


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Rewriting:
    """What becomes of each value of a kind, those within first; a list comes with the name of its member."""

    texts: Callable[[str], Any] = _same
    numbers: Callable[[int | float], Any] = _same
    objects: Callable[[dict[str, Any]], Any] = _same
    lists: Callable[[str, list[Any]], Any] = lambda _, items: items

    def of(self, value: Any, name: str = "") -> Any:
        """A JSON value, rewritten; truth values and null stay."""
        if isinstance(value, dict):
            return self.objects({key: self.of(item, key) for key, item in value.items()})
        if isinstance(value, list):
            return self.lists(name, [self.of(item, name) for item in value])
        if isinstance(value, str):
            return self.texts(value)
        return value if isinstance(value, bool) or value is None else self.numbers(value)


def rewriting(endpoint: Endpoint, **kinds: Callable[..., Any]) -> Behaviour:
    """Steps that store spec rewritten, see `Rewriting`, but for what is replaceable of it."""
    rewrite = Rewriting(**kinds)

    def alter(_: Moment, new: Object) -> Object:
        stored = {**new, "spec": rewrite.of(new["spec"])}
        for path in field_paths(endpoint):
            stored = put(stored, path, get(new, path))
        return stored

    return altering(endpoint, alter)


def kept_by(endpoint: Endpoint, name: str, key: str) -> Behaviour:
    """Steps that keep the items of the lists of a name by one of their members: of two that have it alike, the last."""

    def by_key(here: str, items: list[Any]) -> list[Any]:
        if here != name or not all(isinstance(item, dict) for item in items):
            return items
        return list({str(item.get(key)): item for item in items}.values())

    return rewriting(endpoint, lists=by_key)
