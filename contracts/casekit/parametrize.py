"""Parameters for cases, made from the contract when pytest collects them: a case asks for them by argument.

`replaceable`, `immutable`: each requirement of that family that is about fields. `attempts`: each of those of the
family immutable with each way to change a field. Every parameter stands under its requirement's marker.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from contracts.casekit.markers import USUAL_COST, cost, requirement
from contracts.judge import mutations
from contracts.judge.mutations import attempts, by_group
from contracts.spec.contract import Contract, Requirement
from contracts.spec.load import load_contract


@dataclass(frozen=True)
class AttemptGroup:
    """The attempts on the fields of one requirement in one way."""

    requirement: Requirement
    way: str


def generate(metafunc: pytest.Metafunc) -> None:
    """Give a case the parameters that its arguments name."""
    for family in ("replaceable", "immutable"):
        if family in metafunc.fixturenames:
            found = with_fields(load_contract(), family)
            metafunc.parametrize(family, [_parameter(one, one, one.id, USUAL_COST) for one in found])
    if "attempts" in metafunc.fixturenames:
        metafunc.parametrize("attempts", attempt_groups(load_contract()))


def with_fields(contract: Contract, family: str) -> list[Requirement]:
    """The requirements of a family that are about fields."""
    return [one for one in contract.requirements.values() if one.family == family and one.fields]


def attempt_groups(contract: Contract) -> list[Any]:
    """A parameter for every requirement and way of which some object may have something to try.

    What the documented object has can be removed; an object that lacks what servers give can have it added; one with
    lists where the documented one has none can have them reordered.
    """
    full = contract.example_response
    bare = {"metadata": {"name": full["metadata"]["name"]}, "spec": full["spec"]}
    rich = {part: {**full[part], mutations.PROBE: ["1", "2"]} for part in ("metadata", "spec", "status")}
    known = {key for one in (full, bare, rich) for key in by_group(contract, attempts(contract, one))}
    made = by_group(contract, attempts(contract, full))
    return [
        _parameter(one, AttemptGroup(one, way), f"{one.id}-{way}", max(1, len(made.get((one.id, way), ()))))
        for one in with_fields(contract, "immutable")
        for way in mutations.WAYS
        if (one.id, way) in known
    ]


def _parameter(judged: Requirement, value: object, name: str, replacements: int) -> Any:
    return pytest.param(value, marks=(requirement(judged.id), cost(replacements)), id=name)
