"""What an adopted job is never sent, told by two records: a fault's on a job of the run's own, and on an adopted one.

A fault is excused only where everything that shows it on the one is what the other says it left out. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from contracts.jsonvalue import paths

Record = Mapping[str, Any]


def never_sent(own: Record, adopted: Record, breaks: Collection[str]) -> tuple[str, ...]:
    """What the run on the adopted job has left out of what shows the fault; empty where it has sent some of it."""
    said: set[str] = set()
    limits = {one["field"]: one for one in adopted["observed"].get("notTried", ())}
    rows = {row["id"]: row for row in adopted["requirements"]}
    # A case that was skipped stands with those requirements only that it is for by name.
    anywhere = {case["id"]: case for row in rows.values() for case in row["cases"]}
    for row in own["requirements"]:
        told = {finding["id"]: finding for finding in row["findings"]}
        cases = anywhere | {case["id"]: case for case in rows[row["id"]]["cases"]}
        for case in row["cases"] if row["id"] in breaks else ():
            there = cases.get(case["id"], {"outcome": "", "notTried": ()})
            if case["outcome"] != "failed":
                continue
            if there["outcome"] == "skipped" and there.get("notTried"):
                said.update(there["notTried"])
                continue
            names = {*there.get("notTried", ()), *rows[row["id"]].get("notTried", ())}
            for name in case["findings"]:
                finding = told.get(name, {})
                changes, about = finding.get("change") or (), finding.get("rule", "")
                left = {
                    one
                    for one in names
                    if _named(one, about) or _of_keys(one, changes) or any(spared(one, op, limits) for op in changes)
                }
                if not left:
                    return ()
                said |= left
    return tuple(sorted(said))


def _named(left_out: str, about: str) -> bool:
    """Whether what was left out is no field, and is what the finding is about."""
    name = left_out.partition(" (")[0]
    return " " in name and name in about


def _of_keys(left_out: str, changes: Collection[Mapping[str, Any]]) -> bool:
    """Whether what was left out is a map of keys with prefixes (`FIELD: words`), and a change adds such keys alone."""
    field, colon, _ = left_out.partition(": ")
    above = f"/{field.replace('.', '/')}/"
    added = [one["path"].removeprefix(above) for one in changes if one["op"] == "add"]
    return bool(colon and added) and all("~1" in key and "/" not in key for key in added)


def spared(field: str, operation: Mapping[str, Any], limits: Mapping[str, Any]) -> bool:
    """Whether an operation of a JSON Patch gives a field something that an adopted job is not sent."""
    path = operation["path"].strip("/").replace("/", ".")
    value = operation.get("value")
    if field.startswith(f"{path}."):  # what is above it is replaced, or taken away with it
        value = paths.get(value, paths.parse(field.removeprefix(f"{path}.")))
    elif path != field and not path.startswith(f"{field}."):
        return False
    limit = limits.get(field, {})
    if limit.get("below") is not None and isinstance(value, int):
        return bool(value < limit["below"])
    return str(value) not in limit.get("allowed", ())
