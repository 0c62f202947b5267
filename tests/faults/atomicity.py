"""Families immutable and status: refusals that come too late, or only for a part of what was sent."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count

from contracts.jsonvalue.paths import Path, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import wants_pretty
from contracts.reference.http_request import Request, Response
from contracts.reference.immutability import with_fields
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import GENERATION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, belated, field_of, field_paths, refusing, watched
from tests.faults.support.seeing import route_of, seeing

ATOMIC = ("immutable.atomic", "status.refusal-changes-nothing")


def _only(path: Path, moment: Moment, new: Object) -> Object:
    return put(moment.stored, path, get(new, path))


@fault(*ATOMIC, "immutable.replica-specs")
def refused_but_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. The check runs in a hook behind the write, without a
    transaction.
    """
    return belated(refusing(endpoint), "check_immutable")


@fault(*ATOMIC)
def refused_but_labels_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. Labels have a table of their own, written before spec is
    looked at.
    """
    labels = field_of("replaceable.labels")
    return belated(refusing(endpoint), "check_immutable", alter=lambda moment, new: _only(labels, moment, new))


@fault(*ATOMIC)
def refused_but_annotations_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. The attempt's annotations are kept "for the record"."""
    annotations = field_of("replaceable.annotations")
    return belated(refusing(endpoint), "check_immutable", alter=lambda moment, new: _only(annotations, moment, new))


@fault(*ATOMIC)
def refused_but_allowed_part_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. What is allowed is applied field by field until one is not."""
    paths = endpoint.resource.replaceable
    return belated(
        refusing(endpoint), "check_immutable", alter=lambda moment, new: with_fields(moment.stored, new, paths)
    )


@fault(*ATOMIC)
def refused_but_last_field_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. One column is updated by a statement of its own, which commits."""
    return belated(
        refusing(endpoint), "check_immutable", alter=lambda moment, new: _only(field_paths(endpoint)[-1], moment, new)
    )


@fault("concurrency.generation", *ATOMIC)
def refusal_counts_generation(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation counts changes. The counter is drawn from the store before the change is refused."""

    def alter(moment: Moment, _: Object) -> Object:
        generation = moment.stored["metadata"]["generation"]
        return put(moment.stored, GENERATION, generation + 1)

    return belated(refusing(endpoint), "check_immutable", alter=alter, counted=False)


@fault("status.refusal-changes-nothing")
def refusal_counts_version(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. The row is locked by an update that changes nothing but its
    version.
    """
    endpoint, seen = seeing(refusing(endpoint))
    steps, moment = watched(endpoint.steps)

    def check(stored: Object, new: Object) -> None:
        try:
            steps.check_immutable(stored, new)
        except Refusal:
            if (route := route_of(endpoint, moment.request)) and seen.store:
                seen.store.put(route, stored)
            raise

    return replace(steps, check_immutable=check)


@fault("status.refusal-changes-nothing", "replaceable.invalid-refused")
def invalid_refused_but_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing invalid is stored, nothing refused changes anything. The schema is checked when the answer is
    built.
    """
    return belated(endpoint, "validate")


@fault("status.refusal-changes-nothing", "replaceable.invalid-refused")
def invalid_refused_but_rest_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. Invalid fields are skipped, valid ones of the same body are
    stored.
    """

    def alter(moment: Moment, new: Object) -> Object:
        causes = (moment.refused.details or {}).get("causes", []) if moment.refused else []
        named = tuple(cause.get("field", "") for cause in causes)
        valid = [path for path in endpoint.resource.replaceable if not any(path in field for field in named)]
        return with_fields(moment.stored, new, valid)

    return belated(endpoint, "validate", alter=alter)


@fault("concurrency.stale-refused", "status.refusal-changes-nothing", "concurrency.one-winner")
def conflict_refused_but_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement changes nothing. The version is compared after the write, to report the
    conflict.
    """
    return belated(endpoint, "check_version")


@fault("status.refusal-changes-nothing", "status.400", "immutable.atomic")
def mismatch_refused_but_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another kind or name changes nothing. It is compared with the URL when the answer is
    built.
    """

    def alter(moment: Moment, new: Object) -> Object:
        return with_fields(moment.stored, new, endpoint.resource.replaceable)

    return belated(refusing(endpoint), "check_identity", "validate", "check_immutable", alter=alter)


@fault("status.400", "status.refusal-changes-nothing")
def trailing_garbage_refused_but_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body that is not one JSON object changes nothing. A streaming decoder hands over the first object,
    and then finds that there is more.
    """
    return _reading_first(endpoint)


@fault(*ATOMIC)
def refused_with_pretty_but_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. With pretty=true the error is found while the answer is laid
    out.
    """
    late = belated(refusing(endpoint), "check_immutable")
    prompt = refusing(endpoint).steps.check_immutable
    pretty = [False]

    def authenticate(request: Request) -> str:
        pretty[0] = wants_pretty(request.query.get("pretty"), "")
        return late.authenticate(request)

    def check(stored: Object, new: Object) -> None:
        (late.check_immutable if pretty[0] else prompt)(stored, new)

    return replace(late, authenticate=authenticate, check_immutable=check)


def _reading_first(endpoint: Endpoint) -> Behaviour:
    found: list[Refusal] = []

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        found.clear()
        try:
            return endpoint.steps.decode(body, media_type, strict)
        except Refusal as refused:
            try:
                _, end = json.JSONDecoder().raw_decode(body.decode(errors="replace"))
            except (ValueError, RecursionError):
                raise refused from None
            first = endpoint.steps.decode(body.decode(errors="replace")[:end].encode(), media_type, strict)
            found.append(refused)
            return first

    def answer(request: Request, response: Response) -> Response:
        if found and request.is_judged and response.status < 300:
            told = endpoint.steps.tell(found[0])
            response = replace(response, status=told.code, value=told.body())
        found.clear()
        return endpoint.steps.answer(request, response)

    return replace(endpoint.steps, decode=decode, answer=answer)


@fault("status.refusal-changes-nothing", "status.401")
def strangers_noted_in_the_status(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. When somebody without a valid credential was seen last is written
    into the object that he asked for.
    """
    endpoint, seen = seeing(endpoint)
    steps, asked = endpoint.steps, count()

    def answer(request: Request, response: Response) -> Response:
        route = route_of(endpoint, request)
        if request.is_judged and response.status == 401 and route and seen.store and (stored := seen.get(route)):
            seen.store.put(route, put(stored, ("status", "lastReconcileTime"), f"attempt {next(asked)}"))
        return steps.answer(request, response)

    return replace(steps, answer=answer)
