"""`derive --check`: what changed since a specification was derived, in words; nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.cli.main import main

from ..spec.review.pages import LANTERN
from ..spec.test_to_openapi import PAGE, page_at_hand


def test_what_changed_is_said_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, committed = tmp_path / "page.md", tmp_path / "committed.yaml"
    page.write_text(LANTERN)
    assert main(["derive", str(page), "--output", str(committed), "--url", "https://example.com/lantern"]) == 0
    capsys.readouterr()
    line = ["derive", "--check", str(page), "--output", str(committed)]
    assert main(line) == 0
    assert capsys.readouterr().out == ""
    page.write_text(LANTERN.replace("- spec.dimAfterSeconds", "- spec.wicks").replace("2024-02", "2024-03"))
    before = committed.read_bytes()
    assert main(line) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{page}: the date was 2024-02-29, and is 2024-03-29",
        f"{page}: line 10 before: spec.dimAfterSeconds became immutable",
        f"{page}: line 10: spec.wicks became replaceable",
    ]
    assert (committed.read_bytes(), sorted(tmp_path.iterdir())) == (before, [committed, page])


def test_other_line_ends_are_no_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, committed = tmp_path / "page.md", tmp_path / "committed.yaml"
    page.write_bytes(LANTERN.encode())
    assert main(["derive", str(page), "--output", str(committed)]) == 0
    page.write_bytes(LANTERN.replace("\n", "\r\n").encode())
    capsys.readouterr()
    assert main(["derive", "--check", str(page), "--output", str(committed)]) == 0
    assert capsys.readouterr().out == f"{page}: the file is another one, but says the same\n"


@page_at_hand
def test_the_page_of_the_specification_that_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "--check", str(PAGE)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("content", [None, "[", "openapi: 3.1.0"])
def test_what_derive_did_not_write_is_wrong_usage(
    tmp_path: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    page, committed = tmp_path / "page.md", tmp_path / "committed.yaml"
    page.write_text(LANTERN)
    if content is not None:
        committed.write_text(content)
    assert main(["derive", "--check", str(page), "--output", str(committed)]) == 4
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("pytorchjob-contract: --output: ")
