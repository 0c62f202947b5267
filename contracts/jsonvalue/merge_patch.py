"""JSON merge patch (RFC 7396): what a patch makes of a value, and the patch that makes one value of another. Pure."""

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json


def apply(target: Json, patch: Json) -> Json:
    """What a merge patch makes of a value (RFC 7396, section 2); neither is changed."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = apply(result.get(key), value)
    return result


def difference(before: Json, wanted: Json) -> Json:
    """The smallest merge patch that makes `wanted` of `before`; an absent value is an empty object.

    What no patch can make (a null in an object) is what it comes nearest to: the member is taken away.
    """
    if not isinstance(wanted, dict):
        return wanted
    old = before if isinstance(before, dict) else {}
    patch = {key: None for key in old if key not in wanted}
    for key, value in wanted.items():
        if key not in old or not paths.same(old[key], value):
            patch[key] = difference(old.get(key), value)
    return patch
