"""Whether an object may be adopted without its owner's consent, and how old it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.jsonvalue.paths import Json
from contracts.resource.adoption_guard import UNKNOWN_AGE, ConsentMissing, check_consent, greatest_age, why_to_ask
from contracts.spec.contract import ActivityConditions, Contract

ACTIVITY = ActivityConditions("status.phases", frozenset({"Done"}), {"Busy": "is busy", "New": "is new"})

UNTOLD = "may be at work, which its status.phases do not tell"


def phases(**true: bool) -> Json:
    return {"status": {"phases": [{"type": name, "status": str(value)} for name, value in true.items()]}}


@pytest.mark.parametrize(
    ("live", "why"),
    [
        (phases(New=True, Busy=True), "is busy"),
        (phases(New=True, Busy=False), "is new"),
        (phases(New=True, Busy=True, Done=True), "has ended (Done)"),
        (phases(Other=True), UNTOLD),
        ({"status": {"conditions": [{"type": "Busy", "status": "True"}]}}, UNTOLD),
        ({"status": {"phases": "odd"}}, UNTOLD),
        ({"status": {}}, None),
        ({}, None),
    ],
)
def test_the_conditions_of_the_specification_decide(live: Json, why: str | None) -> None:
    assert why_to_ask(live, ACTIVITY) == why


def test_an_object_whose_activity_cannot_be_told_needs_consent() -> None:
    why = why_to_ask({}, None)
    assert why
    with pytest.raises(ConsentMissing, match=r"^/jobs/a may be at work.*--yes allows it$"):
        check_consent("/jobs/a", why, lambda question: not question.startswith("/jobs/a may be at work"))
    check_consent("/jobs/a", why, lambda _: True)


def test_the_shipped_specification_names_its_source(contract: Contract) -> None:
    assert contract.operation["x-activity"]["x-source"]["convention"]
    assert contract.activity
    assert contract.activity.ended
    assert not contract.activity.ended & contract.activity.active.keys()


DAY = 86_400
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("created", "age"),
    [
        ("2026-02-28T23:59:00Z", 60 + DAY),
        ("2026-02-28T23:59:00", 60 + DAY),
        ("2026-03-01T01:00:00+01:00", DAY),
        ("2030-01-01T00:00:00Z", UNKNOWN_AGE),
        ("yesterday", UNKNOWN_AGE),
        (None, UNKNOWN_AGE),
    ],
)
def test_an_object_is_at_most_as_old_as_it_says_and_a_day(created: Json, age: int) -> None:
    assert greatest_age({"metadata": {"creationTimestamp": created}}, NOW, NOW) == age


@pytest.mark.parametrize(
    ("heard", "age"),
    [
        (datetime(2026, 3, 4, tzinfo=UTC), 4 * DAY),
        (datetime(2026, 2, 1, tzinfo=UTC), 1 * DAY),
        (datetime(2026, 2, 28, tzinfo=UTC), 1 * DAY),
        (None, UNKNOWN_AGE),
    ],
    ids=["ahead", "behind", "before its creation", "untold"],
)
def test_the_clock_that_is_ahead_counts(heard: datetime | None, age: int) -> None:
    assert greatest_age({"metadata": {"creationTimestamp": "2026-03-01T00:00:00Z"}}, NOW, heard) == age


@pytest.mark.parametrize(
    ("status", "days"),
    [
        ({"startTime": "2026-02-19T00:00:00Z"}, 10),
        ({"completionTime": "2026-02-19T00:00:00Z", "startTime": "2026-02-24T00:00:00Z"}, 10),
        ({"conditions": [{"lastTransitionTime": "2026-02-19T00:00:00Z"}]}, 10),
        ({"startTime": "2026-02-28T12:00:00Z"}, 1),
        ({"startTime": "0001-01-01T00:00:00Z", "message": "T", "other": None}, 1),
    ],
)
def test_a_restored_object_is_as_old_as_its_status_says(status: Json, days: int) -> None:
    live = {"metadata": {"creationTimestamp": "2026-02-28T00:00:00Z"}, "status": status}
    assert greatest_age(live, NOW, NOW) == (days + 1) * DAY
