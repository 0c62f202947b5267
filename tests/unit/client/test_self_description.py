"""What a target says of itself, and which certificate it shows: one request, of which nothing depends."""

from __future__ import annotations

import hashlib
import json
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from contracts.client import self_description
from contracts.client.self_description import asked, described
from contracts.judge.model import Response
from tests.unit.client.loopback import Connect, Serve, cut, failing, never, send_answer


def answering(body: Any, status: int = 200) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda handler, _: send_answer(handler, status, content)


def test_the_answer_to_version_is_kept(serve: Serve, connect: Connect) -> None:
    server = serve(answering({"major": "1", "gitVersion": "v1.29.3", "platform": "linux/amd64", "emulation": {"a": 1}}))
    client = connect(f"{server.url}/clusters/a", headers={"X-Team": "a"})
    assert asked(client) == {"major": "1", "gitVersion": "v1.29.3", "platform": "linux/amd64"}
    [seen] = server.seen
    assert (seen.method, seen.path, seen.headers["x-team"]) == ("GET", "/clusters/a/version", "a")
    assert client.requests == 1


@pytest.mark.parametrize(
    "reply",
    [
        answering({"gitVersion": "v1"}, 404),
        answering({"gitVersion": "v1"}, 201),
        answering({"apiVersion": "v1", "kind": "Status", "status": "Failure"}),
        answering({"version": 1}),
        answering(["version"]),
        answering(b"<html>"),
        answering({"version": "v1", "more": "x" * self_description.LARGEST_BODY}),
        failing(99),
        failing(99, 503, "1"),
        failing(99, 500),
        lambda handler, _: cut(handler, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
        lambda handler, _: cut(handler, b"nonsense\r\n\r\n"),
    ],
)
def test_any_other_answer_is_nothing_and_is_asked_for_once(serve: Serve, connect: Connect, reply: Any) -> None:
    server = serve(reply)
    client = connect(server.url)
    assert asked(client) == {}
    assert len(server.seen) == 1
    assert client.failures == []


def test_no_answer_in_time_is_nothing(serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_description, "SECONDS", 0.2)
    server = serve(never)
    client = connect(server.url, timeout=30)
    assert asked(client) == {}
    server.reply = None
    assert client.send("GET", "/").response.status == 200


def test_what_is_kept_is_bounded() -> None:
    many = {f"version{number:03}" + "n" * 300: "x" * 300 for number in range(20)}
    found = described(Response(200, {}, json.dumps({**many, "version": "1"}).encode()))
    assert len(found) == self_description.MOST_MEMBERS
    assert {len(text) for text in (*found, *found.values())} == {self_description.LONGEST}


@pytest.mark.parametrize("options", [{"insecure": True}, {}], ids=["insecure", "trusted"])
def test_the_certificate_is_known_by_its_fingerprint(
    serve: Serve, connect: Connect, tmp_path: Path, options: dict[str, Any]
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    issued = authority.issue_cert("127.0.0.1")
    issued.configure_cert(context)
    der = ssl.PEM_cert_to_DER_cert(issued.cert_chain_pems[0].bytes().decode())
    client = connect(serve(context=context).url, **(options or {"ca_file": tmp_path / "ca.pem"}))
    assert client.certificates == frozenset()
    for _ in range(2):
        client.send("GET", "/")
    assert client.certificates == {f"sha256:{hashlib.sha256(der).hexdigest()}"}


def test_an_http_target_shows_no_certificate(serve: Serve, connect: Connect) -> None:
    client = connect(serve().url)
    client.send("GET", "/")
    assert client.certificates == frozenset()
