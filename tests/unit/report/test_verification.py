"""`report verify`: a record, and what was written of it, after somebody has edited one of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from contracts.cli.main import main
from contracts.report import junit, record, writers
from contracts.report.model import CaseResult, Outcome, Report
from contracts.report.trust import suite
from contracts.report.trust.verification import verify

from .samples import FAILED, FINDING, SOUND, reports

FORMATS = tuple(writers.FORMATS)
CASES = (CaseResult("test_a.py::test_x[1]", Outcome.FAILED, findings=("3f2a91",)),)
ROW = replace(FAILED, cases=CASES, findings=(replace(FINDING, id="3f2a91"),))
HERE = replace(
    SOUND,
    suite=suite.installed(),
    versions=suite.versions(),
    requirements=(SOUND.requirements[0], ROW),
)
ANOTHER = replace(HERE, suite=replace(HERE.suite, judge="sha256:" + "1" * 64))
OLDER = replace(HERE, suite=replace(HERE.suite, judge=None))
FAILED_ROW = 'immutable.status">\n<p><span class="badge failed">'
# What changes one word or number, by format; each must be noticed whoever wrote the file.
EDITS: dict[str, list[tuple[str, str]]] = {
    "conformance.html": [
        ('<span class="badge failed">nonconformant', '<span class="badge failed">conformant'),
        ("1 passed, 1 failed", "2 passed, 0 failed"),
        (f"{FAILED_ROW}failed", f"{FAILED_ROW}passed"),
        ("replicas changed", "replicas kept"),
    ],
    "conformance.yaml": [
        ("verdict: nonconformant", "verdict: conformant"),
        ("  failed:\n  - immutable.status", "  passed:\n  - immutable.status"),
        ("7.1", "7.2"),
        ("seed: ", "seed: 1"),
    ],
    "junit.xml": [('failures="1"', 'failures="0"'), ("<failure", "<skipped"), ('tests="2"', 'tests="1"')],
}
# Only noticed where every byte counts.
SMALL: dict[str, list[tuple[str, str]]] = {
    "conformance.html": [("20 requests", "99 requests"), ("conformance.json, sha256", "conformance.json,  sha256")],
    "conformance.yaml": [("date: ", "date:  ")],
    "junit.xml": [('time="0.500"', 'time="0.400"')],
}


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text, f"{old} is not in {file}"
    file.write_text(text.replace(old, new))


def written(report: Report, directory: Path) -> Path:
    junit.write(report, directory)
    return writers.write_all(report, directory)


def all_edits(*tables: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(name, *edit) for table in tables for name, edits in table.items() for edit in edits]


@pytest.mark.parametrize("report", [HERE, ANOTHER, OLDER], ids=["same", "another", "older"])
def test_what_was_written_agrees(tmp_path: Path, report: Report) -> None:
    written(report, tmp_path)
    verified = verify(tmp_path)
    assert verified.problems == ()
    assert verified.line == (
        "nonconformant, 1 passed, 1 failed; digest ok; not signed; "
        "conformance.html ok, conformance.yaml ok, junit.xml ok"
    )


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(reports)
def test_what_is_read_again_writes_the_same(tmp_path: Path, report: Report) -> None:
    found = record.stored(written(report, tmp_path))
    for name, write in writers.FORMATS.items():
        text = write(found.report, found.content["digest"])
        assert (tmp_path / name).read_bytes() == text.encode("utf-8", "backslashreplace")


@pytest.mark.parametrize(("name", "old", "new"), all_edits(EDITS, SMALL))
def test_an_edit_is_noticed(tmp_path: Path, name: str, old: str, new: str) -> None:
    written(HERE, tmp_path)
    edited(tmp_path / name, old, new)
    [problem] = verify(tmp_path).problems
    assert problem.startswith(f"{tmp_path / name}: was changed after it was written: line ")


@pytest.mark.parametrize("report", [ANOTHER, OLDER], ids=["another", "older"])
@pytest.mark.parametrize(("name", "old", "new"), all_edits(EDITS))
def test_an_edit_of_what_another_suite_wrote_is_noticed(
    tmp_path: Path, report: Report, name: str, old: str, new: str
) -> None:
    written(report, tmp_path)
    edited(tmp_path / name, old, new)
    [problem] = verify(tmp_path).problems
    assert problem.startswith(f"{tmp_path / name}: says something else than the record: ")


@pytest.mark.parametrize(("name", "old", "new"), all_edits(SMALL))
def test_other_bytes_of_another_suite_are_compared_by_facts(tmp_path: Path, name: str, old: str, new: str) -> None:
    written(ANOTHER, tmp_path)
    edited(tmp_path / name, old, new)
    verified = verify(tmp_path)
    assert verified.problems == ()
    assert f"{name} ok by digest, verdict and outcomes (another suite wrote it)" in verified.line


def test_a_library_that_writes_otherwise_is_no_edit(tmp_path: Path) -> None:
    written(replace(HERE, versions={**HERE.versions, "jinja2": "0"}), tmp_path)
    edited(tmp_path / "conformance.html", "20 requests", "20  requests")
    assert verify(tmp_path).problems == ()


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_another_record_is_noticed(tmp_path: Path, name: str) -> None:
    written(replace(HERE, seed=7), tmp_path / "other")
    written(HERE, tmp_path)
    (tmp_path / "other" / name).replace(tmp_path / name)
    [problem] = verify(tmp_path).problems
    assert problem == f"{tmp_path / name}: is not of this record: it does not carry its digest"


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    written(HERE, tmp_path)
    (tmp_path / name).unlink()
    verified = verify(tmp_path)
    assert verified.problems == ()
    assert f"no {name}" in verified.line


def test_a_file_that_was_withheld_is_said(tmp_path: Path) -> None:
    written(HERE, tmp_path)
    (tmp_path / "conformance.html").write_text("withheld: a credential stood in this file\n")
    assert "conformance.html withheld" in verify(tmp_path).line


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_finds_the_record_beside_it(tmp_path: Path, name: str) -> None:
    written(HERE, tmp_path)
    assert verify(tmp_path / name) == verify(tmp_path)
    renamed = (tmp_path / name).rename(tmp_path / f"of-acme{Path(name).suffix}")
    assert f"{renamed.name} ok" in verify(renamed).line
    edited(renamed, "nonconformant" if name != "junit.xml" else "failure", "conformant")
    assert len(verify(renamed).problems) == 1


@pytest.mark.parametrize("content", ["", "- 1", "record: {}", "a: [", "record: {file: conformance.json}"])
def test_what_is_no_summary_is_said_in_a_line(tmp_path: Path, content: str) -> None:
    written(HERE, tmp_path)
    (tmp_path / "x.yaml").write_text(content)
    [problem] = verify(tmp_path / "x.yaml").problems
    assert problem.startswith(f"{tmp_path / 'x.yaml'}: ")
    assert "\n" not in problem


def test_a_summary_names_no_file_elsewhere(tmp_path: Path) -> None:
    written(HERE, tmp_path / "a")
    edited(tmp_path / "a" / "conformance.yaml", "file: conformance.json", "file: ../b/conformance.json")
    [problem] = verify(tmp_path / "a" / "conformance.yaml").problems
    assert "was changed after it was written" in problem


def test_beside_a_renamed_record_only_its_own_files_count(tmp_path: Path) -> None:
    written(replace(HERE, seed=7), tmp_path / "other").replace(tmp_path / "night.json")
    written(HERE, tmp_path)
    (tmp_path / "other" / "junit.xml").replace(tmp_path / "junit.xml")
    assert verify(tmp_path / "night.json").line.endswith("; not signed; junit.xml ok")


def test_an_edited_record_is_said_alone(tmp_path: Path) -> None:
    path = written(HERE, tmp_path)
    edited(path, '"7.1"', '"7.2"')
    assert verify(tmp_path).problems == ("the record's digest is another one: it was changed after it was written",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content, ""),
        (
            lambda content: {**content, "suite": {**content["suite"], "judge": "sha256:" + "1" * 64}},
            "other code judged",
        ),
        (lambda content: {**content, "suite": {"version": "0", "commit": None}}, "does not say which code judged"),
    ],
)
def test_judge_is_compared_with_the_installed_one(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, object]], dict[str, object]],
    said: str,
) -> None:
    path = record.write(HERE, tmp_path)
    content = change(json.loads(path.read_text()))
    path.write_text(json.dumps({**content, "digest": record.digest(content)}))
    assert main(["report", "verify", str(path), "--judge"]) == (3 if said else 0)
    output = capsys.readouterr()
    assert said in output.err
    assert ("the installed code judged it" in output.out) is not bool(said)


def test_formats_carry_the_digest_of_the_record(tmp_path: Path) -> None:
    path = written(HERE, tmp_path)
    digest = json.loads(path.read_text())["digest"]
    assert yaml.safe_load((tmp_path / "conformance.yaml").read_text())["record"]["digest"] == digest
    assert re.search(f'<property name="record" value="{digest}" />', (tmp_path / "junit.xml").read_text())
    assert f"conformance.json, {digest}" in (tmp_path / "conformance.html").read_text()
