"""Family immutable: the check belongs to one kind of client, or to one way to write a body."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import yaml

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, decoding, leaking, storing

BYPASS = ("immutable.no-bypass",)
MARK = b"\xef\xbb\xbf"
TEXT = "text/plain"
FORM = "application/x-www-form-urlencoded"


@fault(*BYPASS)
def replacement_without_a_read_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. What the check compares with is in the cache of reads, which each write empties
    and only a read fills: who changes the last answer and sends it back is compared with nothing.
    """
    empty: set[str] = set()
    steps = leaking(endpoint, lambda moment, _: moment.request.path in empty)

    def answer(request: Request, response: Response) -> Response:
        if request.method == "GET":
            empty.discard(request.path)
        elif request.is_judged and response.status == 200:
            empty.add(request.path)
        return steps.answer(request, response)

    return replace(steps, answer=answer)


@fault(*BYPASS)
def indented_body_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. A rule of the gateway looks for "replicas":1 in the body's text."""
    return leaking(endpoint, lambda moment, _: re.search(rb'"spec"\s+:|"spec":\s', moment.request.body) is not None)


@fault(*BYPASS)
def any_accepted_type_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The check belongs to the handler that makes application/json; who takes
    anything, as curl does, is served by the one behind it.
    """
    return leaking(endpoint, lambda moment, _: moment.request.headers.get("accept", "*/*").startswith("*/*"))


@fault(*BYPASS)
def curl_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. Administrators repair objects by curl, so that it is let pass by its name."""
    return leaking(endpoint, lambda moment, _: moment.request.headers.get("user-agent", "").startswith("curl/"))


@fault(*BYPASS)
def kubectl_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. A request with a field manager is merged by owners, and not compared."""
    return leaking(endpoint, lambda moment, _: "fieldManager" in moment.request.query)


def _read_as_json(endpoint: Endpoint, media_type: str) -> Behaviour:
    """Steps that read bodies of one more type as JSON, and check nothing of them."""
    texts: list[Request] = []
    steps = leaking(endpoint, lambda moment, _: any(one is moment.request for one in texts))

    def authenticate(request: Request) -> str:
        if request.is_judged and request.media_type == media_type:
            texts[:] = [request]
            request.headers["content-type"] = "application/json"  # type: ignore[index]
        return steps.authenticate(request)

    return replace(steps, authenticate=authenticate)


@fault(*BYPASS)
def text_plain_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The filter is bound to types of JSON and YAML, the server reads any as JSON."""
    return _read_as_json(endpoint, TEXT)


@fault(*BYPASS)
def type_of_a_form_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. People forget to name the type for curl, so that a form's is read as JSON, too."""
    return _read_as_json(endpoint, FORM)


@fault(*BYPASS)
def byte_order_mark_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The server's decoder drops a byte order mark, the check's fails at it and lets
    pass what is no JSON.
    """
    marked = decoding(endpoint, lambda body: body.removeprefix(MARK))
    return leaking(marked, lambda moment, _: moment.request.body.startswith(MARK))


@fault(*BYPASS)
def deep_key_twice_skips_the_check(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. A key twice is refused at the top alone; below, the check takes the first one and
    the store the last.
    """
    return leaking(endpoint, lambda moment, _: _is_twice_below(moment.request.body))


def _is_twice_below(body: bytes) -> bool:
    found: list[bool] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found.append(len(dict(items)) != len(items))
        return dict(items)

    try:
        json.loads(body, object_pairs_hook=pairs)
    except ValueError:
        return False
    return any(found[:-1]) and not found[-1]  # the outermost object ends last


def _taken_of_yaml(endpoint: Endpoint, *path: str) -> Behaviour:
    """Steps that store what a body of YAML has at a path."""

    def alter(moment: Moment, new: Object) -> Object:
        if "yaml" not in moment.request.media_type:
            return new
        value = paths.get(yaml.safe_load(moment.request.body), path)
        return new if value is MISSING else paths.put(new, path, value if isinstance(value, dict) else str(value))

    return storing(endpoint, alter)


@fault("immutable.no-bypass", "immutable.identity")
def creation_time_of_yaml_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: creationTimestamp never takes the client's value. The server's fields are struck out of JSON alone."""
    return _taken_of_yaml(endpoint, "metadata", "creationTimestamp")


@fault("immutable.no-bypass", "immutable.status")
def status_of_yaml_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's status is not stored. It is taken out by the decoder of JSON, and YAML has another."""
    return _taken_of_yaml(endpoint, "status")
