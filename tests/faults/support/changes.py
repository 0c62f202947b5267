"""Which single changes lead from a stored object to the one that was asked for, and objects with some of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.reference.encoding import canonical
from contracts.reference.resource import Object


@dataclass(frozen=True, eq=False)
class Change:
    """One field that is asked for otherwise than it is stored; `MISSING` for one that is not there."""

    path: Path
    old: Any
    new: Any

    @property
    def way(self) -> str:
        """add, remove, null, type, append, shorten, reorder or change."""
        if self.old is MISSING:
            return "add"
        if self.new is MISSING:
            return "remove"
        if self.new is None:
            return "null"
        if _kind(self.old) != _kind(self.new):
            return "type"
        return self._way_of_list() if isinstance(self.old, list) else "change"

    @property
    def in_list(self) -> bool:
        """Whether the field lies in an item of a list."""
        return any(isinstance(step, int) for step in self.path)

    @property
    def key(self) -> str:
        """The name of the innermost field on the way that has one."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")

    def _way_of_list(self) -> str:
        old, new = ([canonical(item) for item in value] for value in (self.old, self.new))
        if sorted(old) == sorted(new):
            return "reorder"
        if new[: len(old)] == old:
            return "append"
        return "shorten" if len(new) < len(old) else "change"


def changes(old: Any, new: Any, path: Path = ()) -> Iterator[Change]:
    """The smallest changes from one JSON value to another; a list that grew, shrank or was reordered is one change."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from changes(old.get(key, MISSING), new.get(key, MISSING), (*path, key))
    elif old is MISSING or new is MISSING or canonical(old) != canonical(new):
        whole = Change(path, old, new)
        if isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and whole.way == "change":
            for index, pair in enumerate(zip(old, new, strict=True)):
                yield from changes(*pair, (*path, index))
        else:
            yield whole


def made(value: Object, wanted: Iterable[Change]) -> Object:
    """A copy of an object with changes made."""
    for change in wanted:
        value = put(value, change.path, change.new)
    return value


def undone(value: Object, unwanted: Iterable[Change]) -> Object:
    """A copy of an object with changes taken back."""
    for change in unwanted:
        value = put(value, change.path, change.old)
    return value


def put(value: Object, path: Path, item: Json) -> Object:
    """A copy of an object with another value at a path, or none (`MISSING`); containers on the way are made."""
    copy: Object = paths.put(value, path, item)
    return copy


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
