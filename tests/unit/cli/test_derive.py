"""The command `derive`: the page's public address, what is not understood, and what is no page."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contracts.cli.main import main
from contracts.spec.contract import Contract
from contracts.spec.schema import Specification
from contracts.spec.write import WHOLE

from ..spec.test_page_reader import LANTERN
from ..spec.test_to_openapi import PAGE, page_at_hand

URL = "https://support.example.com/api/replace.html?version=2#request"


@page_at_hand
def test_the_address_becomes_part_of_the_specification(tmp_path: Path) -> None:
    output = tmp_path / "x.yaml"
    assert main(["derive", str(PAGE), "--url", URL, "--output", str(output)]) == 0
    derived = yaml.safe_load(output.read_text())
    assert derived["info"]["x-document"]["url"] == URL
    assert Contract(Specification(derived, derived, "0" * 64), {}, {}, write=WHOLE).document.href == URL
    assert main(["derive", str(PAGE), "--output", str(output)]) == 0
    assert "url" not in yaml.safe_load(output.read_text())["info"]["x-document"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "support.example.com", "javascript:alert(1)", "file:///page", "https://", "https://[::1", "https://a/ b"),
        *("https://user:secret@example.com/", "https://example.com/\u00fc", "https://example.com/\n", 'https://a/"x'),
    ],
)
def test_what_is_no_public_address_is_wrong_usage(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["derive", str(tmp_path / "page.txt"), "--url", text]) == 4
    error = capsys.readouterr().err
    assert "argument --url: expected an http:// or https:// URL without a credential" in error
    assert "secret" not in error


def test_what_was_not_understood_is_told_and_strict_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text(LANTERN.replace("2024-02-29", "2024-02-31").replace("403", "200"))
    line = ["derive", str(page), "--output", str(tmp_path / "x.yaml")]
    assert (main(line), main([*line, "--strict"])) == (0, 1)
    told = capsys.readouterr().err.splitlines()
    assert [one.removeprefix(f"{page}: ").split(":")[0] for one in told] == ["line 1", "line 90"] * 2
    page.write_text(LANTERN)
    assert main([*line, "--strict"]) == 0


def test_files_of_structures_are_named_with_what_they_contradict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, tables = tmp_path / "page.txt", tmp_path / "tables.md"
    page.write_text(LANTERN)
    tables.write_text("# Tables\n\n**Table 1** Wick\n\n|Parameter|Type|\n|--|--|\n|length|Integer|\n")
    line = ["derive", str(page), "--structures", str(tables), "--output", str(tmp_path / "x.yaml")]
    assert main(line) == 0
    derived = yaml.safe_load((tmp_path / "x.yaml").read_text())
    assert [one["page"] for one in derived["info"]["x-structures"]] == ["tables.md"]
    assert main([*line, "--structures", str(tmp_path / "none.md")]) == 4
    assert "none.md: cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"A list of things to buy.", b"\xff", b"URI\n\nnone"])
def test_a_file_that_is_no_such_page_is_wrong_usage(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    page, output = tmp_path / "page.txt", tmp_path / "x.yaml"
    page.write_bytes(content)
    assert main(["derive", str(page), "--output", str(output)]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not output.exists()
