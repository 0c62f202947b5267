"""Where a finding is, without the keys that a run made up: the same in every run. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import ANY, MISSING, Json, Path
from contracts.judge.mutations import PROBE

# Members that attempts add to objects.
INVENTED: Final = frozenset({PROBE, f"{PROBE}-empty", "contractProbe"})


def stable_path(path: Path, sent: Mapping[Path, Collection[str]], own: Json) -> Path:
    """`path` with `ANY` for each key that the run made up: its probes, and the keys of maps that it alone has sent.

    `sent`: by map of the object the keys that the run has sent there. `own`: the object as it was before the run
    changed anything.
    """

    def is_made_up(place: int) -> bool:
        step = path[place]
        return step in INVENTED or (step in sent.get(path[:place], ()) and paths.get(own, path[: place + 1]) is MISSING)

    return tuple(ANY if is_made_up(place) else step for place, step in enumerate(path))
