"""Families status and immutable: an object that was deleted is not gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from contracts.jsonvalue.paths import put
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object
from contracts.spec.fields import UID
from tests.faults.catalogue import Endpoint, fault

OTHER_UID = "00000000-0000-4000-8000-000000000000"


@dataclass
class _Shadows:
    """By path: what was shown last, what was deleted, and what has come back."""

    shown: dict[str, Object] = field(default_factory=dict)
    deleted: dict[str, Object] = field(default_factory=dict)
    back: dict[str, Object] = field(default_factory=dict)


def _reviving(endpoint: Endpoint, status: int, revived: Callable[[Object], Object]) -> Behaviour:
    """Steps that answer a replacement of a deleted object with `status` and bring back what `revived` makes of it."""
    steps, known = endpoint.steps, _Shadows()

    def answer(request: Request, response: Response) -> Response:
        path, response = request.path, steps.answer(request, response)
        if path in known.back and response.status == 404:
            if request.method == "GET":
                return Response(200, known.back[path])
            if request.method == "DELETE":
                return Response(200, known.back.pop(path))
        if request.method == "DELETE" and response.status == 200 and path in known.shown:
            known.deleted[path] = known.shown.pop(path)
        elif (request.method == "GET" or request.is_judged) and response.status == 200:
            known.shown[path] = response.value
        elif request.is_judged and response.status in (404, 409) and path in known.deleted:
            known.back[path] = revived(known.deleted[path])
            return Response(status, known.back[path])
        return response

    return replace(steps, answer=answer)


@fault("status.201", "immutable.identity")
def replacement_undoes_a_deletion(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was deleted is gone. Objects are only marked as deleted, and every write takes the mark away."""
    return _reviving(endpoint, 200, lambda old: old)


@fault("immutable.identity")
def uid_of_a_deleted_object_given_again(endpoint: Endpoint) -> Behaviour:
    """Breaks: a uid stands for one object. It is made of namespace and name, so the next object has it again."""
    return _reviving(endpoint, 201, lambda old: old)


@fault("status.201")
def creation_answered_as_replacement(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is created is answered with 201. A replacement writes whether or not there is an object, and says
    200.
    """
    return _reviving(endpoint, 200, lambda old: put(old, UID, OTHER_UID))


@fault("status.201")
def refused_replacement_undoes_a_deletion(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was deleted is gone. The mark of deletion is taken away before the version is compared."""
    steps = _reviving(endpoint, 200, lambda old: old)

    def answer(request: Request, response: Response) -> Response:
        told = steps.answer(request, response)
        return response if request.is_judged and response.status in (404, 409) else told

    return replace(steps, answer=answer)
