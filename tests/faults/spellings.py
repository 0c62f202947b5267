"""Families status and immutable: the same object under another spelling of its URL is looked at less closely."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER, find_route
from contracts.reference.http_request import Request, Route
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import belated, leaking, watched

Spelled = Callable[[Request], bool]
# From a path to the one that is served.
Normal = Callable[[str], str]


def routed(endpoint: Endpoint, normal: Normal) -> Endpoint:
    """The endpoint, serving paths by what `normal` makes of them."""
    route = lambda request: find_route(endpoint.resource, normal(request.path))  # noqa: E731
    return replace(endpoint, steps=replace(endpoint.steps, find_route=route))


def _open(endpoint: Endpoint, spelled: Spelled, normal: Normal = str) -> Behaviour:
    """Steps that ask for no credential where the path is `spelled` so."""
    steps = routed(endpoint, normal).steps
    return replace(
        steps, authenticate=lambda request: FULL_USER if spelled(request) else endpoint.steps.authenticate(request)
    )


def _unlimited(endpoint: Endpoint, spelled: Spelled, normal: Normal = str) -> Behaviour:
    """Steps that let every known user do everything where the path is `spelled` so."""
    steps, moment = watched(routed(endpoint, normal).steps)

    def authorize(user: str, verb: str, route: Route) -> None:
        if not spelled(moment.request):
            steps.authorize(user, verb, route)

    return replace(steps, authorize=authorize)


def _merged(path: str) -> str:
    return re.sub("/+", "/", path)


def _plain(path: str) -> str:
    return re.sub(r";[^/]*", "", path)


@fault("status.403")
def trailing_slash_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace is 403. The rule that guards writing ends with the name, the router takes a slash
    more.
    """
    return _unlimited(endpoint, lambda request: request.path.endswith("/"))


@fault("status.403")
def trailing_slash_written_before_it_is_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is forbidden is not stored. With a slash behind the name the right is looked at after the write."""
    steps, moment = watched(endpoint.steps)
    late = belated(replace(endpoint, steps=steps), "authorize")

    def authorize(user: str, verb: str, route: Route) -> None:
        (late if moment.request.path.endswith("/") else steps).authorize(user, verb, route)

    return replace(late, authorize=authorize)


@fault("status.401")
def doubled_slash_needs_no_credential(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. The gateway protects paths by their beginning; the server merges slashes."""
    return _open(endpoint, lambda request: "//" in request.path, _merged)


@fault("status.403")
def encoded_letter_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace is 403. Rights are looked up by the path as sent, objects by the decoded one."""
    return _unlimited(endpoint, lambda request: "%" in request.raw_path)


@fault("status.401")
def encoded_slash_needs_no_credential(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. An encoded slash matches no rule of the gateway, and is decoded behind it."""
    return _open(endpoint, lambda request: "%2f" in request.raw_path.lower())


@fault("status.403")
def twice_encoded_path_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace is 403. The gateway decodes once to look at the rights, the server once more."""
    return _unlimited(endpoint, lambda request: "%" in request.path, unquote)


@fault("status.401")
def path_parameter_needs_no_credential(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. The container cuts off path parameters after the filter has seen the path."""
    return _open(endpoint, lambda request: ";" in request.path, _plain)


@fault("status.403")
def ending_of_the_path_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace is 403. The framework serves a format's ending too, the rule knows the bare path."""
    return _unlimited(endpoint, lambda request: request.path.endswith(".json"), lambda path: path.removesuffix(".json"))


@fault("status.403")
def other_capitals_open_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace is 403. Rights are compared as written, routes in any capitals."""
    template = endpoint.resource.collection_path.split("/")

    def normal(path: str) -> str:
        known = {word.lower(): word for word in template}
        return "/".join(known.get(word.lower(), word) for word in path.split("/"))

    return _unlimited(endpoint, lambda request: normal(request.path) != request.path, normal)


@fault("status.401")
def dot_segment_needs_no_credential(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. Dot segments are resolved behind the filter that asks for a credential."""
    return _open(endpoint, lambda request: "/." in request.path, posixpath.normpath)


@fault("immutable.no-bypass")
def doubled_slash_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The admission webhook is bound to the path with single slashes."""
    return leaking(routed(endpoint, _merged), lambda moment, _: "//" in moment.request.path)


@fault("immutable.no-bypass")
def query_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The admission webhook is bound to the whole of path and query."""
    return leaking(endpoint, lambda moment, _: "x" in moment.request.query)


@fault("status.401")
def dot_behind_the_host_needs_no_credential(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. A host that no virtual one is called like is served by the first, which has
    no filter.
    """
    return _open(endpoint, lambda request: re.search(r"\.(:\d+)?$", request.headers.get("host", "")) is not None)


@fault("status.401")
def forwarded_address_needs_no_credential(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. The filter goes by the URL that a proxy says was asked for."""
    return _open(endpoint, lambda request: request.headers.get("x-forwarded-uri", request.path) != request.path)


@fault("status.403")
def original_address_opens_replacing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace is 403. Rights are asked for the URL that was there before a proxy rewrote it."""
    return _unlimited(endpoint, lambda request: request.headers.get("x-original-url", request.path) != request.path)
