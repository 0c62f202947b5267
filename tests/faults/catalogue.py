"""The catalogue itself: what a fault is, how a module adds one, how one is found by its name."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource


@dataclass(frozen=True)
class Endpoint:
    """A conformant endpoint that is about to be broken: its steps, what it serves, how it was asked to behave."""

    steps: Behaviour
    resource: Resource
    options: ReferenceOptions


@dataclass(frozen=True)
class Fault:
    """One mistake of an implementer.

    `breaks`: ids of requirements, the most specific first, of which at least one must fail; `apply`: from the steps
    of a conformant endpoint to those of one that makes the mistake.
    """

    name: str
    breaks: tuple[str, ...]
    description: str
    apply: Callable[[Behaviour, Resource, ReferenceOptions], Behaviour]


Break = Callable[[Endpoint], Behaviour]
_FAULTS: dict[str, Fault] = {}
_UPDATE_FAULTS: dict[str, Fault] = {}
# Those that an endpoint can have that replaces objects, and those that only one has that takes merge patches.
FAULTS: Mapping[str, Fault] = MappingProxyType(_FAULTS)
UPDATE_FAULTS: Mapping[str, Fault] = MappingProxyType(_UPDATE_FAULTS)


def fault(*breaks: str, of_update: bool = False) -> Callable[[Break], Break]:
    """Adds the decorated function to the catalogue under its own name, dashes for underscores.

    Its docstring is the description. Raises `ValueError` for a name that is taken, or a function without docstring.
    """
    known = _UPDATE_FAULTS if of_update else _FAULTS

    def add(function: Break) -> Break:
        name = function.__name__.replace("_", "-")
        description = inspect.getdoc(function)
        if name in {**FAULTS, **UPDATE_FAULTS} or not description:
            raise ValueError(f"the fault {name} has no description, or its name is taken")
        known[name] = Fault(name, breaks, description, lambda *parts: function(Endpoint(*parts)))
        return function

    return add


def faulty(name: str) -> Callable[[Resource, ReferenceOptions], Behaviour]:
    """What `ReferenceEndpoint` takes as `behaviour` to have one fault of the catalogue.

    Each call of the result has a memory of its own. Raises `ValueError` naming the nearest faults for an unknown
    one.
    """
    every = {**FAULTS, **UPDATE_FAULTS}
    if name not in every:
        nearest = difflib.get_close_matches(name, every, n=3, cutoff=0.3)
        raise ValueError(f"there is no fault {name!r}; the nearest are {', '.join(nearest) or 'none'}")
    chosen = every[name]
    return lambda resource, options: chosen.apply(conformant(resource, options), resource, options)
