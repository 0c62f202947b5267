"""Who judges: the digest of the code, wherever it is installed, and the commit of a checkout."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from contracts.report.model import Suite
from contracts.report.trust import suite

CHECKOUT = {
    "contracts/judge/rules.py": "rule",
    "contracts/spec/requirements.yaml": "rows",
    "openapi/a.yaml": "page",
    "tests/contract/test_a.py": "case",
}
WHEEL = {
    "contracts/judge/rules.py": "rule",
    "contracts/spec/requirements.yaml": "rows",
    "contracts/openapi/a.yaml": "page",
    "contracts/cases/test_a.py": "case",
}


def made(directory: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    return directory / "contracts"


def test_checkout_and_wheel_have_one_digest(tmp_path: Path) -> None:
    checkout, wheel = made(tmp_path / "checkout", CHECKOUT), made(tmp_path / "wheel", WHEEL)
    assert set(suite.files(checkout)) == set(suite.files(wheel))
    assert suite.judge(checkout) == suite.judge(wheel)


@pytest.mark.parametrize("name", CHECKOUT)
def test_what_judges_decides_on_the_digest(tmp_path: Path, name: str) -> None:
    package = made(tmp_path, CHECKOUT)
    before = suite.judge(package)
    (tmp_path / name).write_text("another")
    assert suite.judge(package) not in (before, None)
    (tmp_path / name).rename((tmp_path / name).with_stem("renamed"))
    assert suite.judge(package) not in (before, None)


def test_what_does_not_judge_is_not_in_the_digest(tmp_path: Path) -> None:
    package = made(tmp_path, CHECKOUT)
    before = suite.judge(package)
    made(tmp_path, {"README.md": "a", "contracts/__pycache__/a.pyc": "a", "contracts/.a.py": "a", "tests/x.py": "a"})
    assert suite.judge(package) == before


def test_what_cannot_be_read_has_no_digest(tmp_path: Path) -> None:
    assert suite.judge(tmp_path / "archive.zip" / "contracts") is None


def git(root: Path, *arguments: str) -> str:
    line = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()


def test_commit_says_whether_the_checkout_was_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert suite.commit(tmp_path) is None
    made(tmp_path, CHECKOUT)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "a")
    commit = git(tmp_path, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert suite.commit(tmp_path) == commit
    (tmp_path / "token").write_text("not a file of the project")
    assert suite.commit(tmp_path) == commit
    (tmp_path / "tests" / "contract" / "test_b.py").write_text("a new case")
    assert suite.commit(tmp_path) == f"{commit}-dirty"
    (tmp_path / "tests" / "contract" / "test_b.py").unlink()
    (tmp_path / "openapi" / "a.yaml").write_text("changed")
    assert suite.commit(tmp_path) == f"{commit}-dirty"


@pytest.mark.parametrize(
    ("commit", "short"), [(None, ""), ("a" * 40, "a" * 12), ("a" * 40 + "-dirty", "a" * 12 + "-dirty")]
)
def test_short_commit_says_whether_there_were_changes(commit: str | None, short: str) -> None:
    assert Suite("1", commit).short_commit == short
