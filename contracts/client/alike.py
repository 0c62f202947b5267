"""Sends a request in the way in which an earlier one was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Exchange

# Of the one request alone: where it went, how long it was, how its body was packed.
OF_ONE_REQUEST: Final = frozenset({"host", "content-length", "content-encoding", "transfer-encoding", "connection"})


def send_alike(target: Client, earlier: Exchange, body: bytes) -> Exchange:
    """Send another body to the path, with the query and the headers of an `earlier` exchange; raises as `send` does.

    The credential, and what the connection adds to each request, are its own.
    """
    path, _, query = earlier.url.removeprefix(target.public_url.rstrip("/")).partition("?")
    added = target.connection.query.split("&") if target.connection.query else []
    parts = query.split("&")
    own = {name.lower() for name in (*target.connection.headers, earlier.credential_header or "authorization")}
    headers = {name: value for name, value in earlier.headers.items() if name.lower() not in OF_ONE_REQUEST | own}
    return target.send(
        earlier.method, path, query="&".join(parts[: len(parts) - len(added)]), headers=headers, body=body
    )
