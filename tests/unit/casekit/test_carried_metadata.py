"""What an object must still hold behind a replacement that carried it."""

from __future__ import annotations

from typing import Any

from contracts.casekit.carried_metadata import missing

OWNER = {"apiVersion": "v1", "kind": "Owner", "name": "o", "uid": "u"}
WANTED: dict[str, list[Any]] = {"metadata.finalizers": ["example.com/a"], "metadata.ownerReferences": [OWNER]}


def test_what_is_carried_may_stand_among_others() -> None:
    metadata = {"finalizers": ["example.com/other", "example.com/a"], "ownerReferences": [OWNER, {**OWNER, "uid": "w"}]}
    assert missing({"metadata": metadata}, WANTED) == []


def test_what_is_lost_or_changed_is_missing() -> None:
    assert missing({"metadata": {"finalizers": ["example.com/a"]}}, WANTED) == ["metadata.ownerReferences"]
    assert missing({"metadata": {"finalizers": [], "ownerReferences": [OWNER]}}, WANTED) == ["metadata.finalizers"]
    changed = {"finalizers": ["example.com/a"], "ownerReferences": [{**OWNER, "uid": "w"}]}
    assert missing({"metadata": changed}, WANTED) == ["metadata.ownerReferences"]
    assert missing({"metadata": {"finalizers": "example.com/a"}}, WANTED) == list(WANTED)
