"""The rate limit, of one thread and of several."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest

from contracts.client import pace
from tests.unit.client.loopback import Clock, Connect, Seen, Serve, failing, send_answer


def test_requests_keep_their_distance(serve: Serve, connect: Connect, clock: Clock) -> None:
    target = connect(serve().url, max_rps=4)
    for _ in range(4):
        target.send("GET", "/")
    assert clock.slept == [0.25, 0.25, 0.25]
    clock.now += 10
    for _ in range(3):
        target.send("GET", "/")
    assert clock.slept[3:] == [0.25, 0.25], "no burst after a pause"


def test_requests_of_several_threads_keep_their_distance_together(serve: Serve, connect: Connect) -> None:
    target = connect(serve().url, max_rps=100)
    started = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: target.send("GET", "/"), range(20)))
    assert time.monotonic() - started >= 19 / 100


def test_repetitions_keep_the_distance_too(serve: Serve, connect: Connect, clock: Clock) -> None:
    connect(serve(failing(1)).url, max_rps=1).send("GET", "/")
    assert clock.slept == [0.1, 0.9]


@pytest.mark.parametrize("max_rps", [0.5, 1, 2.5, 7])
def test_the_limit_holds_in_each_sliding_second(clock: Clock, max_rps: float) -> None:
    limit, received = pace.RateLimiter(max_rps), list[float]()
    chance = random.Random(1)
    for _ in range(200):
        with limit.turn():
            clock.now += chance.choice((0.0, 0.3, 2.0)) * chance.random()
            received.append(clock.now)
            clock.now += chance.choice((0.0, 0.1))
        clock.now += chance.choice((0.0, 0.0, 5.0))
    window = max(1.0, 1 / max_rps)
    for start in received:
        assert sum(start <= moment < start + window - 1e-6 for moment in received) <= max(1, max_rps)


def test_the_limit_holds_for_what_eight_threads_send(serve: Serve, connect: Connect) -> None:
    received = list[float]()
    chance = random.Random(1)

    def reply(handler: BaseHTTPRequestHandler, _: Seen) -> None:
        received.append(time.monotonic())
        threading.Event().wait(chance.random() / 20)
        send_answer(handler)

    target = connect(serve(reply).url, max_rps=20)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: target.send("PUT", "/"), range(50)))
    assert max(sum(start <= moment < start + 1 for moment in received) for start in received) <= 20
    assert max(received) - min(received) < 6, "and yet the limit is made use of"
