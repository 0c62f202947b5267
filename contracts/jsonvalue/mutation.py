"""One change of one field of a JSON value, as data. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Path


@dataclass(frozen=True, eq=False)
class Mutation:
    """One attempt on one field: what stands there in the sent object instead of what is stored.

    `way`: how it is changed (change, add, remove, null, type, append, reorder)."""

    way: str
    path: Path
    old: Json
    new: Json

    @property
    def field(self) -> str:
        """The field as people write it."""
        return paths.render(self.path)

    def apply(self, value: Json) -> Json:
        """A copy of the object with the attempt made on it."""
        return paths.put(value, self.path, self.new)
