"""Whose finalizers an object has that is to be deleted: a controller's stand for what it has yet to free elsewhere."""

import sys
from functools import lru_cache
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.spec.fields import FINALIZERS

# What a case puts there to see whether it is carried.
PROBE_FINALIZER: Final = "example.com/contract-probe"
# Beside it, as a server may keep one of several.
PROBE_FINALIZERS: Final = (PROBE_FINALIZER, "example.com/contract-beside")
# Seconds: how long an object is tried to be deleted, and how long controllers have before that to do what they are
# there for: Kubernetes gives pods as long to end.
DELETION_TIMEOUT: Final = 20.0
CONTROLLERS_TIME: Final = 30.0
DELETION_INTERVAL: Final = 0.2


def others(value: Json) -> list[str]:
    """The finalizers of an object that are controllers': not what the run has put there."""
    held = paths.get(value, FINALIZERS)
    known = held if isinstance(held, list) else []
    return [one for one in known if isinstance(one, str) and one not in PROBE_FINALIZERS]


def awaited(value: Json, waited: float) -> list[str]:
    """Which finalizers of an object its controllers still have time to remove, `waited` seconds after it was begun."""
    return others(value) if waited < CONTROLLERS_TIME else []


def to_be_taken(value: Json, waited: float) -> bool:
    """Whether an object has finalizers that are not awaited."""
    held = paths.get(value, FINALIZERS)
    return held is not MISSING and bool(held) and held != awaited(value, waited)


def patience(value: Json) -> float:
    """Seconds for which an object is tried to be deleted, its controllers' time among them."""
    return DELETION_TIMEOUT + (CONTROLLERS_TIME if others(value) else 0)


@lru_cache(maxsize=1024)  # each is said once, however often it is tried
def _tell(path: str, names: tuple[str, ...]) -> None:
    said = f"{', '.join(names)} was not removed within {CONTROLLERS_TIME:.0f} s of its deletion, and is taken away"
    print(f"pytorchjob-contract: {path}: the finalizer {said}", file=sys.stderr)


def tell_taken(path: str, names: tuple[str, ...], waited: float) -> None:
    """Say on stderr which finalizers no controller has removed in time: what they stand for may not be freed."""
    if names and waited >= CONTROLLERS_TIME:
        _tell(path, names)
