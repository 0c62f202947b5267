"""Credentials as other servers take them; a wrong one is refused under all of these."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from contracts.reference.conditions.condition import Parts, condition
from contracts.reference.conditions.gateways import busy
from contracts.reference.http_request import Request, Response
from contracts.reference.status_error import Refusal

ANONYMOUS = "system:anonymous"
DENIED_LIVES: Final = timedelta(seconds=3)
MOST_REFUSED: Final = 5


def _scheme_and_token(request: Request) -> tuple[str, str]:
    """What an Authorization header holds: the scheme in its own capitals, empty without one, and the token."""
    scheme, blank, token = request.headers.get("authorization", "").strip().partition(" ")
    return (scheme, token.strip()) if blank else ("", scheme)


def _also_taken(parts: Parts, without_scheme: bool) -> Parts:
    """The parts of an endpoint that takes valid tokens under any scheme, or without one."""
    steps = parts.steps

    def authenticate(request: Request) -> str:
        scheme, token = _scheme_and_token(request)
        known = token in (parts.options.token, parts.options.denied_token)
        if known and without_scheme == (not scheme):
            request = replace(request, headers={**request.headers, "authorization": f"Bearer {token}"})
        return steps.authenticate(request)

    return replace(parts, steps=replace(steps, authenticate=authenticate))


@condition()
def anonymous_403(parts: Parts) -> Parts:
    """Who shows no credential is the anonymous user, who may do nothing: 403."""
    steps = parts.steps

    def authenticate(request: Request) -> str:
        scheme, token = _scheme_and_token(request)
        empty = not token or (not scheme and token.lower() == "bearer")
        if empty and not request.headers.get("x-auth-token") and not request.client_certificate:
            message = f'{parts.resource.subject(None)} is forbidden: User "{ANONYMOUS}" cannot access it'
            raise Refusal(403, "Forbidden", message, parts.resource.details(None))
        return steps.authenticate(request)

    return replace(parts, steps=replace(steps, authenticate=authenticate))


@condition()
def any_scheme(parts: Parts) -> Parts:
    """A valid token is accepted under any scheme."""
    return _also_taken(parts, without_scheme=False)


@condition()
def schemeless(parts: Parts) -> Parts:
    """A valid token is accepted without a scheme."""
    return _also_taken(parts, without_scheme=True)


@condition()
def capital_scheme_refused(parts: Parts) -> Parts:
    """The scheme is taken as Bearer only, in these very capitals."""
    steps = parts.steps

    def authenticate(request: Request) -> str:
        scheme, _ = _scheme_and_token(request)
        if scheme and scheme != "Bearer":
            raise Refusal(401, "Unauthorized", "Unauthorized")
        return steps.authenticate(request)

    return replace(parts, steps=replace(steps, authenticate=authenticate))


@condition(hides=("status.403",))
def denied_expires(parts: Parts) -> Parts:
    """The token of who may not write expires 3 s after it was shown first: 401 from then on."""
    steps, clock = parts.steps, parts.store.clock
    shown: list[datetime] = []

    def authenticate(request: Request) -> str:
        if _scheme_and_token(request)[1] == parts.options.denied_token:
            shown.append(clock())
            if shown[-1] - shown[0] > DENIED_LIVES:
                raise Refusal(401, "Unauthorized", "Unauthorized")
        return steps.authenticate(request)

    return replace(parts, steps=replace(steps, authenticate=authenticate))


@condition()
def challenge(parts: Parts) -> Parts:
    """A 401 names its scheme in WWW-Authenticate."""

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        named = {**response.headers, "www-authenticate": 'Bearer realm="kubernetes"'}
        return replace(response, headers=named) if response.status == 401 else response

    return replace(parts, serve=serve)


@condition()
def lockout(parts: Parts) -> Parts:
    """After five wrong credentials within a second the next ones are put off with 429 and Retry-After."""
    clock = parts.store.clock
    refused: deque[datetime] = deque(maxlen=MOST_REFUSED)

    def serve(request: Request) -> Response:
        response, now = parts.serve(request), clock()
        if response.status != 401:
            return response
        if len(refused) == MOST_REFUSED and now - refused[0] < timedelta(seconds=1):
            return busy(429, "TooManyRequests", "too many wrong credentials, please try again later")
        refused.append(now)
        return response

    return replace(parts, serve=serve)
