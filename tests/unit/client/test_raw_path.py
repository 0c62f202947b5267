"""What goes out is what a case has written: the path by its spelling, a body in chunks, no header that is empty."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest

from contracts.client.client import Client
from contracts.client.connection import Connection
from tests.unit.client.loopback import Serve, send_answer


@pytest.mark.parametrize("path", ["/a/./b", "/a//b/", "/a%2Fb", "/%61/b", "/%2561/b", "/a/b;x", "/a/x/../b"])
def test_a_path_is_not_normalised(serve: Serve, path: str) -> None:
    server = serve()
    Client(Connection(server.url)).send("PUT", path, body=b"{}")
    assert server.seen[-1].path == path


def test_a_path_that_cannot_stand_in_a_request_line_is_encoded(serve: Serve) -> None:
    server = serve()
    Client(Connection(server.url)).send("GET", "/a b/ü")
    assert server.seen[-1].path == "/a%20b/%C3%BC"


def test_an_empty_header_is_not_sent_and_chunks_have_no_length(serve: Serve) -> None:
    server = serve()
    client = Client(Connection(server.url))
    exchange = client.send("PUT", "/a", headers={"Content-Type": "", "Transfer-Encoding": "chunked"}, body=b"{}")
    sent = {name.lower(): value for name, value in server.seen[-1].headers.items()}
    assert sent["transfer-encoding"] == "chunked"
    assert not {"content-type", "content-length"} & set(sent)
    assert "Content-Type" not in exchange.headers


def test_a_body_goes_in_several_chunks(serve: Serve) -> None:
    pieces: list[bytes] = []

    def reply(handler: BaseHTTPRequestHandler, _: object) -> None:
        while size := int(handler.rfile.readline(), 16):
            pieces.append(handler.rfile.read(size))
            handler.rfile.readline()
        handler.rfile.readline()
        send_answer(handler)

    body = '{"a": "ü"}'.encode()
    exchange = Client(Connection(serve(reply).url)).send(
        "PUT", "/a", headers={"Transfer-Encoding": "chunked"}, body=body
    )
    assert exchange.response.status == 200
    assert (len(pieces) > 2, b"".join(pieces), exchange.body) == (True, body, body)
