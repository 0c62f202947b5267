"""What the server counts: generation with each change of spec, resourceVersion with each change."""

from __future__ import annotations

import pytest

from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules
from contracts.judge.model import Replacement
from tests.unit.judge.replacements import (
    CHANGED,
    DEADLINE,
    LABELS,
    LIVE,
    accepted,
    answer,
    found_by,
    judged,
    put,
    refused,
    said,
    stored_after,
)


@pytest.mark.parametrize(
    ("spec_changed", "generation", "requirement"),
    [
        (True, 3, ""),
        (True, 2, "concurrency.generation"),
        (True, 4, "concurrency.generation"),
        (True, 1, "concurrency.generation"),
        (True, 3.0, "concurrency.generation"),
        (True, MISSING, "concurrency.generation"),
        (False, 2, ""),
        (False, 3, "concurrency.generation"),
        (False, MISSING, "concurrency.generation"),
        (False, 99, "immutable.identity"),
        (True, 99, "immutable.identity"),
    ],
)
def test_generation(spec_changed: bool, generation: Json, requirement: str) -> None:
    sent = put(CHANGED if spec_changed else put(LIVE, LABELS, {}), "metadata.generation", 99)
    after = put(stored_after(LIVE, sent), "metadata.generation", generation)
    found = found_by(rules.generation, accepted(sent, after))
    assert [one.requirement for one in found] == ([requirement] if requirement else [])
    assert all(one.expected.values == (3 if spec_changed else 2,) for one in found)


def test_generation_kept_is_no_sign_that_the_clients_was_taken() -> None:
    after = put(CHANGED, "metadata.resourceVersion", "2")
    [one] = found_by(rules.generation, accepted(CHANGED, after))
    assert one.requirement == "concurrency.generation"


def test_a_refusal_that_counts_has_changed_something() -> None:
    was, after = LIVE, put(LIVE, "metadata.generation", 3)
    counted = Replacement(was, CHANGED, answer(422, {}), after)
    found = found_by(rules.generation, counted)
    assert [one.requirement for one in found] == ["concurrency.generation", "status.refusal-changes-nothing"]
    assert {(one.observed.status, one.observed.value) for one in found} == {(422, 3)}
    stored = put(CHANGED, "metadata.generation", 5)
    [one] = found_by(rules.generation, Replacement(was, CHANGED, answer(422, {}), stored))
    assert one.requirement == "concurrency.generation"


def test_a_target_without_generations_is_not_asked_to_count() -> None:
    was = put(LIVE, "metadata.generation", MISSING)
    after = put(was, DEADLINE, 3)
    assert found_by(rules.generation, Replacement(was, after, answer(200, after), after)) == []
    assert found_by(rules.generation, Replacement(LIVE, LIVE, answer(200, LIVE), MISSING)) == []


def test_generation_is_not_judged_by_the_page_alone() -> None:
    wrong = accepted(CHANGED, put(CHANGED, "metadata.resourceVersion", "2"))
    assert judged(wrong) == [("concurrency.generation", "metadata.generation")]
    assert judged(wrong, "document") == []


@pytest.mark.parametrize(
    ("stored", "shown", "where"),
    [
        ("9", "9", []),
        ("72519846", "9", ["stored"]),
        ("9", "72519846", ["answered"]),
        ("72519846", "72519846", ["stored", "answered"]),
    ],
)
def test_version_advances(stored: str, shown: str, where: list[str]) -> None:
    after, answered = (put(CHANGED, "metadata.resourceVersion", value) for value in (stored, shown))
    found = found_by(rules.version, accepted(CHANGED, after, shown=answered))
    assert [one.requirement for one in found] == ["concurrency.version-advances"] * len(where)
    assert [one.observed.seen for one in found] == where
    assert all(f"the {one.observed.seen} resourceVersion" in said(one).message for one in found)


def test_version_need_not_advance_when_nothing_changed() -> None:
    assert found_by(rules.version, accepted(LIVE)) == []
    only_status = put(LIVE, "status.startTime", "2030")
    assert found_by(rules.version, accepted(LIVE, only_status)) == []
    assert found_by(rules.version, refused(CHANGED, CHANGED)) == []
    assert found_by(rules.version, accepted(CHANGED, MISSING, shown=LIVE)) == []


def test_an_object_that_never_had_a_version_has_none_that_advances() -> None:
    was, after = (put(value, "metadata.resourceVersion", MISSING) for value in (LIVE, CHANGED))
    replacement = Replacement(was, after, answer(200, after), after)
    assert len(found_by(rules.version, replacement)) == 2
