"""Family status: one status answered in the place of another where a replacement is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Response
from contracts.reference.status_error import Refusal
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, answering, refusing, watched

REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    422: "Invalid",
    500: "InternalError",
}
FORBIDDEN = ("status.403",)
UNAUTHORIZED = ("status.401",)
MALFORMED = ("status.400",)
STALE = ("concurrency.stale-refused", "concurrency.one-winner")
UNDOCUMENTED = "status.only-documented"


def retold(endpoint: Endpoint, code: int, *names: str) -> Behaviour:
    """Steps whose named ones refuse a replacement with another status."""
    steps, moment = watched(endpoint.steps)

    def telling(step: Callable[..., Any]) -> Callable[..., Any]:
        def told(*arguments: Any) -> Any:
            try:
                return step(*arguments)
            except Refusal as refused:
                raise (told_as(refused, code) if moment.writes else refused) from None

        return told

    exchanged: dict[str, Any] = {name: telling(getattr(steps, name)) for name in names}
    return replace(steps, **exchanged)


def told_as(refused: Refusal, code: int) -> Refusal:
    """The same refusal under another status, with the reason that belongs to it."""
    return replace(refused, code=code, reason=REASONS.get(code, ""))


def emptied(response: Response, status: int) -> Response:
    """A response with another status and nothing else."""
    return replace(response, status=status, body=b"", content_type="")


@fault(*UNAUTHORIZED)
def unauthenticated_as_403(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. Its owner is taken for the anonymous user, who may nothing.

    kubernetes/kubernetes#127884 shows the answer of an API server to those who show no credential at all.
    """
    return retold(endpoint, 403, "authenticate")


