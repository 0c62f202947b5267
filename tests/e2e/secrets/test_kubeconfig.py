"""Nothing secret of a kubeconfig or of its exec plugin is written anywhere."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from .canaries import COOKIE, DENIED, LOUD, PROXY, TOKEN, Tell, telltale
from .conftest import Canaries


def kubeconfig(path: Path, server: str, user: dict[str, Any], **cluster: Any) -> str:
    named: dict[str, Any] = {
        "clusters": [{"name": "c", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", "namespace": "default"}}],
    }
    path.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "current-context": "x", **named}))
    return f"--kubeconfig={path}"


def plugin(path: Path, body: str) -> dict[str, Any]:
    """A user with an exec plugin that is told canaries in its arguments and environment."""
    path.write_text(f"import json, os, sys\ncanary = {TOKEN!r}\n{body}\n")
    called = {"command": sys.executable, "args": [str(path), DENIED], "env": [{"name": "SAID", "value": COOKIE}]}
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", **called}}


ANSWER = "print(json.dumps({'apiVersion': %s, 'kind': 'ExecCredential', 'status': {'token': canary}}))"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("sys.exit(f'{canary} {sys.argv} {os.environ[\"SAID\"]}')", 3),
        ("print('not', canary)", 3),
        (ANSWER % "canary", 3),
        (ANSWER % "'client.authentication.k8s.io/v1'", 1),
    ],
    ids=["fails", "no-json", "odd-version", "works"],
)
def test_plugin_of_a_kubeconfig(canaries: Canaries, tell: Tell, tmp_path: Path, body: str, status: int) -> None:
    with canaries(telltale) as (served, _):
        given = kubeconfig(tmp_path / "config", served.endpoint.url, plugin(tmp_path / "plugin.py", body))
        told = tell(
            given,
            f"--namespace={served.endpoint.options.namespace}",
            "--har=run.har",
            *LOUD,
            "-k",
            "labels or credential",
        )
    assert told.status == status, told.output[-3000:]
    told.expect_no_canary()


MORE_KINDS = [
    pytest.param(kind, marks=pytest.mark.slow) for kind in ("key", "password", "no-base64", "no-yaml", "proxy")
]


@pytest.mark.parametrize("kind", ["token", *MORE_KINDS])
def test_data_of_a_kubeconfig(canaries: Canaries, tell: Tell, tmp_path: Path, kind: str) -> None:
    coded = base64.b64encode(f"-----BEGIN PRIVATE KEY-----\n{TOKEN}\n".encode()).decode()
    certified = {"client-certificate-data": coded, "client-key-data": coded if kind == "key" else f"!{TOKEN}"}
    user: dict[str, Any] = {"key": certified, "no-base64": certified, "password": {"username": "u", "password": TOKEN}}
    cluster = {"proxy-url": f"http://u:{quote(PROXY, safe='')}@127.0.0.1:9"} if kind == "proxy" else {}
    with canaries(telltale) as (served, _):
        url = served.endpoint.url if kind in ("token", "password") else "https://127.0.0.1:9"
        given = kubeconfig(tmp_path / "config", url, user.get(kind, {"token": TOKEN}), **cluster)
        if kind == "no-yaml":
            (tmp_path / "config").write_text(f"users:\n- user: {{token: {TOKEN}\n bad: [")
        told = tell(
            given,
            f"--namespace={served.endpoint.options.namespace}",
            "--har=run.har",
            *LOUD,
            "-k",
            "labels or credential",
        )
    assert told.status == (1 if kind == "token" else 3), told.output[-3000:]
    told.expect_no_canary()
