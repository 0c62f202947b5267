"""Members of an object that are exchanged, which who compares them as a set takes for no change. Pure."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Mutation, Path


def of_objects(path: Path, item: dict[str, Json], names: Sequence[str]) -> Iterator[Mutation]:
    """Two objects among these members of the one at a path that differ and are alike: a member's name is in both."""
    alike = [name for name in names if isinstance(item[name], dict)]
    for one, other in combinations(alike, 2):
        if item[one].keys() & item[other].keys() and not paths.same(item[one], item[other]):
            yield _exchanged(path, item, one, other)


def of_texts(path: Path, item: dict[str, Json], names: Sequence[str]) -> Iterator[tuple[str, Mutation]]:
    """Two different texts among these members of the object at a path, with their kind."""
    for one, other in combinations(names, 2):
        if item[one] != item[other]:
            yield "two texts exchanged", _exchanged(path, item, one, other)


def _exchanged(path: Path, item: dict[str, Json], one: str, other: str) -> Mutation:
    return Mutation("change", path, item, {**item, one: item[other], other: item[one]})
