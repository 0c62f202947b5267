"""Keys of an object that differ from another one in capitals only. Pure."""

from __future__ import annotations

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path


def in_other_capitals(key: str) -> str:
    """The key with its first letter in the other case, as a field of a Go or .NET type is named."""
    return key[:1].swapcase() + key[1:]


def members(path: Path) -> list[Path]:
    """The paths of the members of objects in which the value at `path` lies, from the top."""
    return [path[: place + 1] for place, step in enumerate(path) if isinstance(step, str)]


def member_at(path: Path, place: int) -> Path:
    """The member at a place from the top, of those in which the value at `path` lies; the deepest where there is none.

    The last place, -1, is the deepest.
    """
    found = members(path)
    return found[min(place, len(found) - 1)]


def beside(before: Json, after: Json, member: Path, *, first: bool) -> Json:
    """`before` with a second member beside `member`: `after`'s value of it under its key in other capitals.

    It stands before all others if `first`, else behind them. A member that `after` does not have is null there.
    """
    container, key = member[:-1], in_other_capitals(str(member[-1]))
    value = paths.get(after, member)
    added = {key: None if value is MISSING else value}
    known = paths.get(before, container)
    together = {**added, **known} if first else {**known, **added}
    return paths.put(before, container, together)


def differs_in_capitals(path: Path, other: Path) -> bool:
    """Whether a key of `path` is that of `other` at the same place in other capitals."""
    pairs = [(one, two) for one, two in zip(path, other, strict=False) if isinstance(one, str) and isinstance(two, str)]
    return any(one != two and one.lower() == two.lower() for one, two in pairs)
