"""Members that are exchanged, or whose sum stays, which who compares sets or totals takes for no change. Pure."""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Mutation, Path

# By this the items of a list are told apart: exchanged, the order of items is another one, which is tried elsewhere.
NAMING: Final = "name"


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


def balanced(path: Path, item: dict[str, Json], names: Sequence[str]) -> Iterator[tuple[str, Mutation]]:
    """Of two objects among these members of the one at a path a number less in the one and more in the other."""
    for one, other in combinations([name for name in names if isinstance(item[name], dict)], 2):
        for key, number in item[one].items():
            if _is_counted(number) and _is_counted(item[other].get(key)):
                less, more = {**item[one], key: number - 1}, {**item[other], key: item[other][key] + 1}
                yield "two numbers of one sum", Mutation("change", path, item, {**item, one: less, other: more})


def of_items(path: Path, items: Sequence[Json]) -> Iterator[tuple[str, Mutation]]:
    """For each name of a text that two items of the list at a path have otherwise: the two texts exchanged."""
    objects = [(place, item) for place, item in enumerate(items) if isinstance(item, dict)]
    exchanged: set[str] = set()
    for (first, one), (second, other) in combinations(objects, 2):
        for key in [key for key in one if key not in exchanged and key != NAMING]:
            texts = one[key], other.get(key)
            if all(isinstance(text, str) for text in texts) and texts[0] != texts[1]:
                exchanged.add(key)
                new = [*items]
                new[first], new[second] = {**one, key: texts[1]}, {**other, key: texts[0]}
                yield "texts of two items exchanged", Mutation("change", path, [*items], new)


def of_lists(path: Path, item: dict[str, Json], names: Sequence[str]) -> Iterator[tuple[str, Mutation]]:
    """Of two lists of alike items among these members of the object at a path an item moved from one to the other.

    Behind each other the two hold the same items in the same order as before.
    """
    lists = [name for name in names if isinstance(item[name], list) and item[name]]
    for one, other in permutations(lists, 2):
        if _are_alike(item[one][-1], item[other][0]):
            moved = {**item, one: item[one][:-1], other: [item[one][-1], *item[other]]}
            yield f"item moved from {one} to {other}", Mutation("change", path, item, moved)


def _are_alike(one: Json, other: Json) -> bool:
    """Whether both are texts, or objects that have more than a name in common."""
    both_texts = isinstance(one, str) and isinstance(other, str)
    return both_texts or (isinstance(one, dict) and isinstance(other, dict) and len(one.keys() & other.keys()) > 1)


def _is_counted(number: Json) -> bool:
    return type(number) is int and number > 0


def _exchanged(path: Path, item: dict[str, Json], one: str, other: str) -> Mutation:
    return Mutation("change", path, item, {**item, one: item[other], other: item[one]})
