"""Family concurrency: generations that do not count the changes of spec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import changes
from tests.faults.support.making import Moment, field_of, watched

COUNT = ("concurrency.generation",)


def _counting(endpoint: Endpoint, count: Callable[[int, Moment, int], int]) -> Behaviour:
    """Steps whose generation is `count(old, moment, proper)`."""
    steps, moment = watched(endpoint.steps)

    def next_generation(stored: Object, new: Object) -> int:
        proper = steps.next_generation(stored, new)
        return count(stored["metadata"].get("generation", 1), moment, proper) if moment.writes else proper

    return replace(steps, next_generation=next_generation)


@fault(*COUNT)
def generation_never_grows(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation grows with spec. Custom resources have none unless somebody switches it on.

    kubernetes/kubernetes#62595: the generation of a custom resource did not change with its spec.
    """
    return _counting(endpoint, lambda old, *_: old)


@fault(*COUNT)
def generation_grows_with_metadata(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation grows with nothing but spec. Each changing write counts.

    kubernetes/kubernetes#88473: generation grew with changes outside spec; fabric8io/kubernetes-client#4139: with
    status.
    """
    return _counting(endpoint, lambda old, moment, _: old + (canonical(moment.stored) != canonical(moment.asked)))


@fault(*COUNT)
def generation_grows_with_every_write(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation grows with changes only. Requests are counted, not changes.

    kubernetes/kubernetes#67616: writes that changed nothing were not recognised as such.
    """
    return _counting(endpoint, lambda old, *_: old + 1)


@fault(*COUNT)
def generation_grows_by_two(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation grows by one. It is counted by the handler, and again by the store."""
    return _counting(endpoint, lambda old, _, proper: old + 2 * (proper - old))


@fault(*COUNT)
def generation_as_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation is a number. It is shown as a text, as the numbers of 64 bits of other APIs are."""
    path = ("metadata", "generation")

    def answer(request: Request, response: Response) -> Response:
        response = endpoint.steps.answer(request, response)
        generation = paths.get(response.value, path)
        if not isinstance(generation, int):
            return response
        return replace(response, value=paths.put(response.value, path, str(generation)))

    return replace(endpoint.steps, answer=answer)


@fault(*COUNT)
def generation_starts_again(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation grows. Each stored object is a new one, with the first generation."""
    return _counting(endpoint, lambda *_: 1)


@fault(*COUNT)
def generation_not_counted_for_choice(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation grows with every change of spec. A field that does not concern running pods is not counted."""
    path = field_of("replaceable.clean-pod-policy")

    def count(old: int, moment: Moment, proper: int) -> int:
        spec = [change.path for change in changes(moment.stored.get("spec"), moment.asked.get("spec"))]
        return old if spec == [path[1:]] else proper

    return _counting(endpoint, count)


@fault(*COUNT)
def generation_counts_fields(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation grows by one. It is counted for each changed field."""
    return _counting(
        endpoint,
        lambda old, moment, _: old + len(list(changes(moment.stored.get("spec"), moment.asked.get("spec")))),
    )
