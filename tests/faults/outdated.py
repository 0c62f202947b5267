"""Family concurrency: versions that count by what comes with them, by who asks, or more than once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from contracts.jsonvalue.paths import get
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from contracts.reference.immutability import merge_as_sent
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, conflict
from contracts.spec.fields import VERSION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import changes, made
from tests.faults.support.making import watched

STALE = ("concurrency.stale-refused",)


@dataclass
class _Memory:
    """By version the object as it was shown, and by connection the version that was shown last."""

    objects: dict[object, Object] = field(default_factory=dict)
    connections: dict[str, object] = field(default_factory=dict)


def _remembering(endpoint: Endpoint, forgive: Callable[[_Memory, Request, Object, Object], bool]) -> Behaviour:
    """Steps that let outdated versions pass where `forgive` says so; it may change what was sent."""
    steps, moment = watched(endpoint.steps)
    memory = _Memory()

    def check_version(stored: Object, sent: Object) -> None:
        try:
            steps.check_version(stored, sent)
        except Refusal as refused:
            if refused.code != 409 or not forgive(memory, moment.request, stored, sent):
                raise

    def answer(request: Request, response: Response) -> Response:
        version = get(response.value, VERSION)
        if response.status == 200 and isinstance(version, str):
            memory.objects[version] = response.value
            memory.connections[request.connection] = version
        return steps.answer(request, response)

    return replace(steps, check_version=check_version, answer=answer)


def _asked(base: Object, sent: Object) -> list[tuple[str | int, ...]]:
    return [one.path for one in changes(base, merge_as_sent(base, sent)) if one.path != VERSION]


@fault(*STALE)
def version_last_seen_on_the_connection_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. A session cache for each connection is asked for the current version."""

    def forgive(memory: _Memory, request: Request, _stored: Object, sent: Object) -> bool:
        return bool(memory.connections.get(request.connection) == get(sent, VERSION))

    return _remembering(endpoint, forgive)


@fault(*STALE)
def outdated_replacement_of_other_fields_merged(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Changes that touch different fields are merged, as a version control
    does.
    """

    def forgive(memory: _Memory, _: Request, stored: Object, sent: Object) -> bool:
        base = memory.objects.get(get(sent, VERSION))
        if base is None:
            return False
        own = [one for one in changes(base, merge_as_sent(base, sent)) if one.path != VERSION]
        theirs = [one.path for one in changes(base, stored) if one.path != VERSION]
        tops = {path[:2] for path in theirs}
        if not own or any(one.path[:2] in tops for one in own):
            return False
        sent.update(made(stored, tuple(own)))
        return True

    return _remembering(endpoint, forgive)


@fault(*STALE)
def outdated_replacement_without_change_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. What changes nothing in the version that it was made of is answered with
    200.
    """

    def forgive(memory: _Memory, _: Request, stored: Object, sent: Object) -> bool:
        base = memory.objects.get(get(sent, VERSION))
        if base is None or _asked(base, sent):
            return False
        sent.update(stored)
        return True

    return _remembering(endpoint, forgive)


@fault(*STALE)
def outdated_replacement_by_the_same_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. What is stored already is taken for a repetition."""
    return _remembering(endpoint, lambda _memory, _request, stored, sent: not _asked(stored, sent))


@fault("concurrency.version-advances")
def versions_repeat_after_forty(endpoint: Endpoint) -> Behaviour:
    """Breaks: each stored change has a version of its own. The version is a small counter that starts again."""
    return replace(endpoint.steps, next_version=lambda _stored, counter: str(1000 + counter % 40))


@fault("status.refusal-changes-nothing")
def repeated_by_the_gateway(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is refused changes nothing. A gateway repeats a replacement whose answer it has lost; the
    client sees the second try's 409.
    """
    steps = endpoint.steps
    accepted = 0

    def answer(request: Request, response: Response) -> Response:
        nonlocal accepted
        response = steps.answer(request, response)
        if not request.is_judged or response.status != 200:
            return response
        accepted += 1
        if accepted % 3:
            return response
        told = conflict(endpoint.resource, get(response.value, ("metadata", "name")), "the object has been modified")
        return Response(told.code, told.body())

    return replace(steps, answer=answer)


@fault("status.refusal-changes-nothing")
def repeated_by_the_gateway_always(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is refused changes nothing. Every replacement reaches the server twice, the later answer wins."""
    steps = endpoint.steps

    def answer(request: Request, response: Response) -> Response:
        response = steps.answer(request, response)
        if not request.is_judged or response.status != 200:
            return response
        told = conflict(endpoint.resource, get(response.value, ("metadata", "name")), "the object has been modified")
        return Response(told.code, told.body())

    return replace(steps, answer=answer)
