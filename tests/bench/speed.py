"""Run time beside the time of its bare requests."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.prove.measure import CLEAN

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Round:
    """One run and the replay of its requests, in seconds; `alike` of the replayed answers had the recorded status."""

    command: float
    run: float
    replay: float
    requests: int
    alike: int


def measure(seed: int) -> Round:
    """Make a default run, then replay it, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        directory, file = Path(name), Path(name) / "recording.json"
        arguments = ["run", f"--seed={seed}", f"--report-dir={directory}", "--", "-p", "tests.bench.recorder"]
        started = time.monotonic()
        _call(["-m", "contracts", *arguments], {"BENCH_RECORDING": str(file)})
        command = time.monotonic() - started
        record = json.loads((directory / "conformance.json").read_text(encoding="utf-8"))
        replayed: dict[str, Any] = json.loads(_call(["-m", "tests.bench.replay", str(file)]))
    return Round(command, record["durationSeconds"], replayed["seconds"], replayed["requests"], replayed["alike"])


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
    yield "| round | whole command | run | replay | command ÷ replay | run ÷ replay | requests | same status |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for number, one in enumerate(rounds, start=1):
        yield _row(str(number), one, f"{one.requests} | {one.alike / one.requests:.1%}")
    median = Round(*(statistics.median(getattr(one, key) for one in rounds) for key in ("command", "run", "replay")), 0, 0)
    yield _row("**median**", median, " | ")


def _row(name: str, one: Round, rest: str) -> str:
    ratios = f"{one.command / one.replay:.2f} | {one.run / one.replay:.2f}"
    return f"| {name} | {one.command:.1f} s | {one.run:.1f} s | {one.replay:.1f} s | {ratios} | {rest} |"
