"""Answers that never come, never end, break off or are no proper HTTP."""

from __future__ import annotations

import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest

from contracts.client import transport
from contracts.client.errors import TargetMisconfigured, TargetUnavailable
from contracts.jsonvalue.paths import MISSING
from tests.unit.client.loopback import TOKEN, Clock, Connect, Seen, Serve, Server, cut, never, one_line, send_answer

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


@pytest.mark.parametrize("token", ["a\nb", "✓-token", " x"])
def test_a_credential_that_no_header_may_hold(serve: Serve, connect: Connect, token: str) -> None:
    server = serve()
    with pytest.raises(TargetMisconfigured, match="--token-file") as caught:
        connect(server.url, token=token, auth_header="X-Auth-Token").send("PUT", "/")
    assert token not in one_line(caught.value)
    assert server.seen == []


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
    monkeypatch.setattr(transport, "LARGEST_BODY", 1000)

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
        (b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 10_000 + b"\r\n{}", 0, "more than 1000 headers"),
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


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("count", [90, 110, 900])
def test_an_answer_with_many_headers(serve: Serve, connect: Connect, method: str, count: int) -> None:
    many = {f"X-Mesh-{number}": "1" for number in range(count)}
    target = connect(serve(lambda handler, _: send_answer(handler, headers=many)).url)
    answer = target.send(method, "/").response
    assert (answer.status, answer.defect, answer.headers[f"x-mesh-{count - 1}"]) == (200, "", "1")


def test_more_headers_than_any_answer_has(serve: Serve, connect: Connect, clock: Clock) -> None:
    many = {f"X-Mesh-{number}": "1" for number in range(1100)}
    target = connect(serve(lambda handler, seen: send_answer(handler, headers=many if seen.path == "/a" else {})).url)
    assert "got more than 1000 headers" in target.send("PUT", "/a").response.defect
    with pytest.raises(TargetUnavailable, match="got more than 1000 headers"):
        target.send("GET", "/a")
    assert target.send("GET", "/b").response.status == 200


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


@pytest.mark.parametrize(("named", "shown"), [({}, True), ({"User-Agent": ""}, False)])
def test_a_client_without_a_name_sends_no_other_one(
    serve: Serve, connect: Connect, named: dict[str, str], shown: bool
) -> None:
    server = serve(lambda handler, _: send_answer(handler))
    connect(server.url, token=TOKEN).send("PUT", "/", headers=named)
    assert ("user-agent" in {name.lower() for name in server.seen[0].headers}) is shown


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
