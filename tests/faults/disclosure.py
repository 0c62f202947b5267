"""Family status: refusals that show the object to who may not see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.jsonvalue.paths import get
from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import forbidden
from contracts.spec.fields import UID
from tests.faults.catalogue import Endpoint, fault


def _telling(endpoint: Endpoint, status: int, tell: Callable[[Object, Response], Response]) -> Behaviour:
    """Steps that tell more with a refusal of this status: `tell` gets the object and the proper answer."""
    steps, shown = endpoint.steps, dict[str, Object]()

    def answer(request: Request, response: Response) -> Response:
        response = steps.answer(request, response)
        if response.status == 200 and (request.method == "GET" or request.is_judged):
            shown[request.path] = response.value
        elif response.status == status and request.is_judged and request.path in shown:
            return tell(shown[request.path], response)
        return response

    return replace(steps, answer=answer)


def _closed(endpoint: Endpoint) -> Endpoint:
    """The endpoint, where the user who may not replace may not read either."""
    steps, resource = endpoint.steps, endpoint.resource

    def authorize(user: str, verb: str, route: Route) -> None:
        if user != FULL_USER:
            raise forbidden(resource, route.name, f'User "{user}" cannot {verb} anything')
        steps.authorize(user, verb, route)

    return replace(endpoint, steps=replace(steps, authorize=authorize))


def _with_details(stored: Object, response: Response) -> Response:
    return replace(response, value={**response.value, "details": {"name": "x", "current": stored}})


@fault("status.401")
def unauthorized_answer_shows_the_object(endpoint: Endpoint) -> Behaviour:
    """Breaks: who shows no credential learns nothing. The handler loads the object first and puts it into every
    error.
    """
    return _telling(endpoint, 401, _with_details)


@fault("status.401")
def unauthorized_answer_names_labels(endpoint: Endpoint) -> Behaviour:
    """Breaks: who shows no credential learns nothing. The message names the labels that a policy has looked at."""

    def tell(stored: Object, response: Response) -> Response:
        labels = ", ".join(f"{key}={value}" for key, value in (stored["metadata"].get("labels") or {}).items())
        return replace(response, value={**response.value, "message": f"no access to objects with {labels}"})

    return _telling(endpoint, 401, tell)


@fault("status.401")
def unauthorized_answer_has_the_uid(endpoint: Endpoint) -> Behaviour:
    """Breaks: who shows no credential learns nothing. The details that every Status has are filled from the store."""

    def tell(stored: Object, response: Response) -> Response:
        return replace(response, value={**response.value, "details": {"uid": get(stored, UID)}})

    return _telling(endpoint, 401, tell)


@fault("status.403")
def forbidden_answer_shows_the_object(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may nothing learns nothing. The refusal carries the object as it is, also for who may not read."""
    return _telling(_closed(endpoint), 403, _with_details)


@fault("status.403")
def forbidden_answer_shows_annotations(endpoint: Endpoint) -> Behaviour:
    """Breaks: who may nothing learns nothing. The difference to what is stored is told before rights are looked at."""

    def tell(stored: Object, response: Response) -> Response:
        old = str(stored["metadata"].get("annotations"))
        return replace(response, value={**response.value, "message": f"may not be changed from {old}"})

    return _telling(_closed(endpoint), 403, tell)
