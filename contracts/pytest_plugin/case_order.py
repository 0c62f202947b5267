"""The order of cases under a budget: those first that found most faults for the requests that they sent.

case_order.txt is measured (`python -m tests.prove.order`): which faults of the catalogue each case finds, and how many
requests it sends.
"""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Final, TypeVar

FILE: Final = "case_order.txt"

_Case = TypeVar("_Case")


@cache
def measured() -> tuple[str, ...]:
    """The ids of the cases as they were measured, the most telling one first."""
    text = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def in_order(cases: Sequence[tuple[_Case, str]], order: Sequence[str]) -> list[_Case]:
    """Cases, each with its id, in an order of ids.

    A case with parameters that are not there comes with the first of its function, one of a function that is not there
    (the user's own) before all others.
    """
    ranks = {name: place for place, name in enumerate(order)}
    functions: dict[str, int] = {}
    for place, name in enumerate(order):
        functions.setdefault(_function(name), place)

    def rank(one: tuple[_Case, str]) -> int:
        return ranks.get(one[1], functions.get(_function(one[1]), -1))

    return [case for case, _ in sorted(cases, key=rank)]


def _function(name: str) -> str:
    return name.partition("[")[0]
