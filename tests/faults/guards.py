"""A guard that refuses, skipped or broken by another way to ask: well-formedness, identity, version, validation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, internal_error
from contracts.spec.fields import NAME
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, answering, watched
from tests.faults.support.seeing import seeing


def _skipping(endpoint: Endpoint, step: str, skips: Callable[[Request], bool]) -> Behaviour:
    """Steps of which one that only refuses is skipped for some requests."""
    steps, moment = watched(endpoint.steps)
    refuse = getattr(steps, step)

    def check(*arguments: Any) -> None:
        if not (moment.writes and skips(moment.request)):
            refuse(*arguments)

    changed: dict[str, Any] = {step: check}
    return replace(steps, **changed)


def _is_yaml(request: Request) -> bool:
    return "yaml" in request.media_type


@fault("replaceable.invalid-refused")
def yaml_skips_validation(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. The schema of the framework is applied to bodies of JSON."""
    return _skipping(endpoint, "validate", _is_yaml)


@fault("concurrency.stale-refused")
def yaml_skips_the_version(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Who sends YAML sends a manifest, and means to overwrite."""
    return _skipping(endpoint, "check_version", _is_yaml)


@fault("replaceable.invalid-refused")
def ignored_fields_skip_validation(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. fieldValidation=Ignore, which is about unknown fields, skips it all."""
    return _skipping(endpoint, "validate", lambda request: request.query.get("fieldValidation") == "Ignore")


@fault("concurrency.stale-refused")
def curl_skips_the_version(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Who takes any type is no program, and has read the object just now."""
    return _skipping(endpoint, "check_version", lambda request: request.headers.get("accept") == "*/*")


@fault("status.400", "immutable.identity")
def another_name_accepted_with_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another name is 400. The route for people takes the URL's name without a word."""
    steps, moment = watched(endpoint.steps)

    def check_identity(sent: Object, route: Route) -> None:
        if moment.writes and "pretty" in moment.request.query and route.name:
            sent["metadata"]["name"] = route.name
        steps.check_identity(sent, route)

    return replace(steps, check_identity=check_identity)


@fault("status.400")
def another_name_accepted_without_a_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another name is 400. What is asked for is stored already, and that is all."""
    endpoint, seen = seeing(endpoint)
    steps, moment = watched(endpoint.steps)

    def check_identity(sent: Object, route: Route) -> None:
        stored = seen.get(route)
        named = put(sent, NAME, route.name)
        if stored and moment.writes and canonical(named) == canonical(stored):
            sent.update(named)
        steps.check_identity(sent, route)

    return replace(steps, check_identity=check_identity)


@fault("status.500", "status.400")
def malformed_with_pretty_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. The page for people shows where the mistake is, and fails at that."""
    steps, moment = watched(endpoint.steps)

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        try:
            return steps.decode(body, media_type, strict)
        except Refusal:
            if "pretty" in moment.request.query and moment.raw == {}:
                raise internal_error("list index out of range") from None
            raise

    return replace(steps, decode=decode)


@fault("concurrency.stale-refused")
def conflict_forgotten_on_retry(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The same request again is found in the cache of what was handled, and
    answered as if it had been carried out.
    """
    steps = endpoint.steps
    conflicts: set[bytes] = set()
    known: list[Object] = []

    def check_version(stored: Object, sent: Object) -> None:
        known[:] = [stored]
        steps.check_version(stored, sent)

    def tell(moment: Moment, response: Response) -> Response:
        body = moment.request.body
        if response.status == 409 and body in conflicts and known:
            return Response(200, known[0])
        if response.status == 409:
            conflicts.add(body)
        return response

    return answering(replace(endpoint, steps=replace(steps, check_version=check_version)), tell)
