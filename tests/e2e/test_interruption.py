"""Runs that somebody ends, by a signal, Ctrl-C or closing the terminal: all is undone, and said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.run import signals

from .command import LIMIT, ROOT, Finished, complete, pythonpath, started
from .endpoint import Serve, Served
from .terminal import on_a_terminal

WORKERS = pytest.mark.parametrize(
    "workers", [(), pytest.param(("--workers=2",), marks=pytest.mark.slow)], ids=["alone", "workers"]
)
# Refused replacements, with which a run of all cases begins, leave a job as it is: nobody sees that it is at work.
CHANGING = ("--", "-k", "not immutable")


def busy(served: Served, workers: tuple[str, ...]) -> Callable[[], bool]:
    """Whether every process of the run is at work."""
    return served.at_work(jobs=2 if workers else 1)


def expect_undone(served: Served, status: int, directory: Path) -> None:
    assert status == 2
    assert served.jobs() == []
    assert list((directory / "state").rglob("*.json")) == []
    assert Finished(status, "", directory / "reports").report["exitStatus"] == 2


@pytest.mark.parametrize(
    ("number", "workers"),
    [
        (signal.SIGINT, ()),
        (signal.SIGTERM, ("--workers=2",)),
        pytest.param(signal.SIGTERM, (), marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, ("--workers=2",), marks=pytest.mark.slow),
    ],
)
def test_signal(serve: Serve, tmp_path: Path, number: signal.Signals, workers: tuple[str, ...]) -> None:
    with serve() as served, started(*served.arguments, *workers, *CHANGING, directory=tmp_path) as running:
        running.wait_until(busy(served, workers))
        finished = running.end(number)
        expect_undone(served, finished.status, tmp_path)
    assert finished.report["requests"] > 10, "what was seen until then is kept"


@pytest.mark.slow
@WORKERS
def test_closed_terminal(serve: Serve, tmp_path: Path, workers: tuple[str, ...]) -> None:
    with serve() as served, on_a_terminal([*served.arguments, *workers, *CHANGING], tmp_path) as terminal:
        terminal.wait_until(busy(served, workers))
        terminal.close()
        expect_undone(served, terminal.end(), tmp_path)


@WORKERS
@pytest.mark.parametrize("times", [pytest.param(2, marks=pytest.mark.slow), 40])
def test_control_c_again_and_again(serve: Serve, tmp_path: Path, workers: tuple[str, ...], times: int) -> None:
    with serve() as served, on_a_terminal([*served.arguments, *workers, *CHANGING], tmp_path) as terminal:
        terminal.wait_until(busy(served, workers))
        for _ in range(times):
            terminal.type(b"\x03")
            time.sleep(0.01)
        shown = terminal.read_until(b"report: ")
        expect_undone(served, terminal.end(), tmp_path)
    assert b"interrupted: not everything was judged" in shown
    assert b"KeyboardInterrupt" not in shown


@pytest.mark.slow
def test_workers_in_the_background_are_ended_by_sigterm(serve: Serve, tmp_path: Path) -> None:
    """A shell has a job in the background ignore Ctrl-C, which its workers inherit."""
    with serve() as served:
        arguments = (*served.arguments, "--workers=2", *CHANGING)
        with started(*arguments, directory=tmp_path, interruptible=False) as running:
            running.wait_until(served.at_work(jobs=2))
            finished = running.end(signal.SIGTERM)
        expect_undone(served, finished.status, tmp_path)


@pytest.mark.slow
def test_all_processes_get_the_signal(serve: Serve, tmp_path: Path) -> None:
    """A service manager tells the workers as well as their parent."""
    with serve() as served, on_a_terminal([*served.arguments, "--workers=2", *CHANGING], tmp_path) as terminal:
        terminal.wait_until(served.at_work(jobs=2))
        os.killpg(terminal.process.pid, signal.SIGTERM)
        terminal.read_until(b"report: ")
        expect_undone(served, terminal.end(), tmp_path)


def test_the_same_signal_is_heard_once_in_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    handler, now = signals.Interruption(), 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for moment, heard in ((100.0, True), (100.5, False), (101.9, False), (102.1, True)):
        now = moment
        if heard:
            with pytest.raises(KeyboardInterrupt):
                handler(signal.SIGINT, None)
        else:
            handler(signal.SIGINT, None)


def test_signal_waits_for_what_is_postponed_and_its_repetition_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    handler, now, done = signals.Interruption(), 100.0, 0

    def work(*moments: float) -> None:
        nonlocal now, done
        with handler.postponed():
            for moment in moments:
                now = moment
                handler(signal.SIGINT, None)
            done += 1

    monkeypatch.setattr(time, "monotonic", lambda: now)
    work()
    for moments, finished in (((110.0,), 2), ((120.0, 121.0), 3), ((130.0, 140.0), 3), ((150.0,), 4)):
        with pytest.raises(KeyboardInterrupt):
            work(*moments)
        assert done == finished
    now = 160.0
    with pytest.raises(KeyboardInterrupt):
        handler(signal.SIGINT, None)


LOST = """
import signal
class Destroyed:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)
cases = 0
def pytest_runtest_setup(item):
    global cases
    cases += 1
    if cases == 3:
        Destroyed()
