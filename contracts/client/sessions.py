"""Connections: each thread has its own, which are closed with the threads that were started for some requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contracts.client import transport

if TYPE_CHECKING:
    import requests

    from contracts.client.connection import Connection


class Sessions:
    """The sessions of one client by thread, with the client certificate or without; safe to be used by several."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._local = threading.local()
        self._opened: list[requests.Session] = []

    def of_thread(self, *, certified: bool) -> requests.Session:
        """This thread's session."""
        sessions: dict[bool, requests.Session] = self._local.__dict__.setdefault("sessions", {})
        if certified not in sessions:
            session = sessions[certified] = transport.Session(self._connection.server_name)
            session.cert = self._connection.certificate() if certified else None
            self._local.__dict__.get("opened", self._opened).append(session)
        return sessions[certified]

    @contextmanager
    def threads(self, count: int) -> Iterator[ThreadPoolExecutor]:
        """So many threads that have connections of their own, which are closed at the end."""
        opened: list[requests.Session] = []

        def begin() -> None:
            self._local.opened = opened

        try:
            with ThreadPoolExecutor(count, initializer=begin) as pool:
                yield pool
        finally:
            for session in opened:
                session.close()

    def close(self) -> None:
        """Close every connection."""
        for session in self._opened:
            session.close()
