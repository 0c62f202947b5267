"""The order in which cases are handed out."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from contracts.pytest_plugin import distribution
from contracts.pytest_plugin.case_order import in_order, measured
from contracts.pytest_plugin.discovery import cases_by_requirement

COSTS = st.lists(st.integers(1, 300), max_size=60)
WORKERS = st.integers(1, 12)


def handed_out(costs: Sequence[int], workers: int) -> list[int]:
    """The cases by their number, in order."""
    return distribution.handed_out(list(enumerate(costs)), workers)


def time_taken(cases: Sequence[int], costs: Sequence[int], workers: int) -> int:
    """What pytest-xdist's `load` takes with one case at a time: two at once first, then one for each that is done."""
    waiting = list(cases)
    queues = [waiting[2 * number : 2 * number + 2] for number in range(workers)]
    del waiting[: 2 * workers]
    busy = [costs[queue[0]] if queue else 0 for queue in queues]
    while waiting:
        first = min(range(workers), key=lambda number: busy[number])
        queues[first].append(waiting.pop(0))
        queues[first].pop(0)
        busy[first] += costs[queues[first][0]]
    return max(moment + sum(costs[one] for one in queue[1:]) for moment, queue in zip(busy, queues, strict=True))


@given(COSTS, WORKERS)
def test_every_case_once(costs: list[int], workers: int) -> None:
    assert sorted(handed_out(costs, workers)) == list(range(len(costs)))


@given(COSTS, WORKERS)
def test_longest_first_and_none_of_the_longest_behind_another(costs: list[int], workers: int) -> None:
    cases = [costs[case] for case in handed_out(costs, workers)]
    first = min(workers, len(costs) // 2)
    longest, behind, others = cases[: 2 * first : 2], cases[1 : 2 * first : 2], cases[2 * first :]
    assert longest + others == sorted(longest + others, reverse=True)
    assert behind == sorted(behind)
    assert max(behind, default=0) <= min(longest + others, default=0) or not behind


@given(st.lists(st.integers(1, 300), min_size=40, max_size=80), st.integers(2, 8))
def test_no_worker_is_at_work_long_after_the_others(costs: list[int], workers: int) -> None:
    taken = time_taken(handed_out(costs, workers), costs, workers)
    assert taken <= sum(costs) / workers + 2 * max(costs)


def test_one_long_case_among_many() -> None:
    costs = [10] * 140 + [110]
    even = sum(costs) / 8
    assert time_taken(handed_out(costs, 8), costs, 8) <= 1.2 * even
    assert time_taken(range(len(costs)), costs, 8) > 1.2 * even


IDS = st.lists(st.sampled_from(["f::a", "f::b[1]", "f::b[2]", "f::c", "own::d"]), unique=True)


@given(IDS, st.permutations(["f::a", "f::b[1]", "f::b[3]", "f::c"]))
def test_with_a_budget_cases_come_as_they_were_measured(cases: list[str], order: list[str]) -> None:
    found = in_order([(name, name) for name in cases], order)
    assert sorted(found) == sorted(cases)
    known = [name for name in found if name in order]
    assert known == sorted(known, key=order.index)
    if "own::d" in found:
        assert found[0] == "own::d"
    if {"f::b[2]", "f::b[1]"} <= set(found) and order.index("f::b[1]") < order.index("f::b[3]"):
        assert abs(found.index("f::b[2]") - found.index("f::b[1]")) == 1


def test_measured_order_is_of_cases_that_there_are() -> None:
    known = {case for cases in cases_by_requirement().values() for case in cases}
    assert set(measured()) <= known
    assert len(measured()) == len(set(measured()))
