"""What is known of a connection on which a request was refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from contracts.client.credentials import Outgoing
from contracts.client.errors import TargetUnavailable
from contracts.client.reuse import ConnectionReuse
from contracts.judge.model import Response

GET, PUT = (Outgoing(method, "http://h/x", {}, b"{}" if method == "PUT" else None) for method in ("GET", "PUT"))


class Wire:
    """Answers in turn, a status or None for a lost connection; counts the connections that were closed."""

    def __init__(self, reuse: ConnectionReuse, *statuses: int | None) -> None:
        self.reuse = reuse
        self.statuses = list(statuses)
        self.closed = 0

    def attempt(self) -> tuple[Mapping[str, str], Response]:
        status = self.statuses.pop(0)
        if status is None:
            raise TargetUnavailable("lost")
        return {}, Response(status, {}, b"{}")

    def close(self) -> None:
        self.closed += 1

    def send(self, request: Outgoing) -> int:
        return self.reuse.attempt(request, self.attempt, self.close)[1].status


@pytest.mark.parametrize("broken", [400, None])
def test_a_read_that_only_a_fresh_connection_answers_counts_against_the_refusal(broken: int | None) -> None:
    reuse = ConnectionReuse()
    wire = Wire(reuse, 401, broken, 200)
    assert [wire.send(PUT), wire.send(GET)] == [401, 200]
    assert (reuse.failures(401), wire.closed) == (1, 1)


def test_a_read_that_no_connection_answers_counts_for_nothing() -> None:
    reuse = ConnectionReuse()
    wire = Wire(reuse, 401, 404, 404)
    assert [wire.send(PUT), wire.send(GET)] == [401, 404]
    assert reuse.failures(401) == 0


def test_a_good_answer_on_the_same_connection_settles_it() -> None:
    reuse = ConnectionReuse()
    wire = Wire(reuse, 401, None, 200, 401, 200, 401, 200)
    assert [wire.send(one) for one in (PUT, GET, PUT, GET, PUT, PUT)] == [401, 200, 401, 200, 401, 200]
    assert (reuse.failures(401), wire.closed) == (0, 1)


def test_after_two_failures_connections_are_closed_unless_a_case_asks() -> None:
    reuse = ConnectionReuse()
    wire = Wire(reuse, 403, 400, 200, 403, 400, 200, 403, 200, 403, 400, 200)
    for _ in range(2):
        wire.send(PUT)
        wire.send(GET)
    assert (reuse.failures(403), wire.closed) == (2, 2)
    wire.send(PUT)
    assert wire.send(GET) == 200
    assert wire.closed == 3
    with reuse.kept():
        wire.send(PUT)
        wire.send(GET)
    assert reuse.failures(403) == 3


def test_a_write_gets_a_fresh_connection_while_nothing_is_known() -> None:
    wire = Wire(ConnectionReuse(), 401, 200)
    wire.send(PUT)
    wire.send(PUT)
    assert wire.closed == 1


def test_a_write_whose_answer_was_lost_is_not_repeated() -> None:
    reuse = ConnectionReuse()
    wire = Wire(reuse, 401, 200, 401, None)
    for request in (PUT, GET, PUT):
        wire.send(request)
    with pytest.raises(TargetUnavailable):
        wire.send(PUT)
    assert wire.statuses == []
