"""One version, one content."""

from __future__ import annotations

from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.judge.model import Replacement, Response, Scope
from contracts.judge.versions import VersionMemory
from contracts.spec.load import load_contract

SCOPE = Scope(load_contract(), "kubernetes")


def held(version: str, text: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"uid": "u", "resourceVersion": version, "annotations": {"a": text}}, **more}


def test_a_version_with_other_content_is_noticed_whatever_came_between() -> None:
    memory = VersionMemory(SCOPE)
    assert [memory.repeats(one) for one in (held("1", "a"), held("2", "b"), held("1", "a"), held("1", "c"))] == [
        False,
        False,
        False,
        True,
    ]


def test_what_controllers_write_and_other_objects_do_not_count() -> None:
    memory = VersionMemory(SCOPE)
    memory.repeats(held("1", "a"))
    assert not memory.repeats(held("1", "a", status={"phase": "Running"}))
    assert not memory.repeats(paths.put(held("1", "b"), ("metadata", "uid"), "another"))
    assert not memory.repeats({"metadata": {}})
    assert not memory.repeats(MISSING)


def test_a_version_that_did_not_move_is_left_to_another_rule() -> None:
    memory, answer = VersionMemory(SCOPE), Response(200, {}, b"{}")
    memory.repeats(held("1", "a"))
    memory.repeats(held("2", "b"))
    assert not list(memory.findings(Replacement(held("2", "b"), held("2", "c"), answer, held("2", "c"))))
    (found,) = memory.findings(Replacement(held("2", "b"), held("2", "c"), answer, held("1", "c")))
    assert (found.requirement, found.observed.value) == ("concurrency.version-advances", "1")
