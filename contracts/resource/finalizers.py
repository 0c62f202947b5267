"""Whose finalizers an object has that is to be deleted: a controller's stand for what it has yet to free elsewhere."""

from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.spec.fields import FINALIZERS

# What a case puts there to see whether it is carried.
PROBE_FINALIZER: Final = "example.com/contract-probe"
# Seconds: how long an object is tried to be deleted, and how long controllers have to do what they are there for.
DELETION_TIMEOUT: Final = 20.0
CONTROLLERS_TIME: Final = DELETION_TIMEOUT / 2
DELETION_INTERVAL: Final = 0.2


def awaited(value: Json, waited: float) -> list[str]:
    """Which finalizers of an object its controllers still have time to remove, `waited` seconds after it was begun.

    Those that the run has put there are nobody's, nor is what is no list of texts.
    """
    held = paths.get(value, FINALIZERS)
    if waited >= CONTROLLERS_TIME or not isinstance(held, list):
        return []
    return [one for one in held if isinstance(one, str) and one != PROBE_FINALIZER]


def to_be_taken(value: Json, waited: float) -> bool:
    """Whether an object has finalizers that are not awaited."""
    held = paths.get(value, FINALIZERS)
    return held is not MISSING and bool(held) and held != awaited(value, waited)
