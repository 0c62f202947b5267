"""Families status and immutable: fields of metadata with values of another type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, Path, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from contracts.reference.status_error import internal_error
from contracts.spec.fields import FINALIZERS, MANAGED, VERSION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, watched

OWNERS: Path = ("metadata", "ownerReferences")


def _mistaken(path: Path, wrong: Callable[[Any], bool]) -> Callable[[Moment], bool]:
    def found(moment: Moment) -> bool:
        value = get(moment.raw, path)
        return value is not MISSING and wrong(value)

    return found


def _failing(endpoint: Endpoint, mistaken: Callable[[Moment], bool], answered: Response) -> Behaviour:
    """Steps that answer replacements of mistaken bodies so."""
    steps, moment = watched(endpoint.steps)

    def answer(request: Request, response: Response) -> Response:
        if request.is_judged and response.status not in (401, 403) and mistaken(moment):
            return answered
        return steps.answer(request, response)

    return replace(steps, answer=answer)


def _crash() -> Response:
    failure = internal_error("interface conversion: interface {} is not what it should be")
    return Response(failure.code, failure.body())


# h11 ends a connection whose answer is shorter than it says.
def _nothing() -> Response:
    return Response(200, None, headers={"content-length": "9"}, body=b"")


@fault("status.500")
def version_that_is_an_object_ends_the_connection(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is answered. The version is converted where nothing catches what that throws."""
    return _failing(endpoint, _mistaken(VERSION, lambda value: isinstance(value, dict | list)), _nothing())


@fault("status.500")
def version_that_is_some_text_ends_the_connection(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is answered. The version is read as a number where nothing catches an exception."""
    return _failing(endpoint, _mistaken(VERSION, lambda value: value == "contract"), _nothing())


@fault("status.500")
def finalizers_that_are_a_text_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. Finalizers are iterated over whatever they are."""
    return _failing(endpoint, _mistaken(FINALIZERS, lambda value: not isinstance(value, list | None)), _crash())


@fault("status.500")
def owners_that_are_no_objects_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. Owner references are read as objects in a list, without a look."""
    return _failing(endpoint, _mistaken(OWNERS, lambda value: not isinstance(value, list | None)), _crash())


@fault("status.500")
def managed_fields_of_wrong_type_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a client's mistake is no 500. Managed fields are merged before the object is validated."""
    return _failing(endpoint, _mistaken(MANAGED, lambda value: isinstance(value, str | bool)), _crash())
