"""Reads that are behind the writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.reference.conditions.condition import Parts, condition, every
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object

LAG: Final = timedelta(milliseconds=100)
CACHED_FOR: Final = timedelta(milliseconds=250)
REPLICA_LAG: Final = timedelta(seconds=1)
Earlier = deque[tuple[datetime, Object]]


def _lagging(parts: Parts, lags: Callable[[], bool], lag: timedelta = LAG) -> Parts:
    """The parts of an endpoint whose reads of an object show, where one `lags`, what it was some time ago."""
    steps, clock = parts.steps, parts.store.clock
    earlier: Earlier = deque()

    def next_version(stored: Object, counter: int) -> str:
        earlier.append((clock(), stored))
        return steps.next_version(stored, counter)

    return _behind(replace(parts, steps=replace(steps, next_version=next_version)), earlier, lags, lag)


def _behind(parts: Parts, earlier: Earlier, lags: Callable[[], bool], lag: timedelta = LAG) -> Parts:
    """The parts of an endpoint whose reads show, where one `lags`, what stood `earlier`: until when, and what."""
    clock = parts.store.clock

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        now = clock()
        while earlier and now - earlier[0][0] >= lag:
            earlier.popleft()
        if request.method != "GET" or response.status != 200 or "items" in response.value or not lags():
            return response
        uid = response.value["metadata"]["uid"]
        old = next((stored for _, stored in earlier if stored["metadata"]["uid"] == uid), None)
        return replace(response, value=old) if old else response

    return replace(parts, serve=serve)


@condition(may_fail="concurrency.read-after-write")
def read_lag(parts: Parts) -> Parts:
    """GET of an object lags 100 ms behind the writes of clients."""
    return _lagging(parts, lambda: True)


@condition(may_fail="concurrency.read-after-write")
def read_lag_all(parts: Parts) -> Parts:
    """GET of an object lags 100 ms behind all writes, also those of controllers."""
    store, put = parts.store, parts.store.put
    earlier: Earlier = deque()

    def noted(route: Route, value: Object, version: Callable[[int], str] = str) -> Object:
        before = store.get(route)
        if before is not None:
            earlier.append((store.clock(), before))
        return put(route, value, version)

    store.put = noted  # type: ignore[method-assign]
    return _behind(parts, earlier, lambda: True)


@condition(may_fail="concurrency.read-after-write")
def one_lagging_replica(parts: Parts) -> Parts:
    """One of two replicas, asked by turns, lags 100 ms behind the writes."""
    return _lagging(parts, every(2, first=2))


@condition(may_fail="concurrency.read-after-write")
def replica_second(parts: Parts) -> Parts:
    """One of two replicas, asked by turns, lags a second behind the writes."""
    return _lagging(parts, every(2, first=2), REPLICA_LAG)


@condition(may_fail="concurrency.read-after-write")
def cached_reads(parts: Parts) -> Parts:
    """A gateway answers a GET of the same URL, query and credential from its cache for 250 ms, 404 included."""
    clock = parts.store.clock
    cache: dict[tuple[Any, ...], tuple[datetime, Response]] = {}

    def serve(request: Request) -> Response:
        if request.method != "GET":
            return parts.serve(request)
        credential = [request.headers.get(name) for name in ("authorization", "x-auth-token", "accept", "user-agent")]
        key = (request.path, *sorted(request.query.items()), *credential, request.client_certificate)
        since, known = cache.get(key, (clock(), None))
        if known and clock() - since < CACHED_FOR and "no-cache" not in request.headers.get("cache-control", ""):
            return replace(known, headers={**known.headers, "x-cache": "HIT", "age": "0"})
        response = parts.serve(request)
        if response.status in (200, 404):
            cache[key] = clock(), response
        return response

    return replace(parts, serve=serve)
