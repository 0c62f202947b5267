"""Attempts on the immutable part of an object, by the requirement that each is about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Mutation, Path
from contracts.judge import mutations
from contracts.spec.contract import Contract
from contracts.spec.fields import VERSION

# Objects that are being deleted, or whose owner is gone, are lost; a name or namespace can be cleaned up after.
IRREVERSIBLE: Final = ("metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds")


def attempts(contract: Contract, live: Json, *, adopted: bool = False) -> Iterator[Mutation]:
    """Every attempt on the immutable part of a live object.

    Left out is the version, which every replacement must carry as it is, and what the conventions let a client
    write. On an adopted object also what could not be undone if a faulty target took it.
    """
    yield from mutations.mutations(live, contract.resource_schema, _spared(contract, adopted=adopted))


def careless_attempts(contract: Contract, live: Json, *, adopted: bool = False) -> Iterator[Mutation]:
    """Every attempt on the immutable part of a live object that a careless comparison takes for no change."""
    yield from mutations.careless(live, _spared(contract, adopted=adopted))


def _spared(contract: Contract, *, adopted: bool) -> list[Path]:
    names = (*contract.replaceable, *contract.writable_by_convention, *(IRREVERSIBLE if adopted else ()))
    return [*map(paths.parse, names), VERSION]


def by_group(contract: Contract, found: Iterable[Mutation]) -> Mapping[tuple[str, str], list[Mutation]]:
    """Attempts by requirement and way."""
    groups: dict[tuple[str, str], list[Mutation]] = {}
    for attempt in found:
        groups.setdefault((contract.owner(attempt.path, "immutable"), attempt.way), []).append(attempt)
    return groups


class Attempts:
    """The attempts on an object as it is now, by requirement and way; made anew only when the object is another one."""

    def __init__(self, contract: Contract, *, adopted: bool) -> None:
        self._contract = contract
        self._adopted = adopted
        self._live: Json = paths.MISSING
        self._groups: Mapping[tuple[str, str], list[Mutation]] = {}

    def on(self, live: Json, requirement: str, way: str) -> list[Mutation]:
        """The attempts of one way on the fields of one requirement; an empty list when there is nothing to try."""
        if not paths.same(live, self._live):
            self._live = live
            self._groups = by_group(self._contract, attempts(self._contract, live, adopted=self._adopted))
        return self._groups.get((requirement, way), [])
