"""Fields that are never changed or removed (`--keep`): every object that is sent has the stored value there. Pure."""

from collections.abc import Iterable

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge.harmless import Limit


def kept(keep: Iterable[Path], live: Json, wanted: Json) -> Json:
    """The object to send with the live object's values at the paths to keep, also where their map is to be cleared.

    Where what holds a path is sent as something else than an object or a list, nothing can be kept: see `limits`.
    """
    for path in keep:
        *above, last = path
        value, holder = paths.get(live, path), paths.get(wanted, tuple(above))
        if holder in (MISSING, None) and value is not MISSING and isinstance(last, str) and above:
            if isinstance(paths.get(wanted, tuple(above[:-1])), dict):
                wanted = paths.put(wanted, tuple(above), {last: value})
        elif isinstance(holder, dict if isinstance(last, str) else list):
            wanted = paths.put(wanted, path, value)
    return wanted


def limits(keep: Iterable[Path], live: Json) -> tuple[Limit, ...]:
    """What keeps everything else from being sent there than what is stored."""
    return tuple(Limit(path, paths.get(live, path), kept=True) for path in keep)
