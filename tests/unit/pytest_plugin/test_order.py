"""The order in which cases are handed out."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from contracts.pytest_plugin import xdist

COSTS = st.lists(st.integers(1, 300), max_size=60)
WORKERS = st.integers(1, 12)


def handed_out(costs: Sequence[int], workers: int) -> list[int]:
    """The cases by their number, in order."""
    return xdist.handed_out(list(enumerate(costs)), workers)


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


NAMED = st.lists(st.tuples(st.sets(st.sampled_from("abcde"), min_size=1, max_size=2), st.integers(1, 300)), max_size=40)


@given(NAMED)
def test_with_a_budget_no_requirement_waits_for_the_second_case_of_another(found: list[tuple[set[str], int]]) -> None:
    order = xdist.each_first([(number, names, costs) for number, (names, costs) in enumerate(found)])
    assert sorted(order) == list(range(len(found)))
    named = {name for names, _ in found for name in names}
    seen: set[str] = set()
    for number in order:
        names = found[number][0]
        assert seen == named or not seen.issuperset(names), "a case that brings nothing new, and some have none yet"
        if seen == named:
            break
        seen |= names


def test_with_a_budget_the_cheap_cases_come_first() -> None:
    cases = [("dear", ("a",), 90), ("cheap", ("a",), 1), ("other", ("b",), 50)]
    assert xdist.each_first(cases) == ["cheap", "other", "dear"]
