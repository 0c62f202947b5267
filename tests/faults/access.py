"""Family status: some kinds of requests ask for no credential, or for no right."""

from __future__ import annotations

from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER, READING_USER
from contracts.reference.encoding import canonical
from contracts.reference.http_request import Request, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, internal_error
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import watched
from tests.faults.support.seeing import body, letting, route_of, seeing


@fault("status.401")
def no_credential_needed_with_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. A second route was registered for the parameter, without the filter."""
    return letting(endpoint, lambda request: "pretty" in request.query)


@fault("status.401")
def nobody_may_replace_by_the_same(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. What changes nothing is answered before anybody asks who sends it."""
    endpoint, seen = seeing(endpoint)

    def same(request: Request) -> bool:
        route = route_of(endpoint, request)
        stored = route and seen.get(route)
        return bool(stored) and canonical(stored) == canonical(body(request))

    return letting(endpoint, same)


@fault("status.401")
def nobody_may_replace_fields_of_spec(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. It is asked for where metadata is written; spec has a handler of its own."""
    endpoint, seen = seeing(endpoint)

    def spec_alone(request: Request) -> bool:
        route = route_of(endpoint, request)
        stored, sent = route and seen.get(route), body(request)
        if not stored or not isinstance(sent, dict):
            return False
        return canonical(stored["metadata"]) == canonical(sent.get("metadata")) and stored["spec"] != sent.get("spec")

    return letting(endpoint, spec_alone)


@fault("status.401")
def absence_told_before_401(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. The object is looked up first, so strangers learn which names there are."""
    endpoint, seen = seeing(endpoint)
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        try:
            return steps.authenticate(request)
        except Refusal:
            route = route_of(endpoint, request)
            if request.is_judged and route and seen.store and seen.get(route) is None:
                raise Refusal(404, "NotFound", "not found", {}) from None
            raise

    return replace(steps, authenticate=authenticate)


@fault("status.403")
def absence_told_before_403(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Rights are asked of the object that was found."""
    endpoint, seen = seeing(endpoint)
    steps = endpoint.steps

    def authorize(user: str, verb: str, route: Route) -> None:
        own = route.namespace == endpoint.options.namespace
        if verb == "update" and own and seen.store and seen.get(route) is None:
            return
        steps.authorize(user, verb, route)

    return replace(steps, authorize=authorize)


@fault("status.401")
def any_token_in_the_query(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. access_token (RFC 6750, 2.3) is looked for and not up."""
    return letting(endpoint, lambda request: bool(request.query.get("access_token")))


@fault("status.403")
def yaml_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. The handler of YAML was registered beside the one that asks for rights."""
    steps, moment = watched(endpoint.steps)

    def authorize(user: str, verb: str, route: Route) -> None:
        yaml_body = moment.request.media_type.endswith("yaml")
        steps.authorize(FULL_USER if user == READING_USER and verb == "update" and yaml_body else user, verb, route)

    return replace(steps, authorize=authorize)


@fault("status.401", "status.500")
def credential_outside_ascii_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. Tokens are compared by a function that takes nothing but ASCII."""
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        if request.is_judged and not request.headers.get("authorization", "").isascii():
            raise internal_error("comparing strings with non-ASCII characters is not supported")
        return steps.authenticate(request)

    return replace(steps, authenticate=authenticate)


@fault("status.403")
def rights_asked_last(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Rights are asked before the write: who has none is told by 409 and 422
    which version there is, and what may be stored.
    """
    steps = endpoint.steps
    asked: list[tuple[str, str, Route]] = []

    def authorize(user: str, verb: str, route: Route) -> None:
        asked.clear()
        if verb == "update" and route.namespace == endpoint.options.namespace:
            asked.append((user, verb, route))
        else:
            steps.authorize(user, verb, route)

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        try:
            return steps.decode(body, media_type, strict)
        except Refusal:
            for one in asked:
                steps.authorize(*one)
            raise

    def next_generation(stored: Object, new: Object) -> int:
        for one in asked:
            steps.authorize(*one)
        return steps.next_generation(stored, new)

    return replace(steps, authorize=authorize, decode=decode, next_generation=next_generation)
