"""Field ownership of an adopted object (Kubernetes, server-side apply): what the run's writes took is given back. Pure.

Who replaces a field becomes its manager in `metadata.managedFields`, and the next apply of the one who had it is a
conflict. A replacement that changes nothing but this list changes who owns what.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.spec.fields import MANAGED

FIELDS: Final = "fieldsV1"
# Before the name of a member in a set of fields.
FIELD: Final = "f:"
Fields = Mapping[str, Any]


def grown(before: Json, after: Json) -> str | None:
    """The manager who has come to own more fields by a replacement; None where there is none, or more than one.

    `before`, `after`: the list as it was read and as the replacement was answered. A gateway may put a name of its own
    into User-Agent, of which a server makes the manager's.
    """
    old, new = _by_owner(before), _by_owner(after)
    found = [owner for owner in new if _is_replacing(owner) and _less(_fields(new, owner), _fields(old, owner)) and old]
    return found[0][0] if len(found) == 1 else None


def _is_replacing(owner: tuple[str, ...]) -> bool:
    _, operation, _, subresource = owner
    return operation == "Update" and not subresource


def given_back(original: Json, live: Json, managers: Collection[str]) -> list[Json] | None:
    """The managedFields that give back what the run took; None where it took nothing.

    `original`, `live`: the list as it was and as it is. `managers`: the names under which the run writes. Their entries
    are as they were, or go; what they took goes back to who had it. What others got meanwhile stays theirs.
    """
    before, now = _by_owner(original), _by_owner(live)
    own = [owner for owner in now if owner[0] in managers]
    taken: Fields = {}
    for owner in own:
        taken = _united(taken, _less(_fields(now, owner), _fields(before, owner)))
    if not before or not taken:
        return None
    found: list[Json] = []
    for owner, entry in before.items():
        held = _united(_fields(now, owner), _common(_fields(before, owner), taken))
        found.append(entry if owner in own else {**now.get(owner, entry), FIELDS: held})
    return [*found, *(entry for owner, entry in now.items() if owner not in before and owner not in own)]


def lost(original: Json, live: Json) -> bool:
    """Whether a field that stands in an object as it did has lost its manager, and nobody has got it.

    `original`, `live`: the object as it was and as it is. Of items of lists nothing is said.
    """
    before, now = (_by_owner(paths.get(one, MANAGED)) for one in (original, live))
    held: Fields = {}
    for owner in now:
        held = _united(held, _fields(now, owner))
    return any(
        paths.same(paths.get(original, path), value)
        for owner in before
        for path in _ends(_less(_fields(before, owner), held))
        if (value := paths.get(live, path)) is not MISSING
    )


def _ends(fields: Fields, above: Path = ()) -> Iterator[Path]:
    """The paths of the innermost fields of a set, but for items of lists."""
    for name, inner in fields.items():
        if name.startswith(FIELD):
            path = (*above, name.removeprefix(FIELD))
            yield from _ends(inner, path) if inner else [path]


def _fields(entries: Mapping[tuple[str, ...], dict[str, Any]], owner: tuple[str, ...]) -> Fields:
    """The fields that somebody owns."""
    return entries.get(owner, {}).get(FIELDS) or {}


def _by_owner(entries: Json) -> dict[tuple[str, ...], dict[str, Any]]:
    """The entries by who made them, and how (structured-merge-diff: a manager's identity)."""
    keys = ("manager", "operation", "apiVersion", "subresource")
    found = entries if isinstance(entries, list) else []
    return {tuple(str(one.get(key, "")) for key in keys): one for one in found if isinstance(one, dict)}


def _united(one: Fields, other: Fields) -> dict[str, Any]:
    """The fields of both sets; each is a tree of names."""
    return {**one, **{name: _united(one.get(name, {}), inner) for name, inner in other.items()}}


def _less(one: Fields, other: Fields) -> dict[str, Any]:
    """The fields of one set that are not in the other."""
    left = {name: _less(inner, other[name]) if name in other else inner for name, inner in one.items()}
    return {name: inner for name, inner in left.items() if inner or name not in other}


def _common(one: Fields, other: Fields) -> dict[str, Any]:
    """The fields that are in both sets."""
    return {name: _common(inner, other[name]) for name, inner in one.items() if name in other}
