"""What a value has more than another one that is wholly in it: a sidecar in a list of containers. Pure."""

from collections.abc import Iterator

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Path


def grown(before: Json, after: Json, path: Path = ()) -> tuple[Path, ...] | None:
    """Where `after` holds members of objects and items of lists that `before` lacks; None where it lacks one itself.

    Items keep their order. One that is a copy of another is no addition, but an append of what was sent. `path`: where
    both stand; a place in a list is that in `after`.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        if not before.keys() <= after.keys():
            return None
        return _all(
            grown(before[key], item, (*path, key)) if key in before else ((*path, key),) for key, item in after.items()
        )
    if isinstance(before, list) and isinstance(after, list):
        return _items(before, after, path)
    return () if paths.same(before, after) else None


def _items(before: list[Json], after: list[Json], path: Path) -> tuple[Path, ...] | None:
    found: list[Path] = []
    left = iter(before)
    wanted, over = next(left, None), not before
    for place, item in enumerate(after):
        within = None if over else grown(wanted, item, (*path, place))
        if within is not None:
            found += within
            wanted, over = _next(left)
        elif any(paths.same(item, one) for one in before):
            return None
        else:
            found.append((*path, place))
    return tuple(found) if over else None


def _next(left: Iterator[Json]) -> tuple[Json, bool]:
    """The next item, and whether there is none."""
    for item in left:
        return item, False
    return None, True


def _all(parts: Iterator[tuple[Path, ...] | None]) -> tuple[Path, ...] | None:
    found: list[Path] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return tuple(found)
