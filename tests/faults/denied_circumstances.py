"""Family status: rights that are not asked for, or asked for too late, in one circumstance of a request."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER, READING_USER
from contracts.reference.http_request import Request, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import ANNOTATIONS, LABELS, STATUS, UID
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import decoding, watched
from tests.faults.support.seeing import body, route_of, seeing

LARGE = 20_000
GZIP = b"\x1f\x8b"
LABEL = re.compile(r"[\w.-]*")


def _opening(endpoint: Endpoint, opens: Callable[[Request], bool]) -> Behaviour:
    """Steps that give who may only read every right where a replacement `opens` the door."""
    steps, moment = watched(endpoint.steps)

    def authorize(user: str, verb: str, route: Route) -> None:
        opened = user == READING_USER and verb == "update" and opens(moment.request)
        steps.authorize(FULL_USER if opened else user, verb, route)

    return replace(steps, authorize=authorize)


def _opening_for(endpoint: Endpoint, opens: Callable[[Object, Any], bool]) -> Behaviour:
    """The same by the stored object and the one that was sent."""
    endpoint, seen = seeing(endpoint)

    def opened(request: Request) -> bool:
        route, sent = route_of(endpoint, request), body(request)
        stored = route and seen.get(route)
        return bool(stored and isinstance(sent, dict) and sent and opens(stored, sent))

    return _opening(endpoint, opened)


@fault("status.403")
def kubectl_may_replace(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Administrators use kubectl, so that its name stands for their rights."""
    return _opening(endpoint, lambda request: request.headers.get("user-agent", "").startswith("kubectl/"))


@fault("status.403")
def field_manager_may_replace(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. A field manager is taken for a user who is known to the server."""
    return _opening(endpoint, lambda request: "fieldManager" in request.query)


@fault("status.403")
def etag_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Who knows the entity tag is said to have been let in before."""
    return _opening(endpoint, lambda request: "if-match" in request.headers)


@fault("status.403")
def large_bodies_open_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Large bodies go by another handler, which streams and asks nobody."""
    return _opening(endpoint, lambda request: len(request.body) > LARGE)


@fault("status.403")
def last_request_of_a_connection_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. What closes the connection is served behind the pool that knows rights."""
    return _opening(endpoint, lambda request: request.headers.get("connection", "").lower() == "close")


@fault("status.403")
def compressed_bodies_open_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. The filter that unpacks bodies sends them in anew, as the server itself."""
    unpacking = decoding(endpoint, lambda sent: gzip.decompress(sent) if sent.startswith(GZIP) else sent)
    return _opening(unpacking, lambda request: "content-encoding" in request.headers)


@fault("status.403")
def method_of_a_parameter_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Rights are asked for the method that a form names beside its own."""
    return _opening(endpoint, lambda request: request.query.get("_method", "PUT") != "PUT")


@fault("status.403")
def browsers_may_replace(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. What tells its language comes from the console, which has asked already."""
    return _opening(endpoint, lambda request: "accept-language" in request.headers)


@fault("status.403")
def chunks_open_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. The filter looks at requests with a length, and chunks have none."""
    return _opening(endpoint, lambda request: "transfer-encoding" in request.headers)


@fault("status.403")
def patch_in_a_header_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Rights are asked for the method of a header, for which there is no rule."""
    return _opening(endpoint, lambda request: request.headers.get("x-http-method-override", "").upper() == "PATCH")


@fault("status.403")
def everybody_may_take_away(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Rights are asked for each field that is written, and none is that is left
    out.
    """

    def takes(stored: Object, sent: Any) -> bool:
        return any(get(stored, path) is not MISSING and get(sent, path) is MISSING for path in (LABELS, ANNOTATIONS))

    return _opening_for(endpoint, takes)


@fault("status.403")
def everybody_may_write_status(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. A change of status alone is taken for one of the status subresource."""
    return _opening_for(endpoint, lambda stored, sent: get(sent, STATUS) != get(stored, STATUS))


def _telling(endpoint: Endpoint, wrong: Callable[[Request, Object | None], Refusal | None], code: int) -> Behaviour:
    """Steps that say what is `wrong` with a replacement in place of the status `code`."""
    endpoint, seen = seeing(endpoint)
    steps = endpoint.steps

    def answer(request: Request, response: Any) -> Any:
        response = steps.answer(request, response)
        if not request.is_judged or response.status != code:
            return response
        route = route_of(endpoint, request)
        told = wrong(request, seen.get(route) if route else None)
        return replace(response, status=told.code, value=told.body()) if told else response

    return replace(steps, answer=answer)


@fault("status.403")
def type_told_before_403(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. The media type chooses the handler, and only that asks for rights."""
    known = ("application/json", "application/yaml")
    unsupported = Refusal(415, "UnsupportedMediaType", "the media type is not supported", {})
    return _telling(endpoint, lambda request, _: None if request.media_type in known else unsupported, 403)


@fault("status.403")
def uid_told_before_403(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. Preconditions are looked at first, and tell strangers what holds."""

    def wrong(request: Request, stored: Object | None) -> Refusal | None:
        uid = get(body(request), UID)
        differs = stored is not None and uid is not MISSING and uid != get(stored, UID)
        return Refusal(409, "Conflict", "the UID in the precondition does not match", {}) if differs else None

    return _telling(endpoint, wrong, 403)


@fault("status.403")
def invalid_label_told_before_403(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. The body is validated by the framework, before the handler is called."""

    def wrong(request: Request, _: Object | None) -> Refusal | None:
        labels = get(body(request), LABELS)
        texts = labels.values() if isinstance(labels, dict) else ()
        invalid = any(isinstance(text, str) and not LABEL.fullmatch(text) for text in texts)
        return Refusal(422, "Invalid", "metadata.labels: Invalid value", {}) if invalid else None

    return _telling(endpoint, wrong, 403)


@fault("status.403")
def invalid_choice_told_before_403(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. What can be chosen is a type, which the body is read into before that."""

    def wrong(request: Request, _: Object | None) -> Refusal | None:
        policy = get(body(request), ("spec", "cleanPodPolicy"))
        known = policy in (MISSING, None, "All", "None", "Running")
        return None if known else Refusal(400, "BadRequest", "spec.cleanPodPolicy: unknown choice", {})

    return _telling(endpoint, wrong, 403)


@fault("status.401")
def size_told_before_401(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. A body of more than some kilobytes is read only of who is known."""
    large = Refusal(413, "RequestEntityTooLarge", "the body is too large", {})
    return _telling(endpoint, lambda request, _: large if len(request.body) > LARGE else None, 401)


@fault("status.401", "status.403")
def missing_body_told_first(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. That there is a body is the first thing that the framework looks at."""
    empty = Refusal(400, "BadRequest", "the body is empty", {})
    steps = _telling(endpoint, lambda request, _: None if request.body else empty, 401)
    return _telling(replace(endpoint, steps=steps), lambda request, _: None if request.body else empty, 403)
