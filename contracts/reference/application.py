"""The endpoint as an ASGI application: from HTTP to the operations and back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import format_datetime
from typing import Any

from contracts.reference.behaviour import Behaviour
from contracts.reference.conditions import Parts, around
from contracts.reference.http_request import NO_ANSWER, Request, Response, parse_query
from contracts.reference.operations import Operations
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.status_error import Refusal, internal_error
from contracts.reference.store import Clock, Store, utc_now

MAXIMUM_BODY = 3 * 1024 * 1024

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_log = logging.getLogger(__name__)


class Application:
    """An ASGI application over a store of its own; every answer, refusals included, is one JSON body.

    Raises `ValueError` for an unknown condition.
    """

    def __init__(
        self, resource: Resource, behaviour: Behaviour, options: ReferenceOptions, clock: Clock = utc_now
    ) -> None:
        self.store = Store(options, resource, clock)
        self._resource = resource
        self._latency = options.latency
        self.store.due.append(lambda _now: behaviour.later(self.store))
        parts = around(options.conditions)(Parts(resource, options, self.store, behaviour, self._respond))
        self._behaviour, self._serve = parts.steps, parts.serve
        operations = Operations(resource, self._behaviour, self.store)
        writing = {
            "POST": ("create", operations.create),
            "PUT": ("update", operations.replace),
            "PATCH": ("patch", operations.patch),
        }
        self._collection = {"GET": ("list", operations.list), **writing}
        self._item = {"GET": ("get", operations.read), "DELETE": ("delete", operations.delete), **writing}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one HTTP request; a client that goes away in the middle gets nothing."""
        body = await _read_body(receive)
        if body is None:
            return
        request = _request(scope, body, self._resource.judged_method)
        if self._latency:
            await asyncio.sleep(self._latency)
        if self._behaviour.unlocked:
            response = await asyncio.to_thread(self.respond, request)
        else:
            response = self.respond(request)
        if response.status == NO_ANSWER:
            scope["state"]["close"]()
            return
        payload = response.body
        if payload is None:
            asked = request.query.get("pretty"), request.headers.get("user-agent", "")
            pretty = response.always_pretty or self._behaviour.wants_pretty(*asked)
            payload = self._behaviour.encode(response.value, pretty)
        headers = {"content-length": str(len(payload)), "date": format_datetime(self.store.clock(), usegmt=True)}
        if response.content_type:
            headers["content-type"] = response.content_type
        raw = [(name.encode(), value.encode()) for name, value in {**headers, **response.headers}.items() if value]
        await send({"type": "http.response.start", "status": response.status, "headers": raw})
        await send({"type": "http.response.body", "body": payload})

    def respond(self, request: Request) -> Response:
        """The answer to a request, under the conditions that there are; never raises."""
        return self._serve(request)

    def _respond(self, request: Request) -> Response:
        try:
            response = self._dispatch(request)
        except Refusal as refused:
            # The page documents the statuses of a replacement and of nothing else.
            told = self._behaviour.tell(refused) if request.is_judged else refused
            headers = {"allow": "DELETE, GET, PATCH, POST, PUT"} if refused.code == 405 else {}
            # An API server cannot negotiate how to tell that it could not negotiate (recordings).
            pretty = refused.code == 406
            response = Response(told.code, told.body(), headers=headers, always_pretty=pretty)
        except Exception:
            _log.exception("%s %s", request.method, request.path)
            failure = internal_error("the reference endpoint failed, see its log")
            response = Response(failure.code, failure.body())
        return self._behaviour.answer(request, response)

    def _dispatch(self, request: Request) -> Response:
        user = self._behaviour.authenticate(request)
        route = self._behaviour.find_route(request)
        operations = self._collection if route.name is None else self._item
        verb, operation = operations.get(request.method, ("", None))
        self._behaviour.authorize(user, verb, route)
        if operation is None:
            message = f'{verb} is not supported on resources of kind "{self._resource.subject(None)}"'
            raise Refusal(405, "MethodNotAllowed", message, self._resource.details(None))
        self._behaviour.check_accept(request)
        if len(request.body) > MAXIMUM_BODY:
            message = f"Request entity too large: limit is {MAXIMUM_BODY}"
            raise Refusal(413, "RequestEntityTooLarge", message, {})
        return operation(request, route)


async def _read_body(receive: Receive) -> bytes | None:
    """The body, None when the client is gone; of one that is too large no more than needed to know it."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAXIMUM_BODY or not message.get("more_body", False):
            return b"".join(chunks)


def _request(scope: Scope, body: bytes, judged: str) -> Request:
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=parse_query(scope["query_string"].decode("latin-1")),
        headers=dict(reversed(headers)),
        body=body,
        client_certificate=bool(scope.get("state", {}).get("client_certificate")),
        raw_path=scope.get("raw_path", b"").decode("latin-1"),
        connection=scope.get("state", {}).get("connection", ""),
        judged_method=judged,
    )
