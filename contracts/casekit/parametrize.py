"""Parameters for cases, made from the requirement catalogue, each under its requirement's marker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from contracts.casekit.markers import USUAL_COST
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.judge import mutations
from contracts.judge.mutations import Mutation
from contracts.spec.contract import Contract
from contracts.spec.fields import VERSION
from contracts.spec.load import load_contract
from contracts.spec.requirements import Requirement

# Objects that are being deleted, or whose owner is gone, are lost; a name or namespace can be cleaned up after.
IRREVERSIBLE = ("metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds")


def with_fields(family: str) -> list[Any]:
    """The requirements of a family that are about fields, one parameter each."""
    return [_parameter(requirement, requirement) for requirement in _with_fields(load_contract(), family)]


def attempts_by_way() -> list[Any]:
    """(requirement, way of mutation) for every pair that some object may have something for.

    What the documented object has can be removed; an object that lacks what servers give can have it added; one with
    lists where the documented one has none can have them reordered.
    """
    contract = load_contract()
    full = contract.example_response
    bare = {"metadata": {"name": full["metadata"]["name"]}, "spec": full["spec"]}
    rich = {part: {**full[part], mutations.PROBE: ["1", "2"]} for part in ("metadata", "spec", "status")}
    known = {key for one in (full, bare, rich) for key in _sorted(contract, attempts(contract, one))}
    made = _sorted(contract, attempts(contract, full))
    return [
        _parameter(
            requirement, (requirement, way), f"{requirement.id}-{way}", max(1, len(made.get((requirement.id, way), ())))
        )
        for requirement in _with_fields(contract, "immutable")
        for way in mutations.WAYS
        if (requirement.id, way) in known
    ]


def attempts(contract: Contract, live: paths.Json, *, adopted: bool = False) -> Iterator[Mutation]:
    """Every attempt on the immutable part of a live object.

    Left out is the version, which every replacement must carry as it is, and what the conventions let a client
    write. On an adopted object also what could not be undone if a faulty target took it.
    """
    yield from mutations.mutations(live, contract.resource_schema, _spared(contract, adopted=adopted))


def careless_attempts(contract: Contract, live: paths.Json, *, adopted: bool = False) -> Iterator[Mutation]:
    """Every attempt on the immutable part of a live object that a careless comparison takes for no change."""
    yield from mutations.careless(live, _spared(contract, adopted=adopted))


def _spared(contract: Contract, *, adopted: bool) -> list[paths.Path]:
    spared = [*contract.replaceable, *contract.writable_by_convention, paths.render(VERSION)]
    return [paths.parse(name) for name in (*spared, *(IRREVERSIBLE if adopted else ()))]


class Attempts:
    """The attempts on an object as it is now, by requirement and way; made anew only when the object is another one."""

    def __init__(self, contract: Contract, *, adopted: bool) -> None:
        self._contract = contract
        self._adopted = adopted
        self._live: paths.Json = MISSING
        self._sorted: Mapping[tuple[str, str], list[Mutation]] = {}

    def on(self, live: paths.Json, requirement: str, way: str) -> list[Mutation]:
        """The attempts of one way on the fields of one requirement; an empty list when there is nothing to try."""
        if not paths.same(live, self._live):
            self._live = live
            self._sorted = _sorted(self._contract, attempts(self._contract, live, adopted=self._adopted))
        return self._sorted.get((requirement, way), [])


def _sorted(contract: Contract, found: Iterable[Mutation]) -> Mapping[tuple[str, str], list[Mutation]]:
    by_key: dict[tuple[str, str], list[Mutation]] = {}
    for attempt in found:
        by_key.setdefault((contract.owner(attempt.field, "immutable"), attempt.way), []).append(attempt)
    return by_key


def _with_fields(contract: Contract, family: str) -> list[Requirement]:
    return [one for one in contract.requirements.values() if one.family == family and one.fields]


def _parameter(requirement: Requirement, value: Any, name: str | None = None, cost: int = USUAL_COST) -> Any:
    marks = (pytest.mark.requirement(requirement.id), pytest.mark.cost(cost))
    return pytest.param(value, marks=marks, id=name or requirement.id)
