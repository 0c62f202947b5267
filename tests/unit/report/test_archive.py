"""An archive of records, and how a run ended in a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.cli.main import main
from contracts.report.error_kinds import ErrorKind
from contracts.report.files import ReportError
from contracts.report.model import Verdict
from contracts.report.record import load, write
from contracts.report.runs.gathered import keep
from tests.unit.report.samples import SOUND


def night(directory: Path, number: int) -> Path:
    """A record of a run that began so many days after the sample."""
    start = SOUND.started_at + timedelta(days=number)
    return write(replace(SOUND, started_at=start, finished_at=start + timedelta(seconds=2)), directory / str(number))


def test_the_newest_stay_and_nothing_else_is_touched(tmp_path: Path) -> None:
    archive = tmp_path / "nights"
    for name in ("notes", "2025-01-01", "2026-99-99-000000"):
        (archive / name).mkdir(parents=True)
    for number in (3, 0, 4, 1, 2):
        kept = keep(night(tmp_path, number), archive, 3)
    assert kept.name == "conformance.json"
    records = sorted(one.parent.name for one in archive.rglob("conformance.json"))
    begun = [SOUND.started_at + timedelta(days=number) for number in (2, 3, 4)]
    assert records == [f"{one:%Y-%m-%d-%H%M%S}" for one in begun]
    assert {one.name for one in archive.iterdir()} - set(records) == {"notes", "2025-01-01", "2026-99-99-000000"}


def test_what_is_no_record_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "conformance.json").write_text("{}")
    with pytest.raises(ReportError, match="conformance"):
        keep(tmp_path, tmp_path / "nights", 3)
    assert not (tmp_path / "nights").exists()


@pytest.mark.parametrize(
    ("verdict", "kind", "recorded", "status"),
    [
        (Verdict.CONFORMANT, "", 0, 0),
        (Verdict.NONCONFORMANT, "", 1, 1),
        (Verdict.ERROR, ErrorKind.UNREACHABLE, 3, 75),
        (Verdict.ERROR, ErrorKind.CREDENTIAL, 3, 3),
    ],
)
def test_status_is_that_of_the_run_but_for_an_outage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verdict: Verdict, kind: str, recorded: int, status: int
) -> None:
    said = "nobody there" if kind else ""
    write(replace(SOUND, verdict=verdict, error=said, error_kind=kind, exit_status=recorded), tmp_path)
    assert load(tmp_path).exit_status == recorded
    assert main(["report", "status", "--unreachable", "75", str(tmp_path)]) == status
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert said in out
    assert out.startswith(f"exit status {recorded}: " if recorded else "verdict: ")


def test_a_run_without_a_record_has_failed(tmp_path: Path) -> None:
    assert main(["report", "status", "--unreachable", "75", str(tmp_path)]) == 3
