"""`python -m tests.mutation`: mutate the judge in a copy of the repository, print which mutants its tests let live.

The copy keeps the checkout as it is, and lets mutmut's settings stay out of `pyproject.toml`. docs/mutants.md explains
the mutants that remain.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
COPIED: Final = ("contracts", "openapi", "tests", "pyproject.toml", "README.md")
BAR: Final = 0.05
LIVES: Final = frozenset({"survived", "no tests", "not checked", "suspicious", "segfault", "skipped"})


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test notices: its name in mutmut, what became of it, the lines that it changes."""

    name: str
    status: str
    change: str

    @property
    def module(self) -> str:
        """The module that was mutated."""
        return module_of(self.name)


def module_of(name: str) -> str:
    """The module of a mutant, from its name (`contracts.jsonvalue.layout.x_defect__mutmut_1`)."""
    return name.split(".x", 1)[0]


def prepare(directory: Path) -> None:
    """Copy what the tests of the judge need, with the configuration of mutmut beside it."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules", ".venv")
            shutil.copytree(source, directory / name, ignore=ignored)
        else:
            shutil.copy(source, directory / name)
    shutil.copy(Path(__file__).with_name("setup.cfg"), directory)


def mutmut(directory: Path, *arguments: str) -> str:
    """What one command of mutmut prints; raises `subprocess.CalledProcessError` when it fails."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout)
    return done.stdout


def statuses(directory: Path) -> dict[str, str]:
    """What became of each mutant, by its name."""
    lines = mutmut(directory, "results", "--all", "true").splitlines()
    return dict(line.strip().split(": ", 1) for line in lines if "__mutmut_" in line)


def survivors(directory: Path, found: Mapping[str, str]) -> list[Survivor]:
    """The mutants that live, with their changes."""
    return [Survivor(name, status, _change(directory, name)) for name, status in found.items() if status in LIVES]


def _change(directory: Path, name: str) -> str:
    lines = mutmut(directory, "show", name).splitlines()
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))


def table(found: Mapping[str, str], living: list[Survivor]) -> str:
    """Mutants and survivors by module, then each survivor."""
    totals, lived = Counter(map(module_of, found)), Counter(one.module for one in living)
    rows = [f"| {name} | {count} | {lived[name]} | {lived[name] / count:.1%} |" for name, count in totals.items()]
    said = [f"{one.name} ({one.status})\n{one.change}" for one in living]
    return "\n".join(["| module | mutants | survived | share |", "| --- | --- | --- | --- |", *rows, "", *said])


def main() -> int:
    """Exit status 0 when in every module less than one mutant in twenty lives; 1 when more do; 3 without a result."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="mutants at a time (default: 1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        directory = Path(name)
        prepare(directory)
        try:
            mutmut(directory, "run", "--max-children", str(options.workers))
            found = statuses(directory)
            living = survivors(directory, found)
        except subprocess.CalledProcessError as error:
            print(f"mutmut failed: {error.output[-2000:]}", file=sys.stderr)
            return 3
    print(table(found, living))
    totals, lived = Counter(map(module_of, found)), Counter(one.module for one in living)
    return 0 if totals and all(lived[module] < BAR * count for module, count in totals.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
