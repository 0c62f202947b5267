"""Credentials that the exec plugin of a kubeconfig gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.client import kubeconfig as cluster
from contracts.client.credentials import NONE
from contracts.client.errors import TargetMisconfigured

from ..tls import Tls
from .accounts import (
    TOKEN,
    Connect,
    Start,
    one_line,
    status,
    written,
)
from .kubeconfigs import kubeconfig, plugin


def test_an_exec_plugin(start: Start, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    endpoint = start()
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, plugin(tmp_path, {"token": TOKEN})))
    for _ in range(5):
        assert status(target, endpoint) == 404
    assert (tmp_path / "runs.txt").read_text() == "x"


def test_an_exec_plugin_whose_token_expires(
    start: Start, connect: Connect, tls: Tls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = start()
    soon = (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    user = plugin(tmp_path, {"token": "old-0123456789", "expirationTimestamp": soon})
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, user))
    written(tmp_path / "status.json", json.dumps({"token": TOKEN}))
    monkeypatch.setattr(cluster, "REFRESH_SECONDS", 0)
    assert status(target, endpoint) == 404
    assert target.mask(f"old-0123456789 {TOKEN}") == "$TOKEN $TOKEN"


def test_an_exec_plugin_that_gives_a_certificate(start: Start, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    endpoint = start()
    given = {"clientCertificateData": tls.client.read_text(), "clientKeyData": tls.key.read_text()}
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, plugin(tmp_path, given)))
    assert status(target, endpoint) == 404
    assert status(target, endpoint, credential=NONE) == 401


@pytest.mark.parametrize("said", ["the plugin cannot log in with canary-0123", {}, {"clientCertificateData": "x"}])
def test_an_exec_plugin_that_fails(
    connect: Connect, tls: Tls, tmp_path: Path, said: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    file = kubeconfig(tmp_path / "config", "https://127.0.0.1:1", tls, plugin(tmp_path, said))
    with pytest.raises(TargetMisconfigured, match=r"^--kubeconfig: exec: ") as caught:
        connect(kubeconfig=file)
    line = one_line(caught.value)
    assert not isinstance(said, str) or ("returned 1 (run the plugin by hand" in line and "canary" not in line)
    assert capfd.readouterr() == ("", "")
