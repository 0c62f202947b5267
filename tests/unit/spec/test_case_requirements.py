"""Requirements and cases, tied to each other: each has one, each names one that there is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.spec.load import load_contract

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT.parent / "shared" / "documents" / "replacing-a-pytorchjob.txt"
REQUIREMENTS = tuple(load_contract().requirements.values())

LIST_CASES = """
import json, pathlib, sys, pytest
class Lister:
    def pytest_collection_finish(self, session):
        rows = [
            [item.nodeid, [name for mark in item.iter_markers("requirement") for name in mark.args]]
            for item in session.items
        ]
        pathlib.Path(sys.argv[1]).write_text(json.dumps(rows))
options = ["--collect-only", "-q", "-p", "contracts.pytest_plugin.plugin", "tests/contract"]
sys.exit(pytest.main(options, plugins=[Lister()]))
"""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, list[str]]]:
    """Node id and requirement ids of every case in tests/contract."""
    file = tmp_path_factory.mktemp("cases") / "cases.json"
    done = subprocess.run(
        [sys.executable, "-c", LIST_CASES, str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [(name, ids) for name, ids in json.loads(file.read_text())]


def test_every_requirement_has_a_case(cases: list[tuple[str, list[str]]]) -> None:
    covered = {name for _, ids in cases for name in ids}
    assert covered == set(load_contract().requirements)


def test_every_case_names_its_requirement(cases: list[tuple[str, list[str]]]) -> None:
    assert [name for name, ids in cases if not ids] == []


def collect(directory: Path, source: str) -> subprocess.CompletedProcess[str]:
    (directory / "test_it.py").write_text(source)
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "contracts.pytest_plugin.plugin",
            "-p",
            "no:cacheprovider",
            "--collect-only",
            "-q",
        ],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_requirement_fails_collection(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.requirement('pretty.default', 'pretty.defualt')\ndef test_it(job): pass\n"
    done = collect(tmp_path, source)
    assert done.returncode == 4
    assert "test_it.py::test_it: unknown requirement 'pretty.defualt'" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_known_requirements_are_collected(tmp_path: Path) -> None:
    done = collect(
        tmp_path,
        "import pytest\n@pytest.mark.requirement('pretty.default')\ndef test_it(job): pass\ndef test_two(): pass\n",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 tests collected" in done.stdout


def test_a_session_without_requirements_is_left_alone(tmp_path: Path) -> None:
    done = collect(tmp_path, "def test_it(): pass\n")
    assert done.returncode == 0
    assert "1 test collected" in done.stdout
