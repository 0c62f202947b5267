"""One run of the command, measured: what it was up against, what it said, after how much."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.command import CLEAN
from tests.faults.catalogue import FAULTS

LIMIT = 600


@dataclass(frozen=True)
class Subject:
    """What a run is made against: a fault, or (with none) a conformant mode; and the seed."""

    fault: str | None
    options: tuple[str, ...]
    seed: int

    @property
    def name(self) -> str:
        """The subject in a table."""
        return self.fault or " ".join(option.lstrip("-") for option in self.options)

    @property
    def breaks(self) -> tuple[str, ...]:
        """The requirements of which at least one has to fail."""
        return FAULTS[self.fault].breaks if self.fault else ()


@dataclass(frozen=True)
class Measured:
    """The outcome of one run."""

    subject: Subject
    status: int
    failed: tuple[str, ...]
    cases: tuple[tuple[str, str], ...]
    requests: int
    seconds: float
    first: tuple[int, float] | None
    change: str
    error: str

    @property
    def caught(self) -> bool:
        """Whether the run says that the contract is broken."""
        return self.status == 1 and bool(self.failed)

    @property
    def attributed(self) -> bool:
        """Whether one of the requirements that the fault breaks is among those that failed."""
        return self.caught and bool(set(self.failed) & set(self.subject.breaks))

    @property
    def right(self) -> bool:
        """Whether the run said what it had to."""
        return self.attributed if self.subject.fault else self.status == 0


def measure(subject: Subject) -> Measured:
    """Make the run in a process of its own, with the default budget."""
    with tempfile.TemporaryDirectory(prefix="prove-") as directory:
        arguments = [f"--seed={subject.seed}", f"--report-dir={directory}", *subject.options]
        if subject.fault:
            arguments.append(f"--fault={subject.fault}")
        done = _call([sys.executable, "-m", "contracts", "run", *arguments], Path(directory))
        return _read(subject, done, Path(directory) / "conformance.json")


def _call(command: Sequence[str], directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(command),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        cwd=directory,
        env=CLEAN,
        check=False,
    )


def _read(subject: Subject, done: subprocess.CompletedProcess[str], file: Path) -> Measured:
    if not file.exists():
        return Measured(subject, done.returncode, (), (), 0, 0.0, None, "", done.stdout[-500:])
    record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    rows = record["requirements"]
    first = record.get("firstFinding")
    errors = [f"{row['id']}: {row['reason']}" for row in rows if row["outcome"] == "error"]
    return Measured(
        subject=subject,
        status=done.returncode,
        failed=tuple(row["id"] for row in rows if row["outcome"] == "failed"),
        cases=tuple((row["id"], case["id"]) for row in rows for case in row["cases"] if case["outcome"] == "failed"),
        requests=record["requests"],
        seconds=record["durationSeconds"],
        first=(first["requests"], first["seconds"]) if first else None,
        change=_smallest(subject, rows),
        error="; ".join([record["error"], *errors[:3]]).strip("; "),
    )


def _smallest(subject: Subject, rows: list[dict[str, Any]]) -> str:
    """The smallest change of the object that a finding about the fault shows, as JSON Patch in a line."""
    changes = [
        finding["change"]
        for row in rows
        if row["id"] in subject.breaks
        for finding in row["findings"]
        if finding.get("change")
    ]
    if not changes:
        return ""
    smallest = min(changes, key=lambda change: (len(change), len(json.dumps(change))))
    words = [" ".join((one["op"], one["path"], json.dumps(one["value"]) if "value" in one else "")) for one in smallest]
    return "; ".join(word.strip()[:90] for word in words[:3])
