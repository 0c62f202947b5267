"""Families immutable and status: what a replacement does to other objects, and to such as do not exist yet."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER, READING_USER
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.objects import format_time
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import watched
from tests.faults.support.seeing import body, route_of, seeing


def _reaching(endpoint: Endpoint, reached: Callable[[Route, Route], bool]) -> Behaviour:
    """Steps by which the labels of an accepted replacement come to stand in other objects too."""
    endpoint, seen = seeing(endpoint)
    steps = endpoint.steps

    def answer(request: Request, response: Response) -> Response:
        response = steps.answer(request, response)
        route = route_of(endpoint, request)
        if request.is_judged and response.status == 200 and route and seen.store:
            labels = response.value["metadata"].get("labels", {})
            for other, value in seen.store.items(route.namespace):
                if other != route and reached(route, other) and value["metadata"].get("labels", {}) != labels:
                    seen.store.put(other, {**value, "metadata": {**value["metadata"], "labels": labels}})
        return response

    return replace(steps, answer=answer)


@fault("immutable.other-objects")
def labels_of_every_object_replaced(endpoint: Endpoint) -> Behaviour:
    """Breaks: the object of the URL is replaced, and no other. The statement's where names the namespace alone."""
    return _reaching(endpoint, lambda _own, _other: True)


@fault("immutable.other-objects")
def name_matched_by_its_beginning(endpoint: Endpoint) -> Behaviour:
    """Breaks: the object of the URL is replaced, and no other. The name is matched as a prefix."""
    return _reaching(endpoint, lambda own, other: str(other.name).startswith(str(own.name)))


@fault("status.400")
def mismatch_refused_but_created_under_the_sent_name(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is refused changes nothing. It is written under the body's name, and then found to be another."""
    endpoint, seen = seeing(endpoint)
    steps = endpoint.steps

    def check_identity(sent: Object, route: Route) -> None:
        try:
            steps.check_identity(sent, route)
        except Refusal:
            name = sent["metadata"].get("name")
            old = seen.get(route)
            if route.name and name and name != route.name and old and seen.store:
                there = Route(route.namespace, name)
                uid = {"uid": str(uuid.uuid4())}
                seen.store.put(there, {**old, **sent, "metadata": {**old["metadata"], **sent["metadata"], **uid}})
            raise

    return replace(steps, check_identity=check_identity)


def _creating(endpoint: Endpoint, kept: Callable[[Object], Object], may: Callable[[str], bool]) -> Behaviour:
    """Steps that create what does not exist and is replaced, as `kept` says, and answer what was sent."""
    endpoint, seen = seeing(endpoint)
    steps, moment = watched(endpoint.steps)
    users: list[str] = [""]

    def authorize(user: str, verb: str, route: Route) -> None:
        users[0] = user
        absent = seen.store is not None and seen.get(route) is None
        own = route.namespace == endpoint.options.namespace
        if not (verb == "update" and absent and own and may(user)):
            steps.authorize(user, verb, route)

    def answer(request: Request, response: Response) -> Response:
        route = route_of(endpoint, request)
        if request.is_judged and response.status == 404 and route and seen.store and may(users[0]):
            metadata = {key: one for key, one in moment.sent.get("metadata", {}).items() if key != "uid"}
            sent = body(request)
            metadata = {**sent.get("metadata", {}), **metadata, "uid": str(uuid.uuid4()), "generation": 1}
            metadata["creationTimestamp"] = format_time(seen.store.clock())
            new = {**sent, "metadata": metadata}
            stored = seen.store.put(route, kept(new))
            response = Response(
                201, {**new, "metadata": {**metadata, "resourceVersion": stored["metadata"]["resourceVersion"]}}
            )
        return steps.answer(request, response)

    return replace(steps, authorize=authorize, answer=answer)


@fault("status.403")
def denied_may_create_by_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. The right to update is asked for what there is; what is created by a
    replacement is asked nothing.
    """
    return _creating(endpoint, lambda new: new, lambda user: user == READING_USER)


@fault("status.201")
def created_otherwise_than_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is created exists as answered. The insert has no column for annotations, and writes no labels."""

    def kept(new: Object) -> Object:
        unknown = ("labels", "annotations")
        return {**new, "metadata": {key: one for key, one in new["metadata"].items() if key not in unknown}}

    return _creating(endpoint, kept, lambda user: user == FULL_USER)
