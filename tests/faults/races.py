"""Family concurrency: mistakes that only simultaneous replacements show.

The endpoint serves each request in a thread of its own, without a lock: what a `Moment` remembers would be another
request's here, so these faults remember by thread and version.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, conflict, internal_error
from tests.faults.catalogue import Endpoint, fault

WINNER = ("concurrency.one-winner",)
THINKING_SECONDS = 0.005


class _Claims:
    """How many replacements made from one version have come through the version check and are not answered yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._underway: defaultdict[str, int] = defaultdict(int)
        self.own = threading.local()

    def claim(self, sent: Object) -> int:
        """How many others are under way; this one is from now on."""
        self.own.version = str(sent["metadata"].get("resourceVersion"))
        with self._lock:
            self._underway[self.own.version] += 1
            return self._underway[self.own.version] - 1

    def others(self) -> int:
        """How many others are under way now."""
        return self._underway[self.own.version] - 1

    def release(self) -> None:
        """The replacement of this thread, if it has one, is answered."""
        version, self.own.version = getattr(self.own, "version", None), None
        if version is not None:
            with self._lock:
                self._underway[version] -= 1


def _thinking(endpoint: Endpoint, act: Callable[[_Claims, Object, int], None], claims: _Claims) -> Behaviour:
    """Steps that check the version, think, and then act on what they knew before; `act` gets the stored object and
    the number of others under way.
    """
    steps = endpoint.steps

    def check(stored: Object, sent: Object) -> None:
        steps.check_version(stored, sent)
        act(claims, stored, claims.claim(sent))
        time.sleep(THINKING_SECONDS)

    def answer(request: Request, response: Response) -> Response:
        claims.release()
        return steps.answer(request, response)

    return replace(steps, check_version=check, answer=answer, unlocked=True)


@fault(*WINNER)
def check_then_act(endpoint: Endpoint) -> Behaviour:
    """Breaks: of simultaneous replacements one is accepted. Version check and write are two statements, no
    transaction.
    """
    return _thinking(endpoint, lambda *_: None, _Claims())


@fault(*WINNER)
def two_winners(endpoint: Endpoint) -> Behaviour:
    """Breaks: of simultaneous replacements one is accepted. The lock is one of each process, and there are two of
    them.
    """

    def act(_: _Claims, stored: Object, others: int) -> None:
        if others >= 2:
            raise conflict(endpoint.resource, stored["metadata"]["name"], "the object has been modified")

    return _thinking(endpoint, act, _Claims())


@fault(*WINNER)
def loser_is_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the accepted replacement is the stored one. The conflict is found by the unique index of the history
    table, when the object's own table has been written.
    """
    claims = _Claims()

    def act(known: _Claims, _: Object, others: int) -> None:
        known.own.lost = others > 0

    def answer(request: Request, response: Response) -> Response:
        lost, claims.own.lost = getattr(claims.own, "lost", False), False
        if lost and request.is_judged and response.status == 200:
            refused = conflict(endpoint.resource, response.value["metadata"]["name"], "the object has been modified")
            response = Response(refused.code, refused.body())
        return steps.answer(request, response)

    steps = _thinking(endpoint, act, claims)
    return replace(steps, answer=answer)


@fault(*WINNER)
def nobody_wins(endpoint: Endpoint) -> Behaviour:
    """Breaks: of simultaneous replacements one is accepted. Each sees the others' intents, and all of them give way."""

    def act(claims: _Claims, stored: Object, others: int) -> None:
        time.sleep(THINKING_SECONDS)
        if others or claims.others():
            raise conflict(endpoint.resource, stored["metadata"]["name"], "the object is being modified")

    return _thinking(endpoint, act, _Claims())


@fault(*WINNER, "status.500")
def losers_get_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement that lost is 409. The database reports a deadlock, for which there is no handler."""

    def act(_: _Claims, __: Object, others: int) -> None:
        if others:
            raise internal_error("deadlock detected")

    return _thinking(endpoint, act, _Claims())


@fault(*WINNER)
def losers_get_200(endpoint: Endpoint) -> Behaviour:
    """Breaks: of simultaneous replacements one is accepted. Who loses is answered with the winner's object, as
    success.
    """
    claims = _Claims()

    def act(known: _Claims, stored: Object, others: int) -> None:
        if others:
            time.sleep(2 * THINKING_SECONDS)
            known.own.stored = stored
            raise conflict(endpoint.resource, stored["metadata"]["name"], "the object has been modified")

    def answer(request: Request, response: Response) -> Response:
        stored, claims.own.stored = getattr(claims.own, "stored", None), None
        if stored is not None and request.is_judged and response.status == 409:
            response = Response(200, stored)
        return steps.answer(request, response)

    steps = _thinking(endpoint, act, claims)
    return replace(steps, answer=answer)


@fault(*WINNER)
def losers_get_423(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement that lost is 409. While one is at work the object is "locked", as in WebDAV."""

    def act(_: _Claims, stored: Object, others: int) -> None:
        if others:
            raise Refusal(423, "", f"{stored['metadata']['name']} is locked")

    return _thinking(endpoint, act, _Claims())


@fault("immutable.no-bypass", "immutable.replica-specs", *WINNER)
def immutable_changes_accepted_in_a_crowd(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable is so at any load. The hook that checks it fails open while it is busy."""
    claims = _Claims()
    steps = _thinking(endpoint, lambda *_: None, claims)

    def check(stored: Object, new: Object) -> None:
        if claims.others() < 1:
            steps.check_immutable(stored, new)

    return replace(steps, check_immutable=check)
