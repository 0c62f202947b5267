"""Targets behind a proxy with a password."""

from __future__ import annotations

import base64

import pytest

from contracts.client.errors import TargetMisconfigured, TargetUnavailable

from ..tls import HOST
from .accounts import (
    TOKEN,
    Connect,
    Start,
    item,
    one_line,
    status,
)
from .proxies import proxy


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_with_a_password(
    start: Start, connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    endpoint = start()
    with proxy("me:p@ss/w0rd") as running:
        monkeypatch.setenv(variable, f"http://me:p%40ss%2Fw0rd@127.0.0.1:{running.port}")
        monkeypatch.setenv("NO_PROXY", "localhost,[::1],.example.org")
        target = connect({"PYTORCHJOB_CONTRACT_TOKEN": TOKEN}, target=f"https://{HOST}:{endpoint.port}")
        assert status(target, endpoint) == 404
        assert running.heads[0].startswith(f"CONNECT {HOST}:{endpoint.port} ")
        assert TOKEN not in "".join(running.heads)
        encoded = base64.b64encode(b"me:p@ss/w0rd").decode()
        assert target.mask(f"p%40ss%2Fw0rd p@ss/w0rd {encoded}") == "$TOKEN $TOKEN $TOKEN"


def test_a_proxy_that_refuses_says_so_without_its_password(
    start: Start, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = start()
    variables = {"PYTORCHJOB_CONTRACT_TOKEN": TOKEN}
    with proxy("me:right-password") as running:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:wrong-password@127.0.0.1:{running.port}")
        target = connect(variables, target=f"https://{HOST}:{endpoint.port}")
        with pytest.raises(TargetUnavailable, match="the proxy asks for user and password") as caught:
            target.send("PUT", item(endpoint), body=b"")
        one_line(caught.value, "wrong-password")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:wrong-password@[")
    with pytest.raises(TargetMisconfigured, match="HTTPS_PROXY") as odd:
        connect(variables, target=f"https://{HOST}:{endpoint.port}").send("PUT", item(endpoint), body=b"")
    one_line(odd.value, "wrong-password")
