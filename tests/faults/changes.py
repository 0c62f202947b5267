"""Which single changes lead from a stored object to the one that was asked for, and objects with some of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from contracts.reference.encoding import canonical
from contracts.reference.resource import Object

Path = tuple[str | int, ...]


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


@dataclass(frozen=True, eq=False)
class Change:
    """One field that is asked for otherwise than it is stored; `ABSENT` for one that is not there."""

    path: Path
    old: Any
    new: Any

    @property
    def way(self) -> str:
        """add, remove, null, type, append, shorten, reorder or change."""
        if self.old is ABSENT:
            return "add"
        if self.new is ABSENT:
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
            yield from changes(old.get(key, ABSENT), new.get(key, ABSENT), (*path, key))
    elif old is ABSENT or new is ABSENT or canonical(old) != canonical(new):
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


def put(value: Object, path: Path, item: Any) -> Object:
    """A copy of an object with another value at a path, or none (`ABSENT`); containers on the way are made."""
    copy: Object = _put(value, path, item)
    return copy


def get(value: Any, path: Path) -> Any:
    """The value at a path of a JSON value, or `ABSENT`."""
    for step in path:
        known = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if step not in known:
            return ABSENT
        value = value[step]
    return value


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _put(value: Any, path: Path, item: Any) -> Any:
    if not path:
        return item
    head, *rest = path
    if isinstance(value, list) and isinstance(head, int):
        return [_put(old, tuple(rest), item) if index == head else old for index, old in enumerate(value)]
    copy = dict(value) if isinstance(value, dict) else {}
    if rest or item is not ABSENT:
        copy[str(head)] = _put(copy.get(str(head), {}), tuple(rest), item)
    else:
        copy.pop(str(head), None)
    return copy
