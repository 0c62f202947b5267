"""Processes of a fleet, with small scripts in the place of runs: crashes, limits, signals, environments."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from contracts.report.runs.fleet import Result
from contracts.run.fleet_config import Fleet, Member
from contracts.run.fleet_processes import AT_WORK, NOT_BEGUN, run_all

TARGET = "--target="


def played(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scripts: dict[str, str],
    parallel: int = 4,
    known: dict[str, Result] | None = None,
) -> tuple[dict[str, Result], bool, list[str]]:
    """Run an endpoint for each script, which is what a shell does in place of its run."""
    shell = tmp_path / "python"
    shell.write_text(f'#!/bin/sh\nfor last; do :; done\neval "${{last#{TARGET}}}"\n')
    shell.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(shell))
    members = tuple(Member(name, (TARGET + script,)) for name, script in scripts.items())
    told: list[str] = []
    results, interrupted = run_all(Fleet(members), tmp_path / "reports", parallel, (), told.append, known or {})
    return {result.name: result for result in results}, interrupted, told


def test_each_end_has_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results, interrupted, told = played(
        tmp_path,
        monkeypatch,
        {
            "crash": "kill -9 $$",
            "usage": "echo noise; echo 'ERROR: --max-rps: expected a number'; exit 4",
            "silent": "exit 7",
        },
    )
    assert {name: (one.status, one.error) for name, one in results.items()} == {
        "crash": (-9, "its run was killed (SIGKILL)"),
        "usage": (4, "--max-rps: expected a number"),
        "silent": (7, "its run ended with 7"),
    }
    assert not interrupted
    assert "usage: error: --max-rps: expected a number" in told
    assert "noise" in (tmp_path / "reports" / "usage" / "output.txt").read_text()


def test_no_more_run_at_a_time_than_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "at-work"
    script = f"ls {file}-* 2>/dev/null | wc -l; touch {file}-$$; sleep 0.2; rm {file}-$$; exit 3"
    played(tmp_path, monkeypatch, {f"e{number}": script for number in range(4)}, parallel=1)
    seen = [(tmp_path / "reports" / f"e{number}" / "output.txt").read_text().strip() for number in range(4)]
    assert seen == ["0"] * 4


def test_a_directory_that_cannot_be_made_costs_one_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "bad").write_text("a file")
    results, _, _ = played(tmp_path, monkeypatch, {"bad": "exit 0", "good": "echo fine; exit 3"})
    assert "cannot be started" in results["bad"].error
    assert results["good"].error == "fine"


def test_what_is_known_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"old": Result("old", 1, None, "known")}
    scripts = {"old": "exit 0", "new": "exit 3"}
    results, _, told = played(tmp_path, monkeypatch, scripts, known=known)
    assert results["old"] is known["old"]
    assert [results[name].status for name in scripts] == [1, 3]
    assert not any(line.startswith("old") for line in told)


def test_an_endpoint_whose_run_outlived_its_fleet_is_not_judged_by_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "reports" / "one"
    directory.mkdir(parents=True)
    with (directory / "output.txt").open("ab") as output:
        fcntl.flock(output, fcntl.LOCK_EX)
        orphan = subprocess.Popen(["sh", "-c", "echo mine; read line"], stdout=output, stdin=subprocess.PIPE)
    results, _, _ = played(tmp_path, monkeypatch, {"one": "echo again; exit 3"})
    assert results["one"] == Result("one", 3, None, AT_WORK)
    assert (directory / "output.txt").read_text() in ("", "mine\n")
    orphan.communicate(b"\n")
    results, _, _ = played(tmp_path, monkeypatch, {"one": "echo again; exit 3"})
    assert results["one"].error == "again"
    assert (directory / "output.txt").read_text() == "again\n"


def interrupt(after: Path, times: int) -> None:
    deadline = time.monotonic() + 20
    while not after.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.4)


def test_an_interruption_is_passed_on_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "begun"
    script = f"trap 'echo cleaned up; exit 2' TERM; touch {mark}; while :; do sleep 0.05; done"
    threading.Thread(target=interrupt, args=(mark, 1)).start()
    results, interrupted, _ = played(tmp_path, monkeypatch, {"one": script, "two": "exit 0"}, parallel=1)
    assert interrupted
    assert (results["one"].status, results["one"].error) == (2, "cleaned up")
    assert results["two"] == Result("two", 2, None, NOT_BEGUN)


def test_who_asks_twice_does_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "begun"
    script = f"trap '' TERM; touch {mark}; while :; do sleep 0.05; done"
    threading.Thread(target=interrupt, args=(mark, 2)).start()
    results, interrupted, told = played(tmp_path, monkeypatch, {"one": script})
    assert interrupted
    assert results["one"].error == "its run was killed (SIGKILL)"
    assert any("restore undoes" in line for line in told)
