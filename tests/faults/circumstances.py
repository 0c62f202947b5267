"""Families pretty and status: compact answers and crashes in one circumstance of a proper request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from contracts.jsonvalue.paths import get
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request
from contracts.reference.status_error import internal_error
from contracts.spec.fields import LABELS
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, turning_away, watched
from tests.faults.support.seeing import body

PRETTY = ("pretty.true-is-pretty",)
CRASH = ("status.500", "replaceable.together")
MANY, LARGE, MEBIBYTE = 20, 120_000, 2**20


def _compact(endpoint: Endpoint, when: Callable[[Moment], bool]) -> Behaviour:
    """Steps that ignore that pretty output is asked for in some moments."""
    steps, moment = watched(endpoint.steps)

    def wants_pretty(value: str | None, agent: str) -> bool:
        return not (moment.writes and when(moment)) and steps.wants_pretty(value, agent)

    return replace(steps, wants_pretty=wants_pretty)


@fault(*PRETTY)
def dry_runs_compact(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. A dry run is answered by a handler of its own, which knows no layout."""
    return _compact(endpoint, lambda moment: moment.request.dry_run)


@fault(*PRETTY)
def field_managers_answered_compactly(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. Who names a field manager is taken for a program, and programs want it short."""
    return _compact(endpoint, lambda moment: "fieldManager" in moment.request.query)


@fault(*PRETTY)
def many_labels_compact(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. More labels than fit on a page are no pleasure to read, it was found."""

    def many(moment: Moment) -> bool:
        labels = get(moment.sent, LABELS)
        return isinstance(labels, dict) and len(labels) > MANY

    return _compact(endpoint, many)


@fault(*PRETTY)
def large_bodies_answered_compactly(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. What is large is streamed, and the stream has no indentation."""
    return _compact(endpoint, lambda moment: len(moment.request.body) > LARGE)


@fault(*PRETTY)
def yaml_answered_compactly(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The handler of YAML reads no parameters."""
    return _compact(endpoint, lambda moment: "yaml" in moment.request.media_type)


@fault(*PRETTY)
def charset_answered_compactly(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The writer is looked up by the media type as it was sent, with its parameter."""
    return _compact(endpoint, lambda moment: "charset" in moment.request.headers.get("content-type", ""))


@fault(*PRETTY)
def chunks_answered_compactly(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. Bodies in chunks are proxied, and the proxy drops the query."""
    return _compact(endpoint, lambda moment: "transfer-encoding" in moment.request.headers)


@fault(*PRETTY)
def indented_bodies_answered_compactly(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The layout of the request is turned over by a flag that was meant to keep it."""
    return _compact(endpoint, lambda moment: b"\n  " in moment.request.body)


def _crashing(endpoint: Endpoint, when: Callable[[Request], bool]) -> Behaviour:
    failure = internal_error("runtime error: index out of range")
    return turning_away(endpoint, lambda request: failure if when(request) else None)


def _crashing_at(endpoint: Endpoint, name: str, when: Callable[[str], bool] = bool) -> Behaviour:
    """Steps that fail at a header whose text is of some kind."""
    return _crashing(endpoint, lambda request: when(request.headers.get(name, "")))


@fault(*CRASH)
def any_type_of_an_application_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. The part of a type behind the slash is looked up in a table."""
    return _crashing_at(endpoint, "accept", lambda text: "application/*" in text)


@fault(*CRASH)
def languages_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. Messages are to be translated, and no language was installed."""
    return _crashing_at(endpoint, "accept-language")


@fault(*CRASH)
def codings_that_are_not_built_in_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. Every coding of the list is opened, before one is chosen."""
    return _crashing_at(endpoint, "accept-encoding", lambda text: "br" in text)


@fault(*CRASH)
def traces_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. Traces are to be continued, and the exporter is not configured."""
    return _crashing_at(endpoint, "traceparent")


@fault("status.500", "pretty.true-is-pretty")
def quoted_charset_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. The charset is looked up with the quotes around it."""
    return _crashing_at(endpoint, "content-type", lambda text: '"' in text)


@fault(*CRASH)
def cookies_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. A cookie is taken for a session, which nobody has begun."""
    return _crashing_at(endpoint, "cookie")


@fault(*CRASH)
def entity_tags_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. An entity tag is read as the number of a version."""
    return _crashing(endpoint, lambda request: bool({"if-match", "if-none-match"} & set(request.headers)))


@fault("status.500")
def empty_uid_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. An empty uid is parsed as one, since it is there."""
    return _crashing(endpoint, lambda request: get(body(request), ("metadata", "uid")) == "")


@fault("status.500")
def nothing_for_finalizers_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. Finalizers are walked through where they are named, also as null."""
    return _crashing(endpoint, lambda request: get(body(request), ("metadata", "finalizers")) is None)


@fault("status.500")
def no_owners_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. Where owners are named, the first one is asked for."""
    return _crashing(endpoint, lambda request: get(body(request), ("metadata", "ownerReferences")) == [])


@fault(*CRASH)
def lines_of_windows_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. White space is blanks and line feeds for the scanner, no more."""
    return _crashing(endpoint, lambda request: b"\r\n" in request.body and isinstance(body(request), dict))


@fault(*CRASH)
def escapes_in_capitals_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. The table of digits ends with the small letter f."""
    return _crashing(endpoint, lambda request: bool(re.search(rb"\\u[0-9A-F]*[A-F]", request.body)))


@fault(*CRASH)
def mebibytes_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. The buffer has a mebibyte, and nobody looks for its end."""
    return _crashing(endpoint, lambda request: MEBIBYTE < len(request.body) < 3 * MEBIBYTE)


@fault(*CRASH)
def timeout_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a proper request is no server error. The timeout is read as a number, and has a unit behind it."""
    return _crashing(endpoint, lambda request: "timeout" in request.query and "pretty" not in request.query)
