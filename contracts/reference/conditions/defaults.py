"""Defaults of replaceable fields that are not one constant: with each write another, made of the rest, by turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Path
from contracts.reference.conditions.condition import Parts, condition
from contracts.reference.conditions.webhooks import stamping, written
from contracts.reference.resource import Object

DEADLINE: Final[Path] = ("spec", "activeDeadlineSeconds")
RETENTION: Final[Path] = ("spec", "ttlSecondsAfterFinished")
POLICY: Final[Path] = ("spec", "cleanPodPolicy")
LONGEST: Final = 90_000


def _given(parts: Parts, path: Path, default: Callable[[Object, int], Any]) -> Parts:
    """The parts of an endpoint that gives a field its default, made of object and number of the write, where absent."""
    replaceable = {paths.parse(field) for field in parts.resource.replaceable}

    def stamp(new: Object, number: int) -> Object:
        known = path in replaceable and isinstance(paths.get(new, path[:1]), dict)
        return written(new, path, default(new, number)) if known and paths.get(new, path) is MISSING else new

    return stamping(parts, stamp)


@condition()
def default_varies(parts: Parts) -> Parts:
    """A webhook gives spec.activeDeadlineSeconds, where it is absent, less with each write."""
    return _given(parts, DEADLINE, lambda _, number: LONGEST - number)


@condition()
def default_depends(parts: Parts) -> Parts:
    """A webhook gives spec.cleanPodPolicy, where it is absent, a default by whether ttlSecondsAfterFinished is set."""
    return _given(parts, POLICY, lambda new, _: "Running" if paths.get(new, RETENTION) is MISSING else "All")


@condition()
def default_two_versions(parts: Parts) -> Parts:
    """Two releases of a webhook answer by turns, and give spec.cleanPodPolicy, where it is absent, other defaults."""
    return _given(parts, POLICY, lambda _, number: "Running" if number % 2 else "None")
