"""A server before a reference endpoint that passes everything on, but answers chosen requests badly; and how badly."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import itertools
import socket
import socketserver
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

LIMIT = 120
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@dataclass
class Occasion:
    """One request to be answered badly: where to write to, and the answer that a proper server would give."""

    connection: socket.socket
    proper: Callable[[], bytes]
    over: threading.Event

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.sendall(piece)

    def drip(self, piece: bytes, seconds: float = 0.02) -> None:
        """Send a piece again and again, slowly, until the client goes away."""
        while not self.over.wait(seconds):
            self.connection.sendall(piece)

    def pour(self, piece: bytes) -> None:
        """Send a piece again and again, as fast as it is taken."""
        while not self.over.is_set():
            self.connection.sendall(piece)


Answer = Callable[[Occasion], None]


@dataclass(frozen=True)
class Kind:
    """A way to answer badly, and what comes of it: the requirement that it breaks, "error", or "" when it is fine."""

    name: str
    answer: Answer
    expected: str
    slow: bool = False


def sized(body: bytes, *headers: bytes, length: int | None = None) -> bytes:
    """A whole answer with Content-Length."""
    lines = b"".join(line + b"\r\n" for line in headers)
    return OK + lines + f"Content-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


def raw(*pieces: bytes) -> Answer:
    """Send this and close."""
    return lambda occasion: occasion.send(*pieces)


def stay(*pieces: bytes) -> Answer:
    """Send this and stay there, silent."""

    def answer(occasion: Occasion) -> None:
        occasion.send(*pieces)
        occasion.over.wait(LIMIT)

    return answer


def pouring(head: bytes, piece: bytes) -> Answer:
    def answer(occasion: Occasion) -> None:
        occasion.send(head)
        occasion.pour(piece)

    return answer


def dripping(head: bytes, piece: bytes) -> Answer:
    def answer(occasion: Occasion) -> None:
        occasion.send(head)
        occasion.drip(piece)

    return answer


def proper_after(head: bytes) -> Answer:
    return lambda occasion: occasion.send(head, occasion.proper())


def reset(occasion: Occasion) -> None:
    """Close so that the client sees a reset (RST) instead of an end."""
    occasion.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def bomb(mebibytes: int) -> bytes:
    """A gzip stream of spaces."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * 2**20) for _ in range(mebibytes)) + packer.flush()


OBJECT = b'{"kind": "PyTorchJob"}'
LABELS = b", ".join(b'"label-%d": %d' % (number, number) for number in range(90_000))
TYPE, STATUS, ERROR = "response.content-type", "status.only-documented", "error"
# What is dropped each time, though other requests are answered, is the target's doing.
DROPPED = "status.500"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = b"Content-Encoding: gzip"

KINDS = (
    Kind("2 GB", pouring(OK + b"Content-Length: 2147483648\r\n\r\n", b" " * 65536), TYPE),
    Kind("500 MB", pouring(OK + b"Content-Length: 500000000\r\n\r\n", b" " * 65536), TYPE),
    Kind("endless chunks", pouring(CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"), TYPE),
    Kind("endless until closed", pouring(OK + b"\r\n", b" " * 65536), TYPE),
    Kind("broken gzip", raw(sized(b"\x1f\x8b" + OBJECT, GZIP)), TYPE),
    Kind("gzip that is none", raw(sized(OBJECT, GZIP)), TYPE),
    Kind("gzip cut short", raw(sized(gzip.compress(OBJECT)[:-12], GZIP)), TYPE),
    Kind("gzip bomb", raw(sized(bomb(300), GZIP)), TYPE),
    Kind("gzip bomb in gzip", raw(sized(gzip.compress(bomb(1000)), b"Content-Encoding: gzip, gzip")), TYPE),
    Kind("deep nesting", raw(sized(b"[" * 100_000 + b"]" * 100_000)), TYPE),
    Kind("millions of values", raw(sized(b"[" + b"{}," * 2_700_000 + b"{}]")), TYPE),
    Kind("thousands of fields", raw(sized(b'{"metadata": {"labels": {%s}}}' % LABELS)), "response.is-stored-state"),
    Kind("one key twice", raw(sized(b'{"kind": "a", "kind": "b"}')), TYPE),
    Kind("NaN", raw(sized(b'{"kind": NaN}')), TYPE),
    Kind("invalid UTF-8", raw(sized(b'{"kind": "\xff\xfe"}')), TYPE),
    Kind("no JSON", raw(sized(b"<html>")), TYPE),
    Kind("Content-Length too long, closes", raw(sized(OBJECT, length=99)), TYPE),
    Kind("Content-Length too long, stays", stay(sized(OBJECT, length=99)), TYPE, slow=True),
    Kind("Content-Length too short", stay(sized(OBJECT, length=9)), TYPE),
    Kind("two Content-Lengths", raw(sized(OBJECT, b"Content-Length: 1")), STATUS),
    Kind("redirect elsewhere", raw(b"HTTP/1.1 307 X\r\nLocation: ELSEWHERE\r\nContent-Length: 0\r\n\r\n"), STATUS),
    Kind("redirect, endless", pouring(b"HTTP/1.1 302 X\r\nLocation: ELSEWHERE\r\n\r\n", b" " * 65536), STATUS),
    Kind("101", raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), STATUS),
    Kind("no HTTP", raw(b"\x00\x01\x02 SSH-2.0-OpenSSH_9.6\r\n"), STATUS),
    Kind("JSON without HTTP", raw(OBJECT), STATUS),
    Kind("10,000 headers", raw(OK + b"X-Many: 1\r\n" * 10_000 + b"\r\n" + OBJECT), STATUS),
    Kind("a head without end", pouring(OK, b"X-Many: 1\r\n"), STATUS),
    Kind("a line without end", pouring(OK + b"X-Long: ", b"x" * 65536), STATUS),
    Kind("103 first", proper_after(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), ""),
    Kind("100 and 102 first", proper_after(b"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 102 P\r\n\r\n" * 3), ""),
    Kind("103 for ever", dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), ERROR, slow=True),
    Kind("a slow body", dripping(OK + b"Content-Length: 100000\r\n\r\n", b" "), ERROR, slow=True),
    Kind("slow chunks", dripping(CHUNKED, b"1\r\n \r\n"), ERROR, slow=True),
    Kind("a slow head", dripping(OK, b"X-Many: 1\r\n" * 1), ERROR, slow=True),
    Kind("a head that stops", stay(OK), ERROR, slow=True),
    Kind("nothing", stay(), ERROR, slow=True),
    Kind("closed at once", raw(), DROPPED),
    Kind("reset", reset, DROPPED),
    Kind("closed in the head", raw(b"HTTP/1.1 200 OK\r\nContent-Ty"), DROPPED),
    Kind("closed in the status", raw(b"HTTP/1.1 2"), DROPPED),
    Kind("closed in the version", raw(b"HT"), DROPPED),
    Kind("closed in a body without length", raw(OK + b"\r\n" + OBJECT[:9]), ERROR),
    Kind("closed in the body", raw(sized(OBJECT[:9], length=len(OBJECT))), ERROR),
    Kind("closed between chunks", raw(CHUNKED + b"5\r\n{    \r\n"), ERROR),
)
HALF_A_HELLO = b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\x00" * 40
HANDSHAKES = (
    Kind("half a handshake, stays", stay(HALF_A_HELLO), ERROR, slow=True),
    Kind("half a handshake, closes", raw(HALF_A_HELLO), ERROR),
    Kind("no handshake, closes", raw(), ERROR),
    Kind("plain HTTP instead", raw(sized(OBJECT)), ERROR),
)
CONNECTION = "connection"

