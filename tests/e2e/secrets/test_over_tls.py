"""Nothing secret of a kubeconfig or a pair of keys is written anywhere: over TLS, at full verbosity, whatever fails."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.reference.behaviour import conformant
from contracts.reference.checks import FULL_USER
from contracts.reference.http_request import Request
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.reference.status_error import unauthorized
from tests.signing import AUTHORIZATION, recomputed

from ..tls import Tls
from .canaries import COOKIE, DENIED, LOUD, PROXY, TOKEN, Tell, telltale

ACCESS, SECRET, SECURITY = "canary-Access-k3j8d7s2", "canary/Secret+z9x8c7v6b5n4", "canary-Security-m1q2w3e4r5"
# Everything that can be told is told; `telltale` sees to failures of many kinds.
ALL = ("--har=run.har", "-v", *LOUD)
SOME = ("-k", "labels or credential or immutable.identity-change")


OverTls = Callable[..., AbstractContextManager[ReferenceEndpoint]]


@pytest.fixture
def over_tls(tls: Tls) -> OverTls:
    """An endpoint with TLS that echoes what it is sent; `step` takes the place of its look at credentials."""

    @contextmanager
    def served(step: Any = None, behaviour: Any = telltale, **options: Any) -> Iterator[ReferenceEndpoint]:
        def made(resource: Any, chosen: Any) -> Any:
            steps = behaviour(resource, chosen)
            return replace(steps, authenticate=step) if step else steps

        chosen = ReferenceOptions(
            token=TOKEN, denied_token=DENIED, certificate_file=tls.server, client_ca_file=tls.ca, **options
        )
        with ReferenceEndpoint(chosen, behaviour=made) as endpoint:
            yield endpoint

    return served


def coded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def kubeconfig(path: Path, endpoint: ReferenceEndpoint, tls: Tls, user: dict[str, Any], **cluster: Any) -> str:
    known = {"server": endpoint.url, "certificate-authority-data": coded(tls.ca), **cluster}
    context = {"cluster": "c", "user": "u", "namespace": endpoint.options.namespace}
    named = {
        "clusters": [{"name": "c", "cluster": known}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": context}],
    }
    path.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "current-context": "x", **named}))
    return f"--kubeconfig={path}"


def plugin(path: Path, status: dict[str, str]) -> dict[str, Any]:
    """A user with an exec plugin that answers with this status, talks on standard error, and is told canaries."""
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    path.write_text(f"import sys\nsys.stderr.write({TOKEN!r} + str(sys.argv))\nprint({json.dumps(answer)!r})\n")
    called = {"command": sys.executable, "args": [str(path), DENIED], "env": [{"name": "SAID", "value": COOKIE}]}
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", **called}}


def users(tls: Tls, directory: Path) -> dict[str, dict[str, Any]]:
    certificate, key = tls.client, tls.key
    return {
        "token": {"token": TOKEN},
        "key": {"client-certificate-data": coded(certificate), "client-key-data": coded(key)},
        "plugin": plugin(directory / "plugin.py", {"token": TOKEN}),
        "plugin-key": plugin(
            directory / "plugin.py",
            {"clientCertificateData": certificate.read_text(), "clientKeyData": key.read_text()},
        ),
    }


def key_canaries(tls: Tls) -> tuple[str, ...]:
    """Two lines of the key as PEM has it, and the whole as a kubeconfig has it; the authority's data likewise."""
    lines = tls.key.read_text().splitlines()
    return lines[1], lines[2], coded(tls.key)[200:300], coded(tls.ca)[200:300]


def quick(kinds: Sequence[str], *first: str) -> list[Any]:
    """The kinds, of which only the first are quick to see."""
    return [kind if kind in first else pytest.param(kind, marks=pytest.mark.slow) for kind in kinds]


