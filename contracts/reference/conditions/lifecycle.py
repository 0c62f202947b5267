"""Creation and deletion that take a while, or that are answered by somebody in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from contracts.jsonvalue.paths import MISSING
from contracts.reference.conditions.condition import Parts, condition, every, is_editor, since_first
from contracts.reference.conditions.gateways import page
from contracts.reference.conditions.webhooks import written
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal

DELETION_TAKES: Final = timedelta(seconds=0.7)
FOREGROUND: Final = "foregroundDeletion"
HIDDEN_FOR: Final = timedelta(milliseconds=200)
# Seconds.
DELETE_FAILS: Final = 8


@condition()
def deletion_foreground(parts: Parts) -> Parts:
    """Deleting takes 0.7 s: until then the object is there, with a finalizer, and its name is taken."""
    store, delete = parts.store, parts.store.delete
    begun: dict[str, datetime] = {}

    def begin(route: Route) -> Object | None:
        stored = store.get(route)
        if stored is not None and "deletionTimestamp" not in stored["metadata"]:
            held = [*stored["metadata"].get("finalizers", []), FOREGROUND]
            store.put(route, written(stored, ("metadata", "finalizers"), held))
            begun[stored["metadata"]["uid"]] = store.clock()
        return delete(route)

    def act(now: datetime) -> None:
        for route, stored in store.items():
            held = stored["metadata"].get("finalizers", [])
            since = begun.get(stored["metadata"]["uid"])
            if FOREGROUND in held and since is not None and now - since >= DELETION_TAKES:
                rest = [one for one in held if one != FOREGROUND]
                store.put(route, written(stored, ("metadata", "finalizers"), rest or MISSING))
                if not rest:
                    store.remove(route)

    store.delete = begin  # type: ignore[method-assign]
    store.due.append(act)
    return parts


@condition()
def create_applied_504(parts: Parts) -> Parts:
    """One creation in three is carried out and yet answered with 504 and HTML."""
    turn = every(3, first=2)

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        return page(504) if request.method == "POST" and response.status == 201 and turn() else response

    return replace(parts, serve=serve)


@condition(may_fail="concurrency.read-after-write")
def create_lag(parts: Parts) -> Parts:
    """A new object cannot be read for 200 ms: GET answers 404, while a replacement is carried out."""
    clock = parts.store.clock
    created: dict[str, datetime] = {}

    def serve(request: Request) -> Response:
        now, path = clock(), request.path.rstrip("/")
        hidden = request.method == "GET" and path in created and now - created[path] < HIDDEN_FOR
        if hidden and is_editor(parts, request):
            name = path.rpartition("/")[2]
            message = f"{parts.resource.subject(name)} not found"
            return Response(404, Refusal(404, "NotFound", message, parts.resource.details(name)).body())
        response = parts.serve(request)
        if request.method == "POST" and response.status == 201:
            created[f"{path}/{response.value['metadata']['name']}"] = now
        return response

    return replace(parts, serve=serve)


@condition()
def delete_fails(parts: Parts) -> Parts:
    """For 8 s from the first one on, every deletion is answered with 500, as where a webhook for it is down."""
    passed = since_first(parts)
    message = "failed calling webhook: connection refused"
    answer = Response(500, Refusal(500, "InternalError", message).body())

    def serve(request: Request) -> Response:
        return answer if request.method == "DELETE" and passed() < DELETE_FAILS else parts.serve(request)

    return replace(parts, serve=serve)
