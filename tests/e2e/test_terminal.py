"""What the command shows while it runs and afterwards: on a real terminal, and where there is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .command import Command
from .terminal import on_a_terminal

SOME = ("--seed=1", "--", "-k", "labels or test_correct_replacement or no_bypass and remove")
# Each line is begun anew where the one before stands, and the last one is taken away.
ANEW = "\r\x1b[2K"
TAKEN_AWAY = "\r\x1b[1A\x1b[2K"
LINE = re.compile(r"\r\x1b\[2K(\w[\w ]*?) +(\d+)/(\d+) cases  (\d+) requests  \d+/s  (\d+) failed  \d:\d\d")


def shown_on_a_terminal(directory: Path, *arguments: str, columns: int = 100, **variables: str) -> tuple[int, str]:
    """Exit status, and all that a terminal was sent."""
    with on_a_terminal(arguments, directory, columns=columns, environment=variables) as terminal:
        shown = terminal.read_until()
        return terminal.end(), shown.decode()


@pytest.mark.parametrize("workers", [(), ("--workers=2",)], ids=["alone", "workers"])
def test_progress_is_one_line_that_is_taken_away(tmp_path: Path, workers: tuple[str, ...]) -> None:
    status, shown = shown_on_a_terminal(tmp_path, *workers, *SOME)
    assert status == 0, shown
    lines = LINE.findall(shown)
    assert lines, shown
    assert {family for family, *_ in lines} <= {
        "replaceable",
        "immutable",
        "pretty",
        "status",
        "response",
        "concurrency",
    }
    assert int(lines[-1][1]) <= int(lines[-1][2])
    assert int(lines[-1][3]) > 0
    progress, _, rest = shown.rpartition(TAKEN_AWAY)
    assert "\n" not in progress.strip()
    assert "bringing up" not in shown
    assert rest.strip().startswith("target ")
    assert "\x1b[32m" in rest


def test_progress_fits_a_narrow_terminal(tmp_path: Path) -> None:
    _, shown = shown_on_a_terminal(tmp_path, *SOME, columns=40)
    pieces = [piece for piece in shown.rpartition(TAKEN_AWAY)[0].rstrip("\r\n").split(ANEW) if piece]
    assert pieces
    assert max(map(len, pieces)) < 40


def test_no_color(tmp_path: Path) -> None:
    _, shown = shown_on_a_terminal(tmp_path, *SOME, NO_COLOR="1")
    assert not re.search(r"\x1b\[[\d;]*m", shown)


def test_without_a_terminal_there_is_no_progress_and_no_colour(run: Command) -> None:
    output = run(*SOME).output
    assert "\r" not in output
    assert "\x1b" not in output
    assert output.strip().startswith("target ")


def test_force_color(run: Command) -> None:
    output = run(*SOME, environment={"FORCE_COLOR": "1"}).output
    assert "\x1b[32m" in output
    assert "\r" not in output


@pytest.mark.parametrize("workers", [(), pytest.param(("--workers=2",), marks=pytest.mark.slow)])
def test_verdict_only(run: Command, workers: tuple[str, ...]) -> None:
    finished = run("-q", *workers, *SOME)
    weakened = r"weakened: \d+ cases not selected \(pytest arguments\)"
    assert re.fullmatch(rf"\s*verdict: partial: \d+ passed, \d+ skipped; {weakened}\n", finished.output)


def test_the_verdict_alone_has_the_reason_of_an_exit_status(run: Command) -> None:
    finished = run("-q", "--require-complete", *SOME)
    assert finished.status == 1
    assert "exit status 1: not everything was judged (--require-complete): replaceable." in finished.output


@pytest.mark.parametrize("workers", [(), pytest.param(("--workers=2",), marks=pytest.mark.slow)])
def test_exchanges_are_told_one_by_one(run: Command, workers: tuple[str, ...]) -> None:
    finished = run("-v", "-q", *workers, *SOME)
    lines = [one for one in finished.output.splitlines() if one and not one.startswith("verdict")]
    assert all(re.fullmatch(r"(GET|PUT|POST|DELETE|PATCH) /\S* \d{3} \d+ ms", one) for one in lines), finished.output
    assert len(lines) == finished.report["requests"]
