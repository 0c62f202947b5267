"""Markers of a case, and how it says that the object under test gives it nothing to try."""

import math
from typing import Final

import pytest

REQUIREMENT: Final = "requirement"
COST: Final = "cost"
# About how many replacements a case sends that does not say so.
USUAL_COST: Final = 8

requirement = pytest.mark.requirement
cost = pytest.mark.cost


class NothingToTry(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """The object under test holds nothing that the case could try; no gap in what was judged."""


def requirements_of(item: pytest.Item) -> tuple[str, ...]:
    """The requirement ids that a case names, its own before those of its parameters, module or class."""
    return tuple(dict.fromkeys(str(name) for marker in item.iter_markers(REQUIREMENT) for name in marker.args))


def cost_of(item: pytest.Item) -> int:
    """About how many replacements a case sends: what its marks say, multiplied."""
    costs = [int(marker.args[0]) for marker in item.iter_markers(COST)]
    return math.prod(costs or [USUAL_COST])


def case_id(item: pytest.Item) -> str:
    """A case's name in every report: file, function and parameters."""
    return item.nodeid.rpartition("/")[2]


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
