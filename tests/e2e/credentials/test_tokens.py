"""Tokens from files and the environment, also ones that are written anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.client.credentials import NONE
from contracts.client.errors import TargetMisconfigured

from .accounts import (
    TOKEN,
    Connect,
    Rotating,
    Start,
    one_line,
    refused_variants,
    status,
    written,
)


@pytest.mark.parametrize("header", [None, "X-Auth-Token"])
def test_a_token_from_file_or_environment(start: Start, connect: Connect, tmp_path: Path, header: str | None) -> None:
    endpoint = start()
    named = {"auth_header": header} if header else {}
    file, variables = written(tmp_path / "token", TOKEN + "\n"), {"PYTORCHJOB_CONTRACT_TOKEN": TOKEN}
    for target in (
        connect(target=endpoint.url, token_file=file, **named),
        connect(variables, target=endpoint.url, **named),
    ):
        assert status(target, endpoint) == 404
        assert status(target, endpoint, credential=NONE) == 401
        assert refused_variants(target, endpoint) >= 8
        assert target.mask(TOKEN) == "$TOKEN"
    assert status(connect({"PYTORCHJOB_CONTRACT_TOKEN": "x" + TOKEN}, target=endpoint.url), endpoint) == 401


def test_a_token_that_is_written_anew_is_read_anew(start: Start, connect: Connect, tmp_path: Path) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = start(rotating)
    target = connect(target=endpoint.url, token_file=rotating.file)
    assert status(target, endpoint) == 404
    rotating.valid = "second-0123456789"
    written(tmp_path / "new", rotating.valid).replace(rotating.file)
    assert status(target, endpoint) == 404
    assert rotating.seen == ["first-0123456789", "second-0123456789"]
    assert target.mask("first-0123456789 second-0123456789") == "$TOKEN $TOKEN"


def test_after_401_a_newer_token_is_tried_once(start: Start, connect: Connect, tmp_path: Path) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = start(rotating)
    target = connect(target=endpoint.url, token_file=rotating.file)
    rotating.valid = "second-0123456789"
    rotating.on_refusal = lambda: written(rotating.file, rotating.valid)
    assert status(target, endpoint) == 404
    assert rotating.seen == ["first-0123456789", "second-0123456789"]
    rotating.valid, rotating.on_refusal = "third-0123456789", lambda: None
    assert status(target, endpoint) == 401
    assert rotating.seen[2:] == ["second-0123456789"]
    rotating.on_refusal = lambda: written(rotating.file, "wrong-0123456789")
    assert status(target, endpoint) == 401
    assert rotating.seen[3:] == ["second-0123456789", "wrong-0123456789"]


def test_a_token_file_that_goes_away_is_said_after_401_only(start: Start, connect: Connect, tmp_path: Path) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = start(rotating)
    target = connect(target=endpoint.url, token_file=rotating.file)
    rotating.file.unlink()
    assert status(target, endpoint) == 404
    rotating.valid = "second-0123456789"
    with pytest.raises(TargetMisconfigured, match="--token-file") as caught:
        status(target, endpoint)
    one_line(caught.value)
