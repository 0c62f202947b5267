"""Authentication (401) and authorisation (403)."""

from __future__ import annotations

import hmac

from contracts.reference.http_request import Request, Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.status_error import forbidden, unauthorized

FULL_USER = "editor"
READING_USER = "viewer"
READING_VERBS = frozenset({"get", "list"})


def authenticate(options: ReferenceOptions, request: Request) -> str:
    """The user whose credential a request carries; raises `Refusal` (401).

    A token decides where there is one (Authorization before X-Auth-Token), else a client certificate that the
    TLS handshake has accepted.
    """
    token = _token(request)
    if token is None:
        if request.client_certificate:
            return FULL_USER
        raise unauthorized()
    for user, known in ((FULL_USER, options.token), (READING_USER, options.denied_token)):
        if hmac.compare_digest(token.encode(), known.encode()):
            return user
    raise unauthorized()


def authorize(options: ReferenceOptions, resource: Resource, user: str, verb: str, route: Route) -> None:
    """Raises `Refusal` (403) when `user` may not `verb` there: roles are bound in one namespace only."""
    if route.namespace == options.namespace and (user == FULL_USER or verb in READING_VERBS):
        return
    what = f'resource "{resource.plural}" in API group "{resource.group}" in the namespace "{route.namespace}"'
    raise forbidden(resource, route.name, f'User "{user}" cannot {verb} {what}')


def _token(request: Request) -> str | None:
    """The token of a request; "" for an Authorization header that holds none, None without credentials."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.strip().partition(" ")
        return token if scheme.lower() == "bearer" else ""
    return request.headers.get("x-auth-token")
