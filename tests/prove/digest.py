"""Which code judges: what was measured with another is of no use any more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from tests.e2e.command import ROOT

# What decides how a run ends: the suite, its specification and cases, the faults; and what is run against what.
JUDGING = (
    "contracts",
    "openapi",
    "tests/contract",
    "tests/faults",
    "tests/prove/measure.py",
    "tests/prove/subjects.py",
)


def digest() -> str:
    """Twelve digits over all files that decide how a run ends."""
    found = hashlib.sha256()
    for path in files(ROOT):
        found.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def files(root: Path) -> Iterator[Path]:
    """These files, in one order."""
    for name in JUDGING:
        place = root / name
        yield from sorted(
            path
            for path in ([place] if place.is_file() else place.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        )
