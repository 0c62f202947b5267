"""What a run may overwrite, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.cli.run import prepare_reports
from contracts.client import recorder
from contracts.masking import scan
from contracts.pytest_plugin import allure_results
from contracts.report.files import may_overwrite
from contracts.settings.config_file import SettingsError


def test_a_new_directory_is_made_ready(tmp_path: Path) -> None:
    results = prepare_reports(tmp_path / "deep" / "reports")
    assert results == tmp_path / "deep" / "reports" / "allure-results"
    assert [path.name for path in results.iterdir()] == [allure_results.ENVIRONMENT]
    assert sorted(path.name for path in results.parent.iterdir()) == ["allure-results"]


def test_results_of_the_run_before_are_removed_and_a_history_stays(tmp_path: Path) -> None:
    results = prepare_reports(tmp_path)
    (results / "1-result.json").write_text("{}")
    (results / "history").mkdir()
    (results / "history" / "trend.json").write_text("[]")
    (tmp_path / "junit.xml").write_text('<testsuites><testsuite name="pytorchjob-contract"/></testsuites>')
    prepare_reports(tmp_path)
    assert sorted(path.name for path in results.iterdir()) == [allure_results.ENVIRONMENT, "history"]
    assert (results / "history" / "trend.json").read_text() == "[]"


@pytest.mark.parametrize("environment", [None, "browser=Firefox\nsuite=regression\n"])
def test_results_of_another_suite_stay(tmp_path: Path, environment: str | None) -> None:
    results = tmp_path / "allure-results"
    results.mkdir()
    (results / "theirs-result.json").write_text("{}")
    if environment:
        (results / "environment.properties").write_text(environment)
    with pytest.raises(SettingsError, match=r"--report-dir: .*allure-results is not from this suite"):
        prepare_reports(tmp_path)
    assert (results / "theirs-result.json").read_text() == "{}"


def test_junit_report_of_another_suite_stays(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text('<testsuites><testsuite name="theirs"/></testsuites>')
    with pytest.raises(SettingsError, match=r"--report-dir: .*junit\.xml is not from this suite"):
        prepare_reports(tmp_path)
    assert "theirs" in (tmp_path / "junit.xml").read_text()


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/reports"])
def test_a_directory_that_cannot_be_written_to(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("theirs")
    with pytest.raises(SettingsError, match=r"^--report-dir: \S+: [A-Z][\w ]+$"):
        prepare_reports(tmp_path / where)
    assert (tmp_path / "file").read_text() == "theirs"


@pytest.mark.parametrize(
    ("content", "ours"),
    [
        (None, True),
        ("", True),
        (" \n", True),
        ("<!-- mark -->", True),
        (scan.NOTICE, True),
        ("my notes", False),
        ("x" * 5000 + "mark", False),
    ],
)
def test_what_may_be_overwritten(tmp_path: Path, content: str | None, ours: bool) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_text(content)
    assert may_overwrite(path, "mark") is ours


def test_no_har_takes_the_place_of_anything_else(tmp_path: Path) -> None:
    recorder.check(tmp_path / "new.har")
    for content in ("notes", '{"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "entries": []}}'):
        (tmp_path / "theirs").write_text(content)
        with pytest.raises(FileExistsError, match="left alone"):
            recorder.check(tmp_path / "theirs")
    with pytest.raises(OSError, match="directory"):
        recorder.check(tmp_path)
    with pytest.raises(FileExistsError):
        recorder.check(Path("/dev/zero"))
