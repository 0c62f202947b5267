"""What a run has sent in each replaceable field, so that it is taken for nobody else's when it is read again. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge.stored import NOTHING


class SentValues:
    """Told of every object that is sent; of a value it keeps a digest alone, of a map one for each key."""

    def __init__(self, fields: Iterable[Path]) -> None:
        self._fields = tuple(fields)
        self._values: defaultdict[Path, set[int]] = defaultdict(set)
        self._in_all: dict[Path, set[str]] = {}

    def note(self, value: Json) -> None:
        """An object is sent."""
        for field in self._fields:
            sent = paths.get(value, field)
            self._values[field].add(_digest(sent))
            if isinstance(sent, dict) or sent in NOTHING:
                items = sent if isinstance(sent, dict) else {}
                for key, item in items.items():
                    self._values[(*field, key)].add(_digest(item))
                self._in_all[field] = items.keys() & self._in_all.get(field, items.keys())

    def holds(self, path: Path, value: Json) -> bool:
        """Whether a value, which may be `MISSING`, was sent at a field, or at a key of a field that is a map."""
        if path in self._fields or value is not MISSING:
            return _digest(value) in self._values.get(path, ())
        return path[:-1] in self._in_all and path[-1] not in self._in_all[path[:-1]]


def _digest(value: Json) -> int:
    """The same for two values that are the same, or both nothing."""
    return hash("" if value in NOTHING else json.dumps(value, sort_keys=True))
