"""Family status: credentials that are looked at too late, too little, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER, READING_USER
from contracts.reference.encoding import wants_pretty
from contracts.reference.http_request import Request, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import changes, put
from tests.faults.support.making import Moment, belated, field_of, watched

UNAUTHORIZED = ("status.401",)
LATE = ("status.401", "status.refusal-changes-nothing")
FORBIDDEN = ("status.403",)


def _also(endpoint: Endpoint, accepts: Callable[[str | None, str], bool]) -> Behaviour:
    """Steps that also take replacements whose Authorization header `accepts` lets pass; its second argument is the
    full user's token.
    """
    steps, token = endpoint.steps, endpoint.options.token

    def authenticate(request: Request) -> str:
        try:
            return steps.authenticate(request)
        except Refusal:
            if request.is_judged and accepts(request.headers.get("authorization"), token):
                return FULL_USER
            raise

    return replace(steps, authenticate=authenticate)


def _bearer(header: str | None) -> str:
    scheme, _, token = (header or "").strip().partition(" ")
    return token if scheme.lower() == "bearer" else ""


@fault(*UNAUTHORIZED)
def credentials_not_checked_on_put(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. The middleware is bound to the reading routes, the writing ones came
    later.
    """
    return _also(endpoint, lambda *_: True)


@fault(*LATE)
def credentials_checked_after_write(endpoint: Endpoint) -> Behaviour:
    """Breaks: a request without a valid credential changes nothing. The check is a hook on the response."""
    return belated(endpoint, "authenticate")


@fault(*UNAUTHORIZED)
def no_credential_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no credential is 401. Without a header the caller is taken for somebody inside the network."""
    return _also(endpoint, lambda header, _: header is None)


@fault(*UNAUTHORIZED)
def empty_credential_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an empty credential is 401. "" is a prefix of, and sorts before, everything."""
    return _also(endpoint, lambda header, _: header is not None and not header.strip())


@fault(*UNAUTHORIZED)
def scheme_alone_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a scheme without a credential is 401. The empty token finds the default service account."""
    return _also(endpoint, lambda header, _: (header or "").strip().lower() == "bearer")


@fault(*UNAUTHORIZED)
def any_bearer_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. Tokens are decoded and not verified: the gateway in front does that, or
    not.
    """
    return _also(endpoint, lambda header, _: bool(_bearer(header)))


@fault(*UNAUTHORIZED)
def start_of_token_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. The known token is asked whether it starts with the sent one."""
    return _also(endpoint, lambda header, token: bool(_bearer(header)) and token.startswith(_bearer(header)))


@fault(*UNAUTHORIZED)
def longer_token_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. Compared are as many characters as the known token has."""
    return _also(endpoint, lambda header, token: _bearer(header).startswith(token))


@fault(*UNAUTHORIZED)
def last_character_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. The loop over the characters ends one too early."""
    return _also(
        endpoint, lambda header, token: len(_bearer(header)) == len(token) and _bearer(header)[:-1] == token[:-1]
    )


@fault(*UNAUTHORIZED)
def token_compared_without_case(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. The whole header is lower-cased, for the sake of its scheme.

    oomol-lab/open-connector#188 is about that scheme, and says that the credential must keep its case.
    """
    return _also(endpoint, lambda header, token: _bearer(header).lower() == token.lower())


