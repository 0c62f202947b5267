"""Which of many attempts are made: some of each kind, of each name; the seed decides which. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice, zip_longest
from types import MappingProxyType
from typing import Final

from contracts.jsonvalue.paths import Mutation, Path

# Ways that a decoder treats alike wherever a field of the name stands: tried on one field of each name.
ONE_OF_A_NAME: Final = frozenset({"null", "type"})


def representatives(
    found: Iterable[tuple[str, Mutation]], seed: int, most: int, of_kinds: Mapping[str, int] = MappingProxyType({})
) -> Iterator[Mutation]:
    """So many attempts of each kind, on fields of different names first; another seed, others.

    `of_kinds`: how many of some kinds instead.
    """
    for kind, attempts_of_kind in _by_kind(found).items():
        by_name: dict[str | int, list[Mutation]] = {}
        for attempt in shuffled(attempts_of_kind, seed, kind):
            by_name.setdefault(attempt.path[-1], []).append(attempt)
        rounds = (one for same_round in zip_longest(*by_name.values()) for one in same_round if one)
        yield from islice(rounds, of_kinds.get(kind, most))


def of_each_name(
    found: Iterable[tuple[str, Mutation]], seed: int, besides: Iterable[Mutation] = ()
) -> Iterator[Mutation]:
    """Of each kind one attempt on a field of each name below a field of each name; another seed, others.

    `besides`: attempts that are made already. One of each kind comes after the other.
    """
    made = {id(one) for one in besides}
    by_kind = []
    for kind, attempts_of_kind in _by_kind(found).items():
        chosen = {_names(one.path)[-2:]: one for one in shuffled(attempts_of_kind, seed, kind)}
        known = {_names(one.path)[-2:] for one in attempts_of_kind if id(one) in made}
        by_kind.append([one for names, one in chosen.items() if names not in known])
    return (one for same_round in zip_longest(*by_kind) for one in same_round if one)


def _by_kind(found: Iterable[tuple[str, Mutation]]) -> Mapping[str, list[Mutation]]:
    kinds: dict[str, list[Mutation]] = {}
    for kind, attempt in found:
        kinds.setdefault(kind, []).append(attempt)
    return kinds


def names_first(found: Iterable[Mutation], seed: int | None = None) -> tuple[list[Mutation], list[Mutation]]:
    """One of the attempts on fields of each name, and the others, in the order of `found`.

    Which one the seed decides, without one it is the first.
    """
    found = list(found)
    order = found[::-1] if seed is None else shuffled(found, seed, "of each name")
    chosen = {_name(attempt.path): attempt for attempt in order}
    firsts = {id(attempt) for attempt in chosen.values()}
    return [one for one in found if id(one) in firsts], [one for one in found if id(one) not in firsts]


def _name(path: Path) -> str:
    """The name of the field at a path, of the list for an item of one."""
    return next(iter(_names(path)[-1:]), "")


def _names(path: Path) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def shuffled(found: Iterable[Mutation], seed: int, purpose: str) -> list[Mutation]:
    """Attempts in an order that seed and purpose decide."""
    return sorted(found, key=lambda one: sha256(f"{seed} {purpose} {one.field}".encode()).digest())
