"""What the examples of a page show at one place of an object. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shown:
    """What examples show at one place: where whole objects are sent or answered, and in the patch of an update."""

    whole: tuple[Any, ...]
    partial: tuple[Any, ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """All of it."""
        return (*self.whole, *self.partial)

    def at(self, name: str) -> "Shown":
        """What they show at a member."""
        return self._each(lambda one: [one[name]] if isinstance(one, dict) and name in one else [])

    def items(self) -> "Shown":
        """What they show in the lists there."""
        return self._each(lambda one: one if isinstance(one, list) else [])

    def lacks(self, name: str) -> bool:
        """Whether a whole object lacks a member."""
        return any(isinstance(one, dict) and name not in one for one in self.whole)

    def _each(self, inner: Callable[[Any], list[Any]]) -> "Shown":
        return Shown(
            tuple(item for one in self.whole for item in inner(one)),
            tuple(item for one in self.partial for item in inner(one)),
        )
