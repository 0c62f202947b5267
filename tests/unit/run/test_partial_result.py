"""Partial results of any number of processes as one: nothing is lost, and who is asked first does not matter."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

from hypothesis import given
from hypothesis import strategies as st

from contracts.run.partial_result import PartialResult, merge
from tests.unit.run.results import PARTS

LISTS = st.lists(PARTS, max_size=4)


def test_no_process_has_seen_nothing() -> None:
    assert merge([]) == PartialResult()
    assert not merge([]).opened


@given(LISTS, LISTS)
def test_parts_of_parts_are_parts(left: list[PartialResult], right: list[PartialResult]) -> None:
    assert merge([merge(left), merge(right)]) == merge([*left, *right])


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_the_order_of_the_processes_does_not_matter(parts: list[PartialResult]) -> None:
    assert merge(parts[::-1]) == merge(parts)


@given(LISTS)
def test_everything_is_counted(parts: list[PartialResult]) -> None:
    whole = merge(parts)
    for name in ("requests", "judged", "positive.sent", "positive.accepted"):
        value = attrgetter(name)
        assert value(whole) == sum(map(value, parts))
    for name in ("witnessed", "deselected", "gaps.statuses", "gaps.fields"):
        values = attrgetter(name)
        assert set(values(whole)) == {one for part in parts for one in values(part)}
    assert sum(whole.statuses.values()) == sum(sum(part.statuses.values()) for part in parts)
    assert whole.coverage.replacements == sum(part.coverage.replacements for part in parts)
    answers = [sum(one.values()) for part in parts for one in part.latency.values()]
    assert sum(sum(one.values()) for one in whole.latency.values()) == sum(answers)
    assert (whole.opened, whole.gave_up) == (any(p.opened for p in parts), any(p.gave_up for p in parts))
    assert set(whole.coverage.values.get(0, ())) == {mark for p in parts for mark in p.coverage.values[0]}


@given(LISTS, st.integers(0, 3))
def test_the_error_of_one_process_is_the_run_s(parts: list[PartialResult], place: int) -> None:
    some = [replace(part, error="it is gone") if number == place else part for number, part in enumerate(parts)]
    assert merge(some).error == ("it is gone" if place < len(parts) else "")
