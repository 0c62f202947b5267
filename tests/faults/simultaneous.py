"""Family concurrency: what simultaneous requests, and repeated ones, do to each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import conflict
from contracts.reference.store import Store
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, answering
from tests.faults.support.seeing import route_of, seeing

# Seconds.
SOON: Final = 0.03


def _answered_in_a_crowd(endpoint: Endpoint, told: Callable[[Response, Object], Response]) -> Behaviour:
    """Steps that refuse all but the first of simultaneous replacements; `told` makes its answer of that and of what
    the last one has sent.
    """
    steps, lock, own = endpoint.steps, threading.Lock(), threading.local()
    underway: dict[str, list[Object]] = {}

    def check(stored: Object, sent: Object) -> None:
        steps.check_version(stored, sent)
        version = str(sent["metadata"].get("resourceVersion"))
        with lock:
            crowd = underway.setdefault(version, [])
            crowd.append(sent)
            if len(crowd) > 1:
                raise conflict(endpoint.resource, stored["metadata"]["name"], "it is being replaced")
            own.version = version
        time.sleep(0.005)

    def answer(request: Request, response: Response) -> Response:
        response = steps.answer(request, response)
        version, own.version = getattr(own, "version", None), None
        if version is None:
            return response
        with lock:
            crowd = underway.pop(version)
        return response if response.status != 200 or len(crowd) < 2 else told(response, crowd[-1])

    return replace(steps, check_version=check, answer=answer, unlocked=True)


@fault("response.is-stored-state")
def answers_mixed_up_in_a_crowd(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. The answer is made in a buffer that simultaneous requests share."""

    def told(response: Response, last: Object) -> Response:
        metadata = {**response.value["metadata"], "annotations": last["metadata"].get("annotations", {})}
        return replace(response, value={**response.value, "metadata": metadata})

    return _answered_in_a_crowd(endpoint, told)


@fault("concurrency.one-winner")
def winner_answered_as_the_losers(endpoint: Endpoint) -> Behaviour:
    """Breaks: of simultaneous replacements one is accepted. They share one answer, which is that of the last one."""

    def told(response: Response, last: Object) -> Response:
        refusal = conflict(endpoint.resource, last["metadata"]["name"], "it is being replaced")
        return Response(refusal.code, refusal.body())

    return _answered_in_a_crowd(endpoint, told)


@fault("concurrency.one-winner")
def writers_of_different_fields_both_win(endpoint: Endpoint) -> Behaviour:
    """Breaks: of simultaneous replacements one is accepted. Each field has a lock of its own."""
    steps, lock, own = endpoint.steps, threading.Lock(), threading.local()
    underway: dict[str, list[set[str]]] = {}

    def fields(stored: Object, sent: Object) -> set[str]:
        known = map(paths.parse, endpoint.resource.replaceable)
        return {paths.render(one) for one in known if not paths.same(paths.get(stored, one), paths.get(sent, one))}

    def check(stored: Object, sent: Object) -> None:
        steps.check_version(stored, sent)
        version, wanted = str(sent["metadata"].get("resourceVersion")), fields(stored, sent)
        with lock:
            crowd = underway.setdefault(version, [])
            if any(one & wanted or not one or not wanted for one in crowd):
                raise conflict(endpoint.resource, stored["metadata"]["name"], "it is being replaced")
            crowd.append(wanted)
            own.claim = version, wanted
        time.sleep(0.005)

    def answer(request: Request, response: Response) -> Response:
        claim, own.claim = getattr(own, "claim", None), None
        if claim:
            with lock:
                underway[claim[0]].remove(claim[1])
        return steps.answer(request, response)

    return replace(steps, check_version=check, answer=answer, unlocked=True)


@fault("replaceable.labels", "replaceable.sequence", "concurrency.read-after-write")
def accepted_labels_undone_later(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was accepted stands. An operator writes its whole copy of the object back, which is the one from
    before the replacement, some 30 ms after each.
    """
    steps = endpoint.steps
    copies: dict[str, tuple[float, Any]] = {}

    def persist(stored: Object | None, new: Object) -> Object:
        if stored is not None and stored["metadata"].get("labels") != new["metadata"].get("labels"):
            copies[new["metadata"]["name"]] = time.monotonic(), stored["metadata"].get("labels")
        return steps.persist(stored, new)

    def later(store: Store) -> None:
        for name, (since, labels) in list(copies.items()):
            route = Route(endpoint.options.namespace, name)
            value = store.get(route)
            if value is None:
                del copies[name]
            elif time.monotonic() - since > SOON:
                del copies[name]
                metadata = {key: item for key, item in value["metadata"].items() if key != "labels"}
                store.put(route, {**value, "metadata": {**metadata, **({"labels": labels} if labels else {})}})
        steps.later(store)

    return replace(steps, persist=persist, later=later)


@fault("replaceable.invalid-refused")
def invalid_taken_for_done_on_retry(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. The same request again is found among those that were handled."""
    handled: set[bytes] = set()
    endpoint, seen = seeing(endpoint)

    def tell(moment: Moment, response: Response) -> Response:
        body, route = moment.request.body, route_of(endpoint, moment.request)
        stored = route and seen.get(route)
        if response.status == 422 and body in handled and stored:
            return Response(200, stored)
        if response.status == 422:
            handled.add(body)
        return response

    return answering(endpoint, tell)
