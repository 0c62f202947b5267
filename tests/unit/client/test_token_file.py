"""The token in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.client.credentials import read_token
from contracts.client.errors import TargetMisconfigured
from tests.unit.client.loopback import one_line


def test_a_token_is_read_without_white_space_around(tmp_path: Path) -> None:
    file = tmp_path / "token"
    for text in ("abc", "abc\n", " abc\r\n"):
        file.write_text(text)
        assert read_token(file, "--token-file") == "abc"


@pytest.mark.parametrize("content", [b"", b"\n \n", b"one\ntwo", b"one\rtwo", b"\xff"])
def test_a_token_file_without_one_credential(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    for path in (file, tmp_path / "absent", tmp_path):
        with pytest.raises(TargetMisconfigured) as caught:
            read_token(path, "--denied-token-file")
        assert one_line(caught.value).startswith(f"--denied-token-file: {path} ")
        assert "one" not in str(caught.value).split(str(path))[1].replace("one credential on one line", "")


def test_an_unreadable_token_file_says_why(tmp_path: Path) -> None:
    with pytest.raises(TargetMisconfigured, match="cannot be read: No such file or directory"):
        read_token(tmp_path / "absent", "--token-file")
