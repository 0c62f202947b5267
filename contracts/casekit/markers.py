"""Markers of a case, and how it says that the object under test gives it nothing to try."""

import math
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.judge import mutations
from contracts.judge.attempts import attempts, by_group
from contracts.judge.sampling import ONE_OF_A_NAME, names_first
from contracts.spec.catalogue import FIELD
from contracts.spec.contract import Contract, Requirement

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_INSTALLED: Final = _PACKAGE / "cases"
# The directory of the suite's cases: inside the package where it is installed, else the checkout's tests/contract.
SUITE: Final = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "tests" / "contract"
REQUIREMENT: Final = "requirement"
COST: Final = "cost"
# About how many replacements a case sends that does not say so.
USUAL_COST: Final = 8

BUDGETS: Final = {
    "--time-budget": "the time budget is used up",
    "--requests": "as many requests have been sent as are allowed",
}

# Of a case: ids of the catalogue that the page gives no reason for, and that are not judged.
LEFT_OUT: Final = pytest.StashKey[frozenset[str]]()

# The row of the catalogue that is made for each field that the page lists.
LISTED: Final = f"replaceable.{FIELD}"

requirement = pytest.mark.requirement
cost = pytest.mark.cost


class NothingToTry(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """The object under test holds nothing that the case could try; no gap in what was judged."""


class OutOfBudget(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """A budget leaves no room for a case, or for the rest of it; `option` gives that budget."""

    def __init__(self, option: str, where: str = "") -> None:
        super().__init__(f"{BUDGETS[option]} ({option}){f', {where}' if where else ''}")
        self.option = option


def requirements_of(item: pytest.Item) -> tuple[str, ...]:
    """The requirement ids that a case names, its own before those of its parameters, module or class.

    Without those for which the page gives no reason (`LEFT_OUT`).
    """
    left_out = item.stash.get(LEFT_OUT, frozenset())
    named = (str(name) for marker in item.iter_markers(REQUIREMENT) for name in marker.args)
    return tuple(name for name in dict.fromkeys(named) if name not in left_out)


def cost_of(item: pytest.Item) -> int:
    """About how many replacements a case sends: what its marks say, multiplied."""
    costs = [int(marker.args[0]) for marker in item.iter_markers(COST)]
    return math.prod(costs or [USUAL_COST])


def is_own(item: pytest.Item) -> bool:
    """Whether a case is the user's own, and none of the suite's."""
    return _is_own(item.path)


@cache
def _is_own(path: Path) -> bool:
    return SUITE not in path.resolve().parents


def case_id(item: pytest.Item) -> str:
    """A case's name in every report: file, function and parameters; before one of the user's own, its directory."""
    file, _, name = item.nodeid.partition("::")
    directory = f"{item.path.parent.name}/" if is_own(item) else ""
    return f"{directory}{file.rpartition('/')[2]}::{name}"


def subject_of(item: pytest.Item) -> str:
    """Which of its parameters a case has."""
    return getattr(getattr(item, "callspec", None), "id", "")


def rule_of(item: pytest.Item, subject: str) -> str:
    """What findings of a case are called by: its name, and which of several things was tried."""
    name = str(getattr(item, "originalname", item.name)).removeprefix("test_").replace("_", "-")
    return f"{name}[{subject}]" if subject else name


def sentence_of(item: pytest.Item) -> str:
    """What a case says that must hold: the first line of its docstring, or its name in words."""
    docstring = getattr(getattr(item, "obj", None), "__doc__", None) or ""
    return docstring.strip().split("\n")[0] or item.name.removeprefix("test_").replace("_", " ")


@dataclass(frozen=True)
class AttemptGroup:
    """The attempts on the fields of one requirement in one way."""

    requirement: Requirement
    way: str


def generate(metafunc: pytest.Metafunc, name: str, contract: Contract) -> None:
    """Give a case the parameter `name`: a requirement of that family about fields, or attempts on them."""
    if name == "attempts":
        metafunc.parametrize(name, attempt_groups(contract, sampled="variation" in metafunc.fixturenames))
    else:
        found = with_fields(contract, name)
        names = [one.fields[0] if one.id == LISTED else one.id for one in found]
        made = [_parameter(one, one, shown, USUAL_COST) for one, shown in zip(found, names, strict=True)]
        metafunc.parametrize(name, made)


def with_fields(contract: Contract, family: str) -> list[Requirement]:
    """The requirements of a family that are about fields.

    Where the page does not list what can be replaced, for each field that can be by convention the row that the
    catalogue leaves out.
    """
    found = [one for one in contract.requirements.values() if one.family == family and one.fields]
    if found or family != "replaceable":
        return found
    like = contract.requirements["replaceable.invalid-refused"]
    return [replace(like, id=LISTED, fields=(name,)) for name in contract.replaceable]


def attempt_groups(contract: Contract, *, sampled: bool = False) -> list[Any]:
    """A parameter for every requirement and way of which some object may have something to try.

    `sampled`: the case makes one attempt at each depth.

    What the examples have can be removed; an object that lacks what servers give can have it added; one with lists
    where the documented one has none can have them reordered.
    """
    documented = contract.example_response
    wanted = {name: value for name, value in contract.examples[0].items() if name in contract.desired}
    full = {**documented, **wanted}
    bare = {"metadata": {"name": full["metadata"]["name"]}, **wanted}
    rich = {name: {**value, mutations.PROBE: ["1", "2"]} for name, value in full.items() if isinstance(value, dict)}
    known = {key for one in (documented, full, bare, rich) for key in by_group(contract, attempts(contract, one))}
    made = by_group(contract, attempts(contract, full))

    def made_of(requirement: str, way: str) -> int:
        found = made.get((requirement, way), [])
        if sampled:
            return len({len(one.path) for one in found})
        return len(names_first(found)[0] if way in ONE_OF_A_NAME else found)

    return [
        _parameter(one, AttemptGroup(one, way), f"{one.id}-{way}", made_of(one.id, way) or USUAL_COST)
        for one in with_fields(contract, "immutable")
        for way in mutations.WAYS
        if (one.id, way) in known
    ]


def _parameter(judged: Requirement, value: object, name: str, replacements: int) -> Any:
    return pytest.param(value, marks=(requirement(judged.id), cost(replacements)), id=name)
