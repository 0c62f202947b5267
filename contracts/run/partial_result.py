"""What one process of a run has observed beside its cases: values that travel between processes and merge. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import reduce
from typing import Any

from contracts.run.coverage import Tally


@dataclass(frozen=True)
class PartialResult:
    """One process's part of a run; a run in one process has one, which is all of it.

    `opened`: whether the target could be judged at all. `planned`: cases that were to be run and have not come to
    their end, with their requirements. `gave_up`: whether it stopped since nobody answers.
    """

    opened: bool = False
    url: str = ""
    requests: int = 0
    statuses: Mapping[int, int] = field(default_factory=dict)
    coverage: Tally = field(default_factory=Tally)
    latency: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    treatment: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gap_statuses: tuple[int, ...] = ()
    gap_fields: tuple[str, ...] = ()
    judged: int = 0
    positive_sent: int = 0
    positive_accepted: int = 0
    witnessed: tuple[str, ...] = ()
    planned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deselected: tuple[str, ...] = ()
    error: str = ""
    gave_up: bool = False


def merge(parts: Iterable[PartialResult]) -> PartialResult:
    """All parts of a run as one."""
    return reduce(add, parts, PartialResult())


def add(one: Any, other: Any) -> Any:
    """Two values of one type as one: numbers are added, maps and dataclasses merged key by key, lists united in order.

    Of flags one that is set counts, of texts the first that is not empty.
    """
    if is_dataclass(one) and not isinstance(one, type):
        return type(one)(**{part.name: add(getattr(one, part.name), getattr(other, part.name)) for part in fields(one)})
    if isinstance(one, Mapping):
        return {**one, **{key: add(one[key], value) if key in one else value for key, value in other.items()}}
    if isinstance(one, tuple):
        return tuple(sorted({*one, *other}))
    return one + other if type(one) is int else one or other
