"""The record of a case: what it says of each requirement, and that no finding of any case is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given

from contracts.report.model import Outcome
from contracts.run.partial_result import CaseRecord, Found, merged
from tests.unit.run.results import PLAIN, WAIVER, case_records

Records = tuple[CaseRecord, ...]


@given(case_records())
def test_a_case_says_something_of_each_requirement_that_it_names_or_breaks_once(records: Records) -> None:
    for record in records:
        names = [name for name, _ in record.results()]
        assert len(set(names)) == len(names)
        assert tuple(names[: len(record.requirements)]) == record.requirements
        assert set(names) == {*record.requirements, *(one.requirement for one in record.found)}


@given(case_records())
def test_each_finding_stands_with_the_requirement_that_it_breaks(records: Records) -> None:
    for record in records:
        said = [(name, identity) for name, result in record.results() for identity in result.findings]
        assert Counter(said) == Counter((one.requirement, one.finding.id) for one in record.found)


@given(case_records())
def test_a_requirement_fails_by_what_counts_against_it_and_by_nothing_else(records: Records) -> None:
    for record in records:
        for name, result in record.results():
            waived = [one.finding.waiver is not None for one in record.found if one.requirement == name]
            expected = record.outcome
            if waived:
                expected = Outcome.WAIVED if all(waived) else Outcome.FAILED
            assert result.outcome is expected
            assert result.reason == ("" if waived else record.reason)
            assert (result.id, result.optional) == (record.id, record.optional)
            assert result.duration_seconds == record.duration_seconds


@given(case_records())
def test_a_case_counts_its_own_requests_and_those_before_its_first_finding(records: Records) -> None:
    for record in records:
        for name, result in record.results():
            assert record.began + result.requests == record.requests
            after = [one.requests for one in record.found if one.requirement == name]
            assert (result.first_finding is None) == (not after)
            assert not after or record.began + (result.first_finding or 0) == min(after)


@given(case_records())
def test_no_finding_is_lost_or_counted_twice(records: Records) -> None:
    everything = [one for record in records for one in record.found]
    counted: Counter[tuple[str, str]] = Counter()
    for one in everything:
        counted[one.requirement, one.finding.id] += one.finding.count
    found = merged(records)
    assert {(name, one.id): one.count for name, some in found.items() for one in some} == counted
    assert sum(map(len, found.values())) == len(counted)


@given(case_records())
def test_a_finding_is_shown_as_it_came_up_first_and_first_comes_first(records: Records) -> None:
    everything = sorted((one for record in records for one in record.found), key=lambda one: one.seconds)
    for name, some in merged(records).items():
        of_it = [one.finding for one in everything if one.requirement == name]
        assert [one.id for one in some] == list(dict.fromkeys(one.id for one in of_it))
        for one in some:
            first = next(each for each in of_it if each.id == one.id)
            assert replace(one, count=0) == replace(first, count=0)


@given(case_records())
def test_the_order_of_the_cases_changes_nothing(records: Records) -> None:
    assert merged(records[::-1]) == merged(records)


def test_a_finding_against_a_requirement_that_the_case_does_not_name_leaves_its_own_as_it_was() -> None:
    record = CaseRecord("test_a", ("status.200",), Outcome.PASSED, found=(Found("immutable.status", PLAIN, 1, 1.0),))
    assert {name: result.outcome for name, result in record.results()} == {
        "status.200": Outcome.PASSED,
        "immutable.status": Outcome.FAILED,
    }
    waived = replace(record, found=(Found("immutable.status", replace(PLAIN, waiver=WAIVER), 1, 1.0),))
    assert dict(waived.results())["immutable.status"].outcome is Outcome.WAIVED
