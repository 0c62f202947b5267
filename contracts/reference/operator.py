"""An operator beside the store, as real environments have one: it acts on what the fields of a job mean.

A job that is active for longer than its deadline fails; of one that has ended, the pods that the clean-up policy names
are gone, and after its time to live the job is (Kubeflow Training Operator v1, RunPolicy). A suspended one has no pods.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

Object = dict[str, Any]

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
