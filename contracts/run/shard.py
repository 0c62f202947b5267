"""The part of a fleet that one of several machines judges: every N-th endpoint of the file. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from contracts.settings.config_file import SettingsError

# Kubernetes sets it in each pod of an Indexed Job.
INDEX_VARIABLE: Final = "JOB_COMPLETION_INDEX"
# Digits as int() takes them, and no more than any fleet has.
NUMBER: Final = "[0-9]{1,6}"
GIVEN: Final = re.compile(rf"(?:(?P<index>{NUMBER})/)?(?P<count>{NUMBER})")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` parts, the first of which has the index 0."""

    index: int
    count: int

    def of(self, items: Sequence[T]) -> tuple[T, ...]:
        """Every `count`-th of the items, from the one with this index on."""
        return tuple(items[self.index :: self.count])

    @property
    def label(self) -> str:
        """A part of a file's name, another one for every shard."""
        return f"{self.index}-of-{self.count}"

    def __str__(self) -> str:
        return f"shard {self.index}/{self.count}"


def read(given: str, environment: Mapping[str, str]) -> Shard:
    """The shard that `I/N` names, or `N` with I from the environment; raises `SettingsError` for anything else."""
    found = GIVEN.fullmatch(given)
    if not found:
        raise SettingsError(f"--shard: expected I/N, or N with I from {INDEX_VARIABLE}, found {given!r}")
    index, origin = found["index"], "--shard"
    if index is None:
        origin = INDEX_VARIABLE
        if origin not in environment:
            raise SettingsError(f"--shard: {given} needs the variable {origin}, or write I/{given}")
        index = environment[origin]
        if not re.fullmatch(NUMBER, index):
            raise SettingsError(f"{origin}: expected a whole number, found {index!r} (--shard)")
    shard = Shard(int(index), int(found["count"]))
    if shard.count < 1:
        raise SettingsError("--shard: expected at least 1 shard")
    if shard.index >= shard.count:
        raise SettingsError(f"{origin}: of {shard.count} shards the last is {shard.count - 1}, found {shard.index}")
    return shard
