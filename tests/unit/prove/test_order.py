"""The order of cases that is made of what was measured, and the curve that it gives."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from tests.prove.curve import svg
from tests.prove.order import costs_of, found_by, halves, order_of, share

CASES = "abcdef"
COSTS = st.fixed_dictionaries({case: st.integers(1, 50) for case in CASES})
FOUND = st.dictionaries(st.sampled_from(CASES), st.just(1), min_size=1)
FAULTS = st.dictionaries(st.text("xyz", min_size=1, max_size=4), FOUND)


def test_most_faults_for_a_request_come_first() -> None:
    faults = {"one": {"cheap": 1, "dear": 5}, "two": {"dear": 90}, "three": {"dear": 30}, "four": {"middle": 4}}
    costs = {"dear": 100, "middle": 10, "cheap": 1, "vain": 2}
    order = order_of(faults, costs)
    assert order == ["cheap", "middle", "vain", "dear"]
    assert found_by(order, faults, costs, before=5) == [6, 10, 48, 108]
    assert share([6, 10, 48, 108], 10, of=8) == 0.25


@given(FAULTS, COSTS)
def test_every_case_once_and_every_fault_found(faults: dict[str, dict[str, int]], costs: dict[str, int]) -> None:
    order = order_of(faults, costs)
    assert sorted(order) == sorted(CASES)
    found = found_by(order, faults, costs)
    assert len(found) == len(faults)
    assert all(one <= sum(costs.values()) for one in found)


@given(FAULTS)
def test_halves_share_nothing(faults: dict[str, dict[str, int]]) -> None:
    one, other = halves(faults)
    assert {**one, **other} == faults
    assert not one.keys() & other.keys()
    assert 0 <= len(other) - len(one) <= 1


def test_requests_of_no_case_are_sent_before_the_first() -> None:
    cases = [{"id": "a", "requests": 2}, {"id": "b", "requests": 1}, {"id": "skipped", "requests": 0}]
    record = {"requests": 5, "requirements": [{"cases": cases}, {"cases": cases[:1]}]}
    assert costs_of(record) == ({"a": 2, "b": 1}, 2)


def test_picture_is_a_picture() -> None:
    root = ET.fromstring(svg({"one": ([5, 9, 7000], 4), "another": ([10], 2)}))
    assert len([one for one in root.iter() if one.get("fill") == "none"]) == 2
    assert "one (4 faults)" in {one.text for one in root.iter()}
