"""Gateways in front of the endpoint: they answer in its place now and then, or demand something of their own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, Final

from contracts.reference.conditions.condition import Parts, condition, every
from contracts.reference.http_request import JSON, NO_ANSWER, Request, Response
from contracts.reference.status_error import Refusal

HTML: Final = "text/html"
UNDOCUMENTED: Final = "status.only-documented"
LARGEST_BODY: Final = 128 * 1024
PER_SECOND: Final = 100
WORDS: Final = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}


def page(status: int) -> Response:
    """An error page of a reverse proxy."""
    title = f"{status} {WORDS[status]}"
    text = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>\r\n"
    return Response(status, None, HTML, body=text.encode())


def busy(status: int, reason: str, message: str) -> Response:
    """A Status that puts a request off by a second."""
    refused = Refusal(status, reason, message, {"retryAfterSeconds": 1})
    return Response(status, refused.body(), headers={"retry-after": "1"})


def _instead(parts: Parts, turn: Callable[[], bool], answer: Response) -> Parts:
    """The parts of an endpoint in whose place a gateway answers when it is its `turn`; nothing is carried out then."""
    return replace(parts, serve=lambda request: answer if turn() else parts.serve(request))


@condition(may_fail=UNDOCUMENTED)
def gateway_502(parts: Parts) -> Parts:
    """A gateway answers one request in a hundred with 502 and HTML."""
    return _instead(parts, every(100, first=37), page(502))


@condition(may_fail=UNDOCUMENTED)
def gateway_503(parts: Parts) -> Parts:
    """A gateway answers one request in a hundred with 503 and HTML, without Retry-After."""
    return _instead(parts, every(100, first=41), page(503))


@condition(may_fail=UNDOCUMENTED)
def gateway_504(parts: Parts) -> Parts:
    """A gateway answers one request in a hundred with 504 and HTML, without Retry-After."""
    return _instead(parts, every(100, first=43), page(504))


@condition(may_fail=UNDOCUMENTED)
def gateway_500_html(parts: Parts) -> Parts:
    """A gateway answers one request in a hundred with 500 and HTML."""
    return _instead(parts, every(100, first=47), page(500))


@condition(may_fail=UNDOCUMENTED)
def gateway_502_json(parts: Parts) -> Parts:
    """A gateway answers one request in a hundred with 502 and JSON of its own."""
    body = json.dumps({"message": "An invalid response was received from the upstream server"}).encode()
    return _instead(parts, every(100, first=53), Response(502, None, JSON, body=body))


@condition(may_fail=UNDOCUMENTED)
def gateway_applied_504(parts: Parts) -> Parts:
    """One replacement in a hundred is carried out and yet answered with 504 and HTML."""
    return _answered_otherwise(parts, page(504), every(100, first=23))


@condition(may_fail=UNDOCUMENTED)
def gateway_applied_502(parts: Parts) -> Parts:
    """One replacement in a hundred is carried out and yet answered with 502 and HTML."""
    return _answered_otherwise(parts, page(502), every(100, first=29))


def _answered_otherwise(parts: Parts, answer: Response, turn: Callable[[], bool]) -> Parts:
    def serve(request: Request) -> Response:
        response = parts.serve(request)
        return answer if request.is_judged and response.status == 200 and turn() else response

    return replace(parts, serve=serve)


@condition()
def overload(parts: Parts) -> Parts:
    """One request in fifty is put off with 429 and Retry-After."""
    return _instead(parts, every(50, first=17), busy(429, "TooManyRequests", "too many requests, please try again"))


@condition()
def overload_until(parts: Parts) -> Parts:
    """One request in fifty is put off with 429 and a Retry-After that is a date, a second later."""
    turn = every(50, first=31)

    def serve(request: Request) -> Response:
        if not turn():
            return parts.serve(request)
        until = format_datetime(parts.store.clock() + timedelta(seconds=1), usegmt=True)
        return replace(busy(429, "TooManyRequests", "too many requests"), headers={"retry-after": until})

    return replace(parts, serve=serve)


@condition()
def restart(parts: Parts) -> Parts:
    """One request in fifty is put off with 503, a Status and Retry-After."""
    return _instead(parts, every(50, first=19), busy(503, "ServiceUnavailable", "apiserver is shutting down"))


@condition()
def overload_zero(parts: Parts) -> Parts:
    """A gateway lets 100 requests a second through, and puts the others off with 429 and Retry-After: 0."""
    clock, left = parts.store.clock, float(PER_SECOND)
    last = clock()
    answer = replace(busy(429, "TooManyRequests", "rate limit exceeded"), headers={"retry-after": "0"})

    def serve(request: Request) -> Response:
        nonlocal left, last
        left, last = min(PER_SECOND, left + (clock() - last).total_seconds() * PER_SECOND), clock()
        if left < 1:
            return answer
        left -= 1
        return parts.serve(request)

    return replace(parts, serve=serve)


@condition()
def body_limit(parts: Parts) -> Parts:
    """A gateway takes no body of more than 128 KiB: 413 and a Status."""
    refused = Refusal(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LARGEST_BODY}")
    answer = Response(413, refused.body())
    return replace(parts, serve=lambda request: answer if len(request.body) > LARGEST_BODY else parts.serve(request))


@condition()
def strict_query(parts: Parts) -> Parts:
    """A gateway validates requests by the page, and refuses a replacement with any parameter but pretty with 400."""

    def serve(request: Request) -> Response:
        unknown = sorted(request.query.keys() - {"pretty"}) if request.is_judged else []
        refused = Refusal(400, "BadRequest", f"unknown parameter: {', '.join(unknown)}")
        return Response(refused.code, refused.body()) if unknown else parts.serve(request)

    return replace(parts, serve=serve)


@condition()
def method_override(parts: Parts) -> Parts:
    """A server takes a replacement for what X-HTTP-Method-Override or _method names, with the rights that it needs."""

    def serve(request: Request) -> Response:
        named = request.headers.get("x-http-method-override") or request.query.get("_method")
        return parts.serve(replace(request, method=named) if named and request.is_judged else request)

    return replace(parts, serve=serve)


def _demanding(parts: Parts, fulfils: Callable[[Request], bool], refusal: Refusal) -> Parts:
    """The parts of an endpoint behind a gateway that refuses requests which do not fulfil its own demand."""
    body: dict[str, Any] = {"error_code": f"APIG.0{refusal.code}", "error_msg": refusal.message}
    answer = Response(refusal.code, body)
    return replace(parts, serve=lambda request: parts.serve(request) if fulfils(request) else answer)


@condition(run_with=("--header=X-Project-Id: p1",))
def project_header(parts: Parts) -> Parts:
    """A gateway demands the header X-Project-Id: p1, and answers 403 without it."""
    refusal = Refusal(403, "Forbidden", "X-Project-Id is missing or unknown")
    return _demanding(parts, lambda request: request.headers.get("x-project-id") == "p1", refusal)


@condition(run_with=("--query=tenant=t1",))
def tenant_query(parts: Parts) -> Parts:
    """A gateway demands the parameter tenant=t1, and answers 400 without it."""
    refusal = Refusal(400, "BadRequest", "parameter tenant is missing or unknown")
    return _demanding(parts, lambda request: request.query.get("tenant") == "t1", refusal)


@condition()
def connection_close(parts: Parts) -> Parts:
    """A gateway closes the connection after every answer."""

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        return replace(response, headers={**response.headers, "connection": "close"})

    return replace(parts, serve=serve)


@condition()
def connection_drops(parts: Parts) -> Parts:
    """A gateway closes the connection instead of one answer in a hundred; nothing is carried out then."""
    return _instead(parts, every(100, first=31), Response(NO_ANSWER, None))


@condition()
def compressed(parts: Parts) -> Parts:
    """A gateway compresses every answer for clients that take gzip."""

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        if "gzip" not in request.headers.get("accept-encoding", "") or response.body is not None:
            return response
        asked = request.query.get("pretty"), request.headers.get("user-agent", "")
        plain = parts.steps.encode(response.value, response.always_pretty or parts.steps.wants_pretty(*asked))
        headers = {**response.headers, "content-encoding": "gzip", "vary": "accept-encoding"}
        return replace(response, body=gzip.compress(plain, 1), headers=headers)

    return replace(parts, serve=serve)


@condition()
def vendor_headers(parts: Parts) -> Parts:
    """A gateway adds headers of its own to every answer, a cookie among them, and names the charset."""

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        kind = f"{response.content_type};charset=utf-8" if response.content_type == JSON else response.content_type
        added = {
            "server": "api-gateway",
            "set-cookie": "HWWAFSESID=1; path=/",
            "strict-transport-security": "max-age=1",
        }
        return replace(response, content_type=kind, headers={**response.headers, **added})

    return replace(parts, serve=serve)


@condition()
def many_headers(parts: Parts) -> Parts:
    """A mesh adds 150 headers to every answer."""
    added = {f"x-mesh-{number}": "1" for number in range(150)}

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        return replace(response, headers={**response.headers, **added})

    return replace(parts, serve=serve)