@fault(*UNAUTHORIZED)
def token_compared_by_length(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. A comparison in constant time checks the length, and drops its result."""
    return _also(endpoint, lambda header, token: len(_bearer(header)) == len(token))


@fault(*UNAUTHORIZED)
def token_searched_in_header(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. The header is searched for the token: `token in header`."""
    return _also(endpoint, lambda header, token: token in (header or ""))


@fault(*UNAUTHORIZED)
def every_fourth_stranger_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401, ever. One of four instances runs with the settings of the test stage."""
    strangers = [0]

    def unlucky(*_: str | None) -> bool:
        strangers[0] += 1
        return strangers[0] % 4 == 0

    return _also(endpoint, unlucky)


@fault(*UNAUTHORIZED)
def valid_credential_refused_now_and_then(endpoint: Endpoint) -> Behaviour:
    """Breaks: a valid credential is never 401. The cache of tokens is refreshed, and empty meanwhile."""
    steps = endpoint.steps
    served = [0]

    def authenticate(request: Request) -> str:
        user = steps.authenticate(request)
        served[0] += request.is_judged
        if request.is_judged and served[0] % 20 == 0:
            raise Refusal(401, "Unauthorized", "Unauthorized")
        return user

    return replace(steps, authenticate=authenticate)


def _allowed(endpoint: Endpoint, condition: Callable[[Moment], bool]) -> Behaviour:
    """Steps that let the reading user replace under a condition."""
    steps, moment = watched(endpoint.steps)

    def authorize(user: str, verb: str, route: Route) -> None:
        reader = user == READING_USER and moment.writes
        steps.authorize(FULL_USER if reader and condition(moment) else user, verb, route)

    return replace(steps, authorize=authorize)


@fault(*FORBIDDEN)
def reading_user_may_replace(endpoint: Endpoint) -> Behaviour:
    """Breaks: a credential without the right is 403. Whoever is known may do everything: authentication was thought
    to be all there is.
    """
    return _allowed(endpoint, lambda _: True)


@fault(*FORBIDDEN)
def reading_user_may_replace_with_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: a credential without the right is 403. Rights hang on the exact URL, without a query."""
    return _allowed(endpoint, lambda moment: wants_pretty(moment.request.query.get("pretty"), ""))


@fault(*FORBIDDEN)
def reading_user_may_replace_without_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: a credential without the right is 403. Rights are checked in the new handler, the old one is still
    there.
    """
    return _allowed(endpoint, lambda moment: "pretty" not in moment.request.query)


@fault("status.403", "status.refusal-changes-nothing")
def rights_checked_after_write(endpoint: Endpoint) -> Behaviour:
    """Breaks: a forbidden replacement changes nothing. Rights are checked on the object that is about to be shown."""
    return belated(endpoint, "authorize")


@fault("status.403", "status.refusal-changes-nothing")
def forbidden_but_labels_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a forbidden replacement changes nothing. Labels go to an index with rights of its own, before the
    rest.
    """
    labels = field_of("replaceable.labels")

    def alter(moment: Moment, new: Object) -> Object:
        return put(moment.stored, labels, new["metadata"].get("labels", {}))

    return belated(endpoint, "authorize", alter=alter)


@fault(*FORBIDDEN)
def forbidden_ignored_with_200(endpoint: Endpoint) -> Behaviour:
    """Breaks: a credential without the right is 403. The write is filtered out by a row policy, without an error."""
    late = belated(endpoint, "authorize", alter=lambda moment, _: moment.stored)
    return replace(late, answer=endpoint.steps.answer)


@fault(*FORBIDDEN)
def reading_user_may_retry(endpoint: Endpoint) -> Behaviour:
    """Breaks: a credential without the right is 403. A refusal is cached as "looked up", and found the next time."""
    seen: list[str] = []

    def again(moment: Moment) -> bool:
        known = moment.request.path in seen
        seen.append(moment.request.path)
        return known

    return _allowed(endpoint, again)


@fault(*FORBIDDEN)
def denied_may_replace_by_the_same(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may not replace the object gets 403. Rights are asked for each change that is found, and there is
    none.
    """
    steps, moment = watched(endpoint.steps)
    denied: list[Refusal] = []

    def authorize(user: str, verb: str, route: Route) -> None:
        denied.clear()
        try:
            steps.authorize(user, verb, route)
        except Refusal as refused:
            if not moment.writes:
                raise
            denied.append(refused)

    def merge(stored: Object, sent: Object) -> Object:
        new = steps.merge(stored, sent)
        if denied and any(changes(stored, new)):
            raise denied[0]
        return new

    return replace(steps, authorize=authorize, merge=merge)


@fault(*UNAUTHORIZED)
def bodies_read_before_credentials(endpoint: Endpoint) -> Behaviour:
    """Breaks: a request without a valid credential is 401. The framework parses bodies before any handler runs."""
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        if request.is_judged:
            steps.decode(request.body, "application/json", False)
        return steps.authenticate(request)

    return replace(steps, authenticate=authenticate)


@fault(*UNAUTHORIZED)
def first_character_of_token_unchecked(endpoint: Endpoint) -> Behaviour:
    """Breaks: a request without a valid credential is 401. The scheme is cut off with one character too many."""
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        for known in (endpoint.options.token, endpoint.options.denied_token):
            if token[1:] == known[1:]:
                headers = {**request.headers, "authorization": f"{scheme} {known}"}
                return steps.authenticate(replace(request, headers=headers))
        return steps.authenticate(request)

    return replace(steps, authenticate=authenticate)
