"""`derive PAGE… --output DIR`: one file for each resource, and what is no page told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contracts.cli.main import main

from ..spec.review.pages import LANTERN, READING


@pytest.fixture
def pages(tmp_path: Path) -> list[str]:
    """Two pages of one resource and one of another."""
    texts = {"a.md": LANTERN, "b.md": READING, "c.md": LANTERN.replace("antern", "amp")}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return [str(tmp_path / name) for name in texts]


def test_a_file_for_each_resource(pages: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = tmp_path / "specs"
    assert main(["derive", *pages, "--output", str(directory)]) == 0
    assert capsys.readouterr().out.splitlines() == [str(directory / "lanterns.yaml"), str(directory / "lamps.yaml")]
    (item,) = yaml.safe_load((directory / "lanterns.yaml").read_text())["paths"].values()
    assert list(item) == ["x-source", "put", "get"]


def test_one_page_into_a_directory_is_as_into_a_file(pages: list[str], tmp_path: Path) -> None:
    directory, file = tmp_path / "specs", tmp_path / "x.yaml"
    directory.mkdir()
    assert main(["derive", pages[0], "--output", str(directory)]) == main(["derive", pages[0], f"--output={file}"]) == 0
    assert (directory / "lanterns.yaml").read_bytes() == file.read_bytes()


def test_what_is_no_page_is_told_and_the_others_are_merged(
    pages: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d.md").write_text("Nothing.")
    assert main(["derive", str(tmp_path / "d.md"), *pages, "--output", str(tmp_path / "specs")]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert {one.name for one in (tmp_path / "specs").iterdir()} == {"lanterns.yaml", "lamps.yaml"}


@pytest.mark.parametrize("output", [[], ["--output=-"], ["--output=FILE"]])
def test_several_pages_need_a_directory(
    pages: list[str], tmp_path: Path, output: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.yaml").write_text("")
    given = [one.replace("FILE", str(tmp_path / "x.yaml")) for one in output]
    assert main(["derive", *pages, *given]) == 4
    assert "several pages: --output has to name a directory" in capsys.readouterr().err
    assert (tmp_path / "x.yaml").read_text() == ""
