"""Servers, clients and a clock for the tests of the client."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from contracts.client import budget, pace, repetition
from contracts.client import client as client_module
from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.credentials import NONE, Token
from tests.unit.client.loopback import Clock, Connect, QuietServer, Seen, Serve, Server, send_answer


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[tuple[QuietServer, Server, threading.Thread]] = []

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

        listener = QuietServer(("127.0.0.1", 0), Handler)
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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    for module in (budget, client_module, pace, repetition):
        monkeypatch.setattr(module, "time", fake)
    monkeypatch.setattr(pace, "JITTER", 0)
    return fake


@pytest.fixture
def connect() -> Iterator[Connect]:
    opened: list[Client] = []

    def start(url: str, token: str | None = None, **options: Any) -> Client:
        credential = Token(token, options.get("auth_header")) if token else NONE
        opened.append(Client(Connection(url, credential, **{"timeout": 10.0, **options})))
        return opened[-1]

    yield start
    for target in opened:
        target.close()
