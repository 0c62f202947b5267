"""Nightly runs: compared with a baseline, with known deviations waived."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.cli.main import main
from contracts.report.record import load

from .command import Command

FAULT = "answers-of-a-vendor-type"
BROKEN = "response.content-type"
# The cases that see what is broken.
SOME = ("--examples=1", "--", "-k", "response")
NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).date()


def waivers(path: Path, requirement: str = BROKEN, finding: str = "", expires: object = NEXT_YEAR) -> str:
    file = path / "waivers.yaml"
    entry = {"requirement": requirement, "reason": "known", "ticket": "JIRA-12", "expires": str(expires)}
    file.write_text(json.dumps([{**entry, "finding": finding} if finding else entry]))
    return f"--waivers={file}"


def test_a_run_is_compared_with_its_baseline(run: Command, capsys: pytest.CaptureFixture[str]) -> None:
    before = run(*SOME)
    assert before.status == 0
    after = run(f"--fault={FAULT}", f"--baseline={before.directory}", *SOME)
    assert after.status == 1
    assert f"{BROKEN}: passed → failed" in after.output
    assert json.loads((after.directory / "comparison.json").read_text())["newlyFailing"][0]["id"] == BROKEN
    assert f"`{BROKEN}`: passed → failed" in (after.directory / "comparison.md").read_text()
    assert main(["report", "compare", str(before.directory), str(after.directory)]) == 1
    assert "began after" not in capsys.readouterr().err
    assert main(["report", "compare", str(after.directory), str(before.directory), "--format", "markdown"]) == 0
    shown = capsys.readouterr()
    assert "OLD began after NEW" in shown.err
    assert "Fixed" in shown.out
    assert main(["report", "compare", str(before.directory), str(before.directory / "none")]) == 3
    # Over the baseline itself, in two processes: the verdict alone decides the exit status.
    again = run("--workers=2", f"--report-dir={after.directory}", f"--baseline={after.directory}", *SOME)
    assert again.status == 0
    assert f"{BROKEN}: failed → passed" in again.output


def test_a_baseline_that_cannot_be_read_is_told_before_anything_is_sent(run: Command, tmp_path: Path) -> None:
    done = run("--target=http://127.0.0.1:9", f"--baseline={tmp_path / 'none'}")
    assert done.status == 4
    assert "--baseline: " in done.output
    assert not (done.directory / "conformance.json").exists()


def test_the_baseline_of_a_directory_is_the_newest_record_with_a_verdict(run: Command, tmp_path: Path) -> None:
    nights = tmp_path / "nights"
    first = run(f"--report-dir={nights}/1", *SOME)
    outage = run("--target=http://127.0.0.1:9", f"--report-dir={nights}/2")
    assert (first.status, outage.status) == (0, 3)
    assert load(nights / "2").error_kind == "unreachable"
    after = run(f"--report-dir={nights}/3", f"--baseline={nights}", *SOME)
    assert "nothing changed in any verdict" in after.output
    assert after.output.rstrip().splitlines()[-1] == f"report: {nights}/3/conformance.html"
    alone = run(f"--report-dir={nights}/4", f"--baseline={nights}/2", "-q", *SOME)
    assert alone.status == 0
    assert f"--baseline: {nights}/2 holds no record that came to a verdict" in alone.output


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_waived_deviation_is_shown_and_no_failure(run: Command, tmp_path: Path, workers: int) -> None:
    done = run(f"--fault={FAULT}", waivers(tmp_path), f"--workers={workers}", *SOME)
    assert done.status == 0, done.output
    assert done.outcomes[BROKEN] == "waived"
    assert done.report["verdict"] == "partial"
    mark: object = {"reason": "known", "ticket": "JIRA-12", "expires": str(NEXT_YEAR)}
    assert all(finding["waiver"] == mark for finding in done.findings(BROKEN))
    assert f"{BROKEN}: known (JIRA-12, until {NEXT_YEAR})" in " ".join(done.output.split())
    assert "<failure" not in (done.directory / "junit.xml").read_text()
    assert main(["report", "verify", str(done.directory)]) == 0


@pytest.mark.slow
def test_what_a_waiver_does_not_cover_fails(run: Command, tmp_path: Path) -> None:
    done = run(f"--fault={FAULT}", waivers(tmp_path, finding="500 is not sent"), *SOME)
    assert done.status == 1
    assert done.outcomes[BROKEN] == "failed"
    assert done.report["verdict"] == "nonconformant"


def test_an_expired_waiver_does_not_count(run: Command, tmp_path: Path) -> None:
    done = run(f"--fault={FAULT}", waivers(tmp_path, expires="2020-01-31"), *SOME)
    assert done.status == 1
    assert done.outcomes[BROKEN] == "failed"
    assert f"the waiver of {BROKEN} (JIRA-12) expired on 2020-01-31" in " ".join(done.output.split())


def test_a_waiver_that_is_not_needed_fails_the_run(run: Command, tmp_path: Path) -> None:
    done = run(waivers(tmp_path), *SOME)
    assert done.status == 1
    assert done.report["verdict"] == "partial"
    assert "is no longer needed" in done.report["waiverProblems"][0]
    assert f"the waiver of {BROKEN} (JIRA-12) is no longer needed" in " ".join(done.output.split())
    assert main(["report", "verify", str(done.directory)]) == 0


@pytest.mark.parametrize("more", [(), pytest.param(("--workers=2",), marks=pytest.mark.slow)])
def test_a_waiver_that_cannot_be_used_is_wrong_usage(run: Command, tmp_path: Path, more: tuple[str, ...]) -> None:
    done = run(waivers(tmp_path, requirement="no.such"), *more)
    assert done.status == 4
    assert "entry 1 (no.such): there is no such requirement" in done.output
    assert "Traceback" not in done.output
