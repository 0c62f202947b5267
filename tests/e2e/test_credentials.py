"""Every kind of credential over real TLS, with an authority made here, against the reference endpoint."""

from __future__ import annotations

import base64
import json
import os
import re
import select
import socket
import ssl
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

from contracts.client import kubeconfig as cluster
from contracts.client.client import Client
from contracts.client.connection import TargetError, TargetMisconfigured, TargetUnavailable
from contracts.client.credentials import NONE
from contracts.client.from_settings import access_of
from contracts.reference import ReferenceEndpoint, ReferenceOptions, conformant
from contracts.reference.auth import FULL_USER, READING_USER, authenticate
from contracts.reference.http_request import Request
from contracts.reference.status_error import unauthorized
from contracts.settings.resolve import resolve
from tests.signing import AUTHORIZATION, recomputed

TOKEN, DENIED = "tok-3f9c2a71-hunter2", "tok-denied-8d11c5"
ACCESS, SECRET = "ACCESSKEY0123456789", "secret/0123456789+abcdefghij"
HOST = "target.example"
REQUIREMENTS = "correct_replacement or credential"


@dataclass(frozen=True)
class Tls:
    """Files of an authority, and of what it has signed for server and client."""

    ca: Path
    server: Path
    client: Path
    key: Path


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    directory = tmp_path_factory.mktemp("tls")
    files = Tls(*(directory / f"{name}.pem" for name in ("ca", "server", "client", "key")))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(files.ca)
    authority.issue_cert("127.0.0.1", HOST).private_key_and_cert_chain_pem.write_to_path(files.server)
    client = authority.issue_cert("tester@example.com")
    client.cert_chain_pems[0].write_to_path(files.client)
    client.private_key_pem.write_to_path(files.key)
    return files


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "KUBECONFIG"]
    for name in [*names, *(one for one in os.environ if one.startswith("PYTORCHJOB_CONTRACT_"))]:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


Serve = Callable[..., ReferenceEndpoint]
Connect = Callable[..., Client]


@pytest.fixture
def serve(tls: Tls) -> Iterator[Serve]:
    """Start an endpoint with TLS; `step` takes the place of its look at credentials."""
    with ExitStack() as stack:

        def start(step: Callable[[Request], str] | None = None, **options: Any) -> ReferenceEndpoint:
            def behaviour(resource: Any, chosen: Any) -> Any:
                usual = conformant(resource, chosen)
                return replace(usual, authenticate=step) if step else usual

            chosen = ReferenceOptions(
                token=TOKEN, denied_token=DENIED, certificate_file=tls.server, client_ca_file=tls.ca, **options
            )
            return stack.enter_context(ReferenceEndpoint(chosen, behaviour=behaviour))

        yield start


@pytest.fixture
def connect(tls: Tls) -> Iterator[Connect]:
    """A client as a run with these options and variables makes it."""
    with ExitStack() as stack:

        def start(environment: Mapping[str, str] | None = None, **given: Any) -> Client:
            ca = {} if "kubeconfig" in given or "in_cluster" in given else {"ca_file": str(tls.ca)}
            text = {key: str(value) for key, value in {**ca, "timeout": "10", **given}.items()}
            access = access_of(resolve(text, environment or {}))
            stack.callback(access.close)
            target = Client(access.connection)
            stack.callback(target.close)
            return target

        yield start


def item(endpoint: ReferenceEndpoint) -> str:
    """The path of an object that is not there: 404 for who may look, 401 for who is unknown."""
    return f"{endpoint.resource.collection_path.format(namespace=endpoint.namespace)}/absent"


def status(target: Client, endpoint: ReferenceEndpoint, **more: Any) -> int:
    exchange = target.send("GET", item(endpoint), **more)
    for secret in (TOKEN, DENIED, SECRET, ACCESS):
        assert secret not in repr(exchange)
    return exchange.response.status


