"""`derive --review`: its exit statuses, and the same items as text, JSON and Markdown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.cli.main import main

from ..spec.review.pages import LANTERN, TABLES


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A page without a fault and its tables, as arguments."""
    (tmp_path / "page.md").write_text(LANTERN)
    (tmp_path / "tables.md").write_text(TABLES)
    return ["derive", "--review", str(tmp_path / "page.md"), "--structures", str(tmp_path / "tables.md")]


def test_nothing_found(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(files) == 0
    assert capsys.readouterr().out == "1 page: nothing found\n"


def test_three_formats_of_the_same(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(LANTERN.replace("a Lantern", "a Beacon").replace("|401|Unauthorized|", "|4xx|a_b|"))
    assert main(files) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{page}:1: kind-of-title: the title is about Beacon, the path leads to Lantern (line 14)",
        f"{page}:82: not-understood: expected an HTTP status, found 4xx",
        "1 page: 1 contradiction, 1 gap",
    ]
    assert main([*files, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["items"][0] == {
        "page": str(page),
        "line": 1,
        "kind": "kind-of-title",
        "level": "contradiction",
        "subject": "",
        "found": ["Beacon"],
        "expected": ["Lantern"],
        "elsewhere": {"page": str(page), "line": 14},
        "message": "the title is about Beacon, the path leads to Lantern",
    }
    assert [one["title"] for one in report["pages"]] == ["Replacing a Beacon"]
    output = tmp_path / "out" / "review.md"
    assert main([*files, "--format", "markdown", "--output", str(output)]) == 1
    assert capsys.readouterr().out == ""
    rows = [line for line in output.read_text().splitlines() if line.startswith("| ") and "`" in line]
    assert rows[:2] == [
        "| 1 | `kind-of-title` | the title is about Beacon, the path leads to Lantern | line 14 |",
        "| 82 | `not-understood` | expected an HTTP status, found 4xx |  |",
    ]


def test_what_is_no_page_is_one_line_and_the_others_are_reviewed(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.txt").write_text("A list of things to buy.")
    (tmp_path / "page.md").write_text(LANTERN.replace("a Lantern", "a Beacon"))
    assert main([*files[:3], str(tmp_path / "other.txt"), str(tmp_path / "absent.txt"), *files[3:]]) == 4
    told = capsys.readouterr()
    assert [line.split(": ")[0] for line in told.err.splitlines()] == [
        str(tmp_path / "other.txt"),
        str(tmp_path / "absent.txt"),
    ]
    assert "kind-of-title" in told.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--format", "text"], "--review"),
        (["--check", "--format", "json"], "--review"),
        (["--strict", "--review"], "--strict"),
        (["--strict", "--check"], "--strict"),
        (["--url", "https://example.com/page", "--review"], "--url"),
    ],
)
def test_an_option_that_would_mean_nothing_is_refused(
    files: list[str], capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    assert main(["derive", files[2], *given]) == 4
    captured = capsys.readouterr()
    assert said in captured.err
    assert (captured.out, captured.err.count("\n")) == ("", 1)
