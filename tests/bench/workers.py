"""One worker beside several, against an endpoint that takes its time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from tests.e2e.command import CLEAN

LATENCY: Final = 0.1


def measure(workers: int) -> tuple[float, int]:
    """Seconds and requests of a default run with so many workers; the whole command counts."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ReferenceEndpoint(_options()) as endpoint:
        directory = Path(name)
        for file, token in (("token", endpoint.token), ("denied", endpoint.denied_token)):
            (directory / file).write_text(token, encoding="utf-8")
        arguments = [
            f"--target={endpoint.url}",
            f"--namespace={endpoint.namespace}",
            f"--token-file={directory / 'token'}",
            f"--denied-token-file={directory / 'denied'}",
            f"--report-dir={directory / 'reports'}",
            f"--workers={workers}",
            "--seed=1",
        ]
        started = time.monotonic()
        command = [sys.executable, "-m", "contracts", "run", *arguments]
        subprocess.run(command, stdout=subprocess.DEVNULL, env=CLEAN, timeout=1800, check=True)
        spent = time.monotonic() - started
        record = json.loads((directory / "reports" / "conformance.json").read_text(encoding="utf-8"))
        return spent, record["requests"]


def table(several: int) -> Iterator[str]:
    """Both runs and their ratio, as Markdown."""
    yield f"Default runs with {LATENCY:g} s latency for each request:"
    yield ""
    yield "| workers | seconds | requests |"
    yield "| --- | --- | --- |"
    seconds = {}
    for workers in (1, several):
        seconds[workers], requests = measure(workers)
        yield f"| {workers} | {seconds[workers]:.1f} | {requests} |"
    yield ""
    yield f"{several} workers take 1/{seconds[1] / seconds[several]:.1f} of the time of one."


def _options() -> ReferenceOptions:
    return ReferenceOptions(latency=LATENCY)
