"""A request in the way of an earlier one: path, query and headers, with the credential and the parameters of now."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from contracts.client.alike import send_alike
from contracts.client.client import Client
from contracts.judge.model import Exchange, Response


@pytest.mark.parametrize(("added", "url"), [("", "?force=true"), ("tenant=s3cret", "?force=true&tenant=$QUERY_1")])
def test_what_was_chosen_for_it_is_sent_again(added: str, url: str) -> None:
    sent: list[tuple[Any, ...]] = []
    connection = SimpleNamespace(query=added, headers={"X-Tenant": "s3cret"})
    target = SimpleNamespace(
        public_url="http://target/base/",
        connection=connection,
        send=lambda method, path, **how: sent.append((method, path, how)),
    )
    headers = {
        "Authorization": "Bearer $TOKEN",
        "Content-Encoding": "gzip",
        "Content-Length": "5",
        "User-Agent": "kubectl",
        "X-Tenant": "$HEADER_1",
    }
    earlier = Exchange(
        "PUT", f"http://target/base/a/b{url}", headers, b"12345", Response(200, {}, b""), 0.0, "Authorization"
    )
    send_alike(cast("Client", target), earlier, b"{}")
    assert sent == [("PUT", "/a/b", {"query": "force=true", "headers": {"User-Agent": "kubectl"}, "body": b"{}"})]
