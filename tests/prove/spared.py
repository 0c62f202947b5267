"""What an adopted job is never sent, told by two records: a fault's on a job of the run's own, and on an adopted one.

A fault is excused only where everything that shows it on the one is what the other says it left out. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Record = Mapping[str, Any]


def never_sent(own: Record, adopted: Record, breaks: Collection[str]) -> tuple[str, ...]:
    """What the run on the adopted job has left out of what shows the fault; empty where it has sent some of it."""
    said: set[str] = set()
    limits = {one["field"]: one for one in adopted["observed"].get("notTried", ())}
    rows = {row["id"]: row for row in adopted["requirements"]}
    for row in own["requirements"]:
        told = {finding["id"]: finding for finding in row["findings"]}
        cases = {case["id"]: case for case in rows[row["id"]]["cases"]}
        for case in row["cases"] if row["id"] in breaks else ():
            there = cases.get(case["id"], {"outcome": "", "notTried": ()})
            if case["outcome"] != "failed":
                continue
            if there["outcome"] == "skipped" and there.get("notTried"):
                said.update(there["notTried"])
                continue
            names = {*there.get("notTried", ()), *rows[row["id"]].get("notTried", ())}
            for name in case["findings"]:
                left = {one for one in names if any(spared(one, op, limits) for op in _changes(told.get(name)))}
                if not left:
                    return ()
                said |= left
    return tuple(sorted(said))


def spared(field: str, operation: Mapping[str, Any], limits: Mapping[str, Any]) -> bool:
    """Whether an operation of a JSON Patch gives a field something that an adopted job is not sent."""
    path = operation["path"].strip("/").replace("/", ".")
    if path != field and not path.startswith(f"{field}."):
        return False
    limit, value = limits.get(field, {}), operation.get("value")
    if limit.get("below") is not None and isinstance(value, int):
        return bool(value < limit["below"])
    return str(value) not in limit.get("allowed", ())


def _changes(finding: Mapping[str, Any] | None) -> Collection[Mapping[str, Any]]:
    return (finding or {}).get("change") or ()
