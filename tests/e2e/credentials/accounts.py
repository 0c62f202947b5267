"""Credentials of the tests, what the endpoint makes of them, and what a client of it is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.client.client import Client
from contracts.reference.checks import FULL_USER, READING_USER
from contracts.reference.http_request import Request
from contracts.reference.server import ReferenceEndpoint
from contracts.reference.status_error import unauthorized
from tests.signing import AUTHORIZATION, recomputed

TOKEN, DENIED = "tok-3f9c2a71-hunter2", "tok-denied-8d11c5"
ACCESS, SECRET = "ACCESSKEY0123456789", "secret/0123456789+abcdefghij"

Start = Callable[..., ReferenceEndpoint]
Connect = Callable[..., Client]


def item(endpoint: ReferenceEndpoint) -> str:
    """The path of an object that is not there: 404 for who may look, 401 for who is unknown."""
    return f"{endpoint.resource.collection_path.format(namespace=endpoint.namespace)}/absent"


def status(target: Client, endpoint: ReferenceEndpoint, **more: Any) -> int:
    exchange = target.send("GET", item(endpoint), **more)
    for secret in (TOKEN, DENIED, SECRET, ACCESS):
        assert secret not in repr(exchange)
    return exchange.response.status


def refused_variants(target: Client, endpoint: ReferenceEndpoint) -> int:
    """How many variants of the credential are refused with 401, after a look that every one of them is that is none."""
    found = list(target.authority.variants().values())
    seen = [(one, status(target, endpoint, credential=one.credential)) for one in found]
    assert {answered for one, answered in seen if not one.valid} == {401}
    return sum(answered == 401 for _, answered in seen)


def one_line(error: BaseException, *secrets: str) -> str:
    text = str(error)
    assert text
    assert "\n" not in text
    assert len(text) < 500
    assert not any(secret in text for secret in (TOKEN, DENIED, SECRET, *secrets))
    return text


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def leftovers(directory: Path) -> list[Path]:
    return list(directory.glob("pytorchjob-contract-*"))


class Rotating:
    """Accepts one token at a time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.valid = "first-0123456789"
        self.seen: list[str] = []
        self.on_refusal: Callable[[], object] = lambda: None
        written(file, self.valid)

    def __call__(self, request: Request) -> str:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        self.seen.append(sent)
        if sent != self.valid:
            self.on_refusal()
            raise unauthorized()
        return FULL_USER


def signed(request: Request) -> str:
    """The user whose access key signed the request within the last 15 minutes."""
    keys = {ACCESS: (SECRET, FULL_USER), "VIEWERKEY": ("viewer-secret-0123", READING_USER)}
    match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not match or match.group(1) not in keys or not {"host", "x-sdk-date"} <= set(match.group(2).split(";")):
        raise unauthorized()
    secret, user = keys[match.group(1)]
    date = datetime.strptime(request.headers["x-sdk-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    wanted = recomputed(secret, request.method, f"https://h{request.path}?{query}", request.headers, request.body)
    if match.group(3) != wanted or abs(datetime.now(UTC) - date) > timedelta(minutes=15):
        raise unauthorized()
    return user
