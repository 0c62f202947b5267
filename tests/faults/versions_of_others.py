"""Family concurrency: versions that are valid for something else than the object as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.jsonvalue.paths import get
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import VERSION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import watched
from tests.faults.support.seeing import seeing

STALE = "concurrency.stale-refused"


def _forgiving(endpoint: Endpoint, forgives: Callable[[Request, str, str], bool]) -> Behaviour:
    """Steps that take an outdated version where `forgives(request, stored, sent)` says so."""
    steps, moment = watched(endpoint.steps)

    def check_version(stored: Object, sent: Object) -> None:
        try:
            steps.check_version(stored, sent)
        except Refusal as refused:
            version = get(sent, VERSION)
            if refused.code != 409 or not forgives(moment.request, str(get(stored, VERSION)), str(version)):
                raise

    return replace(steps, check_version=check_version)


@fault(STALE)
def version_of_another_object_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The statement asks whether a row has this version, and not which."""
    endpoint, seen = seeing(endpoint)

    def forgives(_request: Request, _stored: str, sent: str) -> bool:
        return seen.store is not None and any(get(value, VERSION) == sent for _, value in seen.store.items())

    return _forgiving(endpoint, forgives)


@fault(STALE)
def current_entity_tag_stands_for_the_version(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. If-Match names what stands there, and the body's version is not looked at
    any more, of which the client has made its object.
    """
    return _forgiving(endpoint, lambda request, stored, _: request.headers.get("if-match") == f'"{stored}"')
