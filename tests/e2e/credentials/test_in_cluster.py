"""The service account of a pod."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.client import kubeconfig as cluster
from contracts.client.access import access_of
from contracts.client.errors import TargetMisconfigured
from contracts.settings.resolve import resolve

from ..tls import Tls
from .accounts import (
    Connect,
    Rotating,
    Start,
    one_line,
    status,
    written,
)


def test_within_a_cluster(
    start: Start, connect: Connect, tls: Tls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = start(rotating)
    with pytest.raises(TargetMisconfigured, match=r"^--in-cluster: Service host/port is not set") as caught:
        connect(in_cluster="true")
    one_line(caught.value)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(endpoint.port))
    monkeypatch.setattr(cluster, "SERVICE_ACCOUNT", tmp_path)
    with pytest.raises(TargetMisconfigured, match="certification file does not exist"):
        connect(in_cluster="true")
    written(tmp_path / "ca.crt", tls.ca.read_text())
    written(tmp_path / "namespace", "team-b\n")
    target = connect(in_cluster="true")
    assert status(target, endpoint) == 404
    rotating.valid = "second-0123456789"
    written(rotating.file, rotating.valid)
    assert status(target, endpoint) == 404
    access = access_of(resolve({"in_cluster": True}, {}))
    assert access.namespace == "team-b"
    access.close()
