"""The reducer: one record, whichever processes have run the cases, and no requirement passes for want of evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.report.model import MOST_FINDINGS, Outcome, Report, RequirementResult, Verdict
from contracts.report.record import from_json, to_json
from contracts.report.trust.consistency import inconsistencies
from contracts.run import report_builder
from contracts.run.evidence import WITNESSES
from contracts.run.partial_result import CaseRecord, Found, PartialResult, merge, merged
from contracts.run.run import Run
from contracts.settings.resolve import resolve
from tests.unit.run.results import PARTS, PLAIN, REQUIREMENTS, WAIVER, case_records, planned

RUN = Run(resolve({}, {}))
EVERYTHING_SEEN = PartialResult(opened=True, requests=100, judged=50, witnessed=tuple(sorted(WITNESSES)))
Records = tuple[CaseRecord, ...]


@pytest.fixture(autouse=True, scope="module")
def no_traceability() -> Iterator[None]:
    """What every record says alike, and takes the most of its time, is left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_builder, "matrix", lambda *_: ())
        yield


def reported(part: PartialResult, records: Sequence[CaseRecord]) -> Report:
    return report_builder.report(RUN, part, records, interrupted=False)


def by_id(report: Report) -> dict[str, RequirementResult]:
    return {one.id: one for one in report.requirements}


def settled(report: Report) -> Report:
    """A report without what depends on the clock, and on the order in which cases came to their end."""
    requirements = tuple(
        replace(one, cases=tuple(sorted(one.cases, key=lambda case: case.id)), reason="") for one in report.requirements
    )
    return replace(report, requirements=requirements, finished_at=report.started_at, duration_seconds=0.0)


