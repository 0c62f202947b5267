"""The line that undoes a run: how the target is reached, and no secret."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from contracts.settings.resolve import resolve
from contracts.settings.show import restore_command

URL = "https://staging.example.com"


def line(file: Path | None = None, environment: dict[str, str] | None = None, **given: Any) -> list[str]:
    settings = resolve({"target": URL, "name": "mine", "seed": 1, **given}, environment or {})
    return shlex.split(restore_command(settings, URL, file))


def test_it_names_what_it_takes_to_reach_the_target_and_nothing_else(tmp_path: Path) -> None:
    token, ca = tmp_path / "my token", tmp_path / "ca.pem"
    denied = tmp_path / "denied"
    given: dict[str, Any] = {
        "token_file": token,
        "ca_file": ca,
        "denied_token_file": denied,
        "auth_header": "X-Auth-Token",
    }
    assert line(**given | {"timeout": 5}) == [
        *("pytorchjob-contract", "restore", f"--target={URL}", f"--token-file={token}"),
        *("--auth-header=X-Auth-Token", f"--ca-file={ca}", "--timeout=5"),
    ]
    assert line(insecure=True) == ["pytorchjob-contract", "restore", f"--target={URL}", "--insecure"]


def test_files_are_named_wherever_it_is_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"--token-file={tmp_path / 'token'}" in line(token_file="token")


def test_a_secret_is_not_shown_but_where_it_is_read(tmp_path: Path) -> None:
    environment = {"PYTORCHJOB_CONTRACT_TOKEN": "s3cret-s3cret"}
    assert line(environment=environment) == ["pytorchjob-contract", "restore", f"--target={URL}"]
    file = tmp_path / "contract.yaml"
    assert line(file, environment)[3:] == [f"--config={file}"]
    assert line(file)[3:] == []
