"""Families status and concurrency: what requests of other users, operations and objects do to each other.

The endpoint serves each request in a thread of its own; replacements alone wait for each other, as `_locked` says.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import conflict
from tests.faults.catalogue import Endpoint, fault

THINKING_SECONDS = 0.005


def _locked(steps: Behaviour, key: Callable[[Request], str] = lambda _: "") -> Behaviour:
    """Steps of which those of a replacement wait for each other where `key` gives the same of their requests."""
    locks, own = defaultdict[str, threading.Lock](threading.Lock), threading.local()

    def authenticate(request: Request) -> str:
        own.key = key(request)
        return steps.authenticate(request)

    def check_identity(sent: Object, route: Route) -> None:
        if getattr(own, "held", None) is None:
            own.held = locks[own.key]
            own.held.acquire()
        steps.check_identity(sent, route)

    def answer(request: Request, response: Response) -> Response:
        held, own.held = getattr(own, "held", None), None
        if held is not None:
            held.release()
        return steps.answer(request, response)

    return replace(steps, authenticate=authenticate, check_identity=check_identity, answer=answer, unlocked=True)


@fault("status.403")
def user_kept_for_all_requests(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. The user of a request is kept in a variable of the process, where the next
    request puts its own.
    """
    steps, users = _locked(endpoint.steps), dict[str, str]()

    def authenticate(request: Request) -> str:
        user = users["now"] = steps.authenticate(request)
        if request.method not in ("PUT", "PATCH"):
            return user
        time.sleep(THINKING_SECONDS)
        return users["now"]

    return replace(steps, authenticate=authenticate)


@fault("status.201")
def deleted_object_brought_back(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement makes no object. It writes what it has read, whether that is there still or not; a deletion
    waits for nobody.
    """
    steps = _locked(endpoint.steps)

    def persist(stored: Object | None, new: Object) -> Object:
        if stored is not None:
            time.sleep(THINKING_SECONDS)
        return steps.persist(stored, new)

    return replace(steps, persist=persist)


@fault("concurrency.one-winner")
def conflict_with_another_object(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement of the stored version is accepted. The lock is one of the whole table, and who finds it
    taken by another object gets 409.
    """
    steps, lock, own = _locked(endpoint.steps), threading.Lock(), threading.local()
    underway: Counter[Route] = Counter()

    def check_identity(sent: Object, route: Route) -> None:
        own.route = route
        with lock:
            underway[route] += 1
        time.sleep(THINKING_SECONDS)
        if any(count for other, count in list(underway.items()) if other != route):
            raise conflict(endpoint.resource, str(route.name), "the table is locked")
        steps.check_identity(sent, route)

    def answer(request: Request, response: Response) -> Response:
        route, own.route = getattr(own, "route", None), None
        if route is not None:
            with lock:
                underway[route] -= 1
        return steps.answer(request, response)

    return replace(steps, check_identity=check_identity, answer=answer)


@fault("concurrency.one-winner")
def lock_of_each_media_type(endpoint: Endpoint) -> Behaviour:
    """Breaks: of simultaneous replacements one is accepted. Each form of the media type has a handler, and a lock, of
    its own.
    """
    steps = _locked(endpoint.steps, lambda request: request.headers.get("content-type", ""))

    def check_version(stored: Object, sent: Object) -> None:
        steps.check_version(stored, sent)
        time.sleep(THINKING_SECONDS)

    return replace(steps, check_version=check_version)
