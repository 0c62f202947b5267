"""Concurrent modification of an adopted object: foreign changes are preserved, the run aborts."""

from __future__ import annotations

from contracts.client.errors import TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json


class ConcurrentModification(TargetUnavailable):
    """The adopted object is gone, or somebody else has changed what the run changes: there is nothing to judge."""


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