@fault(*UNAUTHORIZED)
def unauthenticated_as_400(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. A missing header is a missing parameter for the framework's validation."""
    return retold(endpoint, 400, "authenticate")


@fault(*UNAUTHORIZED)
def unauthenticated_as_404(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. Private things are "not found" for strangers, as on code hosting sites."""
    return retold(endpoint, 404, "authenticate")


@fault(*UNAUTHORIZED, "status.500")
def unauthenticated_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. The token service refuses, and its client library throws.

    kubernetes/kubernetes#132330: an authorizer's 401 came out as an internal server error.
    """
    return retold(endpoint, 500, "authenticate")


@fault(*UNAUTHORIZED, UNDOCUMENTED)
def unauthenticated_as_302(endpoint: Endpoint) -> Behaviour:
    """Breaks: no valid credential is 401. A gateway sends everybody without a session to its login page."""

    def tell(_: Moment, response: Response) -> Response:
        if response.status != 401:
            return response
        return replace(emptied(response, 302), headers={"location": "/login"})

    return answering(endpoint, tell)


@fault(*FORBIDDEN, "status.401")
def forbidden_as_401(endpoint: Endpoint) -> Behaviour:
    """Breaks: a known credential without the right is 403. "Unauthorized" is read as "lacks authorization"."""
    return retold(endpoint, 401, "authorize")


@fault(*FORBIDDEN)
def forbidden_as_404(endpoint: Endpoint) -> Behaviour:
    """Breaks: a known credential without the right is 403. What a user may not touch is hidden from them."""
    return retold(endpoint, 404, "authorize")


@fault(*FORBIDDEN, "status.500")
def forbidden_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: a known credential without the right is 403. The exception of the policy engine is caught by nobody."""
    return retold(endpoint, 500, "authorize")


@fault(*FORBIDDEN)
def forbidden_as_400(endpoint: Endpoint) -> Behaviour:
    """Breaks: a known credential without the right is 403. All business rules are answered with one status."""
    return retold(endpoint, 400, "authorize")


@fault(*MALFORMED)
def malformed_as_422(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. The framework answers every body that it cannot use with 422, as FastAPI does."""
    return retold(endpoint, 422, "decode")


@fault("status.500", *MALFORMED)
def malformed_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. The parser's exception reaches the handler of last resort.

    ISAITB/gitb#233: malformed JSON was answered as an internal server error.
    """
    return retold(endpoint, 500, "decode")


@fault(*MALFORMED)
def malformed_as_415(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. "It is not JSON" is confused with "it does not say that it is JSON"."""
    return retold(endpoint, 415, "decode")


@fault(*MALFORMED)
def malformed_as_404(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. Without a readable kind no handler is found, and that is "not found"."""
    return retold(endpoint, 404, "decode")


@fault(*MALFORMED, "response.schema")
def malformed_answered_with_success(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. Errors are told in the body of a 200, as in SOAP's and RPC's days."""

    def tell(_: Moment, response: Response) -> Response:
        return replace(response, status=200) if response.status == 400 else response

    return answering(endpoint, tell)


@fault(*MALFORMED)
def mismatch_as_404(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another kind or name is refused as a bad one. It is looked up by what the body says."""
    return retold(endpoint, 404, "check_identity")


@fault("status.500", *MALFORMED)
def mismatch_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another kind or name is refused as a bad one. An assertion guards what "cannot happen"."""
    return retold(endpoint, 500, "check_identity")


@fault("status.500", "replaceable.invalid-refused")
def invalid_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is the client's mistake. The database's constraint is the only validation there is.

    kubernetes/kubernetes#39730: an invalid label selector was answered with 500.
    """
    return retold(endpoint, 500, "validate")


@fault("replaceable.invalid-refused")
def invalid_as_409(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused as such. A violated constraint is a conflict for the persistence layer."""
    return retold(endpoint, 409, "validate")


@fault("replaceable.invalid-refused", UNDOCUMENTED)
def invalid_as_418(endpoint: Endpoint) -> Behaviour:
    """Breaks: only documented statuses are answered. A placeholder of the first draft was never exchanged."""
    return retold(endpoint, 418, "validate")


@fault("status.500")
def immutable_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: an immutable change is the client's mistake. The webhook denies without a code, and 500 is the
    default.
    """
    return retold(refusing(endpoint), 500, "check_immutable")


@fault(UNDOCUMENTED)
def immutable_as_418(endpoint: Endpoint) -> Behaviour:
    """Breaks: only documented statuses are answered. "This cannot be done to it" needed a status, and one was free."""
    return retold(refusing(endpoint), 418, "check_immutable")


@fault("status.500", UNDOCUMENTED)
def immutable_as_501(endpoint: Endpoint) -> Behaviour:
    """Breaks: an immutable change is the client's mistake. Changing the rest is "not implemented"."""
    return retold(refusing(endpoint), 501, "check_immutable")


@fault("response.schema", "response.is-stored-state")
def immutable_refused_with_200(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer to an accepted replacement is the object. A refusal is sent with the status of success."""
    return retold(refusing(endpoint), 200, "check_immutable")


@fault(*STALE, UNDOCUMENTED)
def conflict_as_412(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated version is 409. The version is treated as an If-Match condition, whose failure is 412."""
    return retold(endpoint, 412, "check_version")


@fault(*STALE)
def conflict_as_422(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated version is 409. The version is validated like any other field.

    kubernetes/kubernetes#19342 put validation and conflict detection in order, which had told one as the other.
    """
    return retold(endpoint, 422, "check_version")


@fault(*STALE)
def conflict_as_400(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated version is 409. Everything that a client gets wrong is one status."""
    return retold(endpoint, 400, "check_version")


@fault("status.500", *STALE)
def conflict_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated version is 409. The store's failed compare-and-swap is reported as it is."""
    return retold(endpoint, 500, "check_version")


@fault("status.500")
def media_type_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: an unknown media type is the client's mistake. No parser is registered for it, and none is called."""
    tell = endpoint.steps.tell
    return replace(endpoint.steps, tell=lambda told: told_as(tell(told), 500) if told.code == 415 else tell(told))


@fault(*UNAUTHORIZED, *FORBIDDEN, "concurrency.stale-refused")
def every_refusal_as_400(endpoint: Endpoint) -> Behaviour:
    """Breaks: each refusal has its status. One exception handler answers everything with 400."""
    return replace(endpoint.steps, tell=lambda told: told_as(told, 400))


@fault("status.500", *MALFORMED, *UNAUTHORIZED, *FORBIDDEN)
def every_refusal_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: 500 is no answer to a client's mistake. One exception handler answers everything with 500."""
    return replace(endpoint.steps, tell=lambda told: told_as(told, 500))
