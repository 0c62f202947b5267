"""conformance.json: round trip, schema, atomic writing, reading of broken files; contradictions; the command."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report.consistency import inconsistencies
from contracts.report.model import (
    Acceptance,
    CaseResult,
    Coverage,
    Document,
    DocumentGaps,
    Exercised,
    Finding,
    Immutability,
    Implementation,
    Latency,
    Observed,
    Outcome,
    Report,
    RequirementResult,
    Setting,
    Source,
    Specification,
    Suite,
    Target,
    Traced,
    Verdict,
    Waived,
)
from contracts.report.record import ReportError, from_json, load, to_json, write
from contracts.report.text.layout import cells
from contracts.report.text.summary import NARROWEST, summary
from contracts.report.verification import show, verify

START = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
FINDING = Finding("replicas changed", "spec.replicas", "refused", "200", "curl http://localhost")
PASSED = RequirementResult(
    id="pretty.default",
    family="pretty",
    level="document",
    statement="It holds.",
    source=Source("URI", "41-43"),
    outcome=Outcome.PASSED,
    cases=(CaseResult("pretty.default[1]", Outcome.PASSED, 0.5),),
)
FAILED = replace(
    PASSED, id="immutable.status", family="immutable", outcome=Outcome.FAILED, findings=(FINDING,), cases=()
)
SOUND = Report(
    suite=Suite("0.1.0"),
    document=Document("Replacing", "2023-12-21", "a" * 64),
    spec=Specification("b" * 64),
    target=Target("http://localhost", "default"),
    profile="document",
    seed=2**80,
    started_at=START,
    finished_at=START + timedelta(seconds=2),
    duration_seconds=2.0,
    requests=20,
    verdict=Verdict.NONCONFORMANT,
    requirements=(PASSED, FAILED),
    observed=Observed(
        {"status": Immutability.IGNORED},
        {403: 3, 200: 17},
        DocumentGaps((409,), ("metadata.finalizers",)),
        Coverage(
            20,
            (
                Exercised("property", "spec.cleanPodPolicy", "document", 20, 17, 3, 17, 16),
                Exercised("property", "spec.backoffLimit", "kubernetes", 0, 0, 0, 0, 0),
                Exercised("status", "403", "document", 0, 0, 0, 3, 0),
            ),
        ),
        {"PUT": Latency(20, {"50": 1.5, "90": 2.5, "99": 20.0, "100": 33.0}), "POST": Latency(1, {"50": 9.9})},
    ),
    exit_status=1,
    acceptance={"positive": Acceptance(10, 9)},
    implementation=Implementation("Jobs API", "7.1", "Example", "api@example.org"),
    command="pytorchjob-contract run --seed=1",
    traceability=(
        Traced("row", "URI", "41-43", "optional", ("/paths/~1a~1{b}/put/parameters/0",), ("pretty.default",)),
        Traced("heading", "URI", "40", "section", (), (), "a heading"),
        Traced("sentence", "URI", "44", "nobody has read it"),
    ),
    configuration=(Setting("seed", "1", True), Setting("token", "***", True), Setting("workers", "1", False)),
    versions={"python": "3.99.1", "schemathesis": "4.99"},
)

words = st.text(min_size=1, max_size=20)
counts = st.integers(0, 2**40)
seconds = st.floats(0, 1e6)
times = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(UTC))
sources = st.builds(Source, words, st.text(max_size=5))
case_results = st.builds(CaseResult, words, st.sampled_from(Outcome), seconds, st.booleans(), st.text())
waived = st.none() | st.builds(Waived, st.text(), st.text(), st.text())
findings = st.builds(Finding, words, st.text(), st.text(), st.text(), st.text(), waiver=waived)
requirement_results = st.builds(
    RequirementResult,
    words,
    words,
    st.sampled_from(["document", "kubernetes"]),
    words,
    sources,
    st.sampled_from(Outcome),
    st.text(),
    st.lists(case_results, max_size=3).map(tuple),
    st.lists(findings, max_size=3).map(tuple),
)
observations = st.builds(
    Observed,
    st.dictionaries(words, st.sampled_from(Immutability), max_size=3),
    st.dictionaries(st.integers(100, 999), counts, max_size=3),
    st.builds(DocumentGaps, st.lists(st.integers(100, 999)).map(tuple), st.lists(words).map(tuple)),
    st.builds(
        Coverage,
        counts,
        st.lists(
            st.builds(
                Exercised,
                st.sampled_from(["parameter", "property", "value", "error property", "status"]),
                words,
                st.sampled_from(["document", "kubernetes"]),
                *(counts for _ in range(4)),
                st.integers(0, 16),
            ),
            max_size=3,
        ).map(tuple),
    ),
    st.dictionaries(words, st.builds(Latency, counts, st.just({"50": 1.5, "99.9": 3.0})), max_size=2),
)
traced = st.builds(
    Traced,
    words,
    st.text(),
    st.sampled_from(["7", "7-13"]),
    words,
    st.lists(st.text(), max_size=2).map(tuple),
    st.lists(words, max_size=2).map(tuple),
    st.text(),
)
reports = st.builds(
    Report,
    suite=st.builds(Suite, words, st.none() | words),
    document=st.builds(Document, words, words, st.just("a" * 64)),
    spec=st.builds(Specification, st.just("b" * 64)),
    target=st.builds(Target, st.text(), st.text()),
    profile=st.sampled_from(["kubernetes", "document"]),
    seed=st.integers(),
    started_at=times,
    finished_at=times,
    duration_seconds=seconds,
    requests=counts,
    verdict=st.sampled_from(Verdict),
    requirements=st.lists(requirement_results, max_size=3).map(tuple),
    observed=observations,
    exit_status=st.integers(0, 3),
    acceptance=st.dictionaries(words, st.builds(Acceptance, counts, counts), max_size=2),
    error=st.text(),
    waiver_problems=st.lists(words, max_size=2).map(tuple),
    traceability=st.lists(traced, max_size=3).map(tuple),
    configuration=st.lists(st.builds(Setting, words, st.text(), st.booleans()), max_size=3).map(tuple),
    versions=st.dictionaries(words, st.text(), max_size=2),
)


@given(reports)
def test_every_report_survives_the_round_trip_through_text(report: Report) -> None:
    assert from_json(json.loads(json.dumps(to_json(report)))) == report


@given(reports, st.integers(0, 120))
def test_the_summary_of_any_report_fits_and_holds_no_control_character(report: Report, width: int) -> None:
    for line in summary(report, False, width).split("\n"):
        assert line.isprintable()
        assert cells(line) <= max(width, NARROWEST) or line.startswith("  reproduce: ")


def test_keys_are_those_of_the_design_in_its_order() -> None:
    record = to_json(SOUND)
    assert list(record)[:13] == [
        "schemaVersion",
        "suite",
        "document",
        "spec",
        "target",
        "profile",
        "seed",
        "startedAt",
        "finishedAt",
        "durationSeconds",
        "requests",
        "verdict",
        "requirements",
    ]
    assert record["schemaVersion"] == "1"
    assert {key: list(record[key]) for key in ("suite", "document", "spec", "target")} == {
        "suite": ["version", "commit"],
        "document": ["title", "updated", "sha256"],
        "spec": ["sha256"],
        "target": ["url", "namespace"],
    }
    requirement = record["requirements"][1]
    assert list(requirement) == [
        "id",
        "family",
        "level",
        "statement",
        "source",
        "outcome",
        "reason",
        "cases",
        "findings",
    ]
    assert requirement["source"] == {"section": "URI", "lines": "41-43"}
    assert list(requirement["findings"][0]) == [
        "message",
        "field",
        "expected",
        "observed",
        "reproduce",
        "change",
        "waiver",
        "id",
        "rule",
        "count",
        "values",
        "exchange",
    ]
    assert list(record["requirements"][0]["cases"][0])[:3] == ["id", "outcome", "durationSeconds"]
    assert list(record["observed"]) == ["immutability", "statuses", "documentGaps", "coverage", "latency"]
    assert record["observed"]["immutability"] == {"status": "ignored"}
    assert record["observed"]["statuses"] == {"200": 17, "403": 3}
    assert record["observed"]["documentGaps"] == {"statuses": [409], "fields": ["metadata.finalizers"]}
    assert record["observed"]["coverage"]["replacements"] == 20
    assert record["observed"]["latency"]["PUT"]["answers"] == 20
    assert list(record["observed"]["statuses"]) == ["200", "403"]


def test_times_are_written_in_utc() -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=8)))
    assert to_json(replace(SOUND, started_at=elsewhere))["startedAt"] == "2026-01-02T03:04:05.000678Z"


def test_a_written_report_is_one_utf8_file_that_loads_again(tmp_path: Path) -> None:
    report = replace(SOUND, error="nicht erreichbar – 不可达")
    path = write(report, tmp_path / "new" / "directory")
    content = path.read_bytes()
    assert path == tmp_path / "new" / "directory" / "conformance.json"
    assert content.endswith(b"\n}\n")
    assert "不可达".encode() in content
    assert load(path) == load(path.parent) == report
    assert write(report, path.parent).read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_text_that_utf8_cannot_carry_is_written_as_its_escape(tmp_path: Path) -> None:
    report = replace(SOUND, requirements=(replace(FAILED, findings=(replace(FINDING, observed="\ud800"),)),))
    assert load(write(report, tmp_path)).requirements[0].findings[0].observed == "\\ud800"


@pytest.mark.parametrize(
    "wrong",
    [
        {"profile": "both"},
        {"requests": -1},
        {"duration_seconds": float("nan")},
        {"duration_seconds": float("inf")},
        {"spec": Specification("short")},
        {"exit_status": 4},
        {"observed": Observed(statuses={7: 1})},
    ],
)
def test_a_report_against_the_schema_leaves_the_earlier_one_alone(tmp_path: Path, wrong: dict[str, Any]) -> None:
    path = write(SOUND, tmp_path)
    with pytest.raises(ReportError) as caught:
        write(replace(SOUND, **wrong), tmp_path)
    assert "\n" not in str(caught.value)
    assert load(path) == SOUND
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_replacement_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ReportError, match="No space left"):
        write(SOUND, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot be written"):
        write(SOUND, tmp_path / "file")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b'"\\ud800"',
        b"{}",
        b"[]",
        b"NaN",
        b"1" * 5000,
        b"<html></html>",
    ],
)
def test_what_is_not_a_report_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "conformance.json"
    path.write_bytes(content)
    with pytest.raises(ReportError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert verify(path) == (str(caught.value),)


def test_a_report_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    path = write(SOUND, tmp_path)
    content = path.read_bytes().rstrip()
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        with pytest.raises(ReportError):
            load(path)


def test_a_missing_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="No such file"):
        load(tmp_path / "nothing.json")
    assert len(verify(tmp_path)) == 1


def remove_source(record: dict[str, Any]) -> None:
    del record["requirements"][0]["source"]


def unknown_outcome(record: dict[str, Any]) -> None:
    record["requirements"][0]["outcome"] = "fine"


def unknown_key(record: dict[str, Any]) -> None:
    record["target"]["token"] = "s3cret"


def other_version(record: dict[str, Any]) -> None:
    record["schemaVersion"] = "2"


def local_time(record: dict[str, Any]) -> None:
    record["startedAt"] = "2026-01-02T03:04:05"


def no_day(record: dict[str, Any]) -> None:
    record["startedAt"] = "2026-02-30T03:04:05Z"


@pytest.mark.parametrize("spoil", [remove_source, unknown_outcome, unknown_key, other_version, local_time, no_day])
def test_the_schema_is_strict(spoil: Callable[[dict[str, Any]], None]) -> None:
    record = to_json(SOUND)
    spoil(record)
    with pytest.raises(ReportError):
        from_json(record)


def test_keys_beyond_the_design_may_be_absent() -> None:
    record = to_json(replace(SOUND, acceptance={}))
    for key in ("exitStatus", "acceptance", "error", "firstFinding"):
        del record[key]
    for case in record["requirements"][0]["cases"]:
        del case["optional"], case["reason"]
    assert from_json(record) == replace(SOUND, acceptance={})


def test_a_sound_report_does_not_contradict_itself() -> None:
    assert inconsistencies(SOUND) == ()


SKIPPED = replace(
    PASSED, outcome=Outcome.SKIPPED, cases=(CaseResult("one", Outcome.SKIPPED),), reason="give --token-file"
)


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        (replace(SOUND, verdict=Verdict.CONFORMANT, exit_status=0), "the requirements say nonconformant"),
        (replace(SOUND, exit_status=0), "exitStatus 0"),
        (replace(SOUND, finished_at=START - timedelta(seconds=1)), "before startedAt"),
        (replace(SOUND, requests=19), "more answers counted"),
        (replace(SOUND, acceptance={"positive": Acceptance(1, 2)}), "more accepted than sent"),
        (replace(SOUND, requirements=(PASSED, FAILED, FAILED)), "listed 2 times"),
        (
            replace(SOUND, requirements=(PASSED,), verdict=Verdict.CONFORMANT, exit_status=0, error="cut short"),
            "ended with an error",
        ),
    ],
)
def test_a_run_that_contradicts_itself_is_noticed(report: Report, problem: str) -> None:
    (found,) = inconsistencies(report)
    assert problem in found


@pytest.mark.parametrize(
    ("requirement", "problem"),
    [
        (replace(PASSED, source=Source(" ", "7")), "no source"),
        (replace(PASSED, source=Source("URI", "")), "no lines"),
        (replace(PASSED, cases=()), "passed without a case"),
        (replace(PASSED, findings=(FINDING,)), "although it has findings"),
        (
            replace(PASSED, cases=(CaseResult("one", Outcome.FAILED),)),
            "although it has findings or a failed case",
        ),
        (replace(PASSED, cases=(CaseResult("one", Outcome.ERROR),)), "its cases say error"),
        (replace(SKIPPED, reason=""), "skipped without a reason"),
        (replace(PASSED, outcome=Outcome.WAIVED), "waived without a reason"),
        (replace(FAILED, id="a.b", findings=()), "failed without a finding"),
    ],
)
def test_a_requirement_that_contradicts_itself_is_noticed(requirement: RequirementResult, problem: str) -> None:
    (found,) = inconsistencies(replace(SOUND, requirements=(requirement, FAILED)))
    assert found.startswith(f"{requirement.id}: ")
    assert problem in found


@pytest.mark.parametrize(
    "requirement",
    [
        SKIPPED,
        replace(SKIPPED, cases=()),
        replace(FAILED, id="a.b", outcome=Outcome.WAIVED, reason="ticket 12"),
        replace(PASSED, level="kubernetes", source=Source("Concurrency")),
        replace(PASSED, outcome=Outcome.ERROR, cases=()),
        replace(PASSED, outcome=Outcome.NOT_APPLICABLE, reason="the profile document does not judge it"),
    ],
)
def test_what_may_be_is_not_called_a_contradiction(requirement: RequirementResult) -> None:
    assert inconsistencies(replace(SOUND, requirements=(requirement, FAILED))) == ()


def test_the_command_shows_and_verifies_a_stored_report(tmp_path: Path) -> None:
    path = write(SOUND, tmp_path)
    text = show(tmp_path, width=100)
    assert verify(path) == ()
    assert "verdict: nonconformant: 1 passed, 1 failed\n" in text
    assert text.endswith(f"report: {path}\n")
    assert "\x1b[" in show(path, colour=True)


def test_the_command_warns_of_an_edited_report(tmp_path: Path) -> None:
    path = write(replace(SOUND, verdict=Verdict.CONFORMANT, exit_status=0), tmp_path)
    assert verify(path) == ("verdict is conformant, the requirements say nonconformant",)
    assert show(path).endswith("\nwarning: verdict is conformant, the requirements say nonconformant\n")
