"""All families: servers that are wrong once in a while, one request in twenty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import wants_pretty
from contracts.reference.http_request import Response
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, conflict, internal_error
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, answering, leaking, storing

REPLACEABLE = (
    "replaceable.labels",
    "replaceable.annotations",
    "replaceable.active-deadline-seconds",
    "replaceable.ttl-seconds-after-finished",
    "replaceable.clean-pod-policy",
)


def _turns(every: int = 20) -> Callable[[], bool]:
    """What is true each so many times that it is asked."""
    asked = [0]

    def turn() -> bool:
        asked[0] += 1
        return asked[0] % every == 0

    return turn


@fault("status.500")
def one_in_twenty_fails(endpoint: Endpoint) -> Behaviour:
    """Breaks: a correct request is no 500. One backend of twenty is gone, and the balancer has not noticed."""
    turn = _turns()

    def check(stored: Object, sent: Object) -> None:
        if turn():
            raise internal_error("connection refused")
        endpoint.steps.check_version(stored, sent)

    return replace(endpoint.steps, check_version=check)


@fault("replaceable.labels", "replaceable.sequence")
def one_in_twenty_is_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was accepted is stored. A write-behind cache loses what it had not flushed when it was restarted."""
    turn = _turns()
    return storing(endpoint, lambda moment, new: moment.stored if turn() else new)


@fault("immutable.replica-specs", "immutable.other-spec", "immutable.no-bypass")
def one_in_twenty_unchecked(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The webhook times out under load, and its failure policy is to ignore that."""
    turn = _turns()
    asked: list[Any] = [None, False]

    def timed_out(moment: Moment) -> bool:
        if asked[0] is not moment.request:
            asked[:] = [moment.request, turn()]
        return bool(asked[1])

    return leaking(endpoint, lambda moment, change: change.path[0] in endpoint.resource.desired and timed_out(moment))


# Which requirement the refused ones are about is chance.
@fault("status.200", "replaceable.together", "replaceable.sequence", *REPLACEABLE)
def one_in_twenty_conflicts(endpoint: Endpoint) -> Behaviour:
    """Breaks: a correct replacement is accepted. The version is read from a replica that is sometimes behind."""
    turn = _turns()

    def check(stored: Object, sent: Object) -> None:
        endpoint.steps.check_version(stored, sent)
        if turn():
            raise conflict(endpoint.resource, stored["metadata"]["name"], "the object has been modified")

    return replace(endpoint.steps, check_version=check)


@fault("pretty.true-is-pretty")
def every_third_pretty_is_compact(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. One of three gateways normalises JSON on its way through."""
    turn = _turns(3)
    plain = endpoint.steps.encode

    def tell(moment: Moment, response: Response) -> Response:
        compact = wants_pretty(moment.request.query.get("pretty"), "") and response.status == 200 and turn()
        return replace(response, body=plain(response.value, False)) if compact else response

    return answering(endpoint, tell)


@fault("replaceable.invalid-refused")
def every_eighth_invalid_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. One of eight servers has the schema of the release before."""
    turn = _turns(8)

    def validate(stored: Object | None, new: Object) -> None:
        try:
            endpoint.steps.validate(stored, new)
        except Refusal:
            if not turn():
                raise

    return replace(endpoint.steps, validate=validate)


@fault("response.is-stored-state")
def one_answer_in_twenty_is_old(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. The answer is read again, from a replica that is sometimes behind."""
    turn = _turns()

    def tell(moment: Moment, response: Response) -> Response:
        return replace(response, value=moment.stored) if response.status == 200 and turn() else response

    return answering(endpoint, tell)


@fault("response.content-type", "response.error-body")
def one_refusal_in_twenty_is_html(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON. A firewall answers now and then in the server's place, with its own page."""
    turn = _turns()

    def tell(_: Moment, response: Response) -> Response:
        blocked = response.status >= 400 and turn()
        return replace(response, body=b"<html>blocked</html>", content_type="text/html") if blocked else response

    return answering(endpoint, tell)
