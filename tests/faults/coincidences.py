"""Mistakes that show by a coincidence alone: equal values, names used again, sizes, what was refused before."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import encode, wants_pretty
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, unauthorized
from contracts.reference.store import Store
from contracts.spec.fields import ANNOTATIONS, LABELS, UID
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, answering, field_paths

Map = dict[str, str]
LARGE_ANSWER = 32 * 1024
SECONDS = 1.0


def _map(value: Object, path: tuple[str, ...]) -> Map:
    """The labels or annotations of an object; empty where there are none."""
    found = get(value, path)
    return dict(found) if isinstance(found, dict) else {}


def _with_map(value: Object, path: tuple[str, ...], items: Map) -> Object:
    return put(value, path, items or MISSING)


def _labels(endpoint: Endpoint, change: Callable[[Moment, Map, Map], Map]) -> Behaviour:
    """Steps that store `change(moment, stored, sent)` for the labels that were sent."""
    return altering(endpoint, lambda now, new: _with_map(new, LABELS, change(now, *_both(now, new, LABELS))))


def _annotations(endpoint: Endpoint, change: Callable[[Moment, Map, Map], Map]) -> Behaviour:
    return altering(endpoint, lambda now, new: _with_map(new, ANNOTATIONS, change(now, *_both(now, new, ANNOTATIONS))))


def _both(moment: Moment, new: Object, path: tuple[str, ...]) -> tuple[Map, Map]:
    return _map(moment.stored, path), _map(new, path)


def _uid(value: Object) -> str:
    return str(get(value, UID))


def _seeing(endpoint: Endpoint) -> tuple[Endpoint, list[Store]]:
    """The endpoint, and a list that holds its store as soon as a request has been served."""
    steps = endpoint.steps
    stores: list[Store] = []

    def later(store: Store) -> None:
        stores[:] = [store]
        steps.later(store)

    return replace(endpoint, steps=replace(steps, later=later)), stores


@fault("replaceable.labels")
def dotted_key_below_another_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels are stored as sent. In the document store a dot leads into the value: beside "app" there can be
    no "app.kubernetes.io/name".
    """

    def change(_: Moment, __: Map, sent: Map) -> Map:
        return {key: sent[key] for key in sent if not any(key.startswith(f"{other}.") for other in sent)}

    return _labels(endpoint, change)


@fault("immutable.other-objects", "replaceable.annotations", "replaceable.sequence")
def annotations_of_a_former_namesake_return(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is stored is what was sent. The cache of last writes is kept by name, and outlives the object:
    the first replacement of a new one of that name is merged into it.
    """
    last: dict[str, tuple[str, Map]] = {}

    def change(moment: Moment, _: Map, sent: Map) -> Map:
        if moment.request.dry_run:
            return sent
        name, uid = str(moment.stored["metadata"]["name"]), _uid(moment.stored)
        former, known = last.get(name, (uid, {}))
        last[name] = (uid, sent)
        return {**known, **sent} if former != uid else sent

    return _annotations(endpoint, change)


@fault("immutable.other-objects")
def siblings_with_the_same_labels_written(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement changes one object. Labels lie in a table of sets which objects share, and the shared set
    is updated in place.
    """
    endpoint, stores = _seeing(endpoint)

    def tell(moment: Moment, response: Response) -> Response:
        old, new = (_map(value, LABELS) for value in (moment.stored, response.value))
        if response.status != 200 or not old or old == new or moment.request.dry_run:
            return response
        with stores[0].lock:
            for route, sibling in stores[0].items(moment.stored["metadata"]["namespace"]):
                if _uid(sibling) != _uid(moment.stored) and _map(sibling, LABELS) == old:
                    stores[0].put(route, _with_map(sibling, LABELS, new))
        return response

    return answering(endpoint, tell)


def _touching(endpoint: Endpoint, touches: Callable[[Moment, Response], bool]) -> Behaviour:
    """Steps that write the object once more, as it is, behind some answers."""
    endpoint, stores = _seeing(endpoint)
    steps = endpoint.steps

    def tell(moment: Moment, response: Response) -> Response:
        if touches(moment, response) and not moment.request.dry_run:
            route = steps.find_route(moment.request)
            with stores[0].lock:
                if (stored := stores[0].get(route)) is not None:
                    stores[0].put(route, stored)
        return response

    return answering(endpoint, tell)


@fault("status.refusal-changes-nothing", "concurrency.stale-refused")
def conflict_advances_the_version(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refusal changes nothing. Attempts are counted in the object's own row, whose version is the row's:
    whoever repeats with the version that was current when it was refused is refused again.
    """
    return _touching(endpoint, lambda _, response: response.status == 409)


@fault("pretty.true-is-pretty")
def large_answers_never_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: with pretty=true the output is pretty. Large answers are streamed, and the stream knows no layout."""
    steps = endpoint.steps

    def told(value: Any, pretty: bool) -> bytes:
        compact = steps.encode(value, False)
        return compact if not pretty or len(compact) > LARGE_ANSWER else steps.encode(value, pretty)

    return replace(steps, encode=told)


@fault("response.content-type", "response.schema", "response.is-stored-state")
def large_answers_compressed_unannounced(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON. Large answers are compressed for clients that accept gzip, as they nearly all do, and a
    proxy on the way strips the header that says so.
    """

    def tell(moment: Moment, response: Response) -> Response:
        headers = moment.request.headers
        pretty = wants_pretty(moment.request.query.get("pretty"), headers.get("user-agent", ""))
        body = encode(response.value, pretty)
        large = response.status == 200 and len(body) > LARGE_ANSWER and "gzip" in headers.get("accept-encoding", "")
        return replace(response, body=gzip.compress(body)) if large else response

    return answering(endpoint, tell)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


@fault("response.error-body", "response.content-type")
def quotes_in_refused_values_break_the_error(endpoint: Endpoint) -> Behaviour:
    """Breaks: an error's body is JSON. It is made from a template, into which the refused value is put as it is: one
    with a quote or backslash breaks it.
    """

    def tell(moment: Moment, response: Response) -> Response:
        if response.status not in (400, 422) or not isinstance(moment.raw, dict):
            return response
        sent = [get(moment.raw, path) for path in field_paths(endpoint)]
        body = encode(response.value, False).decode()
        for text in {text for text in _texts(sent) if '"' in text or "\\" in text}:
            body = body.replace(json.dumps(text, ensure_ascii=False)[1:-1], text)
        return replace(response, body=body.encode())

    return answering(endpoint, tell)


@fault("replaceable.invalid-refused")
def known_label_keys_not_validated(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. On an update only the labels that are new are validated, as the others
    have been already; that their values may be others now was forgotten.
    """
    steps = endpoint.steps

    def validate(stored: Object | None, new: Object) -> None:
        if stored is not None:
            known = _map(stored, LABELS)
            new = _with_map(new, LABELS, {k: v for k, v in _map(new, LABELS).items() if k not in known})
        steps.validate(stored, new)

    return replace(steps, validate=validate)


@fault("status.401", "status.200")
def lockout_hits_the_valid_token(endpoint: Endpoint) -> Behaviour:
    """Breaks: a valid credential is never answered with 401. After five wrong ones in a row the client's address is
    locked out for a second, whatever it sends.
    """
    steps = endpoint.steps
    wrong: list[float] = []

    def authenticate(request: Request) -> str:
        try:
            user = steps.authenticate(request)
        except Refusal:
            wrong.append(time.monotonic())
            raise
        if len(wrong) >= 5 and time.monotonic() - wrong[-1] < SECONDS:
            raise unauthorized()
        wrong.clear()
        return user

    return replace(steps, authenticate=authenticate)
