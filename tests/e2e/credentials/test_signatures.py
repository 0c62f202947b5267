"""Requests that are signed with an access key."""

from __future__ import annotations

import json
from pathlib import Path

from contracts.client.credentials import NONE

from .accounts import (
    ACCESS,
    SECRET,
    Connect,
    Start,
    item,
    refused_variants,
    signed,
    status,
    written,
)


def test_signed_requests(start: Start, connect: Connect, tmp_path: Path) -> None:
    endpoint = start(signed)
    variables = {"PYTORCHJOB_CONTRACT_ACCESS_KEY": ACCESS, "PYTORCHJOB_CONTRACT_SECRET_KEY": SECRET}
    for target in (
        connect(variables, target=endpoint.url),
        connect(variables, target=f"{endpoint.url}?tenant=7", query="v=1"),
        connect(target=endpoint.url, access_key_file=written(tmp_path / "keys", f"{ACCESS}\n{SECRET}\n")),
    ):
        assert status(target, endpoint) == 404
        assert status(target, endpoint, query="pretty=true") == 404
        body = json.dumps({"é": "ü"}).encode()
        sent = target.send("PUT", item(endpoint), headers={"Content-Type": "application/json"}, body=body)
        assert sent.response.status == 400
        assert sent.headers["Authorization"] == "SDK-HMAC-SHA256 $TOKEN"
        assert sent.credential_header == "Authorization"
        text = target.send("PUT", item(endpoint), headers={"Content-Type": "text/plain"}, body=b"x")
        assert text.response.status == 415
        assert status(target, endpoint, credential=NONE) == 401
        assert refused_variants(target, endpoint)
        assert target.mask(f"{ACCESS} {SECRET}") == "$TOKEN $TOKEN"
    wrong = connect({**variables, "PYTORCHJOB_CONTRACT_SECRET_KEY": SECRET[:-1]}, target=endpoint.url)
    assert status(wrong, endpoint) == 401
