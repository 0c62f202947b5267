"""Other pytest plugins in the same environment: a run loads none, and none of them has an option of the same name."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .command import CLEAN

ROOT = Path(__file__).resolve().parents[2]
# An option that pytest-timeout has, and a note of every process that loads the plugin.
PLUGIN = """
import os, pathlib
with pathlib.Path(__file__).with_name("loaded").open("a") as file:
    file.write(f"{os.getpid()}\\n")
def pytest_addoption(parser):
    parser.addoption("--timeout", type=float)
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A directory of installed packages with the plugin in it."""
    site = tmp_path / "site"
    metadata = site / "timeouts-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "timeouts.py").write_text(PLUGIN)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: timeouts\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[pytest11]\ntimeouts = timeouts\n")
    return site


def python(site: Path, *arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {"PYTHONPATH": f"{site}:{ROOT}", "XDG_STATE_HOME": str(site.parent / "state"), **environment}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        env={**CLEAN, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "more",
    [(), pytest.param(("-p", "timeouts", "--timeout=60"), marks=pytest.mark.slow)],
    ids=["installed", "asked for"],
)
def test_a_run_loads_a_plugin_only_when_it_is_asked_for(site: Path, tmp_path: Path, more: tuple[str, ...]) -> None:
    done = python(
        site,
        "contracts",
        "run",
        "--timeout=20",
        "--workers=2",
        "--",
        "-k",
        "no_valid_credential or labels",
        *more,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((tmp_path / "reports" / "conformance.json").read_text())
    assert {one["name"]: one["value"] for one in record["configuration"]}["timeout"] == "20"
    note = site / "loaded"
    loads = note.read_text().split() if note.exists() else []
    assert len(set(loads)) == (3 if more else 0), "the process and its two workers"


ASKED_FOR = pytest.param(("-p", "timeouts"), marks=pytest.mark.slow)


@pytest.mark.parametrize("more", [(), ASKED_FOR], ids=["installed", "asked for"])
def test_the_cases_are_collected_beside_another_plugin(site: Path, more: tuple[str, ...]) -> None:
    arguments = ("tests/contract", "--collect-only", "-q", "--timeout=60", "--contract-timeout=20", *more)
    done = python(site, "pytest", "-p", "no:cacheprovider", *arguments, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_status.py::test_no_valid_credential" in done.stdout
    assert (site / "loaded").exists()


@pytest.mark.slow
def test_the_environment_adds_no_plugin_and_no_argument(site: Path, tmp_path: Path) -> None:
    added = {"PYTEST_PLUGINS": "timeouts", "PYTEST_ADDOPTS": "--no-such-option"}
    for command in (("run", "--", "-k", "no_valid_credential"), ("requirements", "--matrix")):
        done = python(site, "contracts", *command, cwd=tmp_path, **added)
        assert done.returncode == 0, done.stdout + done.stderr
    assert not (site / "loaded").exists()
