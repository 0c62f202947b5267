"""Parameters for cases, made from the requirement catalogue, each under its requirement's marker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from contracts import fields, mutations
from contracts.contract import Contract, Requirement, load_contract
from contracts.job import VERSION
from contracts.mutations import Mutation
from contracts.order import USUAL

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
    example = [attempt for one in (full, bare, rich) for attempt in attempts(contract, one)]
    pairs = Counter((contract.owner(one.field, "immutable"), one.way) for one in example)
    made = Counter((contract.owner(one.field, "immutable"), one.way) for one in attempts(contract, full))
    return [
        _parameter(requirement, (requirement, way), f"{requirement.id}-{way}", max(1, made[requirement.id, way]))
        for requirement in _with_fields(contract, "immutable")
        for way in mutations.WAYS
        if pairs[requirement.id, way]
    ]


def attempts(contract: Contract, live: fields.Json, *, adopted: bool = False) -> Iterator[Mutation]:
    """Every attempt on the immutable part of a live object.

    Left out is the version, which every replacement must carry as it is, and what the conventions let a client
    write. On an adopted object also what could not be undone if a faulty target took it.
    """
    spared = [*contract.replaceable, *contract.writable_by_convention, fields.render(VERSION)]
    if adopted:
        spared += IRREVERSIBLE
    yield from mutations.mutations(live, contract.resource_schema, map(fields.parse, spared))


def _with_fields(contract: Contract, family: str) -> list[Requirement]:
    return [one for one in contract.requirements.values() if one.family == family and one.fields]


def _parameter(requirement: Requirement, value: Any, name: str | None = None, cost: int = USUAL) -> Any:
    marks = (pytest.mark.requirement(requirement.id), pytest.mark.cost(cost))
    return pytest.param(value, marks=marks, id=name or requirement.id)
