"""Guards of an adopted object, which is somebody's: consent where it is at work, abort where somebody else changes it.

A foreign change is preserved, and the run aborts.
"""

import sys
from collections.abc import Callable

from contracts.client.errors import TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.spec.contract import ActivityConditions


class ConsentMissing(Exception):
    """The object is at work and its adoption was not allowed; the message is one line that names --yes."""


class ConcurrentModification(TargetUnavailable):
    """The adopted object is gone, or somebody else has changed what the run changes: there is nothing to judge."""


def at_work(live: Json, activity: ActivityConditions | None) -> str | None:
    """Why the object counts as at work, in words; None when it does not: it has ended, or never was begun."""
    if activity is None:
        return "may be at work, which the specification does not tell (x-activity)"
    conditions = paths.get(live, paths.parse(activity.conditions))
    true = {
        one.get("type")
        for one in (conditions if isinstance(conditions, list) else [])
        if isinstance(one, dict) and one.get("status") == "True"
    }
    if true & activity.ended:
        return None
    return next((meaning for kind, meaning in activity.active.items() if kind in true), None)


def check_consent(path: str, why: str, allow: Callable[[str], bool]) -> None:
    """Raise `ConsentMissing` when the object at `path` counts as at work and `allow`, asked about it, does not."""
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


def merge_foreign_change(original: Json, before: Json, after: Json) -> Json:
    """The original with a foreign change on top: key by key in a mapping, else the foreign value."""
    if not isinstance(after, dict) or not all(isinstance(one, dict) or one is MISSING for one in (original, before)):
        return after
    was: dict[str, Json] = before if isinstance(before, dict) else {}
    kept: dict[str, Json] = dict(original) if isinstance(original, dict) else {}
    for key in was.keys() | after.keys():
        now = after.get(key, MISSING)
        if paths.same(now, was.get(key, MISSING)):
            continue
        kept.pop(key, None)
        if now is not MISSING:
            kept[key] = now
    return kept
