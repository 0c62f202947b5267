"""A limit on requests: never one more is sent, but for what cleans up."""

from __future__ import annotations

import pytest

from contracts.client.errors import BudgetUsedUp, OutOfRequests
from tests.unit.client.loopback import Connect, Serve


def test_no_more_than_the_limit_are_sent(serve: Serve, connect: Connect) -> None:
    server = serve()
    client = connect(server.url)
    client.limit = 3
    for _ in range(3):
        client.send("GET", "/")
    for method in ("GET", "PUT"):
        with pytest.raises(OutOfRequests, match=r"no more than 3 may be sent \(--requests\)"):
            client.send(method, "/")
    assert len(server.seen) == 3
    assert OutOfRequests.option == "--requests"
    assert issubclass(OutOfRequests, BudgetUsedUp)


def test_cleaning_up_is_beyond_the_limit(serve: Serve, connect: Connect) -> None:
    server = serve()
    client = connect(server.url)
    client.limit = 1
    client.send("PUT", "/")
    client.lift_limits()
    client.send("DELETE", "/")
    assert [one.method for one in server.seen] == ["PUT", "DELETE"]