def one_line(error: BaseException, *secrets: str) -> str:
    text = str(error)
    assert text
    assert "\n" not in text
    assert len(text) < 500
    assert not any(secret in text for secret in (TOKEN, DENIED, SECRET, *secrets))
    return text


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def leftovers(directory: Path) -> list[Path]:
    return list(directory.glob("pytorchjob-contract-*"))


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize("header", [None, "X-Auth-Token"])
def test_a_token_from_file_or_environment(serve: Serve, connect: Connect, tmp_path: Path, header: str | None) -> None:
    endpoint = serve()
    named = {"auth_header": header} if header else {}
    file, variables = written(tmp_path / "token", TOKEN + "\n"), {"PYTORCHJOB_CONTRACT_TOKEN": TOKEN}
    for target in (
        connect(target=endpoint.url, token_file=file, **named),
        connect(variables, target=endpoint.url, **named),
    ):
        assert status(target, endpoint) == 404
        assert status(target, endpoint, credential=NONE) == 401
        wrong = target.authority.wrong()
        assert len(wrong) >= 8
        assert {status(target, endpoint, credential=one) for one in wrong.values()} == {401}
        assert target.mask(TOKEN) == "$TOKEN"
    assert status(connect({"PYTORCHJOB_CONTRACT_TOKEN": "x" + TOKEN}, target=endpoint.url), endpoint) == 401


