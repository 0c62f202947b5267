"""What runs are made against: faults, conformant modes, conditions, adopted jobs, and some of these together. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from contracts.reference.conditions import CONDITIONS
from contracts.reference.options import Immutability
from tests.faults.catalogue import FAULTS, UPDATE_FAULTS

EVERY = {**FAULTS, **UPDATE_FAULTS}


class Part(StrEnum):
    """The parts of the proof, by the names of their tables in docs."""

    FAULTS = "proof"
    CONDITIONS = "conditions"
    ADOPTED = "adopted"


@dataclass(frozen=True)
class Subject:
    """What a run is made against: a fault, or (with none) a conformant endpoint; its options; the seed.

    `conditions`: in which the endpoint stands. `adopt`: whether the run adopts somebody's job. `spec`: the derived
    specification that is served and judged, empty for the one that ships.
    """

    fault: str | None
    options: tuple[str, ...]
    seed: int
    conditions: tuple[str, ...] = ()
    adopt: bool = False
    spec: str = ""

    @property
    def name(self) -> str:
        """The subject in a table."""
        words = [self.fault or " ".join(option.lstrip("-") for option in self.options) or "conformant"]
        words += [f"with {', '.join(self.conditions)}"] if self.conditions else []
        return " ".join([*words, "(adopted)"] if self.adopt else words)

    @property
    def part(self) -> Part:
        """The part of the proof that it belongs to."""
        if self.adopt and self.conditions == ("operator",):
            return Part.ADOPTED
        return Part.CONDITIONS if self.conditions else Part.FAULTS

    @property
    def allowed(self) -> frozenset[str]:
        """The requirements that may fail under the conditions."""
        return frozenset(CONDITIONS[name].may_fail for name in self.conditions) - {""}

    @property
    def breaks(self) -> tuple[str, ...]:
        """The requirements of which at least one has to fail: what would fail without the fault too does not count."""
        broken = EVERY[self.fault].breaks if self.fault else ()
        hidden = {requirement for name in self.conditions for requirement in CONDITIONS[name].hides}
        return tuple(one for one in broken if one not in self.allowed | hidden)


def _sample(sample: int, first: int) -> Iterator[tuple[int, str]]:
    return ((number, name) for number, name in enumerate(sorted(FAULTS)) if number % sample == first)


def faults(sample: int, first: int, spec: str = "", *, update: bool = False) -> Iterator[Subject]:
    """Every `sample`th fault; where updates are judged, also every one that only they can have."""
    own = enumerate(sorted(UPDATE_FAULTS) if update else ())
    return (Subject(name, (), number, spec=spec) for number, name in (*own, *_sample(sample, first)))


def modes(seeds: int, spec: str = "") -> Iterator[Subject]:
    """Every conformant mode, with and without a controller, `seeds` times each."""
    for seed in range(seeds):
        for number, mode in enumerate(Immutability):
            controller = ("--controller=0.05",) if (seed + number) % 2 else ()
            yield Subject(None, (f"--immutability={mode}", *controller), 1000 + seed, spec=spec)


def conditions() -> Iterator[Subject]:
    """Every conformant mode in every condition."""
    for number, name in enumerate(CONDITIONS):
        for mode in Immutability:
            yield Subject(None, (f"--immutability={mode}",), 2000 + number, (name,), name == "create-forbidden")


def conditions_with_faults(sample: int, first: int) -> Iterator[Subject]:
    """In every condition every `sample`th fault, other ones in each, but for those that it hides."""
    for number, name in enumerate(CONDITIONS):
        for seed, fault in _sample(sample, (first + number) % sample):
            subject = Subject(fault, (), seed, (name,), name == "create-forbidden")
            if subject.breaks:
                yield subject


def adopted(sample: int, first: int) -> Iterator[Subject]:
    """Every `sample`th fault, and every conformant mode, with an adopted job beside an operator."""
    for number, name in _sample(sample, first):
        yield Subject(name, (), number, ("operator",), adopt=True)
    for mode in Immutability:
        yield Subject(None, (f"--immutability={mode}",), 3000, ("operator",), adopt=True)
