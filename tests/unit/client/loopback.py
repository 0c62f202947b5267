"""A server on loopback that answers as a test says, and what a client is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from contracts.client.client import Client

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


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what these tests are about."""


Serve = Callable[..., Server]


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


Connect = Callable[..., Client]


def one_line(error: BaseException) -> str:
    text = str(error)
    assert text
    assert "\n" not in text
    assert TOKEN not in text
    assert len(text) < 500
    return text


def never(handler: BaseHTTPRequestHandler, server: Server) -> None:
    """Say nothing until the test is over."""
    server.released.wait(30)
    handler.close_connection = True


def cut(handler: BaseHTTPRequestHandler, text: bytes) -> None:
    handler.wfile.write(text)
    handler.wfile.flush()
    handler.close_connection = True


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
            send_answer(
                handler, status, b'{"kind":"Status"}', {"Retry-After": retry_after} if retry_after is not None else {}
            )

    return reply
