"""Requests that are read otherwise than they were sent: what is taken for the object, its name and its version."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import bad_request, internal_error
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, answering, decoding, leaks_when, turning_away
from tests.faults.support.seeing import body as body_of

AGENT: Final = 255
ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _unwrapping(endpoint: Endpoint, unwrap: Callable[[dict[str, Any]], Any]) -> Behaviour:
    """Steps that take for the object what is found in a body's, where `unwrap` gives an object."""

    def read(body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return body
        found = unwrap(value) if isinstance(value, dict) else None
        return json.dumps(found).encode() if isinstance(found, dict) else body

    return decoding(endpoint, read).steps


@fault("status.400")
def object_taken_out_of_its_wrapper(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is an object of the kind. The framework unwraps the one member of a body, whatever its name."""
    return _unwrapping(endpoint, lambda value: next(iter(value.values())) if len(value) == 1 else None)


@fault("status.400")
def object_taken_out_of_a_list(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is an object of the kind. The handler of batches also takes a list with one item."""

    def unwrap(value: dict[str, Any]) -> Any:
        items = value.get("items")
        return items[0] if isinstance(items, list) and len(items) == 1 else None

    return _unwrapping(endpoint, unwrap)


@fault("status.400", "immutable.no-bypass")
def earlier_version_converted_unchecked(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another version is refused. One of an earlier version is converted, by a handler of former
    times that compares nothing.
    """
    steps, version = endpoint.steps, endpoint.resource.api_version
    earlier = tuple(f"{version}{stage}" for stage in ("alpha1", "beta1", "beta2"))

    def check(sent: Object, route: Route) -> None:
        if sent.get("apiVersion") in earlier:
            sent["apiVersion"] = version
        steps.check_identity(sent, route)

    converting = replace(endpoint, steps=replace(steps, check_identity=check))
    return leaks_when(converting, lambda moment: paths.get(moment.raw, ("apiVersion",)) in earlier)


def _found_by(endpoint: Endpoint, finds: Callable[[str, str], bool]) -> Behaviour:
    """Steps that find the object that a replacement holds by another name in the URL."""
    steps = endpoint.steps

    def find_route(request: Request) -> Route:
        route = steps.find_route(request)
        name = paths.get(body_of(request), ("metadata", "name")) if request.is_judged else None
        return replace(route, name=name) if isinstance(name, str) and route.name and finds(route.name, name) else route

    return replace(steps, find_route=find_route)


@fault("status.400")
def urls_in_any_capitals(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement is of the object on the URL. The database compares names in any capitals."""
    return _found_by(endpoint, lambda asked, name: asked.lower() == name)


@fault("status.400")
def blanks_behind_names_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement is of the object on the URL. The database compares texts without blanks at their end."""
    return _found_by(endpoint, lambda asked, name: asked.rstrip(" ") == name)


@fault("status.400")
def names_looked_up_by_like(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement is of the object on the URL. It is found by LIKE, for which _ is any character."""

    def finds(asked: str, name: str) -> bool:
        pattern = re.escape(asked).replace("_", ".").replace("%", ".*")
        return re.fullmatch(pattern, name) is not None

    return _found_by(endpoint, finds)


@fault("status.400")
def names_looked_up_by_patterns_of_files(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement is of the object on the URL. Objects are files that are looked up by a pattern."""
    return _found_by(endpoint, lambda asked, name: asked.endswith("*") and name.startswith(asked[:-1]))


@fault("replaceable.together")
def first_byte_is_no_blank(endpoint: Endpoint) -> Behaviour:
    """Breaks: an allowed replacement is accepted. JSON is told from other formats by its first byte, a brace."""
    return turning_away(endpoint, lambda one: bad_request("no JSON") if one.body[:1] in (b" ", b"\r", b"\n") else None)


def _crashing(endpoint: Endpoint, crashes: Callable[[Request], bool]) -> Behaviour:
    return turning_away(endpoint, lambda one: internal_error("unexpected value") if crashes(one) else None)


def _is_no_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return True
    return False


@fault("status.500")
def addresses_with_ports_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is never the server's fault. The address of a client is parsed without its port."""

    def crashes(request: Request) -> bool:
        told = request.headers.get("x-forwarded-for")
        return told is not None and any(_is_no_address(one.strip()) for one in told.split(","))

    return _crashing(endpoint, crashes)


@fault("status.500")
def long_names_of_clients_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is never the server's fault. The audit's column holds 255 characters of User-Agent."""
    return _crashing(endpoint, lambda one: len(one.headers.get("user-agent", "")) > AGENT)


@fault("status.500")
def nameless_clients_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is never the server's fault. User-Agent is read as though there were always one."""
    return _crashing(endpoint, lambda one: "user-agent" not in one.headers)


@fault("status.500")
def other_request_ids_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is never the server's fault. What a proxy calls a request is parsed as a UUID."""
    return _crashing(
        endpoint, lambda one: not ID.fullmatch(one.headers.get("x-request-id", "0" * 8 + "-0000" * 3 + "-" + "0" * 12))
    )


@fault("status.500")
def null_times_below_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: what Go's types write is never the server's fault. A pod's creation time is null there."""

    def crashes(request: Request) -> bool:
        found = paths.walk(paths.get(body_of(request), ("spec",)))
        return any(path[-2:] == ("metadata", "creationTimestamp") and item is None for path, item in found)

    return _crashing(endpoint, crashes)


@fault("response.is-stored-state")
def requests_of_one_id_answered_alike(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. Answers are kept by X-Request-Id, which all requests bear that a service
    makes for one of its own.
    """
    kept: dict[str, Response] = {}

    def tell(moment: Moment, response: Response) -> Response:
        identity = moment.request.headers.get("x-request-id")
        return kept.setdefault(identity, response) if identity and response.status == 200 else response

    return answering(endpoint, tell)
