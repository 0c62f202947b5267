"""What a kubeconfig says of target and user."""

from __future__ import annotations

import base64
import stat
from pathlib import Path
from typing import Any

import pytest

from contracts.client.access import access_of
from contracts.client.client import Client
from contracts.client.credentials import NONE
from contracts.client.errors import TargetError, TargetMisconfigured
from contracts.reference.checks import FULL_USER
from contracts.reference.http_request import Request
from contracts.reference.status_error import unauthorized
from contracts.settings.resolve import resolve

from ..tls import HOST, Tls
from .accounts import (
    TOKEN,
    Connect,
    Rotating,
    Start,
    item,
    leftovers,
    one_line,
    refused_variants,
    status,
    written,
)
from .kubeconfigs import kubeconfig
from .proxies import proxy


def test_a_kubeconfig_with_a_token(start: Start, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    endpoint = start()
    file = kubeconfig(tmp_path / "config", endpoint.url, tls, {"token": TOKEN})
    target = connect(kubeconfig=file)
    assert status(target, endpoint) == 404
    assert status(target, endpoint, credential=NONE) == 401
    assert refused_variants(target, endpoint)
    assert status(connect(kubeconfig=file, context="two"), endpoint) == 401
    assert connect(kubeconfig=file, context="three").public_url == "https://127.0.0.1:1"
    denied = connect({"PYTORCHJOB_CONTRACT_TOKEN": "x"}, kubeconfig=file)
    assert status(denied, endpoint) == 401
    with pytest.raises(TargetMisconfigured, match="--kubeconfig") as caught:
        connect(kubeconfig=file, context="four")
    one_line(caught.value)
    access = access_of(resolve({"kubeconfig": str(file)}, {}))
    assert access.namespace == "team-a"
    assert TOKEN not in repr(access)
    access.close()


def test_the_files_of_a_kubeconfig_are_private_and_removed(start: Start, tls: Tls, tmp_path: Path) -> None:
    endpoint = start()
    data = {
        "client-certificate-data": base64.b64encode(tls.client.read_bytes()).decode(),
        "client-key-data": base64.b64encode(tls.key.read_bytes()).decode(),
    }
    file = kubeconfig(tmp_path / "config", endpoint.url, tls, data)
    access = access_of(resolve({"kubeconfig": str(file)}, {}))
    target = Client(access.connection)
    [directory] = leftovers(tmp_path)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    files = list(directory.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert target.has_credential
    assert status(target, endpoint) == 404
    assert status(target, endpoint, credential=NONE) == 401
    target.close()
    access.close()
    assert leftovers(tmp_path) == []


def test_a_kubeconfig_with_files(start: Start, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = start(rotating)
    written(rotating.file, rotating.valid + "\n")
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, {"tokenFile": "token"}))
    assert status(target, endpoint) == 404
    rotating.valid = "second-0123456789"
    rotating.on_refusal = lambda: written(rotating.file, rotating.valid + "\n")
    assert status(target, endpoint) == 404
    assert rotating.seen == ["first-0123456789", "first-0123456789", "second-0123456789"]
    assert target.mask("first-0123456789 second-0123456789") == "$TOKEN $TOKEN"
    files = {"client-certificate": str(tls.client), "client-key": str(tls.key)}
    usual = start()
    assert status(connect(kubeconfig=kubeconfig(tmp_path / "other", usual.url, tls, files)), usual) == 404


def test_a_kubeconfig_with_user_and_password(start: Start, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    wanted = "Basic " + base64.b64encode(b"me:pass-0123").decode()

    def step(request: Request) -> str:
        if request.headers.get("authorization") != wanted:
            raise unauthorized()
        return FULL_USER

    endpoint = start(step)
    user = {"username": "me", "password": "pass-0123"}
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, user))
    assert status(target, endpoint) == 404
    assert target.mask(f"pass-0123 {wanted}") == "$TOKEN Basic $TOKEN"
    assert refused_variants(target, endpoint)


def test_what_else_a_kubeconfig_says_of_the_way(start: Start, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    endpoint = start()
    user = {"token": TOKEN}
    insecure: dict[str, Any] = {"insecure-skip-tls-verify": True, "certificate-authority-data": None}
    config = kubeconfig(tmp_path / "config", endpoint.url.replace("127.0.0.1", "localhost"), tls, user)
    with pytest.raises(TargetError, match="another host"):
        connect(kubeconfig=config).send("GET", item(endpoint))
    named = kubeconfig(
        tmp_path / "config", endpoint.url.replace("127.0.0.1", "localhost"), tls, user, {"tls-server-name": HOST}
    )
    assert status(connect(kubeconfig=named), endpoint) == 404
    trusting = kubeconfig(tmp_path / "config", endpoint.url.replace("127.0.0.1", "localhost"), tls, user, insecure)
    assert status(connect(kubeconfig=trusting), endpoint) == 404
    with proxy("me:pass-0123") as running:
        more = {"proxy-url": f"http://me:pass-0123@127.0.0.1:{running.port}"}
        behind = kubeconfig(tmp_path / "config", f"https://{HOST}:{endpoint.port}", tls, user, more)
        target = connect(kubeconfig=behind)
        assert status(target, endpoint) == 404
        assert target.mask("pass-0123") == "$TOKEN"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "just text",
        "[]",
        "a: [",
        "clusters: 1",
        "apiVersion: v1",
        "{current-context: one, contexts: [{name: one}]}",
        "{current-context: one, contexts: [{name: one, context: {cluster: c, user: u}}], clusters: [{name: c}], "
        f"users: [{{name: u, user: {{token: {TOKEN}}}}}]}}",
        "{current-context: one, contexts: [{name: one, context: {cluster: c, user: u}}], "
        f"clusters: [{{name: c, cluster: {{}}}}], users: [{{name: u, token: {TOKEN}}}]}}",
        "{current-context: one, contexts: [{name: one, context: {cluster: c, user: u}}], "
        "clusters: [{name: c, cluster: {server: 'https://h'}}], users: [{name: u, user: {tokenFile: absent}}]}",
        "{current-context: one, contexts: [{name: one, context: {cluster: c, user: u}}], "
        "clusters: [{name: c, cluster: {server: 'ftp://h'}}], users: []}",
        "{current-context: one, contexts: [{name: one, context: {cluster: c}}], "
        "clusters: [{name: c, cluster: {server: 'https://h', certificate-authority-data: 'a'}}]}",
        "{current-context: one, contexts: [{name: one, context: {cluster: c}}], "
        "clusters: [{name: c, cluster: {server: 'https://h', certificate-authority: absent}}]}",
    ],
)
def test_a_kubeconfig_that_cannot_be_used(connect: Connect, tmp_path: Path, content: str) -> None:
    file = written(tmp_path / "config", content)
    with pytest.raises(TargetMisconfigured) as caught:
        connect(kubeconfig=file)
    assert one_line(caught.value).startswith("--kubeconfig: ")
    assert leftovers(tmp_path) == []
    with pytest.raises(TargetMisconfigured, match="there is no file"):
        connect(kubeconfig=tmp_path / "absent")
