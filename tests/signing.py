"""The server's side of signed requests, written from the vendor's description of the algorithm and not from its SDK."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

AUTHORIZATION = re.compile(r"SDK-HMAC-SHA256 Access=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})")


def recomputed(secret: str, method: str, url: str, headers: Mapping[str, str], body: bytes) -> str:
    """The signature as a server computes it, written from the vendor's description of the algorithm alone."""
    low = {name.lower(): value.strip() for name, value in headers.items()}
    match = AUTHORIZATION.fullmatch(low["authorization"])
    assert match
    names = match.group(2).split(";")
    parts = urlsplit(url)
    path = "/".join(quote(unquote(step), safe="~") for step in parts.path.split("/")).rstrip("/") + "/"
    pairs = sorted(parse_qsl(parts.query, keep_blank_values=True))
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    payload = low.get("x-sdk-content-sha256") if body else None
    canonical = "\n".join(
        (
            method,
            path,
            query,
            *(f"{name}:{low[name]}" for name in names),
            "",
            ";".join(names),
            payload or hashlib.sha256(body).hexdigest(),
        )
    )
    text = f"SDK-HMAC-SHA256\n{low['x-sdk-date']}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