@settings(max_examples=25)
@given(case_records(), st.lists(PARTS, min_size=6, max_size=6), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_cases_dealt_out_to_processes_give_the_record_of_one_process(
    records: Records, observations: list[PartialResult], dealt: list[int]
) -> None:
    """What each case lets its process observe is the same; each process has planned all and ends some."""
    whole = merge(observations)
    parts, order = [], []
    for process in range(4):
        own = [number for number in range(6) if dealt[number] == process]
        mine = [record for number, record in enumerate(records) if number in own]
        left = {case: names for case, names in planned(records).items() if case not in {one.id for one in mine}}
        parts.append(replace(merge([observations[number] for number in own]), planned=left))
        order += mine
    together, alone = reported(merge(parts), order), reported(whole, records)
    assert settled(together) == settled(alone)
    for one, other in zip(together.requirements, alone.requirements, strict=True):
        told = {case.reason for case in one.cases}
        assert one.reason == other.reason or {one.reason, other.reason} <= told or len(one.findings) == MOST_FINDINGS


@settings(max_examples=30)
@given(PARTS, case_records())
def test_a_record_never_contradicts_itself(part: PartialResult, records: Records) -> None:
    report = reported(replace(part, requests=1000, positive=replace(part.positive, accepted=0)), records)
    assert inconsistencies(report) == ()
    assert from_json(to_json(report)) == report


@settings(max_examples=30)
@given(PARTS, case_records())
def test_nothing_passes_without_evidence(part: PartialResult, records: Records) -> None:
    for one in reported(part, records).requirements:
        if one.outcome is not Outcome.PASSED:
            continue
        witness = RUN.contract.requirements[one.id].witness
        assert part.judged
        assert not witness or witness in part.witnessed
        assert Outcome.PASSED in {case.outcome for case in one.cases}
        assert {case.outcome for case in one.cases} <= {Outcome.PASSED, Outcome.SKIPPED}
        assert not one.findings


@settings(max_examples=30)
@given(PARTS, case_records())
def test_every_finding_fails_its_requirement_unless_all_are_waived(part: PartialResult, records: Records) -> None:
    found, results = merged(records), by_id(reported(part, records))
    for name, one in results.items():
        counting = [each for each in found.get(name, ()) if each.waiver is None]
        assert (one.outcome is Outcome.FAILED) == bool(counting)
        assert (one.outcome is Outcome.WAIVED) == bool(found.get(name) and not counting)
        shown = [each.id for each in one.findings]
        assert shown[: len(counting)] == [each.id for each in counting][:MOST_FINDINGS]
        assert len(shown) == min(len(found.get(name, ())), MOST_FINDINGS)


@settings(max_examples=25)
@given(PARTS, case_records(), st.sets(st.integers(0, 5)))
def test_a_case_that_did_not_come_to_its_end_is_an_error(
    part: PartialResult, records: Records, unended: set[int]
) -> None:
    ended = [record for number, record in enumerate(records) if number not in unended]
    results = by_id(reported(replace(part, planned=planned(records)), ended))
    for number, record in enumerate(records):
        for name in record.requirements:
            case = next(one for one in results[name].cases if one.id == record.id)
            if number in unended:
                assert (case.outcome, case.reason) == (Outcome.ERROR, "the run ended before it")
                assert results[name].outcome in (Outcome.ERROR, Outcome.FAILED, Outcome.WAIVED)


def passed(name: str, **more: object) -> CaseRecord:
    return replace(CaseRecord("test_a", (name,), Outcome.PASSED), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", RUN.contract.requirements)
def test_a_witness_that_is_missing_is_named(name: str) -> None:
    witness = RUN.contract.requirements[name].witness
    seen = reported(EVERYTHING_SEEN, [passed(name)])
    assert by_id(seen)[name].outcome is Outcome.PASSED
    unseen = by_id(reported(replace(EVERYTHING_SEEN, witnessed=()), [passed(name)]))[name]
    if witness:
        assert (unseen.outcome, unseen.reason) == (Outcome.SKIPPED, WITNESSES[witness])
    else:
        assert unseen.outcome is Outcome.PASSED


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_nothing_judged_is_an_error_that_says_so(name: str) -> None:
    one = by_id(reported(replace(EVERYTHING_SEEN, judged=0), [passed(name)]))[name]
    assert (one.outcome, one.reason) == (Outcome.ERROR, report_builder.NOTHING_JUDGED)
    gone = by_id(reported(replace(EVERYTHING_SEEN, judged=0, error="it is gone"), [passed(name)]))[name]
    assert (gone.outcome, gone.reason) == (Outcome.ERROR, "it is gone")


def test_a_finding_fails_the_requirement_that_it_breaks_though_no_case_names_it() -> None:
    record = passed("status.200", found=(Found("immutable.status", PLAIN, 7, 2.5),))
    report = reported(EVERYTHING_SEEN, [record])
    results = by_id(report)
    assert results["status.200"].outcome is Outcome.PASSED
    assert results["immutable.status"].outcome is Outcome.FAILED
    assert [(case.id, case.outcome) for case in results["immutable.status"].cases] == [("test_a", Outcome.FAILED)]
    assert report.first_finding is not None
    assert (report.first_finding.requests, report.first_finding.seconds) == (7, 2.5)


def test_findings_that_count_are_shown_before_those_that_are_waived() -> None:
    waived = tuple(
        Found("immutable.status", replace(PLAIN, id=f"w{number}", waiver=WAIVER), 1, float(number))
        for number in range(MOST_FINDINGS + 2)
    )
    counts = Found("immutable.status", replace(PLAIN, id="counts"), 1, 99.0)
    one = by_id(reported(EVERYTHING_SEEN, [passed("immutable.status", found=(*waived, counts))]))["immutable.status"]
    assert one.outcome is Outcome.FAILED
    assert [each.id for each in one.findings] == ["counts", *(f"w{number}" for number in range(MOST_FINDINGS - 1))]
    assert one.reason == f"{MOST_FINDINGS + 3} findings, of which {MOST_FINDINGS} are shown"


def test_where_all_that_was_chosen_is_waived_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RUN, "settings", replace(RUN.settings, waivers=Path("known.yaml")))
    others = tuple(name for name in RUN.contract.requirements if name != "immutable.status")
    part = replace(EVERYTHING_SEEN, deselected=others)
    waived = passed("immutable.status", found=(Found("immutable.status", replace(PLAIN, waiver=WAIVER), 1, 1.0),))
    report = reported(part, [waived])
    assert (report.verdict, report.error_kind) == (Verdict.ERROR, "nothing-judged")
    assert report.error == "no requirement was judged but what is waived: immutable.status (--waivers=known.yaml)"
    nothing = reported(replace(part, deselected=(*others, "immutable.status")), [])
    assert nothing.error == report_builder.NOTHING_JUDGED


def test_what_was_not_chosen_is_skipped_with_the_reason() -> None:
    one = by_id(reported(replace(EVERYTHING_SEEN, deselected=("pretty.default",)), []))["pretty.default"]
    assert (one.outcome, one.reason) == (Outcome.SKIPPED, "its cases were not selected (pytest arguments)")
    other = by_id(reported(EVERYTHING_SEEN, []))["pretty.default"]
    assert (other.outcome, other.reason) == (Outcome.ERROR, "none of its cases was run to its end")


def test_the_reason_is_of_what_was_to_be_judged_not_of_what_could_be_left_out() -> None:
    """A case that a budget has cut keeps the requirement from passing, an optional one with nothing to try does not."""
    left_out = passed("status.403", id="test_b", outcome=Outcome.SKIPPED, optional=True, reason="it may read it")
    cut = passed("status.403", id="test_c", outcome=Outcome.SKIPPED, reason="no request is left (--requests)")
    [one] = [row for row in reported(EVERYTHING_SEEN, [left_out, cut]).requirements if row.id == "status.403"]
    assert (one.outcome, one.reason) == (Outcome.SKIPPED, "no request is left (--requests)")
