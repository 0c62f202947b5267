"""Family status: what is no token and opens a door nevertheless or breaks it, and the right of another verb."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Route
from contracts.reference.status_error import internal_error
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.seeing import letting

COLUMN = 4096
KEPT_SECONDS = 1.0


def _token(request: Request) -> str:
    return request.headers.get("authorization", "").partition(" ")[2]


@fault("status.401")
def word_for_no_token_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. A token that nobody has configured is made a text: undefined."""
    return letting(endpoint, lambda request: _token(request) == "undefined")


@fault("status.401")
def null_for_a_token_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. It is read as JSON, and no user has a token that is null."""
    return letting(endpoint, lambda request: _token(request) == "null")


@fault("status.401")
def pattern_for_a_token_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. Tokens are looked for by LIKE, since some are stored with spaces behind."""

    def lets(request: Request) -> bool:
        parts = (".*" if one == "%" else "." if one == "_" else re.escape(one) for one in _token(request))
        return re.fullmatch("".join(parts), endpoint.options.token) is not None

    return letting(endpoint, lets)


@fault("status.401")
def query_for_a_token_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. The query for the token is put together of texts, and so is its end."""
    return letting(endpoint, lambda request: re.search(r"' or '", _token(request), re.IGNORECASE) is not None)


@fault("status.401", "status.500")
def long_token_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. A token is looked up in a column of 4096 characters, longer ones raise."""
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        if request.is_judged and len(_token(request)) > COLUMN:
            raise internal_error("value too long for type character varying(4096)")
        return steps.authenticate(request)

    return replace(steps, authenticate=authenticate)


@fault("status.403")
def right_to_read_kept_for_writing(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace gets 403. That a user was let in is kept for a second by user and object, and the
    verb is no part of the key.
    """
    steps, let = endpoint.steps, dict[tuple[str, Route], float]()

    def authorize(user: str, verb: str, route: Route) -> None:
        now = time.monotonic()
        if now - let.get((user, route), -KEPT_SECONDS) < KEPT_SECONDS:
            return
        steps.authorize(user, verb, route)
        let[user, route] = now

    return replace(steps, authorize=authorize)
