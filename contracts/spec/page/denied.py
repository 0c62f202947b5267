"""The fields of which a page says that they cannot be replaced, to be compared with those that can. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from contracts.spec.page.blocks import Cell
from contracts.spec.page.field_paths import Objects
from contracts.spec.page.model import Obstacle

BOTH_WAYS: Final = "a field that can be replaced, of which no other sentence says that it cannot"


class Denied:
    """The denied fields of one page, each with its line."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._fields: list[tuple[str, int]] = []

    def note(self, cell: Cell, items: Iterable[str]) -> None:
        """Keep the fields among these names."""
        paths = (self._objects.path(item) for item in dict.fromkeys(items))
        self._fields += [(path, cell.first_line) for path in paths if path]

    def contradictions(self, found: Sequence[str]) -> Iterator[Obstacle]:
        """Give those that, or a part of which, the page also says can be replaced."""
        for path, line in self._fields:
            if any(f"{path}.".startswith((f"{one}.", f"{one}[")) or one.startswith(f"{path}.") for one in found):
                yield Obstacle(line, BOTH_WAYS, path)
