"""Guards of an adopted object, which is somebody's: consent where it is at work, abort where somebody else changes it.

A foreign change is preserved, and the run aborts.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from contracts.client.errors import TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.report.error_kinds import ErrorKind
from contracts.spec.contract import ActivityConditions
from contracts.spec.fields import CREATED, STATUS

# Nobody's clock is wrong by more, and no run takes longer.
CLOCK_MARGIN: Final = timedelta(days=1)
NO_TIME_BEFORE: Final = 1970
# More than any field can hold.
UNKNOWN_AGE: Final = 2**63


class ConsentMissing(Exception):
    """The object's owner may not want it changed, and nobody allows it; the message is one line that names --yes."""


class ConcurrentModification(TargetUnavailable):
    """The adopted object is gone, or somebody else has changed what the run changes: there is nothing to judge."""

    kind = ErrorKind.CONCURRENT_MODIFICATION


class ObjectDamaged(TargetUnavailable):
    """The adopted object is not as it was, and the target does not take it back: nothing more is sent to it."""

    kind = ErrorKind.DAMAGED


class StoredLate(ObjectDamaged):
    """The adopted object came to hold what the run had sent, and the target had not taken; `changes` tells where."""

    def __init__(self, message: str, changes: Sequence[Difference]) -> None:
        super().__init__(message)
        self.changes = tuple(changes)


class HarmfulReplacement(Exception):
    """The replacement would let a controller end or delete the adopted object; the message names the `fields`."""

    def __init__(self, message: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields


def why_to_ask(live: Json, activity: ActivityConditions | None) -> str | None:
    """Why the object's owner has to allow its adoption, in words; None where no controller has ever touched it.

    One that has ended counts, too: what it is sent decides when it is deleted.
    """
    if activity is None:
        return "may be at work, which the specification does not tell (x-activity)"
    path = paths.parse(activity.conditions)
    if paths.get(live, path[:-1]) in (MISSING, None, {}):
        return None
    if by := ended(live, activity):
        return f"has ended ({', '.join(sorted(by))})"
    true = _true(live, activity)
    active = (meaning for kind, meaning in activity.active.items() if kind in true)
    return next(active, f"may be at work, which its {activity.conditions} do not tell")


def ended(live: Json, activity: ActivityConditions) -> frozenset[str]:
    """The conditions by which an object tells that it has ended; none where it has not."""
    return _true(live, activity) & activity.ended


def _true(live: Json, activity: ActivityConditions) -> frozenset[str]:
    """The types of an object's conditions that are true."""
    conditions = paths.get(live, paths.parse(activity.conditions))
    known = conditions if isinstance(conditions, list) else []
    return frozenset(str(one.get("type")) for one in known if isinstance(one, dict) and one.get("status") == "True")


def greatest_age(live: Json, now: datetime, heard: datetime | None) -> int:
    """Seconds that the object is old, and a day; where that cannot be told, more than anything is old.

    It counts from the earliest time that it tells of itself: a controller counts from the beginning or the end that
    status tells, which of a restored object may be long before it was created. `now`: by our clock, UTC. `heard`: by
    the clock of the target, by which its controllers act; the later one counts. Where it does not tell the time (RFC
    9110, 6.6.1), nobody knows how wrong ours is; what was created later than now tells that it is, and not by how much.
    """
    created = _time(paths.get(live, CREATED))
    if heard is None or created is None:
        return UNKNOWN_AGE
    now = max(now, heard)
    if created > now:
        return UNKNOWN_AGE
    told = [time for _, value in paths.walk(paths.get(live, STATUS)) if (time := _time(value)) is not None]
    return int((now - min([created, *told]) + CLOCK_MARGIN).total_seconds())


def _time(value: Json) -> datetime | None:
    """The time that a text tells, with its day; None for what tells none, and for the zero of a Go program."""
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        time = datetime.fromisoformat(value)
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        return time if time.year > NO_TIME_BEFORE else None
    except (ValueError, OverflowError):
        return None


def check_consent(path: str, why: str, allow: Callable[[str], bool]) -> None:
    """Raise `ConsentMissing` when `allow`, asked about the object at `path`, does not."""
    what = f"{path} {why}, and a run replaces its fields many times before it puts them back"
    if not allow(f"{what}. Adopt it? [y/N] "):
        raise ConsentMissing(f"{what}; --yes allows it")


def ask(text: str) -> bool:
    """The answer of the person at the terminal; no where there is none."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(text)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def is_converted(was: Json, now: Json, sent: Json) -> bool:
    """Whether a map differs from before in nothing but keys to which a request gave another value, or took away.

    What a target makes of such a value, of a number where a text is meant, is its own and no other writer's.
    """
    if not (isinstance(now, dict) and isinstance(sent, dict)):
        return False
    before: dict[str, Json] = was if isinstance(was, dict) else {}
    keys = before.keys() | now.keys()
    changed = {key for key in keys if not paths.same(before.get(key, MISSING), now.get(key, MISSING))}
    given = {key for key in changed if not paths.same(before.get(key, MISSING), sent.get(key, MISSING))}
    return changed == given and all((key in now) == (key in sent) for key in changed)


def _nothing_sent(_place: Path, _value: Json) -> bool:
    return False


def merge_foreign_change(
    original: Json, before: Json, after: Json, was_sent: Callable[[Path, Json], bool] = _nothing_sent
) -> Json:
    """The original with a foreign change on top: key by key in a mapping, else the foreign value.

    `was_sent`: whether the run itself has sent a value in place of the whole, or of a key; that is no foreign one.
    """
    if not isinstance(after, dict) or not all(isinstance(one, dict) or one is MISSING for one in (original, before)):
        return original if was_sent((), after) else after
    was: dict[str, Json] = before if isinstance(before, dict) else {}
    kept: dict[str, Json] = dict(original) if isinstance(original, dict) else {}
    for key in was.keys() | after.keys():
        now = after.get(key, MISSING)
        if paths.same(now, was.get(key, MISSING)) or was_sent((key,), now):
            continue
        kept.pop(key, None)
        if now is not MISSING:
            kept[key] = now
    return kept
