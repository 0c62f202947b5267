"""Whether an object is at work, by the conditions that the specification names."""

from __future__ import annotations

import pytest

from contracts.jsonvalue.paths import Json
from contracts.resource.adoption_guard import ConsentMissing, at_work, check_consent
from contracts.spec.contract import ActivityConditions, Contract

ACTIVITY = ActivityConditions("status.phases", frozenset({"Done"}), {"Busy": "is busy", "New": "is new"})


def phases(**true: bool) -> Json:
    return {"status": {"phases": [{"type": name, "status": str(value)} for name, value in true.items()]}}


@pytest.mark.parametrize(
    ("live", "why"),
    [
        (phases(New=True, Busy=True), "is busy"),
        (phases(New=True, Busy=False), "is new"),
        (phases(New=True, Busy=True, Done=True), None),
        (phases(Other=True), None),
        ({"status": {"conditions": [{"type": "Busy", "status": "True"}]}}, None),
        ({"status": {"phases": "odd"}}, None),
        ({}, None),
    ],
)
def test_the_conditions_of_the_specification_decide(live: Json, why: str | None) -> None:
    assert at_work(live, ACTIVITY) == why


def test_an_object_whose_activity_cannot_be_told_needs_consent() -> None:
    why = at_work({}, None)
    assert why
    with pytest.raises(ConsentMissing, match=r"^/jobs/a may be at work.*--yes allows it$"):
        check_consent("/jobs/a", why, lambda question: not question.startswith("/jobs/a may be at work"))
    check_consent("/jobs/a", why, lambda _: True)


def test_the_shipped_specification_names_its_source(contract: Contract) -> None:
    assert contract.operation["x-activity"]["x-source"]["convention"]
    assert contract.activity
    assert contract.activity.ended
    assert not contract.activity.ended & contract.activity.active.keys()
