"""Reference endpoints with any options, each with a client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint

from .api import Client, Clock, Start


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts an endpoint with options and gives a client of it; everything ends with the test."""
    with ExitStack() as stack:

        def started(clock: Clock | None = None, **options: Any) -> Client:
            arguments: dict[str, Any] = {"clock": clock} if clock else {}
            endpoint = stack.enter_context(ReferenceEndpoint(ReferenceOptions(**options), **arguments))
            client = Client(endpoint)
            stack.callback(client.session.close)
            return client

        yield started


@pytest.fixture(scope="module")
def running() -> Iterator[ReferenceEndpoint]:
    with ReferenceEndpoint() as endpoint:
        yield endpoint


@pytest.fixture
def client(running: ReferenceEndpoint) -> Iterator[Client]:
    """A client of an empty endpoint with the default options."""
    running.store.load([], 0)
    client = Client(running)
    with client.session:
        yield client
