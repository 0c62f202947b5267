"""What is loaded when: nothing is read at import, and a run against a target loads no endpoint of ours and no fault."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .command import CLEAN

ROOT = Path(__file__).resolve().parents[2]
IMPORT_EVERYTHING = """
import importlib, pkgutil
import contracts, tests.faults
for module in pkgutil.walk_packages(contracts.__path__, "contracts.", onerror=lambda name: None):
    # To import the hooks is to ask Schemathesis to judge by them.
    if not module.name.startswith("contracts.schemathesis_hooks"):
        importlib.import_module(module.name)
print(len(tests.faults.FAULTS))
"""
EVERY_COMMAND = """
import sys
from contracts.cli.main import main
commands = ("run", "run --plan", "run --fault=pretty-ignored", "requirements", "requirements --matrix", "serve")
print([main(command.split()) for command in commands])
print(main(["--help"]))
"""
LOADED = """
import sys
from contracts.cli.main import main
status = main(sys.argv[1:])
print(*(name for name in sys.modules if name.startswith(("contracts.reference", "tests.faults", "uvicorn"))), sep="\\n")
print(*({"docutils", "lxml", "markdown_it"} & set(sys.modules)), sep="\\n")
sys.exit(status)
"""


# Pages are read before a run, not in one.
PARSERS = ("docutils", "lxml", "markdown_it")


def python(project: Path, directory: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script in `directory` with the project's own modules."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=directory,
        env={**CLEAN, "PYTHONPATH": str(project), "XDG_STATE_HOME": str(directory / "state")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a checkout needs to run, to be broken."""
    kept = ("contracts", "openapi", "tests/contract", "tests/faults")
    for name in kept:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests" / "__init__.py").touch()
    return tmp_path


def no_directory(checkout: Path) -> None:
    shutil.rmtree(checkout / "openapi")


def no_specification(checkout: Path) -> None:
    (checkout / "openapi" / "replace-pytorchjob.yaml").write_text("paths: [\n")


def no_text(checkout: Path) -> None:
    (checkout / "openapi" / "kubernetes.overlay.yaml").write_bytes(b"\xff\xfe\x00")


def no_requirements(checkout: Path) -> None:
    (checkout / "contracts" / "spec" / "requirements.yaml").write_text("families: {}\nrequirements: [{id: a.b}]\n")


@pytest.mark.parametrize("spoil", [no_directory, no_specification, no_text, no_requirements])
def test_an_unreadable_specification_is_one_line_from_every_command(
    checkout: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(checkout)
    done = python(checkout, checkout, EVERY_COMMAND)
    statuses, *rest = done.stdout.splitlines()
    assert statuses == "[3, 3, 3, 3, 3, 3]", done.stdout + done.stderr
    assert rest[-1] == "0", "--help works"
    assert "its specification cannot be read" in done.stdout
    lines = done.stderr.splitlines()
    assert len(lines) == 6, done.stderr
    assert all(line.startswith("pytorchjob-contract: ") and "internal error" not in line for line in lines)
    assert not (checkout / "reports").exists()


def test_no_module_reads_a_specification_at_import(checkout: Path) -> None:
    no_directory(checkout)
    no_requirements(checkout)
    done = python(checkout, checkout, IMPORT_EVERYTHING)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 400


def test_a_run_against_a_target_loads_neither_our_endpoint_nor_a_fault(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    with serve() as served:
        done = python(ROOT, tmp_path, LOADED, "run", "-q", *served.arguments, "--", "-k", "correct_replacement")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "verdict: partial" in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith(("contracts.", "tests.", "uvicorn"))] == []
    assert [line for line in done.stdout.splitlines() if line in PARSERS] == []
    embedded = python(ROOT, tmp_path, LOADED, "run", "-q", "--", "-k", "correct_replacement")
    assert "contracts.reference.server" in embedded.stdout.splitlines(), "what the test looks for is there to be found"
