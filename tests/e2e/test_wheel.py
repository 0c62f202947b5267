"""The built wheel, installed into an empty environment, works in an empty directory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .command import ROOT


@pytest.mark.slow
def test_wheel_works_without_the_checkout(tmp_path: Path) -> None:
    def call(*arguments: str | Path, cwd: Path = tmp_path) -> str:
        words = list(map(str, arguments))
        done = subprocess.run(words, capture_output=True, text=True, cwd=cwd, timeout=900, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    call(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", cwd=ROOT)
    call(sys.executable, "-m", "venv", tmp_path / "environment")
    python = tmp_path / "environment" / "bin" / "python"
    locked = tmp_path / "constraints.txt"
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    locked.write_text("\n".join(line.rstrip(" \\") for line in lines if line[:1].isalnum() and "==" in line))
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    call(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", locked, wheel)
    empty = tmp_path / "empty"
    empty.mkdir()
    looked = "import importlib.util as util; print([*map(util.find_spec, ('contracts.faults', 'tests'))])"
    assert call(python, "-c", looked, cwd=empty).strip() == "[None, None]", "faults are no part of it"
    command = python.with_name("pytorchjob-contract")
    output = call(command, "run", cwd=empty)
    assert "verdict: conformant" in output
    assert {entry.name for entry in empty.iterdir()} == {"reports"}
    report = json.loads((empty / "reports" / "conformance.json").read_text())
    assert {row["outcome"] for row in report["requirements"]} == {"passed"}
    assert "conformance.json" in call(command, "report", "show", "reports", cwd=empty)
    assert "immutable.no-bypass" in call(command, "requirements", cwd=empty)
    call(command, "report", "verify", "reports", cwd=empty)
