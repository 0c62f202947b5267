"""A signal while a request is under way: the answer to a write is awaited first."""

from __future__ import annotations

import os
import signal
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from contracts.run.signals import Interruption
from tests.unit.client.loopback import Connect, Seen, Serve, send_answer

# Seconds in which a client that does not wait for the answer has gone away.
PATIENCE = 0.3


@pytest.mark.parametrize(("method", "awaited"), [("GET", False), ("PUT", True), ("POST", True), ("DELETE", True)])
def test_answer_to_a_write_is_awaited(serve: Serve, connect: Connect, method: str, awaited: bool) -> None:
    left, over = threading.Event(), threading.Event()
    early: list[bool] = []

    def reply(handler: BaseHTTPRequestHandler, _seen: Seen) -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        early.append(left.wait(PATIENCE))
        over.set()
        send_answer(handler)

    client, interruption = connect(serve(reply).url), Interruption()
    client.uninterrupted = interruption.postponed
    before = signal.signal(signal.SIGUSR1, interruption)
    try:
        with pytest.raises(KeyboardInterrupt):
            client.send(method, "/object")
        left.set()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert over.wait(10)
    assert early == [not awaited]
