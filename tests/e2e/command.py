"""The command in a process of its own: started, looked at while it runs, ended, and what it left."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "contract"
# Whatever takes this many seconds hangs: no test fails because the machine is busy.
LIMIT = 300
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTORCHJOB_CONTRACT_", "PYTEST_"))}

Environment = dict[str, str]


@dataclass(frozen=True)
class Finished:
    """A run that has ended: exit status, all that it printed, and the directory of its reports."""

    status: int
    output: str
    directory: Path

    @property
    def report(self) -> dict[str, Any]:
        """The record."""
        record: dict[str, Any] = json.loads((self.directory / "conformance.json").read_text())
        return record

    @property
    def outcomes(self) -> dict[str, str]:
        """Outcome by requirement."""
        return {row["id"]: row["outcome"] for row in self.report["requirements"]}

    def findings(self, requirement: str) -> list[dict[str, Any]]:
        """The findings against a requirement."""
        found: list[dict[str, Any]] = next(
            row["findings"] for row in self.report["requirements"] if row["id"] == requirement
        )
        return found


Command = Callable[..., Finished]


def command_line(*arguments: str, directory: Path) -> list[str]:
    """The command `run` with its reports in a directory."""
    own = list(arguments[: arguments.index("--")]) if "--" in arguments else list(arguments)
    rest = list(arguments[len(own) :])
    return [sys.executable, "-m", "contracts", "run", f"--report-dir={directory}", *own, *rest]


def prefixed(arguments: Iterable[str]) -> list[str]:
    """Options of `run` as pytest takes them."""
    return [argument.replace("--", "--contract-", 1) for argument in arguments]


def pythonpath(*more: Path) -> str:
    """PYTHONPATH for a process that is to find modules in these directories too."""
    return ":".join(map(str, (*more, ROOT)))


def call(*arguments: str, directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Make any command of the suite, from a directory, and wait for its end."""
    return subprocess.run(
        [sys.executable, "-m", "contracts", *arguments],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        cwd=directory,
        env={**CLEAN, **environment},
        check=False,
    )


def attempts() -> Iterator[int]:
    """Numbers of attempts, until what is waited for has taken too long; that is an error then."""
    deadline = time.monotonic() + LIMIT
    for number in itertools.count():
        yield number
        assert time.monotonic() < deadline, "what was waited for did not come true"


@dataclass(frozen=True)
class Running:
    """A run at work in `directory`: its reports in `reports`, its journal below `state`, what it prints in `output`."""

    process: subprocess.Popen[bytes]
    directory: Path

    @property
    def state(self) -> Path:
        """The state directory."""
        return self.directory / "state"

    @property
    def output(self) -> str:
        """All that was printed until now."""
        return (self.directory / "output").read_text(errors="replace")

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the run is to bring about; fails at once when the run has ended without."""
        for _ in attempts():
            ended = self.process.poll() is not None
            if condition():
                return
            assert not ended, f"the run has ended before: {self.output}"
            time.sleep(0.002)

    def end(self, number: signal.Signals | None = None) -> Finished:
        """Wait for the end, after a signal where one is given."""
        if number is not None:
            self.process.send_signal(number)
        status = self.process.wait(timeout=LIMIT)
        return Finished(status, self.output, self.directory / "reports")


@contextmanager
def started(
    *arguments: str,
    directory: Path,
    environment: Environment | None = None,
    interruptible: bool = True,
    before: tuple[str, ...] = (),
) -> Iterator[Running]:
    """A run that is at work; killed when the context ends before it does.

    `interruptible`: whether SIGINT ends it, as on a terminal; a shell's job in the background ignores it.
    `before`: a command that is to start it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    heeded: Any = signal.default_int_handler if interruptible else signal.SIG_IGN
    with (
        (directory / "output").open("wb") as output,
        subprocess.Popen(
            [*before, *command_line(*arguments, directory=directory / "reports")],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env={**CLEAN, "XDG_STATE_HOME": str(directory / "state"), **(environment or {})},
            preexec_fn=lambda: signal.signal(signal.SIGINT, heeded),
        ) as process,
    ):
        try:
            yield Running(process, directory)
        finally:
            process.kill()


def complete(*arguments: str, directory: Path, environment: Environment | None = None) -> Finished:
    """Make a run in a directory, and wait for its end."""
    with started(*arguments, directory=directory, environment=environment) as running:
        return running.end()


def expect_error(finished: Finished, *words: str, kind: str = "") -> None:
    """The run has ended with exit status 3 and one line that holds these words, which the record says too.

    `kind`: what the record must call it.
    """
    lines = [line for line in finished.output.splitlines() if line.strip()]
    assert finished.status == 3, finished.output
    assert len(lines) == 1, finished.output
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0]
    assert finished.report["verdict"] == "error"
    assert finished.report["error"]["message"] in lines[0]
    assert kind in ("", finished.report["error"]["kind"])
