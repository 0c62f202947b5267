"""The training operator, as far as it acts on what a replacement may change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.reference.conditions.condition import Parts, condition
from contracts.reference.objects import format_time
from contracts.reference.resource import Object

ENDED: Final = ("Succeeded", "Failed")
# By policy the pods, by their state, that are removed once a job has ended.
REMOVED: Final[Mapping[str, tuple[str, ...]]] = {"All": ("active", "succeeded", "failed"), "Running": ("active",)}


def reconciled(stored: Object, now: datetime, time: str) -> Object | None:
    """The job as the operator leaves it `now`, at `time` in words of the API; None where it deletes it."""
    status, policy = stored.get("status") or {}, _policy(stored)
    if not _has_ended(status) and _is_past(status.get("startTime"), policy.get("activeDeadlineSeconds"), now):
        status = _failed(status, time)
    if policy.get("suspend"):
        status = _without_pods(status, ("active",))
    if _has_ended(status):
        if _is_past(status.get("completionTime"), policy.get("ttlSecondsAfterFinished"), now):
            return None
        status = _without_pods(status, REMOVED.get(str(policy.get("cleanPodPolicy")), ()))
    return {**stored, "status": status} if status != (stored.get("status") or {}) else stored


def _policy(stored: Object) -> dict[str, Any]:
    spec = stored.get("spec") or {}
    return {**(spec.get("runPolicy") or {}), **{key: item for key, item in spec.items() if item is not None}}


def _has_ended(status: Mapping[str, Any]) -> bool:
    return any(one["type"] in ENDED and one["status"] == "True" for one in status.get("conditions") or ())


def _is_past(since: str | None, seconds: Any, now: datetime) -> bool:
    if since is None or not isinstance(seconds, int):
        return False
    try:
        return now - datetime.fromisoformat(since) >= timedelta(seconds=seconds)
    except OverflowError:
        return False


def _failed(status: Mapping[str, Any], time: str) -> dict[str, Any]:
    said = {"reason": "DeadlineExceeded", "message": "active longer than specified", "lastUpdateTime": time}
    condition = {"type": "Failed", "status": "True", "lastTransitionTime": time, **said}
    others = [{**one, "status": "False"} for one in status.get("conditions") or () if one["type"] != "Failed"]
    return {**status, "conditions": [*others, condition], "completionTime": time}


def _without_pods(status: Mapping[str, Any], states: tuple[str, ...]) -> dict[str, Any]:
    replicas = status.get("replicaStatuses") or {}
    left = {
        name: {state: 0 if state in states else count for state, count in counts.items()}
        for name, counts in replicas.items()
    }
    return {**status, "replicaStatuses": left} if replicas else dict(status)


@condition()
def operator(parts: Parts) -> Parts:
    """An operator fails jobs past their deadline, removes pods, deletes jobs past their time to live."""
    store = parts.store

    def act(now: datetime) -> None:
        for route, stored in store.items():
            left = reconciled(stored, now, format_time(now))
            if left is None:
                store.delete(route)
            elif left is not stored:
                store.put(route, left)

    store.due.append(act)
    return parts
