"""A proxy that wants a user and a password."""

from __future__ import annotations

import base64
import re
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
