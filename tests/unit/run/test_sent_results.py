"""What workers send is what arrives, whatever targets have answered; half surrogate pairs arrive as their escapes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.jsonvalue.paths import MISSING, Mutation
from contracts.judge.model import Exchange, Response
from contracts.pytest_plugin.xdist import WorkerResult
from contracts.report import codec
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.report.model import Outcome
from contracts.report.words import RULES
from contracts.run import finding_record
from contracts.run.evidence import Evidence
from contracts.run.partial_result import CaseRecord, PartialResult
from contracts.run.run import Run
from contracts.settings.resolve import resolve
from tests.unit.run.results import JSON, PARTS, SECONDS, TEXTS, case_records

RUN = Run(resolve({}, {}))
VALUES = JSON | st.just(MISSING)
PATHS = st.lists(TEXTS | st.integers(0, 9), max_size=3).map(tuple)
EVIDENCE = st.builds(
    Evidence,
    st.builds(
        Finding,
        st.sampled_from(["status.200", "immutable.status"]),
        st.builds(Expected, st.sampled_from(Demand), st.lists(VALUES, max_size=3).map(tuple)),
        st.builds(Observed, st.sampled_from(Seen), st.none() | st.integers(100, 599), VALUES, TEXTS),
        PATHS,
        rule=st.sampled_from(sorted(RULES)) | TEXTS,
        attempt=st.none() | st.builds(Mutation, st.just("change"), PATHS, VALUES, VALUES),
        sentence=TEXTS,
        subject=TEXTS,
    ),
    st.none()
    | st.builds(
        lambda body, answer, status, seconds: Exchange(
            "PUT", "http://127.0.0.1:1/x", {"content-type": "x"}, body, Response(status, {"a": "b"}, answer), seconds
        ),
        st.none() | st.binary(max_size=20),
        st.binary(max_size=20),
        st.integers(100, 599),
        SECONDS,
    ),
    st.lists(st.fixed_dictionaries({"op": st.just("add"), "path": TEXTS, "value": JSON}), max_size=2).map(tuple),
    st.integers(0, 9),
    SECONDS,
    st.integers(1, 9),
)


@settings(max_examples=40)
@given(case_records(size=3, wild=True))
def test_records_of_cases_arrive_as_they_were(records: tuple[CaseRecord, ...]) -> None:
    for record in records:
        text = codec.dumps(record)
        text.encode("ascii")
        assert codec.to_json(codec.loads(text, CaseRecord)) == codec.to_json(record)


@given(PARTS, case_records(size=1, wild=True), st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2).map(tuple)), TEXTS)
def test_results_of_workers_arrive_as_they_were(
    part: PartialResult, cut_off: tuple[CaseRecord, ...], planned: dict[str, tuple[str, ...]], error: str
) -> None:
    result = WorkerResult(replace(part, planned=planned, error=error), cut_off)
    assert codec.to_json(codec.loads(codec.dumps(result), WorkerResult)) == codec.to_json(result)


@given(st.lists(EVIDENCE, max_size=3))
def test_whatever_was_found_can_be_sent(evidence: list[Evidence]) -> None:
    found = tuple(finding_record.recorded(RUN, evidence))
    assert [one.requirement for one in found] == [one.finding.requirement for one in evidence]
    record = CaseRecord("test_a", ("status.200",), Outcome.PASSED, found=found)
    text = codec.dumps(record)
    assert codec.to_json(codec.loads(text, CaseRecord).found) == codec.to_json(found)


@given(EVIDENCE)
def test_an_absent_value_is_told_from_null(item: Evidence) -> None:
    [one] = finding_record.recorded(RUN, [item])
    pairs = [*zip(item.finding.expected.values, one.finding.values.expected, strict=True)]
    for value, shown in (*pairs, (item.finding.observed.value, one.finding.values.observed)):
        assert (shown == finding_record.ABSENT) == (value is MISSING)
    assert one.finding.values.status == item.finding.observed.status
    assert one.finding.count == item.count
