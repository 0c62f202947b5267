"""What a condition is, how a module adds one, and how several are laid around one endpoint."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from contracts.reference.behaviour import Behaviour
    from contracts.reference.http_request import Request, Response, Route
    from contracts.reference.options import ReferenceOptions
    from contracts.reference.resource import Object, Resource
    from contracts.reference.store import Store

    Serve = Callable[[Request], Response]


@dataclass(frozen=True)
class Parts:
    """The parts of an endpoint that conditions act on.

    They wrap `steps` and `serve` (from a whole request to its answer), and act on the `store` by its `due`.
    """

    resource: Resource
    options: ReferenceOptions
    store: Store
    steps: Behaviour
    serve: Serve


Apply = Callable[[Parts], Parts]


@dataclass(frozen=True)
class Condition:
    """One condition.

    `may_fail`: the one requirement that may fail under it. `hides`: requirements whose faults do not show under it.
    `run_with`: options without which no run against it can pass.
    """

    name: str
    description: str
    may_fail: str
    hides: tuple[str, ...]
    run_with: tuple[str, ...]
    apply: Apply


_CONDITIONS: dict[str, Condition] = {}
CONDITIONS: Mapping[str, Condition] = MappingProxyType(_CONDITIONS)


def condition(
    *, may_fail: str = "", hides: tuple[str, ...] = (), run_with: tuple[str, ...] = ()
) -> Callable[[Apply], Apply]:
    """Adds the decorated function under its own name, dashes for underscores; its docstring is the description.

    Raises `ValueError` for a name that is taken, or a function without docstring.
    """

    def add(function: Apply) -> Apply:
        name = function.__name__.replace("_", "-")
        description = " ".join((inspect.getdoc(function) or "").split())
        if name in _CONDITIONS or not description:
            raise ValueError(f"the condition {name} has no description, or its name is taken")
        _CONDITIONS[name] = Condition(name, description, may_fail, hides, run_with, function)
        return function

    return add


def around(names: Iterable[str]) -> Apply:
    """What lays conditions around an endpoint, in the catalogue's order; raises `ValueError` for unknown ones."""
    chosen = frozenset(names)
    if unknown := sorted(chosen - CONDITIONS.keys()):
        nearest = difflib.get_close_matches(unknown[0], CONDITIONS, n=3, cutoff=0.3)
        named = f"the nearest are {', '.join(nearest) or 'none'} (--with; serve --list-conditions)"
        raise ValueError(f"there is no condition {unknown[0]!r}; {named}")

    def apply(parts: Parts) -> Parts:
        for name, one in CONDITIONS.items():
            parts = one.apply(parts) if name in chosen else parts
        return parts

    return apply


def every(times: int, first: int) -> Callable[[], bool]:
    """What is true each so many `times` that it is asked, for the first time when it is asked the `first` time."""
    asked = [times - first]

    def turn() -> bool:
        asked[0] += 1
        return asked[0] % times == 0

    return turn


def since_first(parts: Parts) -> Callable[[], float]:
    """What tells the seconds since it was asked for the first time."""
    clock = parts.store.clock
    first: list[datetime] = []

    def passed() -> float:
        first[:] = first or [clock()]
        return (clock() - first[0]).total_seconds()

    return passed


def living(store: Store) -> Iterator[tuple[Route, Object]]:
    """Routes and objects that are not being deleted."""
    return ((route, stored) for route, stored in store.items() if "deletionTimestamp" not in stored["metadata"])


def is_editor(parts: Parts, request: Request) -> bool:
    """Whether the request carries the token of who may do everything, in whatever header."""
    return any(value.removeprefix("Bearer ") == parts.options.token for value in request.headers.values())
