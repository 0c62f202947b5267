"""Family status: a refusal that leaves its body unread on a connection that goes on."""

from __future__ import annotations

from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from contracts.reference.status_error import Refusal
from tests.faults.catalogue import Endpoint, fault


def _leaving_unread(endpoint: Endpoint, status: int, *, dropped: bool = False) -> Behaviour:
    """Steps that take what is left of a body after a refusal for the beginning of the connection's next request.

    `dropped`: the connection ends with it, instead of an answer to something that was never sent.
    """
    steps, spoilt, lost = endpoint.steps, set[str](), set[str]()

    def authenticate(request: Request) -> str:
        if request.connection in spoilt:
            spoilt.discard(request.connection)
            lost.add(request.connection)
            raise Refusal(400, "BadRequest", "Bad request version")
        return steps.authenticate(request)

    def answer(request: Request, response: Response) -> Response:
        if request.connection in lost:
            lost.discard(request.connection)
            ended = {"content-length": "9"} if dropped else {"connection": "close"}
            return Response(400, None, "text/html", ended, body=b"" if dropped else b"<h1>Bad request version</h1>")
        if response.status == status and request.body and request.connection:
            spoilt.add(request.connection)
        return steps.answer(request, response)

    return replace(steps, authenticate=authenticate, answer=answer)


@fault("status.401")
def body_left_unread_after_401(endpoint: Endpoint) -> Behaviour:
    """Breaks: after 401 the connection is in order. The filter answers without having read the body, and keeps the
    connection.
    """
    return _leaving_unread(endpoint, 401)


@fault("status.403")
def connection_lost_after_403(endpoint: Endpoint) -> Behaviour:
    """Breaks: after 403 the connection is in order. What is left of the body ends the connection when more comes."""
    return _leaving_unread(endpoint, 403, dropped=True)


@fault("status.400")
def body_left_unread_after_400(endpoint: Endpoint) -> Behaviour:
    """Breaks: after 400 the connection is in order. The parser stops at the first mistake, and the rest stays there."""
    return _leaving_unread(endpoint, 400)
