"""conformance.json: round trip, schema, atomic writing, reading of broken files; the command."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from contracts.report.error_kinds import first
from contracts.report.files import ReportError
from contracts.report.model import (
    Coverage,
    Implementation,
    Observations,
    Report,
    Specification,
    Verdict,
)
from contracts.report.record import from_json, load, to_json, write
from contracts.report.trust.verification import show, verify

from .samples import FAILED, FINDING, SOUND, START, reports


@given(reports)
def test_every_report_survives_the_round_trip_through_text(report: Report) -> None:
    assert from_json(json.loads(json.dumps(to_json(report)))) == report


def test_an_error_has_a_kind_and_one_of_an_older_record_is_read() -> None:
    failed = replace(SOUND, error="not reachable", error_kind="unreachable")
    assert to_json(failed)["error"] == {"kind": "unreachable", "message": "not reachable"}
    assert to_json(SOUND)["error"] is None
    older = from_json({**to_json(failed), "error": "not reachable"})
    assert (older.error, older.error_kind) == ("not reachable", "unknown")
    assert from_json({**to_json(failed), "error": ""}).error == ""


@pytest.mark.parametrize(
    ("kinds", "counts"),
    [
        (["unreachable", "unreachable"], "unreachable"),
        (["unreachable", "credential"], "credential"),
        (["left-behind", "internal", "unreachable"], "internal"),
        ([], "unknown"),
    ],
)
def test_a_run_is_unreachable_only_where_nothing_else_went_wrong(kinds: list[str], counts: str) -> None:
    assert first(kinds) == counts


def test_keys_are_those_of_the_design_in_its_order() -> None:
    record = to_json(SOUND)
    assert list(record)[:14] == [
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
        "causes",
        "requirements",
    ]
    assert record["schemaVersion"] == "1"
    assert {key: list(record[key]) for key in ("suite", "document", "spec", "target")} == {
        "suite": ["version", "commit", "judge"],
        "document": ["title", "updated", "sha256", "url"],
        "spec": ["sha256"],
        "target": ["url", "namespace", "certificates", "reportedVersion"],
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
        "findingCount",
        "notTried",
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
    assert list(record["observed"])[:3] == ["immutability", "statuses", "documentGaps"]
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
    report = replace(SOUND, error="nicht erreichbar – 不可达", error_kind="unreachable")
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
        {"observed": Observations(statuses={7: 1})},
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
    assert verify(path).problems == (str(caught.value),)


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
    assert len(verify(tmp_path).problems) == 1


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


def test_a_record_of_an_older_suite_is_readable() -> None:
    older = replace(
        SOUND,
        observed=replace(SOUND.observed, coverage=Coverage(), latency={}),
        implementation=Implementation(),
        command="",
        traceability=(),
        configuration=(),
        versions={},
    )
    record = to_json(older)
    for key in ("implementation", "command", "traceability", "configuration", "versions", "waiverProblems", "har"):
        del record[key]
    del (
        record["suite"]["judge"],
        record["document"]["url"],
        record["target"]["certificates"],
        record["target"]["reportedVersion"],
    )
    for key in ("coverage", "latency"):
        del record["observed"][key]
    for key in ("change", "waiver", "id", "rule", "count", "values", "exchange"):
        del record["requirements"][1]["findings"][0][key]
    assert from_json(record) == older


def test_keys_beyond_the_design_may_be_absent() -> None:
    record = to_json(replace(SOUND, acceptance={}))
    for key in ("exitStatus", "acceptance", "error", "firstFinding"):
        del record[key]
    for case in record["requirements"][0]["cases"]:
        del case["optional"], case["reason"]
    assert from_json(record) == replace(SOUND, acceptance={})


def test_the_command_shows_and_verifies_a_stored_report(tmp_path: Path) -> None:
    path = write(SOUND, tmp_path)
    text = show(tmp_path, width=100)
    assert verify(path).problems == ()
    assert "verdict: nonconformant: 1 passed, 1 failed\n" in text
    assert text.endswith(f"report: {path}\n")
    assert "\x1b[" in show(path, colour=True)


def test_the_command_warns_of_an_edited_report(tmp_path: Path) -> None:
    path = write(replace(SOUND, verdict=Verdict.CONFORMANT, exit_status=0), tmp_path)
    assert verify(path).problems == ("verdict is conformant, the requirements say nonconformant",)
    assert show(path).endswith("\nwarning: verdict is conformant, the requirements say nonconformant\n")
