"""What the command shows while it runs and afterwards: on a real terminal, and where there is none."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from .conftest import CLEAN, Command, command_line

SOME = ("--seed=1", "--", "-k", "labels or correct_replacement or no_bypass and remove")
LINE = re.compile(r"\r(\w[\w ]*?) +(\d+)/(\d+) cases  (\d+) requests  \d+/s  (\d+) failed  \d:\d\d\x1b\[K")


def on_a_terminal(directory: Path, *arguments: str, columns: int = 100, **variables: str) -> tuple[int, str]:
    """Exit status, and all that a terminal was sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        command_line(*arguments, directory=directory),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**{name: value for name, value in CLEAN.items() if "COLOR" not in name}, "TERM": "xterm", **variables},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when nobody has the terminal open any more
            break
        shown += piece
    os.close(ours)
    return process.wait(timeout=120), shown.decode()


@pytest.mark.parametrize("workers", [(), ("--workers=2",)], ids=["alone", "workers"])
def test_progress_is_one_line_that_is_taken_away(tmp_path: Path, workers: tuple[str, ...]) -> None:
    status, shown = on_a_terminal(tmp_path, *workers, *SOME)
    assert status == 0, shown
    lines = LINE.findall(shown)
    assert lines, shown
    assert {family for family, *_ in lines} <= {"replaceable", "immutable", "pretty", "status", "whole run", "response"}
    assert int(lines[-1][1]) <= int(lines[-1][2])
    assert int(lines[-1][3]) > 0
    progress, _, rest = shown.rpartition("\r\x1b[K")
    assert "\n" not in progress.strip()
    assert "bringing up" not in shown
    assert rest.strip().startswith("target ")
    assert "\x1b[32m" in rest


def test_progress_fits_a_narrow_terminal(tmp_path: Path) -> None:
    _, shown = on_a_terminal(tmp_path, *SOME, columns=40)
    pieces = [piece.split("\x1b[K")[0] for piece in shown.split("\r") if piece.endswith("\x1b[K")]
    assert pieces
    assert max(map(len, pieces)) < 40


def test_no_color(tmp_path: Path) -> None:
    _, shown = on_a_terminal(tmp_path, *SOME, NO_COLOR="1")
    assert "\x1b[3" not in shown
    assert "\x1b[1" not in shown


def test_without_a_terminal_there_is_no_progress_and_no_colour(run: Command) -> None:
    output = run(*SOME).output
    assert "\r" not in output
    assert "\x1b" not in output
    assert output.strip().startswith("target ")


def test_force_color(run: Command) -> None:
    output = run(*SOME, environment={"FORCE_COLOR": "1"}).output
    assert "\x1b[32m" in output
    assert "\r" not in output


@pytest.mark.parametrize("workers", [(), ("--workers=2",)], ids=["alone", "workers"])
def test_verdict_only(run: Command, workers: tuple[str, ...]) -> None:
    finished = run("-q", *workers, *SOME)
    assert re.fullmatch(r"\s*verdict: partial: \d+ passed, \d+ skipped\n", finished.output)


@pytest.mark.parametrize("workers", [(), ("--workers=2",)], ids=["alone", "workers"])
def test_exchanges_are_told_one_by_one(run: Command, workers: tuple[str, ...]) -> None:
    finished = run("-v", "-q", *workers, *SOME)
    lines = [one for one in finished.output.splitlines() if one and not one.startswith("verdict")]
    assert all(re.fullmatch(r"(GET|PUT|POST|DELETE|PATCH) /\S* \d{3} \d+ ms", one) for one in lines), finished.output
    assert len(lines) == finished.report["requests"]
