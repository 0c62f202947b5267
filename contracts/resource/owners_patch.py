"""The merge patch that gives an object its owner's values, where neither read nor replacement does. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.spec.fields import UID

# Replaceable fields by dotted path, absent ones left out.
Fields = Mapping[str, Json]


def owners_values(original: Fields, sent: Sequence[Fields], uid: str | None) -> Json:
    """A merge patch (RFC 7396) that gives `original` back, whichever of the values that were `sent` stands there.

    Of a map the keys that were sent and are not the owner's are taken away; others', which nobody has seen, stay. A
    server takes a `uid` in a patch for a precondition, so that no other object of the name is patched.
    """
    patch: Json = {} if uid is None else paths.put({}, UID, uid)
    for name in dict.fromkeys([*original, *(name for one in sent for name in one)]):
        value, maps = original.get(name), [one[name] for one in sent if isinstance(one.get(name), dict)]
        if maps and (value is None or isinstance(value, dict)):
            value = {**{key: None for one in maps for key in one}, **(value or {})}
        patch = paths.put(patch, paths.parse(name), value)
    return patch
