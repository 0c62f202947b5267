"""Runs of several endpoints at a time, each in a process of its own, whose end never takes another's result along."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from contracts.report.files import ReportError
from contracts.report.record import load
from contracts.report.runs.fleet import Result
from contracts.run import signals
from contracts.run.fleet_config import Fleet, Member

OUTPUT: Final = "output.txt"
LOOK: Final = 0.05
LONGEST_REASON: Final = 300
FAILED: Final = 3
NOT_BEGUN: Final = "not begun: the runs were interrupted"
AT_WORK: Final = "not begun: another run of it is at work in the same directory"

Tell = Callable[[str], None]


class Running(NamedTuple):
    """A run at work."""

    member: Member
    process: subprocess.Popen[bytes]
    started_at: datetime


def run_all(
    fleet: Fleet, directory: Path, parallel: int, rest: Sequence[str], tell: Tell, known: Mapping[str, Result]
) -> tuple[tuple[Result, ...], bool]:
    """Run every endpoint, at most `parallel` at a time; gives the results in the file's order, and whether interrupted.

    `known`: by name the results of those that are not run, as they are there already. Reports go to `directory`/NAME,
    what is printed to output.txt there. When interrupted, runs at work are too: they clean up first; a second time,
    they are killed. `tell` is given a line for each that begins and ends.
    """
    waiting = [member for member in fleet.members if member.name not in known]
    running: list[Running] = []
    results: dict[str, Result] = dict(known)

    def end(result: Result) -> None:
        results[result.name] = result
        tell(f"{result.name}: {result.verdict}: {result.words}")

    with signals.counted() as stop:
        interrupted = killed = False
        while waiting or running:
            if stop.count and not interrupted:
                interrupted = True
                tell("interrupted: the runs at work clean up; once more kills them")
                results.update({member.name: Result(member.name, 2, None, NOT_BEGUN) for member in waiting})
                waiting.clear()
                for one in running:
                    one.process.terminate()
            if stop.count > 1 and not killed:
                killed = True
                tell("killed: pytorchjob-contract restore undoes what they left behind")
                for one in running:
                    # Its workers too, which would otherwise go on.
                    os.killpg(one.process.pid, signal.SIGKILL)
            while waiting and len(running) < parallel and not stop.count:
                begun = _start(waiting.pop(0), fleet, directory, rest)
                if isinstance(begun, Running):
                    running.append(begun)
                    tell(f"{begun.member.name}: begun")
                else:
                    end(begun)
            for one in [one for one in running if one.process.poll() is not None]:
                running.remove(one)
                end(_result(one, directory / one.member.name))
            time.sleep(LOOK)
    return tuple(results[member.name] for member in fleet.members), interrupted


def _start(member: Member, fleet: Fleet, reports: Path, rest: Sequence[str]) -> Running | Result:
    directory = reports / member.name
    if member.problem:
        return Result(member.name, FAILED, None, member.problem)
    # The empty file keeps the run from the one in the working directory, which may hold another's credentials.
    command = [sys.executable, "-m", "contracts", "run", f"--config={os.devnull}", f"--report-dir={directory}"]
    command += [f"--endpoint={member.name}", *member.arguments, *(["--", *rest] if rest else [])]
    started_at = datetime.now(UTC)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with (directory / OUTPUT).open("ab") as output:
            if not _locked(output):
                return Result(member.name, FAILED, None, AT_WORK)
            output.truncate(0)
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=fleet.environment(member, os.environ),
                # Not in our group: of a terminal's Ctrl-C they would hear twice, from it and from us.
                start_new_session=True,
            )
    except OSError as error:
        return Result(member.name, FAILED, None, f"its run cannot be started: {error}")
    return Running(member, process, started_at)


def _locked(output: BinaryIO) -> bool:
    """Lock the file for as long as a process holds it open: this one, or the run, which may outlive this one."""
    try:
        fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _result(one: Running, directory: Path) -> Result:
    name, status = one.member.name, one.process.returncode
    killed = f"its run was killed ({signal.Signals(-status).name})" if status < 0 else ""
    ended = killed or f"its run ended with {status}"
    try:
        report = load(directory)
    except ReportError:
        report = None
    if report is None or report.started_at < one.started_at:
        return Result(name, status, None, killed or _last_words(directory) or ended)
    return Result(name, status, report, report.error or ("" if status in (0, 1, 2) else ended))


def _last_words(directory: Path) -> str:
    """What a run without a record said last."""
    try:
        lines = (directory / OUTPUT).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return said.removeprefix("ERROR: ").removeprefix("pytorchjob-contract: ")[:LONGEST_REASON]
