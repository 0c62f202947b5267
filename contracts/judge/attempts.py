"""The attempts on the immutable part of an object: what a client may not change, by requirement and way."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path
from contracts.judge.mutations import careless, mutations
from contracts.spec.contract import Contract
from contracts.spec.fields import VERSION

# Objects that are being deleted, or whose owner is gone, are lost; a name or namespace can be cleaned up after.
IRREVERSIBLE: Final = ("metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds")


def attempts(contract: Contract, live: Json, *, adopted: bool = False) -> Iterator[Mutation]:
    """Every attempt on the immutable part of a live object.

    Left out is the version, which every replacement must carry as it is, and what the conventions let a client
    write. On an adopted object also what could not be undone if a faulty target took it.
    """
    yield from mutations(live, contract.resource_schema, _spared(contract, adopted=adopted))


def careless_attempts(contract: Contract, live: Json, *, adopted: bool = False) -> Iterator[tuple[str, Mutation]]:
    """(kind, attempt) on the immutable part of a live object that a careless comparison takes for no change."""
    yield from careless(live, contract.resource_schema, _spared(contract, adopted=adopted))


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
    """The attempts on an object as it is now, by requirement and way; made anew only when it is another one.

    `made`: how often they were made anew.
    """

    def __init__(self, contract: Contract, *, adopted: bool) -> None:
        self._contract = contract
        self._adopted = adopted
        self._live: Json = MISSING
        self.made = 0
        self._groups: Mapping[tuple[str, str], list[Mutation]] | None = None
        self._careless: defaultdict[str, list[tuple[str, Mutation]]] | None = None

    def spared(self, requirement: str) -> list[str]:
        """The fields of one requirement on which nothing is tried of an adopted object, as it could not be undone."""
        names = IRREVERSIBLE if self._adopted else ()
        return [one for one in names if self._contract.owner(paths.parse(one), "immutable") == requirement]

    def on(self, live: Json, requirement: str, way: str) -> list[Mutation]:
        """The attempts of one way on the fields of one requirement; an empty list when there is nothing to try."""
        self._know(live)
        if self._groups is None:
            self.made += 1
            self._groups = by_group(self._contract, attempts(self._contract, live, adopted=self._adopted))
        return self._groups.get((requirement, way), [])

    def careless_on(self, live: Json, requirement: str) -> list[tuple[str, Mutation]]:
        """(kind, attempt) on the fields of one requirement that a careless comparison takes for no change."""
        self._know(live)
        if self._careless is None:
            self._careless = defaultdict(list)
            for kind, attempt in careless_attempts(self._contract, live, adopted=self._adopted):
                self._careless[self._contract.owner(attempt.path, "immutable")].append((kind, attempt))
        return self._careless.get(requirement, [])

    def _know(self, live: Json) -> None:
        if live is not self._live and any(paths.differences(self._live, live)):
            self._groups = self._careless = None
        self._live = live
