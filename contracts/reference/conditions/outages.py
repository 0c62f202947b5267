"""Outages: for some seconds nobody answers, or somebody else than the API does; nothing is carried out then."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contracts.reference.conditions.condition import Parts, condition, since_first
from contracts.reference.conditions.gateways import UNDOCUMENTED, busy
from contracts.reference.http_request import NO_ANSWER, Request, Response

PLAIN: Final = "text/plain"
# Seconds since the first request.
STARTED: Final = 3
BEGIN: Final = 8


def _out(parts: Parts, begin: float, seconds: float, answer: Response) -> Parts:
    """The parts of an endpoint in whose place somebody else answers for so many seconds."""
    passed = since_first(parts)

    def serve(request: Request) -> Response:
        return answer if begin <= passed() < begin + seconds else parts.serve(request)

    return replace(parts, serve=serve)


@condition()
def starting(parts: Parts) -> Parts:
    """In the first 3 s, from the very first request on, everything is put off with 503 and a Status."""
    answer = busy(503, "ServiceUnavailable", "the server is currently unable to handle the request")
    return _out(parts, 0, STARTED, replace(answer, headers={}))


@condition()
def restart_once(parts: Parts) -> Parts:
    """Once, 6 s after the first request, every request is put off for 15 s with 503, a Status and Retry-After: 1."""
    return _out(parts, 6, 15, busy(503, "ServiceUnavailable", "apiserver is starting"))


@condition(may_fail=UNDOCUMENTED)
def no_upstream(parts: Parts) -> Parts:
    """Once, for 6 s, a load balancer has no server behind it and answers 503 with a text, without Retry-After."""
    return _out(parts, BEGIN, 6, Response(503, None, PLAIN, body=b"no healthy upstream"))


@condition(may_fail=UNDOCUMENTED)
def not_served(parts: Parts) -> Parts:
    """Once, for 2 s, an API server that has just started does not serve the kind yet, and answers 404 with a text."""
    return _out(parts, BEGIN, 2, Response(404, None, PLAIN, body=b"404 page not found\n"))


@condition()
def failover(parts: Parts) -> Parts:
    """Once, for 5 s, every connection is closed instead of an answer."""
    return _out(parts, BEGIN, 5, Response(NO_ANSWER, None))
