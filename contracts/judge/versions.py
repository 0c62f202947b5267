"""What each resourceVersion of an object has stood for: one version, one content. Pure but for its memory."""

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Scope
from contracts.spec.fields import UID, VERSION


class VersionMemory:
    """Which content an object was read with under each of its versions."""

    def __init__(self, scope: Scope) -> None:
        self._spared = scope.volatile
        self._seen: dict[tuple[str, str], int] = {}

    def repeats(self, value: Json) -> bool:
        """Note an object as it was read; whether its version was read before with other content.

        What servers and controllers write does not count: a controller may have done so between two reads of which
        one came from a cache.
        """
        uid, version = paths.get(value, UID), paths.get(value, VERSION)
        if MISSING in (uid, version):
            return False
        digest = hash(strict.encode(_sorted(paths.without(value, self._spared))))
        return self._seen.setdefault((str(uid), str(version)), digest) != digest


def _sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
