"""Family status: credentials of other kinds than the endpoint's, which nobody has checked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER
from contracts.reference.http_request import Request
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.seeing import letting

UNAUTHORIZED = ("status.401",)
FORBIDDEN = ("status.403",)
ADMINISTRATORS = "system:masters"


def _raised(endpoint: Endpoint, condition: Callable[[Request], bool]) -> Behaviour:
    """Steps for which every known user is the full one under a condition."""
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        user = steps.authenticate(request)
        return FULL_USER if request.is_judged and condition(request) else user

    return replace(steps, authenticate=authenticate)


def _scheme(request: Request) -> str:
    return request.headers.get("authorization", "").partition(" ")[0].lower()


def _anonymous(request: Request) -> bool:
    return "authorization" not in request.headers


@fault(*UNAUTHORIZED)
def basic_not_checked(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. Passwords are another middleware's business, which was not installed."""
    return letting(endpoint, lambda request: _scheme(request) == "basic")


@fault(*UNAUTHORIZED)
def basic_checked_for_its_form(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. What decodes to a user and a password is handed on to a directory, whose
    answer nobody waits for.
    """

    def well_formed(request: Request) -> bool:
        token = request.headers.get("authorization", "").partition(" ")[2]
        try:
            return _scheme(request) == "basic" and b":" in base64.b64decode(token, validate=True)
        except binascii.Error:
            return False

    return letting(endpoint, well_formed)


@fault(*UNAUTHORIZED)
def digest_not_checked(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. The answer to a challenge is read, and never computed."""
    return letting(endpoint, lambda request: _scheme(request) == "digest" and "username=" in str(request.headers))


@fault(*UNAUTHORIZED)
def negotiation_not_finished(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. The first step of a negotiation is taken for its end."""
    return letting(endpoint, lambda request: _scheme(request) in ("negotiate", "ntlm"))


@fault(*UNAUTHORIZED)
def signature_not_checked(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. Signed requests come through the gateway, which has checked them, it was
    thought.
    """
    return letting(endpoint, lambda request: "signature=" in request.headers.get("authorization", "").lower())


@fault(*UNAUTHORIZED)
def unsigned_token_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. A token says by itself how it is signed, and may say: not at all."""

    def unsigned(request: Request) -> bool:
        head = request.headers.get("authorization", "").partition(" ")[2].partition(".")[0]
        try:
            return b'"none"' in base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
        except binascii.Error:
            return False

    return letting(endpoint, unsigned)


@fault(*UNAUTHORIZED)
def any_token_in_the_other_header(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. X-Auth-Token, for clients of the old gateway, is looked for and not up."""
    return letting(endpoint, lambda request: _anonymous(request) and bool(request.headers.get("x-auth-token")))


@fault(*UNAUTHORIZED)
def any_key_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown credential is 401. Keys only tell who is to be billed, and came to open the door too."""
    return letting(endpoint, lambda request: _anonymous(request) and "x-api-key" in request.headers)


@fault(*UNAUTHORIZED)
def front_proxy_trusted_from_everybody(endpoint: Endpoint) -> Behaviour:
    """Breaks: no credential is 401. X-Remote-User is believed without the certificate that only the proxy has."""
    return letting(endpoint, lambda request: _anonymous(request) and "x-remote-user" in request.headers)


@fault(*UNAUTHORIZED)
def forwarded_administrators_trusted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no credential is 401. The gateway's groups are believed, also where no gateway has set them."""
    return letting(endpoint, lambda request: ADMINISTRATORS in request.headers.get("x-forwarded-groups", ""))


@fault(*UNAUTHORIZED)
def address_of_the_inside_trusted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no credential is 401. Who comes from the node itself is let in, and the address is read from a header."""
    return letting(endpoint, lambda request: request.headers.get("x-forwarded-for", "").startswith("127."))


@fault(*FORBIDDEN)
def anybody_may_impersonate(endpoint: Endpoint) -> Behaviour:
    """Breaks: a credential without the right is 403. Impersonate-User is obeyed, and nobody asks who may do that."""
    return _raised(endpoint, lambda request: "impersonate-user" in request.headers)


@fault(*FORBIDDEN)
def groups_of_a_header_are_added(endpoint: Endpoint) -> Behaviour:
    """Breaks: a credential without the right is 403. The groups of the token and those of the proxy's header are put
    together.
    """
    return _raised(endpoint, lambda request: request.headers.get("x-remote-group") == ADMINISTRATORS)
