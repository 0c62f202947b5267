"""Family status: one status answered in the place of another where a replacement succeeds, or has no object."""

from __future__ import annotations

from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Response
from contracts.reference.status_error import Refusal
from tests.faults.catalogue import Endpoint, fault
from tests.faults.refusals import emptied, told_as
from tests.faults.support.making import Moment, answering

UNDOCUMENTED = "status.only-documented"


def _accepted_as(endpoint: Endpoint, status: int, *, empty: bool = False) -> Behaviour:
    def tell(_: Moment, response: Response) -> Response:
        if response.status != 200:
            return response
        return emptied(response, status) if empty else replace(response, status=status)

    return answering(endpoint, tell)


@fault("status.200", "status.201")
def accepted_as_201(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement of what exists is 200. The handler is shared with creation, and so is its status."""
    return _accepted_as(endpoint, 201)


@fault("status.200", UNDOCUMENTED)
def accepted_as_202(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement of what exists is 200. The job "will be updated", so a queue's status is answered."""
    return _accepted_as(endpoint, 202)


@fault("status.200", UNDOCUMENTED, "response.schema")
def accepted_as_204(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement is answered with 200 and the object. PUT answers 204 without a body in many frameworks."""
    return _accepted_as(endpoint, 204, empty=True)


def _unchanged(moment: Moment, response: Response) -> bool:
    return response.status == 200 and response.value is moment.stored


@fault("status.200", UNDOCUMENTED)
def unchanged_as_304(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement that changes nothing is 200 too. "Not modified" seemed to say just that."""
    return answering(
        endpoint, lambda moment, response: emptied(response, 304) if _unchanged(moment, response) else response
    )


@fault("status.200", UNDOCUMENTED, "response.schema")
def unchanged_as_204(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement that changes nothing is 200 with the object too. Nothing was done, so nothing is shown."""
    return answering(
        endpoint, lambda moment, response: emptied(response, 204) if _unchanged(moment, response) else response
    )


@fault("status.200", "pretty.true-is-pretty")
def unchanged_as_400(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement that changes nothing is accepted. The database reports no updated row, which is "an
    error".
    """

    def tell(moment: Moment, response: Response) -> Response:
        if not _unchanged(moment, response):
            return response
        refused = Refusal(400, "BadRequest", "nothing to update")
        return replace(response, status=400, value=refused.body())

    return answering(endpoint, tell)


@fault("status.201")
def absent_as_200(endpoint: Endpoint) -> Behaviour:
    """Breaks: success means that there is an object. An update of no rows is no error for the database."""

    def tell(moment: Moment, response: Response) -> Response:
        return replace(response, status=200, value=moment.raw) if response.status == 404 else response

    return answering(endpoint, tell)


@fault("status.201")
def absent_as_201(endpoint: Endpoint) -> Behaviour:
    """Breaks: 201 means that an object was created. The status is taken from the upsert that was planned."""

    def tell(moment: Moment, response: Response) -> Response:
        return replace(response, status=201, value=moment.raw) if response.status == 404 else response

    return answering(endpoint, tell)


@fault("status.500")
def absent_as_500(endpoint: Endpoint) -> Behaviour:
    """Breaks: 500 is no answer to a client's mistake. What is not found is null, and null is dereferenced."""
    tell = endpoint.steps.tell
    return replace(endpoint.steps, tell=lambda told: told_as(tell(told), 500) if told.code == 404 else tell(told))
