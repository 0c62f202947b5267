"""Which code judges: what was measured with another is of no use any more."""

from __future__ import annotations

from pathlib import Path

from contracts.report.trust import suite
from tests.e2e.command import ROOT

# Beside what the record calls `suite.judge`: the faults, and what is run against what.
MEASURING = ("tests/faults", "tests/prove/measure.py", "tests/prove/subjects.py")


def digest() -> str:
    """Twelve digits over all files that decide how a run ends."""
    return suite.digest({**suite.files(ROOT / "contracts"), **dict(_measuring(ROOT))})[:12]


def _measuring(root: Path) -> list[tuple[str, Path]]:
    places = [root / name for name in MEASURING]
    found = [path for place in places for path in (place.rglob("*.py") if place.is_dir() else [place])]
    return [(path.relative_to(root).as_posix(), path) for path in found if path.is_file()]
