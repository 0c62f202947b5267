"""The client against real sockets and real TLS on loopback: credentials, masking, trust, failures, retries, pace."""

from __future__ import annotations

import gzip
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from contracts.client import body as body_module
from contracts.client import client as target_module
from contracts.client import rate_limit, retry
from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.errors import CertificateRequired, OutOfTime, TargetError, TargetMisconfigured, TargetUnavailable
from contracts.client.token_file import read_token
from contracts.jsonvalue.paths import MISSING

TOKEN = "tok-3f9c2a71-hunter2"


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A server on loopback that keeps what it was sent and answers as `reply` says, by default 200 and {}."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    reply: Callable[[BaseHTTPRequestHandler, Seen], None] | None = None
    released: threading.Event = field(default_factory=threading.Event)


def send_answer(
    handler: BaseHTTPRequestHandler, status: int = 200, body: bytes = b"{}", headers: dict[str, str] | None = None
) -> None:
    handler.send_response(status)
    for name, value in {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **(headers or {}),
    }.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what these tests are about."""


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[tuple[_Quiet, Server, threading.Thread]] = []

    def start(reply: Any = None, context: ssl.SSLContext | None = None) -> Server:
        server = Server(reply=reply)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                seen = Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                server.seen.append(seen)
                (server.reply or (lambda handler, _: send_answer(handler)))(self, seen)

            do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Nothing is logged."""

        listener = _Quiet(("127.0.0.1", 0), Handler)
        if context:
            listener.socket = context.wrap_socket(listener.socket, server_side=True)
        server.url = f"{'https' if context else 'http'}://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((listener, server, thread))
        return server

    yield start
    for listener, server, thread in running:
        server.released.set()
        listener.shutdown()
        thread.join()
        listener.server_close()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of proxies and authorities is said by the tests alone."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NETRC"):
        monkeypatch.delenv(name, raising=False)


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    for module in (target_module, rate_limit):
        monkeypatch.setattr(module, "time", fake)
    monkeypatch.setattr(retry, "JITTER", 0)
    return fake


Connect = Callable[..., Client]


@pytest.fixture
def connect() -> Iterator[Connect]:
    opened: list[Client] = []

    def start(url: str, **options: Any) -> Client:
        opened.append(Client(Connection(url, **{"timeout": 10.0, **options})))
        return opened[-1]

    yield start
    for target in opened:
        target.close()


def one_line(error: BaseException) -> str:
    text = str(error)
    assert text
    assert "\n" not in text
    assert TOKEN not in text
    assert len(text) < 500
    return text


# ---------------------------------------------------------------- what is sent and what is shown


def test_a_bearer_token_is_sent_and_masked(serve: Serve, connect: Connect) -> None:
    server = serve()
    exchange = connect(server.url, token=TOKEN).send("GET", "/a")
    assert server.seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert exchange.headers["Authorization"] == "Bearer $TOKEN"
    assert exchange.credential_header == "Authorization"
    assert TOKEN not in repr(exchange)


def test_a_token_is_sent_as_it_is_in_a_named_header(serve: Serve, connect: Connect) -> None:
    server = serve()
    exchange = connect(server.url, token=TOKEN, auth_header="X-Auth-Token").send("GET", "/a")
    assert server.seen[0].headers["x-auth-token"] == TOKEN
    assert "authorization" not in server.seen[0].headers
    assert exchange.headers["X-Auth-Token"] == "$TOKEN"
    assert exchange.credential_header == "X-Auth-Token"
    assert TOKEN not in repr(exchange)


def test_no_credential_is_sent_where_none_is_wanted(serve: Serve, connect: Connect) -> None:
    server = serve()
    target = connect(server.url, token=TOKEN)
    exchange = target.send("GET", "/a", credential={})
    assert connect(server.url).send("GET", "/a").credential_header is None
    assert exchange.credential_header is None
    assert all("authorization" not in one.headers for one in server.seen)


def test_another_credential_replaces_the_connections(serve: Serve, connect: Connect) -> None:
    server = serve()
    target = connect(server.url, token=TOKEN)
    target.secrets.add("denied-secret")
    exchange = target.send("PUT", "/a", credential=target.credential("denied-secret"))
    assert server.seen[0].headers["authorization"] == "Bearer denied-secret"
    assert exchange.headers["Authorization"] == "Bearer $TOKEN"


