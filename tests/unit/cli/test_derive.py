"""The page's public address: into the specification, and no other text in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contracts.cli.main import main
from contracts.spec.contract import Contract
from contracts.spec.schema import Specification

from ..spec.test_to_openapi import PAGE, page_at_hand

URL = "https://support.example.com/api/replace.html?version=2#request"


@page_at_hand
def test_the_address_becomes_part_of_the_specification(tmp_path: Path) -> None:
    output = tmp_path / "x.yaml"
    assert main(["derive", str(PAGE), "--url", URL, "--output", str(output)]) == 0
    derived = yaml.safe_load(output.read_text())
    assert derived["info"]["x-document"]["url"] == URL
    assert Contract(Specification(derived, derived, "0" * 64), {}, {}).document.href == URL
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
