"""What other clients send beside the object, and code that trips over it: versions, rights, types, whole pages."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import get
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import ANNOTATIONS, LABELS, VERSION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, answering, turning_away, watched

PAGE = 4096
REMEMBERED = 100
THINKING_SECONDS = 0.01


def _unversioned(endpoint: Endpoint, lets: Callable[[Moment, Object, str], bool]) -> Behaviour:
    """Steps that take an outdated version in some moments, of a stored object, where `lets` says so."""
    steps, moment = watched(endpoint.steps)

    def check_version(stored: Object, sent: Object) -> None:
        try:
            steps.check_version(stored, sent)
        except Refusal as refused:
            if refused.code != 409 or not lets(moment, stored, str(get(sent, VERSION))):
                raise

    return replace(steps, check_version=check_version)


@fault("concurrency.stale-refused")
def any_etag_stands_for_the_version(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated version is refused. With "If-Match: *" the filter for ETags says that all is well."""
    return _unversioned(endpoint, lambda moment, *_: moment.request.headers.get("if-match", "").strip() == "*")


@fault("concurrency.stale-refused")
def compacted_versions_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated version is refused. What is older than the last hundred writes is compacted: nobody knows it.

    etcd forgets old revisions, too; its API server does not compare by what it remembers.
    """

    def forgotten(_: Moment, stored: Object, version: str) -> bool:
        return version.isdecimal() and 0 < int(version) < int(str(get(stored, VERSION))) - REMEMBERED

    return _unversioned(endpoint, forgotten)


@fault("replaceable.labels", "replaceable.annotations", "replaceable.together")
def keys_of_another_manager_kept(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement is of the whole object. With a field manager it is merged, as an apply would be."""

    def alter(moment: Moment, new: Object) -> Object:
        if moment.request.query.get("fieldManager"):
            for path in (LABELS, ANNOTATIONS):
                old, sent = (get(value, path) for value in (moment.stored, new))
                both = {key: text for one in (old, sent) if isinstance(one, dict) for key, text in one.items()}
                new = put(new, path, both) if both else new
        return new

    return altering(endpoint, alter)


@fault("status.403")
def method_in_a_header_asks_for_lesser_rights(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace is 403. Rights are asked for the method of a header, the route is the request's."""
    steps, own = endpoint.steps, threading.local()

    def authenticate(request: Request) -> Any:
        own.reads = request.is_judged and request.headers.get("x-http-method-override", "").upper() == "GET"
        return steps.authenticate(request)

    def authorize(user: Any, verb: Any, route: Route) -> None:
        steps.authorize(user, "get" if own.reads else verb, route)

    return replace(steps, authenticate=authenticate, authorize=authorize)


@fault("status.200", "status.only-documented", "replaceable.together")
def quality_of_types_not_understood(endpoint: Endpoint) -> Behaviour:
    """Breaks: a correct replacement is 200. Types that may be answered are compared with their quality behind them."""

    def refusal(request: Request) -> Refusal | None:
        types = {one.strip().lower() for one in request.headers.get("accept", "*/*").split(",")}
        known = types & {"application/json", "application/*", "*/*"}
        return None if known else Refusal(406, "NotAcceptable", "only application/json can be answered")

    return turning_away(endpoint, refusal)


@fault("replaceable.annotations", "replaceable.together", "pretty.same-content")
def last_byte_of_a_page_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: texts are stored as sent. The last byte of a buffer of whole pages is for the zero behind it."""

    def alter(_: Moment, new: Object) -> Object:
        sent = get(new, ANNOTATIONS)
        if not isinstance(sent, dict):
            return new
        cut = {key: text[:-1] if text and len(text.encode()) % PAGE == 0 else text for key, text in sent.items()}
        return put(new, ANNOTATIONS, cut)

    return altering(endpoint, alter)


@fault("status.200", "status.only-documented", "replaceable.together")
def bodies_of_whole_pages_wait_for_more(endpoint: Endpoint) -> Behaviour:
    """Breaks: a correct replacement is 200. A full buffer is taken for a part of the body, the rest is missed: 400."""

    def refusal(request: Request) -> Refusal | None:
        full = request.is_judged and request.body and len(request.body) % PAGE == 0
        return Refusal(400, "BadRequest", "unexpected end of the body") if full else None

    return turning_away(endpoint, refusal)


@fault("status.403")
def dry_runs_need_no_right(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace is 403. A dry run stores nothing, so that who may read may ask for one."""
    steps, moment = watched(endpoint.steps)

    def authorize(user: str, verb: str, route: Route) -> None:
        steps.authorize(user, "get" if moment.writes and moment.request.dry_run else verb, route)

    return replace(steps, authorize=authorize)


@fault("pretty.other-values")
def people_get_pretty_output_in_any_case(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=false is compact. What the client calls itself is looked at before the parameter."""
    steps = endpoint.steps

    def wants_pretty(pretty: str | None, agent: str) -> bool:
        return steps.wants_pretty(None, agent) or steps.wants_pretty(pretty, agent)

    return replace(steps, wants_pretty=wants_pretty)


@fault("response.content-type")
def json_called_text_for_scripts(endpoint: Endpoint) -> Behaviour:
    """Breaks: JSON is called so. Of the types that may be answered, text/plain is looked for first."""

    def tell(moment: Moment, response: Response) -> Response:
        types = {one.partition(";")[0].strip() for one in moment.request.headers.get("accept", "").split(",")}
        return replace(response, content_type="text/plain; charset=utf-8") if "text/plain" in types else response

    return answering(endpoint, tell)


@fault("concurrency.one-winner")
def writers_locked_by_url(endpoint: Endpoint) -> Behaviour:
    """Breaks: of two writers one wins. The lock's key is the URL with its query: with pretty=true it is another one."""
    own = threading.local()
    locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def authenticate(request: Request) -> str:
        own.request, own.held = request, None
        return endpoint.steps.authenticate(request)

    def check_identity(sent: Object, route: Route) -> None:
        endpoint.steps.check_identity(sent, route)
        if own.request.is_judged:
            own.held = locks[f"{own.request.path}?{sorted(own.request.query.items())}"]
            own.held.acquire()

    def validate(stored: Object | None, new: Object) -> None:
        if own.held:
            time.sleep(THINKING_SECONDS)
        endpoint.steps.validate(stored, new)

    def answer(request: Request, response: Response) -> Response:
        held, own.held = getattr(own, "held", None), None
        if held:
            held.release()
        return endpoint.steps.answer(request, response)

    steps = replace(endpoint.steps, authenticate=authenticate, check_identity=check_identity, unlocked=True)
    return replace(steps, validate=validate, answer=answer)
