"""Which faults are excused on an adopted job: those that only show by what the run says that it left out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.prove.spared import never_sent, spared

TTL = "spec.ttlSecondsAfterFinished"
LIMITS = {TTL: {"field": TTL, "below": 100}}
SECOND = "a second object"


def record(outcome: str, changes: list[Any], left_out: list[str] | None = None) -> Any:
    findings = [{"id": str(number), "change": [one]} for number, one in enumerate(changes)]
    ids = [one["id"] for one in findings]
    case = {"id": "case", "outcome": outcome, "findings": ids, "notTried": left_out or []}
    rows = [{"id": "r", "findings": findings, "cases": [case], "notTried": left_out or []}]
    return {"requirements": rows, "observed": {"notTried": [{"field": TTL, "below": 100}]}}


def test_what_is_left_out_by_name_excuses_the_finding_about_it() -> None:
    own = record("failed", [ttl(200)])
    own["requirements"][0]["findings"][0]["rule"] = "spellings[an ending behind the name, a denied one]"
    assert never_sent(own, record("passed", [], ["an ending behind the name (.json)"]), ["r"])
    assert not never_sent(own, record("passed", [], ["a query (x)"]), ["r"])


@pytest.mark.parametrize(
    ("paths", "excused"),
    [
        (["labels/a.example~1x", "labels/b.example~1y"], True),
        (["labels/a.example~1x", "labels/plain"], False),
        (["labels/a.example~1x", "annotations/b.example~1y"], False),
    ],
)
def test_keys_with_prefixes_that_are_left_out_excuse_what_only_they_show(paths: list[str], excused: bool) -> None:
    own = record("failed", [])
    changes = [{"op": "remove", "path": "/metadata/labels/plain"}]
    changes += [{"op": "add", "path": f"/metadata/{path}", "value": "1"} for path in paths]
    own["requirements"][0]["findings"] = [{"id": "0", "rule": "replaceable-fields", "change": changes}]
    own["requirements"][0]["cases"][0]["findings"] = ["0"]
    left_out = ["metadata.labels: keys with reserved prefixes"]
    assert bool(never_sent(own, record("passed", [], left_out), ["r"])) is excused


def test_a_skipped_case_is_found_with_another_requirement() -> None:
    own, adopted = record("failed", [ttl(200)]), record("skipped", [], [SECOND])
    own["requirements"].append({**own["requirements"][0], "id": "s"})
    adopted["requirements"].append({"id": "s", "findings": [], "cases": []})
    assert never_sent(own, adopted, ["s"]) == (SECOND,)


def ttl(value: int) -> Any:
    return {"op": "replace", "path": "/spec/ttlSecondsAfterFinished", "value": value}


def test_what_is_left_out_excuses_what_only_it_shows() -> None:
    own = record("failed", [ttl(0)])
    assert never_sent(own, record("passed", [], [TTL]), ["r"]) == (TTL,)
    assert never_sent(own, record("skipped", [], [SECOND]), ["r"]) == (SECOND,)


def test_what_was_sent_or_is_not_said_to_be_left_out_excuses_nothing() -> None:
    assert not never_sent(record("failed", [ttl(0), ttl(200)]), record("passed", [], [TTL]), ["r"])
    assert not never_sent(record("failed", [ttl(0)]), record("passed", []), ["r"])
    assert not never_sent(record("failed", [ttl(0)]), record("skipped", []), ["r"])
    assert not never_sent(record("passed", []), record("passed", [], [TTL]), ["r"])


@pytest.mark.parametrize(
    ("field", "operation", "expected"),
    [
        (TTL, {"op": "remove", "path": "/spec/ttlSecondsAfterFinished"}, True),
        (TTL, ttl(99), True),
        (TTL, ttl(100), False),
        (TTL, {"op": "remove", "path": "/spec"}, True),
        (TTL, {"op": "replace", "path": "/spec", "value": {"ttlSecondsAfterFinished": 99}}, True),
        (TTL, {"op": "replace", "path": "/spec", "value": {"ttlSecondsAfterFinished": 100}}, False),
        ("metadata.finalizers", {"op": "add", "path": "/metadata/finalizers/0", "value": "a"}, True),
        ("metadata.finalizers", {"op": "add", "path": "/metadata/labels/finalizers", "value": "a"}, False),
    ],
)
def test_only_what_is_beyond_a_limit_is_spared(field: str, operation: Any, expected: bool) -> None:
    assert spared(field, operation, LIMITS) is expected