def test_a_credential_is_masked_also_when_the_connection_has_none(serve: Serve, connect: Connect) -> None:
    target = connect(serve().url)
    target.secrets.add("denied-secret")
    exchange = target.send("PUT", "/a", credential=target.credential("denied-secret"))
    assert "denied-secret" not in repr(exchange)
    assert exchange.headers["Authorization"] == "Bearer $TOKEN"


@pytest.mark.parametrize("auth_header", [None, "X-Auth-Token"])
@pytest.mark.parametrize("almost", [TOKEN[:-1], TOKEN[: len(TOKEN) // 2], TOKEN.upper(), TOKEN[:-1] + "X"])
def test_what_is_almost_a_secret_is_masked_too(
    serve: Serve, connect: Connect, auth_header: str | None, almost: str
) -> None:
    server = serve()
    target = connect(server.url, token=TOKEN, auth_header=auth_header)
    exchange = target.send("PUT", "/a", credential=target.credential(almost))
    name = auth_header or "Authorization"
    assert server.seen[0].headers[name.lower()].endswith(almost)
    assert almost not in repr(exchange)
    assert exchange.headers[name].endswith("$TOKEN")


@pytest.mark.parametrize("value", ["", "Bearer"])
def test_a_credential_that_is_none_stays_visible(serve: Serve, connect: Connect, value: str) -> None:
    exchange = connect(serve().url, token=TOKEN).send("PUT", "/a", credential={"Authorization": value})
    assert exchange.headers["Authorization"] == value


def test_the_request_is_neutral_and_as_told(serve: Serve, connect: Connect) -> None:
    server = serve()
    target = connect(server.url + "/base/", token=TOKEN)
    exchange = target.send("PUT", "/a", query="pretty=true", headers={"Content-Type": "x/y"}, body="é".encode())
    [seen] = server.seen
    assert (seen.method, seen.path, seen.body) == ("PUT", "/base/a?pretty=true", "é".encode())
    assert seen.headers["user-agent"].startswith("pytorchjob-contract/")
    assert not any(word in seen.headers["user-agent"].lower() for word in ("curl", "mozilla", "python", "requests"))
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["content-type"] == "x/y"
    assert (exchange.method, exchange.url, exchange.body) == ("PUT", f"{server.url}/base/a?pretty=true", "é".encode())
    assert exchange.headers["Content-Type"] == "x/y"
    assert exchange.headers["User-Agent"] == seen.headers["user-agent"]
    assert exchange.seconds >= 0


def test_a_header_may_be_given_another_value(serve: Serve, connect: Connect) -> None:
    server = serve()
    connect(server.url).send("GET", "/", headers={"Accept": "*/*"})
    assert server.seen[0].headers["accept"] == "*/*"


def test_the_answer_is_recorded_whole(serve: Serve, connect: Connect) -> None:
    packed = gzip.compress(b'{"a":"\xc3\xa9"}')
    server = serve(lambda handler, _: send_answer(handler, 418, packed, {"X-Odd": "1", "Content-Encoding": "gzip"}))
    answer = connect(server.url).send("GET", "/").response
    assert (answer.status, answer.body, answer.headers["x-odd"]) == (418, '{"a":"é"}'.encode(), "1")
    assert answer.media_type == "application/json"


def test_mask_replaces_every_known_secret_longest_first(connect: Connect) -> None:
    target = connect("http://127.0.0.1:1", token="abc")
    target.secrets.add("abcdef")
    assert target.mask("x abcdef abc") == "x $TOKEN $TOKEN"
    assert connect("http://127.0.0.1:1").mask("x abc") == "x abc"


def test_a_connection_does_not_show_its_token() -> None:
    assert TOKEN not in repr(Connection("http://h", TOKEN))
    assert Client(Connection("http://user:pw@h:1/p", TOKEN)).public_url == "http://h:1/p"


def test_credential_forms(connect: Connect) -> None:
    target = connect("http://h")
    assert target.credential(None) == {}
    assert target.credential("x") == {"Authorization": "Bearer x"}
    assert connect("http://h", auth_header="X-A").credential("x") == {"X-A": "x"}


def test_statuses_of_replacements_and_all_requests_are_counted(serve: Serve, connect: Connect) -> None:
    target = connect(serve(lambda handler, seen: send_answer(handler, 200 if seen.path == "/" else 404)).url)
    for method, path in (("PUT", "/"), ("PUT", "/"), ("PUT", "/x"), ("GET", "/"), ("POST", "/"), ("DELETE", "/")):
        target.send(method, path)
    assert (target.requests, dict(target.statuses)) == (6, {200: 2, 404: 1})


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_answers(serve: Serve, connect: Connect, status: int) -> None:
    elsewhere = serve()
    server = serve(lambda handler, _: send_answer(handler, status, b"", {"Location": elsewhere.url + "/x"}))
    for method in ("GET", "PUT"):
        assert connect(server.url, token=TOKEN).send(method, "/").response.status == status
    assert elsewhere.seen == []


def test_cookies_are_not_taken_along_to_another_client(serve: Serve, connect: Connect) -> None:
    server = serve(lambda handler, _: send_answer(handler, headers={"Set-Cookie": "session=1"}))
    connect(server.url).send("GET", "/")
    connect(server.url).send("GET", "/")
    assert "cookie" not in server.seen[1].headers


# ---------------------------------------------------------------- the environment


@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.parametrize("by", ["NETRC", "HOME"])
def test_netrc_gives_no_credential(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, token: str | None, by: str
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\ndefault login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv(by, str(netrc if by == "NETRC" else tmp_path))
    server = serve()
    connect(server.url, token=token).send("GET", "/")
    assert server.seen[0].headers.get("authorization") == (f"Bearer {token}" if token else None)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_target_on_loopback_is_not_looked_for_behind_a_proxy(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    proxy, server = serve(), serve()
    monkeypatch.setenv(name, proxy.url)
    connect(server.url, token=TOKEN).send("GET", "/a")
    assert [one.path for one in server.seen] == ["/a"]
    assert proxy.seen == []


def test_another_target_is_reached_through_the_proxy(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    connect("http://target.invalid").send("GET", "/a")
    assert [one.path for one in proxy.seen] == ["http://target.invalid/a"]


# ---------------------------------------------------------------- TLS


@dataclass(frozen=True)
class Trust:
    authority: trustme.CA
    ca_file: Path
    other_ca_file: Path
    directory: Path

    def context(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*(names or ("127.0.0.1",))).configure_cert(context)
        return context


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    directory = tmp_path_factory.mktemp("tls")
    authority, other = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(directory / "ca.pem")
    other.cert_pem.write_to_path(directory / "other.pem")
    return Trust(authority, directory / "ca.pem", directory / "other.pem", directory)


def test_the_given_authority_is_trusted(serve: Serve, connect: Connect, trust: Trust) -> None:
    server = serve(context=trust.context())
    assert connect(server.url, ca_file=trust.ca_file).send("GET", "/").response.status == 200


def test_an_unknown_authority_is_the_users_to_settle(serve: Serve, connect: Connect, trust: Trust) -> None:
    server = serve(context=trust.context())
    for options in ({}, {"ca_file": trust.other_ca_file}):
        with pytest.raises(TargetMisconfigured, match="--ca-file") as caught:
            connect(server.url, token=TOKEN, **options).send("GET", "/")
        assert "not trusted" in one_line(caught.value)
    assert server.seen == []


def test_insecure_trusts_anything_without_a_warning(serve: Serve, connect: Connect, trust: Trust) -> None:
    server = serve(context=trust.context("other.example"))
    assert connect(server.url, insecure=True).send("PUT", "/").response.status == 200


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environments_authorities_never_override_an_option(
    serve: Serve, connect: Connect, trust: Trust, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server = serve(context=trust.context())
    monkeypatch.setenv(name, str(trust.other_ca_file))
    assert connect(server.url, ca_file=trust.ca_file).send("GET", "/").response.status == 200
    assert connect(server.url, insecure=True).send("GET", "/").response.status == 200
    monkeypatch.setenv(name, str(trust.ca_file))
    with pytest.raises(TargetMisconfigured, match="--ca-file"):
        connect(server.url, ca_file=trust.other_ca_file).send("GET", "/")


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environments_authorities_count_where_no_option_is_given(
    serve: Serve, connect: Connect, trust: Trust, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(trust.ca_file))
    assert connect(serve(context=trust.context()).url).send("GET", "/").response.status == 200


def test_a_certificate_for_another_host_is_said_to_be(serve: Serve, connect: Connect, trust: Trust) -> None:
    server = serve(context=trust.context("other.example"))
    with pytest.raises(TargetMisconfigured, match="--target") as caught:
        connect(server.url, ca_file=trust.ca_file).send("GET", "/")
    assert "another host" in one_line(caught.value)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate(serve: Serve, connect: Connect, trust: Trust, clock: Clock, version: Any) -> None:
    context = trust.context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    trust.authority.configure_trust(context)
    server = serve(context=context)
    issued = trust.authority.issue_cert("me@example.org")
    certificate, key, both = (trust.directory / name for name in ("cert.pem", "key.pem", "both.pem"))
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    issued.private_key_and_cert_chain_pem.write_to_path(both)
    for options in ({"client_cert": certificate, "client_key": key}, {"client_cert": both}):
        assert connect(server.url, ca_file=trust.ca_file, **options).send("GET", "/").response.status == 200
    before = len(server.seen)
    shown = connect(server.url, ca_file=trust.ca_file, client_cert=both)
    with pytest.raises(CertificateRequired, match="--client-cert") as required:
        shown.send("PUT", "/", credential={})
    one_line(required.value)
    with pytest.raises(TargetError) as caught:
        connect(server.url, ca_file=trust.ca_file).send("GET", "/")
    one_line(caught.value)
    assert len(server.seen) == before


@pytest.mark.parametrize("option", ["ca_file", "client_cert"])
def test_a_file_that_holds_no_certificate(
    serve: Serve, connect: Connect, trust: Trust, tmp_path: Path, option: str
) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    server = serve(context=trust.context())
    with pytest.raises(TargetMisconfigured, match=r"--ca-file|--client-cert") as caught:
        connect(server.url, **{"ca_file": trust.ca_file, option: wrong}).send("GET", "/")
    one_line(caught.value)


@pytest.mark.parametrize("option", ["ca_file", "client_cert", "client_key"])
def test_a_file_that_is_not_there(connect: Connect, tmp_path: Path, option: str) -> None:
    for path in (tmp_path / "absent.pem", tmp_path):
        with pytest.raises(TargetMisconfigured) as caught:
            connect("https://h", **{option: path})
        assert one_line(caught.value) == f"--{option.replace('_', '-')}: there is no file {path}"


def test_tls_where_there_is_none(serve: Serve, connect: Connect) -> None:
    server = serve()
    with pytest.raises(TargetError) as caught:
        connect(server.url.replace("http:", "https:"), token=TOKEN, timeout=0.5).send("PUT", "/")
    one_line(caught.value)


# ---------------------------------------------------------------- no answer


# Port 1 is privileged and unused.
NOBODY = "http://127.0.0.1:1"


def test_nothing_listens(connect: Connect, clock: Clock) -> None:
    with pytest.raises(TargetUnavailable, match="--target") as caught:
        connect(NOBODY, token=TOKEN).send("GET", f"/{TOKEN}")
    text = one_line(caught.value)
    assert text.startswith("GET http://127.0.0.1:1/$TOKEN: not reachable: ")
    assert "refused" in text
    assert clock.slept == [0.1, 0.4, 1.6]


def test_a_host_that_does_not_exist(connect: Connect, clock: Clock) -> None:
    with pytest.raises(TargetUnavailable, match="--target") as caught:
        connect("http://no-such-host.invalid", token=TOKEN).send("PUT", "/")
    assert "not reachable" in one_line(caught.value)


@pytest.mark.parametrize("url", ["target.example", "htp://h", "http://", "http://h:99999", "http://[::1"])
def test_what_is_no_url(connect: Connect, url: str) -> None:
    with pytest.raises(TargetMisconfigured, match="--target") as caught:
        connect(url).send("PUT", "/")
    one_line(caught.value)


@pytest.mark.parametrize("token", ["a\nb", "✓-token", " x"])
def test_a_credential_that_no_header_may_hold(serve: Serve, connect: Connect, token: str) -> None:
    server = serve()
    with pytest.raises(TargetMisconfigured, match="--token-file") as caught:
        connect(server.url, token=token, auth_header="X-Auth-Token").send("PUT", "/")
    assert token not in one_line(caught.value)
    assert server.seen == []


def never(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Say nothing until the test is over."""
    server.released.wait(30)
    handler.close_connection = True


def test_no_answer_in_time(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.reply = lambda handler, _: never(handler, server)
    with pytest.raises(TargetUnavailable, match="--timeout") as caught:
        connect(server.url, timeout=0.2, token=TOKEN).send("PUT", "/")
    assert "no answer within 0.2 s" in one_line(caught.value)
    assert len(server.seen) == 1


@pytest.mark.parametrize("header", ["Content-Length: 100000", "Transfer-Encoding: chunked", "Connection: close"])
def test_a_body_that_never_ends(serve: Serve, connect: Connect, header: str) -> None:
    server = serve()

    def drip(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        handler.wfile.write(f"HTTP/1.1 200 OK\r\n{header}\r\n\r\n".encode())
        piece = b"1\r\n \r\n" if "chunked" in header else b" "
        while not server.released.wait(0.02):
            handler.wfile.write(piece)
        handler.close_connection = True

    server.reply = drip
    started = time.monotonic()
    with pytest.raises(TargetUnavailable, match="--timeout") as caught:
        connect(server.url, timeout=0.3, token=TOKEN).send("PUT", "/")
    one_line(caught.value)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_that_is_too_large(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(body_module, "LARGEST_BODY", 1000)

    def reply(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        body = b" " * int(seen.path[1:])
        headers = {"Content-Encoding": "gzip"} if packed else {}
        send_answer(handler, 200, gzip.compress(body) if packed else body, headers)

    target = connect(serve(reply).url)
    assert len(target.send("PUT", "/1000").response.body) == 1000
    answer = target.send("PUT", "/1001").response
    assert (answer.status, answer.value, answer.defect) == (200, MISSING, "it is larger than 1000 bytes")
    with pytest.raises(TargetUnavailable, match="larger than 1000 bytes") as caught:
        target.send("POST", "/1001")
    one_line(caught.value)


def cut(handler: BaseHTTPRequestHandler, text: bytes) -> None:
    handler.wfile.write(text)
    handler.wfile.flush()
    handler.close_connection = True


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{",
    ],
)
def test_an_answer_that_breaks_off(serve: Serve, connect: Connect, text: bytes) -> None:
    server = serve(lambda handler, _: cut(handler, text))
    with pytest.raises(TargetUnavailable) as caught:
        connect(server.url, token=TOKEN).send("PUT", f"/{TOKEN}")
    assert one_line(caught.value).startswith(f"PUT {server.url}/$TOKEN: ")
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("text", "status", "defect"),
    [
        (b"SSH-2.0-OpenSSH\r\n", 0, "BadStatusLine"),
        (b"{}", 0, "BadStatusLine"),
        (b"HTTP/1.1 2x OK\r\n\r\n", 0, "BadStatusLine"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 0, "Content-Length"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 10_000 + b"\r\n{}", 0, "more than 100 headers"),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n{}", 0, "LineTooLong"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 200, "'gzip'"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: " + b"gzip," * 9 + b"gzip\r\n\r\n{}", 200, "gzip"),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a":1}', 200, "Content-Length promises 9 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n{", 200, "larger than"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_an_answer_that_is_no_proper_http_is_one_to_a_replacement(
    serve: Serve, connect: Connect, text: bytes, status: int, defect: str
) -> None:
    server = serve(lambda handler, _: cut(handler, text))
    target = connect(server.url, token=TOKEN)
    answer = target.send("PUT", f"/{TOKEN}").response
    assert (answer.status, answer.value) == (status, MISSING)
    assert defect in answer.defect
    assert "\n" not in answer.defect
    assert dict(target.statuses) == ({status: 1} if status else {})
    with pytest.raises(TargetUnavailable, match="the answer cannot be read") as caught:
        target.send("POST", f"/{TOKEN}")
    one_line(caught.value)
    assert len(server.seen) == 2


@pytest.mark.parametrize("interim", [100, 102, 103, 199])
def test_interim_answers_are_no_answer(serve: Serve, connect: Connect, interim: int) -> None:
    head = f"HTTP/1.1 {interim} Wait\r\nLink: </x>\r\n\r\n".encode() * 3

    def reply(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        handler.wfile.write(head)
        send_answer(handler, body=b'{"a":1}')

    server = serve(reply)
    target = connect(server.url)
    for _ in range(3):
        assert (target.send("PUT", "/").response.status, target.send("GET", "/").response.value) == (200, {"a": 1})
    assert dict(target.statuses) == {200: 3}


def test_an_answer_with_more_than_its_length_is_not_the_beginning_of_the_next(serve: Serve, connect: Connect) -> None:
    released = threading.Event()

    def reply(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        if seen.path != "/short":
            send_answer(handler, body=b'{"a":1}')
            return
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{  ")
        released.wait(10)
        handler.wfile.write(b" }")

    target = connect(serve(reply).url)
    assert target.send("PUT", "/short").response.decoded[1].startswith("it is not JSON")
    released.set()
    assert target.send("PUT", "/").response.value == {"a": 1}


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_the_body_of_a_redirect_is_bounded_too(serve: Serve, connect: Connect, method: str) -> None:
    server = serve()

    def endless(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        handler.wfile.write(b"HTTP/1.1 307 Elsewhere\r\nLocation: http://[bad\r\n\r\n")
        while not server.released.is_set():
            handler.wfile.write(b" " * 65536)

    server.reply = endless
    target = connect(server.url, timeout=20)
    if method == "PUT":
        assert target.send("PUT", "/").response.status == 307
    else:
        with pytest.raises(TargetUnavailable, match="larger than"):
            target.send("GET", "/")


def test_a_cookie_does_not_stand_in_for_a_credential(serve: Serve, connect: Connect) -> None:
    server = serve(lambda handler, _: send_answer(handler, headers={"Set-Cookie": "session=1; Path=/"}))
    target = connect(server.url, token=TOKEN)
    target.send("GET", "/")
    target.send("PUT", "/", credential={})
    assert "cookie" not in server.seen[1].headers


def drip_head(handler: BaseHTTPRequestHandler, server: Server, text: bytes) -> None:
    while not server.released.wait(0.01):
        handler.wfile.write(text)
    handler.close_connection = True


@pytest.mark.parametrize("text", [b"H", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early\r\n\r\n"])
def test_a_head_that_never_ends(serve: Serve, connect: Connect, text: bytes) -> None:
    server = serve()
    server.reply = lambda handler, _: drip_head(handler, server, text)
    started = time.monotonic()
    with pytest.raises(TargetUnavailable, match="--timeout"):
        connect(server.url, timeout=0.3).send("PUT", "/")
    assert time.monotonic() - started < 2


# ---------------------------------------------------------------- again


def failing(times: int, status: int | None = None, retry_after: str | None = None) -> Any:
    """A reply that breaks off, or answers with `status`, so many times and then answers properly."""
    left = [times]

    def reply(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        if left[0] == 0:
            send_answer(handler)
            return
        left[0] -= 1
        if status is None:
            cut(handler, b"")
        else:
            send_answer(handler, status, b"{}", {"Retry-After": retry_after} if retry_after is not None else {})

    return reply


@pytest.mark.parametrize(("times", "slept"), [(0, []), (1, [0.1]), (2, [0.1, 0.4]), (3, [0.1, 0.4, 1.6])])
def test_a_read_is_repeated(serve: Serve, connect: Connect, clock: Clock, times: int, slept: list[float]) -> None:
    server = serve(failing(times))
    target = connect(server.url)
    assert target.send("GET", "/").response.status == 200
    assert clock.slept == slept
    assert len(server.seen) == times + 1
    assert target.requests == 1


def test_a_read_is_not_repeated_for_ever(serve: Serve, connect: Connect, clock: Clock) -> None:
    server = serve(failing(4))
    with pytest.raises(TargetUnavailable):
        connect(server.url).send("GET", "/")
    assert len(server.seen) == 4


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_write_that_may_have_been_carried_out_is_not_repeated(
    serve: Serve, connect: Connect, clock: Clock, method: str
) -> None:
    server = serve(failing(1))
    with pytest.raises(TargetUnavailable):
        connect(server.url).send(method, "/")
    assert len(server.seen) == 1
    assert clock.slept == []


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "slept"),
    [
        (None, [0.1, 0.4]),
        ("7", [7.0, 7.0]),
        ("0", [0.0, 0.0]),
        ("100", [30.0, 30.0]),
        ("9" * 400, [30.0, 30.0]),
        ("soon", [0.1, 0.4]),
        ("-1", [0.1, 0.4]),
        ("\xb2", [0.1, 0.4]),
        ("Wed, 21 Oct 2015 07:28:00 GMT", [0.1, 0.4]),
    ],
)
def test_what_was_put_off_is_repeated_when_the_target_says(
    serve: Serve, connect: Connect, clock: Clock, method: str, status: int, retry_after: str | None, slept: list[float]
) -> None:
    server = serve(failing(2, status, retry_after))
    target = connect(server.url)
    assert target.send(method, "/", body=b"x").response.status == 200
    assert clock.slept == slept
    assert [one.body for one in server.seen] == [b"x"] * 3
    assert target.requests == 3


@pytest.mark.parametrize(
    ("date", "when", "seconds"),
    [
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:07 GMT", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wednesday, 21-Oct-15 07:28:07 GMT", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed Oct 21 07:28:07 2015", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 09:28:00 GMT", 30.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:27:00 GMT", 0.1),
        (None, "Fri, 31 Dec 2100 23:59:59 GMT", 30.0),
        (None, "Mon, 01 Jan 0001 00:00:00 +2359", 0.1),
        (None, "Mon, 99 Jan 99999 00:00:00 GMT", 0.1),
    ],
)
def test_a_date_to_come_back_at(date: str | None, when: str, seconds: float) -> None:
    headers = {"retry-after": when, **({"date": date} if date else {})}
    assert retry.retry_after(headers, 0.1) == pytest.approx(seconds)


def test_delays_are_longer_by_chance() -> None:
    series = [[delay for delay in retry.delays() if delay is not None] for _ in range(20)]
    assert len({tuple(one) for one in series}) == 20
    assert all(0.1 <= a <= 0.15 and 0.4 <= b <= 0.6 and 1.6 <= c <= 2.4 for a, b, c in series)


@pytest.mark.parametrize("status", [429, 503])
def test_a_target_that_keeps_putting_off_is_unavailable(
    serve: Serve, connect: Connect, clock: Clock, status: int
) -> None:
    server = serve(failing(99, status))
    with pytest.raises(TargetUnavailable, match=f"keeps answering {status}") as caught:
        connect(server.url, token=TOKEN).send("PUT", f"/{TOKEN}")
    one_line(caught.value)
    assert clock.slept == [0.1, 0.4, 1.6]
    assert len(server.seen) == 4


@pytest.mark.parametrize("status", [400, 401, 409, 428, 430, 500, 502, 504])
def test_other_answers_are_not_repeated(serve: Serve, connect: Connect, clock: Clock, status: int) -> None:
    server = serve(failing(1, status))
    assert connect(server.url).send("GET", "/").response.status == status
    assert len(server.seen) == 1


# ---------------------------------------------------------------- pace and threads


def test_requests_keep_their_distance(serve: Serve, connect: Connect, clock: Clock) -> None:
    target = connect(serve().url, max_rps=4)
    for _ in range(4):
        target.send("GET", "/")
    assert clock.slept == [0.25, 0.25, 0.25]
    clock.now += 10
    for _ in range(3):
        target.send("GET", "/")
    assert clock.slept[3:] == [0.25, 0.25], "no burst after a pause"


def test_requests_of_several_threads_keep_their_distance_together(serve: Serve, connect: Connect) -> None:
    target = connect(serve().url, max_rps=100)
    started = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: target.send("GET", "/"), range(20)))
    assert time.monotonic() - started >= 19 / 100


def test_repetitions_keep_the_distance_too(serve: Serve, connect: Connect, clock: Clock) -> None:
    connect(serve(failing(1)).url, max_rps=1).send("GET", "/")
    assert clock.slept == [0.1, 0.9]


@pytest.mark.parametrize("max_rps", [0.5, 1, 2.5, 7])
def test_the_limit_holds_in_each_sliding_second(clock: Clock, max_rps: float) -> None:
    limit, received = rate_limit.RateLimiter(max_rps), list[float]()
    chance = random.Random(1)
    for _ in range(200):
        with limit.turn():
            clock.now += chance.choice((0.0, 0.3, 2.0)) * chance.random()
            received.append(clock.now)
            clock.now += chance.choice((0.0, 0.1))
        clock.now += chance.choice((0.0, 0.0, 5.0))
    window = max(1.0, 1 / max_rps)
    for start in received:
        assert sum(start <= moment < start + window - 1e-6 for moment in received) <= max(1, max_rps)


def test_the_limit_holds_for_what_eight_threads_send(serve: Serve, connect: Connect) -> None:
    received = list[float]()
    chance = random.Random(1)

    def reply(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        received.append(time.monotonic())
        threading.Event().wait(chance.random() / 20)
        send_answer(handler)

    target = connect(serve(reply).url, max_rps=20)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: target.send("PUT", "/"), range(50)))
    assert max(sum(start <= moment < start + 1 for moment in received) for start in received) <= 20
    assert max(received) - min(received) < 6, "and yet the limit is made use of"


# ---------------------------------------------------------------- the time budget


def test_nothing_is_sent_after_the_deadline(serve: Serve, connect: Connect) -> None:
    server = serve()
    target = connect(server.url)
    target.deadline = time.monotonic()
    with pytest.raises(OutOfTime, match="--time-budget"):
        target.send("GET", "/")
    assert server.seen == []


@pytest.mark.parametrize("retry_after", ["5", None])
def test_no_wait_outlasts_the_deadline(serve: Serve, connect: Connect, clock: Clock, retry_after: str | None) -> None:
    target = connect(serve(failing(99, 429, retry_after)).url)
    target.deadline = clock.now + 1.5
    with pytest.raises(OutOfTime):
        target.send("PUT", "/")
    assert sum(clock.slept) < 1.5


def test_the_pace_does_not_outlast_the_deadline(serve: Serve, connect: Connect, clock: Clock) -> None:
    target = connect(serve().url, max_rps=0.1)
    target.deadline = clock.now + 5
    target.send("GET", "/")
    with pytest.raises(OutOfTime):
        target.send("GET", "/")
    with target.cleaning_up():
        target.send("GET", "/")
    assert clock.slept == [10.0]


def test_a_request_in_flight_ends_with_the_time(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.reply = lambda handler, _: never(handler, server)
    target = connect(server.url, timeout=20)
    started = time.monotonic()
    target.deadline = started + 0.3
    with pytest.raises(OutOfTime):
        target.send("PUT", "/")
    assert time.monotonic() - started < 3


def test_cleaning_up_after_the_deadline_repeats_for_no_longer_than_one_time_out(
    serve: Serve, connect: Connect, clock: Clock
) -> None:
    server = serve(failing(99))
    target = connect(server.url, timeout=1)
    target.deadline = clock.now
    with target.cleaning_up(), pytest.raises(TargetUnavailable):
        target.send("GET", "/")
    assert clock.slept == [0.1, 0.4]


def test_without_a_limit_nothing_waits(serve: Serve, connect: Connect, clock: Clock) -> None:
    target = connect(serve().url)
    for _ in range(3):
        target.send("GET", "/")
    assert clock.slept == []


def test_several_threads_get_their_own_answers(serve: Serve, connect: Connect) -> None:
    server = serve(lambda handler, seen: send_answer(handler, body=b'"' + seen.path[1:].encode() + b'"'))
    target = connect(server.url, token=TOKEN)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: target.send("PUT", f"/{number}").response.value, range(80)))
    assert answers == [str(number) for number in range(80)]
    assert (target.requests, target.statuses[200]) == (80, 80)


# ---------------------------------------------------------------- the token file


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
