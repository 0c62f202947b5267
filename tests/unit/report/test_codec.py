"""Dataclasses to JSON and back, whatever a target sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report.codec import from_json, to_json
from contracts.report.files import ReportError
from contracts.report.model import Outcome, RecordedExchange, RecordedFinding, Values, Waived

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
headers = st.dictionaries(st.text(), st.text(), max_size=2)
exchanges = st.builds(
    RecordedExchange, st.text(), st.text(), headers, st.text(), st.integers(), headers, st.text(), st.floats(0, 9)
)
findings = st.builds(
    RecordedFinding,
    *(st.text() for _ in range(5)),
    st.lists(st.dictionaries(st.text(), anything, max_size=3), max_size=2).map(tuple),
    st.none() | st.builds(Waived, st.text(), st.text(), st.text()),
    values=st.builds(Values, st.lists(anything, max_size=2).map(tuple), anything, st.none() | st.integers()),
    exchange=st.none() | exchanges,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that a worker might send."""

    short_name: str
    by_status: dict[int, tuple[Outcome, ...]]
    ended_at: datetime
    rest: tuple[int, ...] = ()


SENT = Sent("a", {404: (Outcome.FAILED,), 200: ()}, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
RAW = {"shortName": "a", "byStatus": {"200": [], "404": ["failed"]}, "endedAt": "2026-01-02T03:04:05Z", "rest": []}


@given(findings)
def test_findings_survive_the_round_trip_through_text(finding: RecordedFinding) -> None:
    assert from_json(RecordedFinding, json.loads(json.dumps(to_json(finding)))) == finding


@given(anything)
def test_any_json_value_is_kept(value: object) -> None:
    assert to_json(value) == value


def test_keys_tuples_enumerations_and_times_have_their_form() -> None:
    assert to_json(SENT) == RAW
    assert list(to_json(SENT)["byStatus"]) == ["200", "404"]
    assert from_json(Sent, RAW) == SENT


def test_half_a_surrogate_is_written_as_its_escape_at_any_depth() -> None:
    text = json.dumps(to_json({"\ud800": [{"a": "\udfff"}]}), ensure_ascii=False)
    assert text.encode() == rb"""{"\\ud800": [{"a": "\\udfff"}]}"""


def test_an_absent_key_is_the_default_and_an_unknown_one_is_left_out() -> None:
    assert from_json(Sent, {**{key: RAW[key] for key in ("shortName", "byStatus", "endedAt")}, "newer": 1}) == SENT


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "text",
        {},
        {**RAW, "byStatus": {"x": []}},
        {**RAW, "byStatus": 3},
        {**RAW, "byStatus": {"200": ["fine"]}},
        {**RAW, "endedAt": "2026-02-30T00:00:00Z"},
        {**RAW, "endedAt": 5},
        {**RAW, "rest": ["one\ntwo"]},
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(wrong: object) -> None:
    with pytest.raises(ReportError) as caught:
        from_json(Sent, wrong)
    assert str(caught.value)
    assert "\n" not in str(caught.value)
