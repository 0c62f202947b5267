"""Runs that somebody ends, by closing the terminal, asking twice, or not reading: all is undone, and said."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main, requirements
from contracts.run import signals

from .conftest import CLEAN, Finished, Served, begun, command_line
from .test_errors import wait_for
from .test_secrets import pythonpath
from .test_workers import CHANGING, at_work

WORKERS = pytest.mark.parametrize("workers", [(), ("--workers=2",)], ids=["alone", "workers"])


def on_a_terminal(served: Served, directory: Path, *arguments: str) -> tuple[subprocess.Popen[bytes], int]:
    """A run that has a terminal to itself, and the other end of that terminal."""
    ours, theirs = pty.openpty()
    # a terminal forgets on Ctrl-C what is not read yet, which here could be the whole verdict
    control = termios.tcgetattr(theirs)
    control[3] |= termios.NOFLSH
    termios.tcsetattr(theirs, termios.TCSANOW, control)

    # as a shell has it; pytest-xdist's workers, in which this may run, have it otherwise
    def take_the_terminal() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    process = subprocess.Popen(
        command_line(*served.arguments, *arguments, *CHANGING, directory=directory / "reports"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**CLEAN, "XDG_STATE_HOME": str(directory / "state")},
        preexec_fn=take_the_terminal,
    )
    os.close(theirs)
    return process, ours


def expect_undone(served: Served, process: subprocess.Popen[Any], directory: Path) -> None:
    assert process.wait(timeout=90) == 2
    assert served.jobs() == []
    assert list((directory / "state").rglob("*.json")) == []
    assert Finished(2, "", directory / "reports").report["exitStatus"] == 2


def busy(served: Served, workers: Sequence[str]) -> Callable[[], bool]:
    return (
        (lambda: at_work(served))
        if workers
        else (lambda: any(job["metadata"]["generation"] > 3 for job in served.jobs()))
    )


@WORKERS
def test_closed_terminal(serve: Callable[..., Any], tmp_path: Path, workers: tuple[str, ...]) -> None:
    with serve() as served:
        process, terminal = on_a_terminal(served, tmp_path, *workers)
        try:
            wait_for(busy(served, workers))
            os.close(terminal)
            expect_undone(served, process, tmp_path)
        finally:
            process.kill()


@WORKERS
@pytest.mark.parametrize("times", [2, 40])
def test_control_c_again_and_again(
    serve: Callable[..., Any], tmp_path: Path, workers: tuple[str, ...], times: int
) -> None:
    with serve() as served:
        process, terminal = on_a_terminal(served, tmp_path, *workers)
        try:
            wait_for(busy(served, workers))
            for _ in range(times):
                os.write(terminal, b"\x03")
                time.sleep(0.01)
            shown = b""
            while b"report: " not in shown:
                shown += os.read(terminal, 65536)
            expect_undone(served, process, tmp_path)
        finally:
            process.kill()
            os.close(terminal)
        assert b"interrupted: not everything was judged" in shown
        assert b"KeyboardInterrupt" not in shown


def test_workers_in_the_background_are_ended_by_sigterm(serve: Callable[..., Any], tmp_path: Path) -> None:
    """A shell has a job in the background ignore Ctrl-C, which its workers inherit."""
    with serve() as served:
        arguments = (*served.arguments, "--workers=2", *CHANGING)
        with begun(*arguments, directory=tmp_path, interruptible=False) as process:
            wait_for(busy(served, ["--workers=2"]))
            process.terminate()
            expect_undone(served, process, tmp_path)


def test_everybody_is_told_at_once(serve: Callable[..., Any], tmp_path: Path) -> None:
    """A service manager tells the workers as well as their parent."""
    with serve() as served:
        process, terminal = on_a_terminal(served, tmp_path, "--workers=2")
        try:
            wait_for(busy(served, ["--workers=2"]))
            os.killpg(process.pid, signal.SIGTERM)
            shown = b""
            while b"report: " not in shown:
                shown += os.read(terminal, 65536)
            expect_undone(served, process, tmp_path)
        finally:
            process.kill()
            os.close(terminal)


@pytest.mark.parametrize("closed", [">&- 2>&-", "<&- >&- 2>&-", "2>&1 | true", ">/dev/full 2>&1"])
def test_nobody_reads(tmp_path: Path, closed: str) -> None:
    """The exit status is that of the verdict (0), or where the verdict cannot be written that of an error; never 1."""
    line = " ".join(command_line("--", "-k", "correct_replacement", directory=tmp_path / "reports"))
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line} {closed}"],
        env={**CLEAN, "XDG_STATE_HOME": str(tmp_path / "state")},
        timeout=120,
        check=False,
    )
    assert done.returncode == (3 if "full" in closed else 0)
    assert Finished(0, "", tmp_path / "reports").report["verdict"] == "partial"


def test_mistake_of_our_own_is_one_line_and_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> int:
        raise RecursionError("canary-secret")

    monkeypatch.setattr(requirements, "load_contract", broken)
    assert main.main(["requirements"]) == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "RecursionError" in said
    assert "canary-secret" not in said


def test_the_same_wish_is_heard_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    ending, now = signals.Interruption(), 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for moment, heard in ((100.0, True), (100.5, False), (101.9, False), (102.1, True)):
        now = moment
        if heard:
            with pytest.raises(KeyboardInterrupt):
                ending(signal.SIGINT, None)
        else:
            ending(signal.SIGINT, None)


LOST = """
import signal
class Destroyed:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)
def pytest_runtest_setup(item):
    if "test_invalid_value" in item.nodeid:
        Destroyed()
"""


def test_a_wish_that_python_has_lost_is_fulfilled_before_the_next_case(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """What is raised while an object is being destroyed is raised to nobody."""
    (tmp_path / "lost.py").write_text(LOST)
    with serve() as served:
        done = subprocess.run(
            command_line(*served.arguments, "--", "-k", "replaceable", "-p", "lost", directory=tmp_path / "reports"),
            capture_output=True,
            text=True,
            timeout=120,
            env={**CLEAN, "XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": pythonpath(tmp_path)},
            check=False,
        )
        assert done.returncode == 2, done.stdout + done.stderr
        assert served.jobs() == []
    assert "interrupted: not everything was judged" in done.stdout


def test_what_is_ignored_stays_so() -> None:
    """As nohup has it, and a shell's job in the background."""
    code = (
        "import signal; from contracts.run import signals\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "signals.heed(); signal.raise_signal(signal.SIGHUP); signal.raise_signal(signal.SIGINT)\n"
        "signal.raise_signal(signal.SIGTERM)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt", done.stderr
    assert "line 4" in done.stderr
