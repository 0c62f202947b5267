"""Whether a connection is of use after a refusal: a body that was left unread spoils the next request on it.

Nothing is blamed here. A status after which two reads in a row failed, and were answered at once on a fresh connection,
is suspect: from then on connections are closed after it, so that the run can go on, and a case asks on purpose.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from contracts.client.credentials import Outgoing
from contracts.client.errors import TargetUnavailable
from contracts.judge.model import Response

SUSPECT: Final = 2

Answered = tuple[Mapping[str, str], Response]


class ConnectionReuse:
    """By status of a refused request with a body: how often in a row the next read on its connection failed.

    Safe to be used by several threads; which connection was refused on last is each thread's own knowledge.
    """

    def __init__(self) -> None:
        self._in_a_row: dict[int, int] = {}
        self._suspects: set[int] = set()
        self._kept = False
        self._lock = threading.Lock()
        self._local = threading.local()

    def attempt(self, request: Outgoing, attempt: Callable[[], Answered], close: Callable[[], None]) -> Answered:
        """What `attempt` gives; a read that fails on the connection of a refusal is made on a fresh one too.

        `close` closes this thread's connection. Raises as `attempt` does.
        """
        reads, refused = request.method == "GET", self._last.pop(request.certified, None)
        if refused is None or self._to_be_closed(refused, reads=reads):
            if refused is not None:
                close()
            return self._noted(request, attempt())
        try:
            answered = attempt()
        except TargetUnavailable:
            if not reads:
                raise
        else:
            if reads and answered[1].accepted:
                self._note(refused, failed=False)
            if not reads or answered[1].accepted:
                return self._noted(request, answered)
        close()
        answered = attempt()
        self._note(refused, failed=answered[1].accepted)
        return self._noted(request, answered)

    def failures(self, status: int) -> int:
        """How often in a row the next read failed after a refusal of this status."""
        return self._in_a_row.get(status, 0)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Within, no connection is closed for what it is suspect of."""
        self._kept = True
        try:
            yield
        finally:
            self._kept = False

    def _to_be_closed(self, status: int, *, reads: bool) -> bool:
        """Whether the next request should rather have a fresh connection.

        One that writes also where nothing is known yet: it could not be repeated.
        """
        return not self._kept and (status in self._suspects or (not reads and self._in_a_row.get(status) != 0))

    def _note(self, status: int, *, failed: bool) -> None:
        with self._lock:
            self._in_a_row[status] = self._in_a_row.get(status, 0) + 1 if failed else 0
            if self._in_a_row[status] == SUSPECT:
                self._suspects.add(status)

    def _noted(self, request: Outgoing, answered: Answered) -> Answered:
        if request.body and request.method != "GET" and answered[1].refused:
            self._last[request.certified] = answered[1].status
        return answered

    @property
    def _last(self) -> dict[bool, int]:
        """By whether it shows the client certificate: the refusal that was last on this thread's connection."""
        last: dict[bool, int] = self._local.__dict__.setdefault("last", {})
        return last
