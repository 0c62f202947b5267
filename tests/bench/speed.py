"""Run time beside the time of its bare requests."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.e2e.command import CLEAN

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Round:
    """One run and the replay of its requests; `alike` of the replayed answers had the recorded status.

    Seconds: of the whole command, of the run as it reports itself, of the replay from first request to last answer; and
    of processor time, which other processes on the machine disturb less. All include the endpoint's own work.
    """

    command: float
    run: float
    replay: float
    command_cpu: float
    replay_cpu: float
    requests: int = 0
    alike: int = 0


SECONDS: Final = ("command", "run", "replay", "command_cpu", "replay_cpu")


def measure(seed: int) -> Round:
    """Make a default run, then replay it, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        # Not among the reports, where the run withholds what holds a credential.
        directory, file = Path(name) / "reports", Path(name) / "recording.json"
        arguments = ["run", f"--seed={seed}", f"--report-dir={directory}", "--", "-p", "tests.bench.recorder"]
        started, started_cpu = time.monotonic(), _cpu_of_children()
        _call(["-m", "contracts", *arguments], {"BENCH_RECORDING": str(file)})
        command, command_cpu = time.monotonic() - started, _cpu_of_children() - started_cpu
        record = json.loads((directory / "conformance.json").read_text(encoding="utf-8"))
        again: dict[str, Any] = json.loads(_call(["-m", "tests.bench.replay", str(file)]))
    run = record["durationSeconds"]
    return Round(command, run, again["seconds"], command_cpu, again["cpu"], again["requests"], again["alike"])


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _call(arguments: Sequence[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**CLEAN, **(environment or {})},
        timeout=600,
        check=True,
    )
    return done.stdout


def table(rounds: Sequence[Round]) -> Iterator[str]:
    """Every round and the median, as Markdown."""
    yield f"Run and replay, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}:"
    yield ""
    heads = (
        "round",
        "requests",
        "same status",
        "command",
        "run",
        "replay",
        "run ÷ replay",
        "command CPU",
        "replay CPU",
    )
    yield f"| {' | '.join(heads)} | CPU ratio |"
    yield f"|{' --- |' * 10}"
    for number, one in enumerate(rounds, start=1):
        yield _row(f"{number} | {one.requests} | {one.alike / one.requests:.1%}", one)
    yield _row("**median** | | ", Round(*(statistics.median(getattr(one, key) for one in rounds) for key in SECONDS)))


def _row(name: str, one: Round) -> str:
    elapsed = f"{one.command:.1f} s | {one.run:.1f} s | {one.replay:.1f} s | {one.run / one.replay:.2f}"
    cpu = f"{one.command_cpu:.1f} s | {one.replay_cpu:.1f} s | {one.command_cpu / one.replay_cpu:.2f}"
    return f"| {name} | {elapsed} | {cpu} |"