Choose = Callable[[str], Kind | None]


def nothing_chosen(_: str) -> Kind | None:
    """Everything is answered properly."""
    return None


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what this is about."""


@dataclass
class Front:
    """The server; a context manager. `choose` is asked for each connection and each request by its method."""

    port_behind: int
    choose: Choose = nothing_chosen
    context: ssl.SSLContext | None = None
    elsewhere: str = "http://127.0.0.1:1/"
    url: str = ""
    chosen: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        front = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                front.serve(self.request)

        self._listener = _Listener(("127.0.0.1", 0), Handler)
        scheme = "https" if self.context else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.server_address[1]}"
        self._thread = threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()

    def serve(self, connection: socket.socket) -> None:
        """Serve one connection until the client closes it or is answered badly."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(LIMIT)
        if (kind := self._asked(CONNECTION)) is not None:
            connection.recv(65536)
            kind.answer(Occasion(connection, lambda: b"", self.over))
            return
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        behind = http.client.HTTPConnection("127.0.0.1", self.port_behind, timeout=LIMIT)
        with connection, connection.makefile("rb") as stream, contextlib.closing(behind):
            for method, path, headers, body in requests_of(stream):
                forward = Forward(behind, method, path, headers, body)
                if (kind := self._asked(method)) is not None:
                    kind.answer(Occasion(_Pointing(connection, self.elsewhere), forward, self.over))  # type: ignore[arg-type]
                    return
                if self.context:  # each request with a handshake of its own
                    connection.sendall(forward().replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
                    return
                connection.sendall(forward())

    def _asked(self, what: str) -> Kind | None:
        kind = self.choose(what)
        if kind is not None:
            self.chosen.append(kind.name)
        return kind


@dataclass
class _Pointing:
    """A connection that puts the address of the other server where a redirect is to lead."""

    connection: socket.socket
    elsewhere: str

    def sendall(self, piece: bytes) -> None:
        self.connection.sendall(piece.replace(b"ELSEWHERE", self.elsewhere.encode()))

    def setsockopt(self, *arguments: Any) -> None:
        self.connection.setsockopt(*arguments)


@dataclass(frozen=True)
class Forward:
    """A request to the endpoint behind; called, it gives the bytes of the answer."""

    behind: http.client.HTTPConnection
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def __call__(self) -> bytes:
        self.behind.request(self.method, self.path, self.body, self.headers)
        answer = self.behind.getresponse()
        content = answer.read()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in ("content-length", "date")]
        lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in kept)]
        return "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode("latin-1") + content


def requests_of(stream: Any) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
    """The requests on a connection: method, path, headers and body."""
    while line := stream.readline():
        method, path, _ = line.decode("latin-1").split()
        pairs = (one.decode("latin-1").rstrip("\r\n").partition(":") for one in iter(stream.readline, b"\r\n"))
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = stream.read(int(headers.get("content-length", 0)))
        yield method, path, headers, body


def times(count: int, method: str, kind: Kind) -> Choose:
    """Chooses the next so many requests of a method."""
    left = itertools.count(count, -1)
    return lambda asked: kind if asked == method and next(left) > 0 else None