class Rotating:
    """Accepts one token at a time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.valid = "first-0123456789"
        self.seen: list[str] = []
        self.on_refusal: Callable[[], object] = lambda: None
        written(file, self.valid)

    def __call__(self, request: Request) -> str:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.seen.append(sent)
        if sent != self.valid:
            self.on_refusal()
            raise unauthorized()
        return FULL_USER


def test_a_token_that_is_written_anew_is_read_anew(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = serve(rotating)
    target = connect(target=endpoint.url, token_file=rotating.file)
    assert status(target, endpoint) == 404
    rotating.valid = "second-0123456789"
    written(tmp_path / "new", rotating.valid).replace(rotating.file)
    assert status(target, endpoint) == 404
    assert rotating.seen == ["first-0123456789", "second-0123456789"]
    assert target.mask("first-0123456789 second-0123456789") == "$TOKEN $TOKEN"


def test_after_401_a_newer_token_is_tried_once(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = serve(rotating)
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


def test_a_token_file_that_goes_away_is_said_after_401_only(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = serve(rotating)
    target = connect(target=endpoint.url, token_file=rotating.file)
    rotating.file.unlink()
    assert status(target, endpoint) == 404
    rotating.valid = "second-0123456789"
    with pytest.raises(TargetMisconfigured, match="--token-file") as caught:
        status(target, endpoint)
    one_line(caught.value)


# ---------------------------------------------------------------- client certificates


def test_a_client_certificate_alone(serve: Serve, connect: Connect, tls: Tls) -> None:
    endpoint = serve()
    target = connect(target=endpoint.url, client_cert=tls.client, client_key=tls.key)
    assert target.has_credential
    assert status(target, endpoint) == 404
    assert status(target, endpoint, credential=NONE) == 401
    assert status(target, endpoint, credential={"Authorization": f"Bearer {DENIED}"}) == 404
    assert target.authority.wrong() == {}
    assert not connect(target=endpoint.url).has_credential


def test_a_certificate_that_opens_by_itself_is_left_out_with_other_credentials(
    serve: Serve, connect: Connect, tls: Tls
) -> None:
    endpoint = serve()
    target = connect(
        {"PYTORCHJOB_CONTRACT_TOKEN": TOKEN}, target=endpoint.url, client_cert=tls.client, client_key=tls.key
    )
    assert status(target, endpoint, credential=NONE) == 404
    target.observe_certificate(item(endpoint))
    assert status(target, endpoint, credential=NONE) == 401
    assert status(target, endpoint) == 404
    exchange = target.send("GET", item(endpoint))
    assert exchange.certificate
    assert not target.send("GET", item(endpoint), credential=NONE).certificate


def test_a_certificate_that_only_lets_in_is_always_shown(serve: Serve, connect: Connect, tls: Tls) -> None:
    seen: list[bool] = []

    def step(request: Request) -> str:
        seen.append(request.client_certificate)
        return authenticate(
            ReferenceOptions(token=TOKEN, denied_token=DENIED), replace(request, client_certificate=False)
        )

    endpoint = serve(step)
    target = connect(
        {"PYTORCHJOB_CONTRACT_TOKEN": TOKEN}, target=endpoint.url, client_cert=tls.client, client_key=tls.key
    )
    target.observe_certificate(item(endpoint))
    assert status(target, endpoint, credential=NONE) == 401
    assert status(target, endpoint) == 404
    assert seen == [True, True, True]


# ---------------------------------------------------------------- signatures


def signed(request: Request) -> str:
    """The user whose access key signed the request within the last 15 minutes."""
    keys = {ACCESS: (SECRET, FULL_USER), "VIEWERKEY": ("viewer-secret-0123", READING_USER)}
    match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not match or match.group(1) not in keys or not {"host", "x-sdk-date"} <= set(match.group(2).split(";")):
        raise unauthorized()
    secret, user = keys[match.group(1)]
    date = datetime.strptime(request.headers["x-sdk-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    wanted = recomputed(secret, request.method, f"https://h{request.path}?{query}", request.headers, request.body)
    if match.group(3) != wanted or abs(datetime.now(UTC) - date) > timedelta(minutes=15):
        raise unauthorized()
    return user


def test_signed_requests(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    endpoint = serve(signed)
    variables = {"PYTORCHJOB_CONTRACT_ACCESS_KEY": ACCESS, "PYTORCHJOB_CONTRACT_SECRET_KEY": SECRET}
    for target in (
        connect(variables, target=endpoint.url),
        connect(target=endpoint.url, access_key_file=written(tmp_path / "keys", f"{ACCESS}\n{SECRET}\n")),
    ):
        assert status(target, endpoint) == 404
        assert status(target, endpoint, query="pretty=true") == 404
        body = json.dumps({"é": "ü"}).encode()
        sent = target.send("PUT", item(endpoint), headers={"Content-Type": "application/json"}, body=body)
        assert sent.response.status == 400
        assert sent.headers["Authorization"] == "SDK-HMAC-SHA256 $TOKEN"
        assert sent.credential_header == "Authorization"
        text = target.send("PUT", item(endpoint), headers={"Content-Type": "text/plain"}, body=b"x")
        assert text.response.status == 415
        assert status(target, endpoint, credential=NONE) == 401
        assert {status(target, endpoint, credential=one) for one in target.authority.wrong().values()} == {401}
        assert target.mask(f"{ACCESS} {SECRET}") == "$TOKEN $TOKEN"
    wrong = connect({**variables, "PYTORCHJOB_CONTRACT_SECRET_KEY": SECRET[:-1]}, target=endpoint.url)
    assert status(wrong, endpoint) == 401


# ---------------------------------------------------------------- proxies


class Proxy:
    """A proxy (RFC 9110, 9.3.6) that wants a user and a password, and looks for every host on this machine."""

    def __init__(self, credential: str) -> None:
        self.wanted = f"Basic {base64.b64encode(credential.encode()).decode()}"
        self.heads: list[str] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client: socket.socket) -> None:
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096) or b"\r\n\r\n"
            text = head.decode("latin-1")
            self.heads.append(text)
            target = re.match(r"CONNECT [^:]+:(\d+) ", text)
            if not target or f"Proxy-Authorization: {self.wanted}\r\n".lower() not in text.lower():
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", int(target.group(1)))) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                ends = {client: server, server: client}
                while True:
                    ready, _, _ = select.select([*ends], [], [], 10)
                    for one in ready:
                        data = one.recv(65536)
                        if not data:
                            return
                        ends[one].sendall(data)


@contextmanager
def proxy(credential: str) -> Iterator[Proxy]:
    running = Proxy(credential)
    try:
        yield running
    finally:
        running.close()


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_with_a_password(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    endpoint = serve()
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
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = serve()
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


# ---------------------------------------------------------------- kubeconfig


def kubeconfig(
    path: Path, server: str, tls: Tls, user: Mapping[str, Any], cluster_more: Mapping[str, Any] | None = None
) -> Path:
    data = base64.b64encode(tls.ca.read_bytes()).decode()
    known = {"server": server, "certificate-authority-data": data, **(cluster_more or {})}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "one",
        "clusters": [
            {"name": "c", "cluster": {key: value for key, value in known.items() if value is not None}},
            {"name": "other", "cluster": {"server": "https://127.0.0.1:1"}},
        ],
        "users": [{"name": "u", "user": dict(user)}, {"name": "nobody", "user": {}}],
        "contexts": [
            {"name": "one", "context": {"cluster": "c", "user": "u", "namespace": "team-a"}},
            {"name": "two", "context": {"cluster": "c", "user": "nobody"}},
            {"name": "three", "context": {"cluster": "other", "user": "u"}},
        ],
    }
    return written(path, yaml.safe_dump(config))


def plugin(directory: Path, *answer: Mapping[str, Any] | str) -> dict[str, Any]:
    """A user whose exec plugin gives this status, or prints that and fails; each run leaves a line in runs.txt."""
    said = answer[0]
    body = f"import sys\nopen({str(directory / 'runs.txt')!r}, 'a').write('x')\n" + (
        f"sys.exit({said!r})\n"
        if isinstance(said, str)
        else "import json\nprint(json.dumps({'apiVersion': 'client.authentication.k8s.io/v1', "
        f"'kind': 'ExecCredential', 'status': json.load(open({str(directory / 'status.json')!r}))}}))\n"
    )
    if not isinstance(said, str):
        written(directory / "status.json", json.dumps(said))
    script = written(directory / "plugin.py", body)
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": sys.executable,
            "args": [str(script)],
            "interactiveMode": "Never",
        }
    }


def test_a_kubeconfig_with_a_token(serve: Serve, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    endpoint = serve()
    file = kubeconfig(tmp_path / "config", endpoint.url, tls, {"token": TOKEN})
    target = connect(kubeconfig=file)
    assert status(target, endpoint) == 404
    assert status(target, endpoint, credential=NONE) == 401
    assert {status(target, endpoint, credential=one) for one in target.authority.wrong().values()} == {401}
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


def test_the_files_of_a_kubeconfig_are_private_and_removed(serve: Serve, tls: Tls, tmp_path: Path) -> None:
    endpoint = serve()
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


def test_a_kubeconfig_with_files(serve: Serve, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = serve(rotating)
    written(rotating.file, rotating.valid + "\n")
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, {"tokenFile": "token"}))
    assert status(target, endpoint) == 404
    rotating.valid = "second-0123456789"
    rotating.on_refusal = lambda: written(rotating.file, rotating.valid + "\n")
    assert status(target, endpoint) == 404
    assert rotating.seen == ["first-0123456789", "first-0123456789", "second-0123456789"]
    assert target.mask("first-0123456789 second-0123456789") == "$TOKEN $TOKEN"
    files = {"client-certificate": str(tls.client), "client-key": str(tls.key)}
    usual = serve()
    assert status(connect(kubeconfig=kubeconfig(tmp_path / "other", usual.url, tls, files)), usual) == 404


def test_a_kubeconfig_with_user_and_password(serve: Serve, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    wanted = "Basic " + base64.b64encode(b"me:pass-0123").decode()

    def step(request: Request) -> str:
        if request.headers.get("authorization") != wanted:
            raise unauthorized()
        return FULL_USER

    endpoint = serve(step)
    user = {"username": "me", "password": "pass-0123"}
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, user))
    assert status(target, endpoint) == 404
    assert target.mask(f"pass-0123 {wanted}") == "$TOKEN Basic $TOKEN"
    assert {status(target, endpoint, credential=one) for one in target.authority.wrong().values()} == {401}


def test_an_exec_plugin(serve: Serve, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    endpoint = serve()
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, plugin(tmp_path, {"token": TOKEN})))
    for _ in range(5):
        assert status(target, endpoint) == 404
    assert (tmp_path / "runs.txt").read_text() == "x"


def test_an_exec_plugin_whose_token_expires(
    serve: Serve, connect: Connect, tls: Tls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = serve()
    soon = (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    user = plugin(tmp_path, {"token": "old-0123456789", "expirationTimestamp": soon})
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, user))
    written(tmp_path / "status.json", json.dumps({"token": TOKEN}))
    monkeypatch.setattr(cluster, "REFRESH_SECONDS", 0)
    assert status(target, endpoint) == 404
    assert target.mask(f"old-0123456789 {TOKEN}") == "$TOKEN $TOKEN"


def test_an_exec_plugin_that_gives_a_certificate(serve: Serve, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    endpoint = serve()
    given = {"clientCertificateData": tls.client.read_text(), "clientKeyData": tls.key.read_text()}
    target = connect(kubeconfig=kubeconfig(tmp_path / "config", endpoint.url, tls, plugin(tmp_path, given)))
    assert status(target, endpoint) == 404
    assert status(target, endpoint, credential=NONE) == 401


def test_what_else_a_kubeconfig_says_of_the_way(serve: Serve, connect: Connect, tls: Tls, tmp_path: Path) -> None:
    endpoint = serve()
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


# ---------------------------------------------------------------- within a cluster


def test_within_a_cluster(
    serve: Serve, connect: Connect, tls: Tls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotating = Rotating(tmp_path / "token")
    endpoint = serve(rotating)
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


# ---------------------------------------------------------------- the whole command


def test_runs_with_each_kind(run: Any, serve: Serve, tls: Tls, tmp_path: Path) -> None:
    """The cases about credentials are judged with whatever the credential is, and nothing gives it away."""
    usual, signing = serve(namespace="team-a"), serve(signed)
    given = f"--target={usual.url}", "--namespace=team-a", f"--ca-file={tls.ca}"
    signed_by = f"--target={signing.url}", f"--namespace={signing.namespace}", f"--ca-file={tls.ca}"
    keys = written(tmp_path / "keys", "VIEWERKEY\nviewer-secret-0123\n")
    kinds: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
        "certificate": (
            (*given, f"--client-cert={tls.client}", f"--client-key={tls.key}"),
            {"PYTORCHJOB_CONTRACT_DENIED_TOKEN": DENIED},
        ),
        "kubeconfig": (
            (f"--kubeconfig={kubeconfig(tmp_path / 'config', usual.url, tls, {'token': TOKEN})}",),
            {"PYTORCHJOB_CONTRACT_DENIED_TOKEN": DENIED},
        ),
        "signature": (
            (*signed_by, f"--denied-access-key-file={keys}"),
            {"PYTORCHJOB_CONTRACT_ACCESS_KEY": ACCESS, "PYTORCHJOB_CONTRACT_SECRET_KEY": SECRET},
        ),
    }
    for name, (arguments, environment) in kinds.items():
        done = run(*arguments, "--", "-k", REQUIREMENTS, environment={**environment, "TMPDIR": str(tmp_path)})
        assert done.status == 0, (name, done.output)
        for requirement in ("status.200", "status.401", "status.403"):
            assert done.outcomes[requirement] == "passed", (name, done.output)
        kept = done.output + "".join(
            one.read_text(errors="replace") for one in done.directory.rglob("*") if one.is_file()
        )
        for secret in (TOKEN, DENIED, ACCESS, SECRET, "viewer-secret-0123"):
            assert secret not in kept, name
        assert leftovers(tmp_path) == []


def test_runs_against_an_endpoint_that_lets_everybody_in(run: Any, serve: Serve, tls: Tls) -> None:
    """What breaks 401 is found with every kind, and the line that shows it again says how to connect."""
    endpoint = serve(lambda _request: FULL_USER)
    given = f"--target={endpoint.url}", f"--namespace={endpoint.namespace}", f"--ca-file={tls.ca}"
    keys = {"PYTORCHJOB_CONTRACT_ACCESS_KEY": ACCESS, "PYTORCHJOB_CONTRACT_SECRET_KEY": SECRET}
    certificate = f"--client-cert={tls.client}", f"--client-key={tls.key}"
    for arguments, environment, name in (
        (certificate, {}, "no credential"),
        ((), keys, "a signature that is a day old"),
    ):
        done = run(*given, *arguments, "--", "-k", "no_valid_credential", environment=environment)
        assert done.status == 1, done.output
        rule = f"no-valid-credential[{name}]"
        found = [one for one in done.findings("status.401") if (one["rule"], one["field"]) == (rule, "")]
        [reproduce] = [one["reproduce"] for one in found]
        assert f"--cacert {tls.ca}" in reproduce
        assert "--cert" not in reproduce
        assert SECRET not in done.output


def test_a_valid_certificate_that_is_refused_is_reproduced_with_it(run: Any, serve: Serve, tls: Tls) -> None:
    def step(request: Request) -> str:
        if request.method == "PUT" or not request.client_certificate:
            raise unauthorized()
        return FULL_USER

    endpoint = serve(step)
    given = f"--target={endpoint.url}", f"--namespace={endpoint.namespace}", f"--ca-file={tls.ca}"
    certificate = f"--client-cert={tls.client}", f"--client-key={tls.key}"
    done = run(*given, *certificate, "--", "-k", "correct_replacement or no_valid_credential")
    assert done.status == 1, done.output
    found = {one["message"]: one["reproduce"] for one in done.findings("status.401")}
    assert f"--cert {tls.client} --key {tls.key}" in found["a valid credential is answered with 401"]


def test_where_tls_wants_a_certificate_nobody_can_come_without(
    run: Any, serve: Serve, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(ssl, "CERT_OPTIONAL", ssl.CERT_REQUIRED)
        endpoint = serve()
    given = f"--target={endpoint.url}", f"--namespace={endpoint.namespace}", f"--ca-file={tls.ca}"
    certificate = f"--client-cert={tls.client}", f"--client-key={tls.key}"
    variables = {"PYTORCHJOB_CONTRACT_DENIED_TOKEN": DENIED}
    done = run(*given, *certificate, "--", "-k", "correct_replacement or credential", environment=variables)
    assert done.status == 0, done.output
    assert (done.outcomes["status.401"], done.outcomes["status.403"]) == ("skipped", "skipped")
    assert "without --client-cert the target ends the TLS connection" in done.output
