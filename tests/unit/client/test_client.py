"""The client on loopback: what is sent, what is shown of credentials, what is recorded."""

from __future__ import annotations

import gzip

import pytest

from tests.unit.client.loopback import TOKEN, Connect, Serve, send_answer


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
    exchange = target.send("PUT", "/a", credential={"Authorization": "Bearer denied-secret"})
    assert server.seen[0].headers["authorization"] == "Bearer denied-secret"
    assert exchange.headers["Authorization"] == "Bearer $TOKEN"


def test_a_credential_is_masked_also_when_the_connection_has_none(serve: Serve, connect: Connect) -> None:
    target = connect(serve().url)
    target.secrets.add("denied-secret")
    exchange = target.send("PUT", "/a", credential={"Authorization": "Bearer denied-secret"})
    assert "denied-secret" not in repr(exchange)
    assert exchange.headers["Authorization"] == "Bearer $TOKEN"


@pytest.mark.parametrize("auth_header", [None, "X-Auth-Token"])
@pytest.mark.parametrize("almost", [TOKEN[:-1], TOKEN[: len(TOKEN) // 2], TOKEN.upper(), TOKEN[:-1] + "X"])
def test_what_is_almost_a_secret_is_masked_too(
    serve: Serve, connect: Connect, auth_header: str | None, almost: str
) -> None:
    server = serve()
    target = connect(server.url, token=TOKEN, auth_header=auth_header)
    name = auth_header or "Authorization"
    exchange = target.send("PUT", "/a", credential={name: almost if auth_header else f"Bearer {almost}"})
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
    assert 0 < exchange.seconds < 10


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