@pytest.mark.parametrize("failing", quick(["nothing", "trust", "certificate"], "nothing"))
@pytest.mark.parametrize("kind", quick(["token", "key", "plugin", "plugin-key"], "key", "plugin"))
def test_kubeconfig(over_tls: OverTls, tell: Tell, tls: Tls, tmp_path: Path, kind: str, failing: str) -> None:
    with over_tls() as endpoint:
        wrong: dict[str, Any] = {
            "nothing": {},
            "trust": {"certificate-authority-data": coded(tls.client)},
            "certificate": {"tls-server-name": "elsewhere.example"},
        }[failing]
        given = kubeconfig(tmp_path / "config", endpoint, tls, users(tls, tmp_path)[kind], **wrong)
        told = tell(
            given, *ALL, *SOME, environment={"TMPDIR": str(tmp_path), "PYTORCHJOB_CONTRACT_DENIED_TOKEN": DENIED}
        )
    assert told.status == (1 if failing == "nothing" else 3), told.output[-3000:]
    if failing == "nothing":
        assert any(path.name == "run.har" and len(data) > 10_000 for path, data in told.files.items())
    told.expect_no_canary(*key_canaries(tls))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["token", "key", "plugin"])
def test_kubeconfig_shared_by_workers(over_tls: OverTls, tell: Tell, tls: Tls, tmp_path: Path, kind: str) -> None:
    with over_tls() as endpoint:
        given = kubeconfig(tmp_path / "config", endpoint, tls, users(tls, tmp_path)[kind])
        told = tell(given, "--workers=2", *ALL, *SOME, environment={"TMPDIR": str(tmp_path)})
    assert told.status == 1, told.output[-3000:]
    told.expect_no_canary(*key_canaries(tls))


def signed(request: Request) -> str:
    """The full user, where the canaries have signed the request."""
    match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not match or match.group(1) != ACCESS or request.headers.get("x-security-token") != SECURITY:
        raise unauthorized()
    datetime.strptime(request.headers["x-sdk-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    wanted = recomputed(SECRET, request.method, f"https://h{request.path}?{query}", request.headers, request.body)
    if match.group(3) != wanted:
        raise unauthorized()
    return FULL_USER


def echoing_keys(resource: Any, options: Any) -> Any:
    """`telltale`, which also knows the secret key and says it, as no target should."""
    steps = telltale(resource, options)

    def answer(request: Any, response: Any) -> Any:
        said = steps.answer(request, response)
        if said.status < 400 or not isinstance(said.value, dict):
            return said
        told = f"{said.value.get('message')} {SECRET} {request.headers.get('x-security-token')} {PROXY}"
        return replace(said, value={**said.value, "message": told})

    return replace(steps, answer=answer)


@pytest.mark.parametrize(
    "secret", [SECRET, pytest.param(SECRET[:-1] + "5", marks=pytest.mark.slow)], ids=["right", "wrong"]
)
def test_signing_keys(over_tls: OverTls, tell: Tell, tls: Tls, secret: str) -> None:
    variables = {"ACCESS_KEY": ACCESS, "SECRET_KEY": secret, "SECURITY_TOKEN": SECURITY}
    environment = {f"PYTORCHJOB_CONTRACT_{name}": value for name, value in variables.items()}
    environment["HTTP_PROXY"] = "http://canary:" + PROXY.replace(":", "%3A").replace("/", "%2F") + "@127.0.0.1:9"
    with over_tls(signed, echoing_keys) as endpoint:
        given = f"--target={endpoint.url}", f"--namespace={endpoint.options.namespace}", f"--ca-file={tls.ca}"
        told = tell(*given, *ALL, *SOME, environment=environment)
    assert told.status == (1 if secret == SECRET else 3), told.output[-3000:]
    told.expect_no_canary(ACCESS, SECRET, SECURITY)


@pytest.mark.slow
def test_conformant_endpoint_with_a_key(over_tls: OverTls, tell: Tell, tls: Tls, tmp_path: Path) -> None:
    with over_tls(None, conformant) as endpoint:
        given = kubeconfig(tmp_path / "config", endpoint, tls, users(tls, tmp_path)["key"])
        told = tell(given, *ALL, *SOME, environment={"TMPDIR": str(tmp_path)})
    assert told.status == 0, told.output[-3000:]
    assert "withheld" not in told.output
    told.expect_no_canary(*key_canaries(tls))
