"""What is sent again, after how long, and never after the deadline."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from contracts.client import pace
from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.credentials import FileToken
from contracts.client.errors import OutOfTime, TargetBusy, TargetUnavailable
from tests.unit.client.loopback import TOKEN, Clock, Connect, Seen, Serve, failing, never, one_line, send_answer


@pytest.mark.parametrize(("times", "slept"), [(0, []), (1, [0.1]), (2, [0.1, 0.4]), (3, [0.1, 0.4, 1.6])])
def test_a_read_is_repeated(serve: Serve, connect: Connect, clock: Clock, times: int, slept: list[float]) -> None:
    server = serve(failing(times))
    target = connect(server.url)
    assert target.send("GET", "/").response.status == 200
    assert clock.slept == slept
    assert len(server.seen) == times + 1
    assert target.requests == 1


def test_a_read_is_not_repeated_for_ever(serve: Serve, connect: Connect, clock: Clock) -> None:
    server = serve(failing(4))
    with pytest.raises(TargetUnavailable):
        connect(server.url).send("GET", "/")
    assert len(server.seen) == 4


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_write_that_may_have_been_carried_out_is_not_repeated(
    serve: Serve, connect: Connect, clock: Clock, method: str
) -> None:
    server = serve(failing(1))
    with pytest.raises(TargetUnavailable):
        connect(server.url).send(method, "/")
    assert len(server.seen) == 1
    assert clock.slept == []


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "slept"),
    [
        (None, [0.1, 0.4]),
        ("7", [7.0, 7.0]),
        ("0", [0.1, 0.4]),
        ("100", [30.0, 30.0]),
        ("9" * 400, [30.0, 30.0]),
        ("soon", [0.1, 0.4]),
        ("-1", [0.1, 0.4]),
        ("\xb2", [0.1, 0.4]),
        ("Wed, 21 Oct 2015 07:28:00 GMT", [0.1, 0.4]),
    ],
)
def test_what_was_put_off_is_repeated_when_the_target_says(
    serve: Serve, connect: Connect, clock: Clock, method: str, status: int, retry_after: str | None, slept: list[float]
) -> None:
    server = serve(failing(2, status, retry_after))
    target = connect(server.url)
    assert target.send(method, "/", body=b"x").response.status == 200
    assert clock.slept == slept
    assert [one.body for one in server.seen] == [b"x"] * 3
    assert target.requests == 3


@pytest.mark.parametrize(
    ("date", "when", "seconds"),
    [
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:07 GMT", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wednesday, 21-Oct-15 07:28:07 GMT", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed Oct 21 07:28:07 2015", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 09:28:00 GMT", 30.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:27:00 GMT", 0.1),
        (None, "Fri, 31 Dec 2100 23:59:59 GMT", 30.0),
        (None, "Mon, 01 Jan 0001 00:00:00 +2359", 0.1),
        (None, "Mon, 99 Jan 99999 00:00:00 GMT", 0.1),
    ],
)
def test_a_date_to_come_back_at(date: str | None, when: str, seconds: float) -> None:
    headers = {"retry-after": when, **({"date": date} if date else {})}
    assert pace.retry_after(headers, 0.1) == pytest.approx(seconds)


def test_delays_are_longer_by_chance() -> None:
    series = [[delay for delay in islice(pace.delays(), 3) if delay is not None] for _ in range(20)]
    assert len({tuple(one) for one in series}) == 20
    assert all(0.1 <= a <= 0.15 and 0.4 <= b <= 0.6 and 1.6 <= c <= 2.4 for a, b, c in series)


@pytest.mark.parametrize("status", [429, 503])
def test_a_target_that_keeps_putting_off_is_unavailable(
    serve: Serve, connect: Connect, clock: Clock, status: int
) -> None:
    server = serve(failing(99, status))
    target, began = connect(server.url, token=TOKEN), clock.now
    with pytest.raises(TargetUnavailable, match=f"keeps answering {status}") as caught:
        target.send("PUT", f"/{TOKEN}")
    one_line(caught.value)
    assert clock.slept[:3] == [0.1, 0.4, 1.6]
    assert 13 < clock.now - began <= pace.LONGEST_UNTOLD
    before = len(server.seen)
    with pytest.raises(TargetUnavailable):
        target.send("PUT", "/")
    assert len(server.seen) == before + 4, "once it was in vain, it is not waited for as long"


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("retry_after", ["0", "1"])
def test_what_is_put_off_for_a_while_is_done_in_the_end(
    serve: Serve, connect: Connect, clock: Clock, method: str, retry_after: str
) -> None:
    """An API server that starts again."""
    target = connect(serve(failing(15, 503, retry_after)).url)
    began = clock.now
    assert target.send(method, "/").response.status == 200
    assert 15 < clock.now - began < 30


def test_a_target_that_puts_off_for_ever_is_waited_for_once(serve: Serve, connect: Connect, clock: Clock) -> None:
    server = serve(failing(99, 429, "2"))
    target, took = connect(server.url), []
    for _ in range(3):
        began = clock.now
        with pytest.raises(TargetBusy, match="keeps answering 429"):
            target.send("PUT", "/")
        took.append(clock.now - began)
    assert took == [60.0, 6.0, 6.0]
    server.reply = None
    target.send("PUT", "/")
    server.reply = failing(99, 429, "2")
    began = clock.now
    with pytest.raises(TargetBusy):
        target.send("PUT", "/")
    assert clock.now - began == 60.0


def test_a_connection_lost_while_the_target_starts_again(serve: Serve, connect: Connect, clock: Clock) -> None:
    answers = iter([*(failing(1, 503, "1") for _ in range(5)), failing(1), failing(1)])
    server = serve(lambda handler, seen: next(answers, failing(0))(handler, seen))
    assert connect(server.url).send("GET", "/").response.status == 200
    assert len(server.seen) == 8


@pytest.mark.parametrize("status", [400, 401, 409, 428, 430, 500, 502, 504])
def test_other_answers_to_a_write_are_not_repeated(serve: Serve, connect: Connect, clock: Clock, status: int) -> None:
    server = serve(failing(1, status))
    assert connect(server.url).send("PUT", "/").response.status == status
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [500, 502, 599])
def test_a_read_is_repeated_where_the_server_fails(serve: Serve, connect: Connect, clock: Clock, status: int) -> None:
    target = connect(serve(failing(2, status)).url)
    assert target.send("GET", "/").response.status == 200
    assert [one.response.status for one in target.failures] == [status]


def test_a_server_that_always_fails_is_not_asked_for_ever(serve: Serve, connect: Connect, clock: Clock) -> None:
    server = serve(failing(99, 502))
    target = connect(server.url)
    assert [target.send("GET", "/").response.status for _ in range(4)] == [502] * 4
    assert len(server.seen) == 4 + 4 + 1 + 1
    assert target.failures == []


@pytest.mark.parametrize(("pages", "times"), [((b"<p>1", b"<p>1"), 2), ((b"<p>1", b"<p>2", b"<p>2"), 3)])
def test_a_read_that_shows_the_same_again_is_believed(
    serve: Serve, connect: Connect, clock: Clock, pages: tuple[bytes, ...], times: int
) -> None:
    left = iter(pages)
    server = serve(lambda handler, _: send_answer(handler, body=next(left)))
    assert connect(server.url).send("GET", "/").response.body == pages[-1]
    assert len(server.seen) == times


def test_nothing_is_sent_after_the_deadline(serve: Serve, connect: Connect) -> None:
    server = serve()
    target = connect(server.url)
    target.deadline = time.monotonic()
    with pytest.raises(OutOfTime, match="--time-budget"):
        target.send("GET", "/")
    assert server.seen == []


@pytest.mark.parametrize("retry_after", ["5", None])
def test_no_wait_outlasts_the_deadline(serve: Serve, connect: Connect, clock: Clock, retry_after: str | None) -> None:
    target = connect(serve(failing(99, 429, retry_after)).url)
    target.deadline = clock.now + 1.5
    with pytest.raises(OutOfTime):
        target.send("PUT", "/")
    assert sum(clock.slept) < 1.5


def test_the_pace_does_not_outlast_the_deadline(serve: Serve, connect: Connect, clock: Clock) -> None:
    target = connect(serve().url, max_rps=0.1)
    target.deadline = clock.now + 5
    target.send("GET", "/")
    with pytest.raises(OutOfTime):
        target.send("GET", "/")
    target.lift_limits()
    target.send("GET", "/")
    assert clock.slept == [10.0]


def test_a_request_in_flight_ends_with_the_time(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.reply = lambda handler, _: never(handler, server)
    target = connect(server.url, timeout=20)
    started = time.monotonic()
    target.deadline = started + 0.3
    with pytest.raises(OutOfTime):
        target.send("PUT", "/")
    assert time.monotonic() - started < 3


def test_cleaning_up_after_the_deadline_repeats_for_no_longer_than_one_time_out(
    serve: Serve, connect: Connect, clock: Clock
) -> None:
    server = serve(failing(99))
    target = connect(server.url, timeout=1)
    target.deadline = clock.now
    target.lift_limits()
    with pytest.raises(TargetUnavailable):
        target.send("GET", "/")
    assert clock.slept == [0.1, 0.4]


def test_without_a_limit_nothing_waits(serve: Serve, connect: Connect, clock: Clock) -> None:
    target = connect(serve().url)
    for _ in range(3):
        target.send("GET", "/")
    assert clock.slept == []


def test_several_threads_get_their_own_answers(serve: Serve, connect: Connect) -> None:
    server = serve(lambda handler, seen: send_answer(handler, body=b'"' + seen.path[1:].encode() + b'"'))
    target = connect(server.url, token=TOKEN)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: target.send("PUT", f"/{number}").response.value, range(80)))
    assert answers == [str(number) for number in range(80)]
    assert (target.requests, target.statuses[200]) == (80, 80)


@pytest.mark.parametrize("page", [404, 502, None], ids=["404", "502", "closed"])
def test_the_end_of_an_outage_is_waited_for(serve: Serve, connect: Connect, clock: Clock, page: int | None) -> None:
    """Once in vain, then no more; a target that was never reached is not waited for."""

    def out(times: int) -> Any:
        left = [times]

        def reply(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
            left[0] -= 1
            if left[0] < 0:
                send_answer(handler)
            elif page is None:
                failing(1)(handler, seen)
            else:
                send_answer(handler, page, b"<p>no upstream</p>")

        return reply

    def took(times: int, *, ends: bool) -> float:
        server.reply, began = out(times), clock.now
        with nullcontext() if ends or page else pytest.raises(TargetUnavailable):
            assert target.send("GET", "/").response.accepted is ends
        return clock.now - began

    server = serve()
    target = connect(server.url)
    assert took(99, ends=False) < 3
    assert took(0, ends=True) == 0
    assert 5 < took(8, ends=True) < 15
    assert 12 < took(99, ends=False) <= pace.LONGEST_UNTOLD
    assert took(99, ends=False) < 3


def test_a_rotated_token_is_waited_for_and_no_valid_one_is_told_as_refused(
    serve: Serve, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "token"
    path.write_text("old-token")
    valid = ["Bearer old-token"]

    def reply(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        send_answer(handler, 200 if handler.headers["Authorization"] in valid else 401)

    target = Client(Connection(serve(reply).url, credential=FileToken(path, "--token-file")))
    assert target.send("GET", "/").response.status == 200
    for method in ("PUT", "GET"):
        valid[:] = [f"Bearer for-{method}"]
        clock.slept.clear()
        monkeypatch.setattr(clock, "sleep", lambda _: path.write_text(valid[0].removeprefix("Bearer ")))
        assert target.send(method, "/").response.status == 200
    assert target.failures == []