"""

REPLACED = """
import signal
import pytest
cases = 0
@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    global cases
    cases += 1
    try:
        if cases == 3:
            signal.raise_signal(signal.SIGTERM)
        return (yield)
    except KeyboardInterrupt:
        raise AttributeError("half done") from None
"""


@pytest.mark.parametrize("plugin", [LOST, REPLACED], ids=["while an object is destroyed", "by an error in a plugin"])
def test_signal_whose_exception_is_lost_is_obeyed(serve: Serve, tmp_path: Path, plugin: str) -> None:
    """What is raised while an object is being destroyed is raised to nobody; a plugin may fail on its way out."""
    (tmp_path / "lost.py").write_text(plugin)
    with serve() as served:
        finished = complete(
            *(*served.arguments, "--", "-k", "replaceable", "-p", "lost"),
            directory=tmp_path,
            environment={"PYTHONPATH": pythonpath(tmp_path)},
        )
        expect_undone(served, finished.status, tmp_path)
    assert "interrupted: not everything was judged" in finished.output
    assert "INTERNALERROR" not in finished.output


def test_ignored_signals_stay_ignored() -> None:
    """As nohup has it, and a shell's job in the background."""
    code = (
        "import signal; from contracts.run import signals\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "signals.handle(); signal.raise_signal(signal.SIGHUP); signal.raise_signal(signal.SIGINT)\n"
        "signal.raise_signal(signal.SIGTERM)\n"
    )
    line = [sys.executable, "-c", code]
    done = subprocess.run(line, capture_output=True, text=True, timeout=LIMIT, cwd=ROOT, check=False)
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt", done.stderr
    assert "line 4" in done.stderr


def test_signal_to_a_worker_that_is_being_started_waits_until_its_session_begins() -> None:
    """Ctrl+C reaches every process of a terminal, in the middle of their imports as well."""
    worker = (
        "import os, signal; from contracts.run import signals\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "print('imported', flush=True)\n"
        "signals.release()\n"
    )
    with signals.held_back():
        line = [sys.executable, "-c", worker]
        begun = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    with begun:
        output, error = begun.communicate(timeout=LIMIT)
    assert output == "imported\n", error
    assert error.splitlines()[-1] == "KeyboardInterrupt"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


@pytest.mark.parametrize("seconds", [0.1, 0.4, 0.8, 1.2, pytest.param(2.0, marks=pytest.mark.slow)])
def test_control_c_in_the_first_second_is_one_line(tmp_path: Path, seconds: float) -> None:
    """While modules are imported, cases collected and workers started: whenever it comes."""
    with on_a_terminal(["--workers=2"], tmp_path) as terminal:
        time.sleep(seconds)  # any moment will do
        terminal.type(b"\x03")
        shown = terminal.read_until().decode()
        assert terminal.end() == 2, shown
    lines = [line for line in re.sub(r"\x1b\[[\d;]*\w|\^C", "", shown).splitlines() if line.strip()]
    assert len(lines) == 1, shown
    assert "interrupted" in lines[0]
