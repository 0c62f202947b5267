"""The steps of a conformant endpoint."""

from __future__ import annotations

from functools import partial

from contracts.reference import auth, encoding, immutability, objects, preconditions, routing, status_error
from contracts.reference.behaviour import Behaviour, Response
from contracts.reference.http_request import Request
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.resource import Object, Resource
from contracts.reference.validation import validator


def conformant(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """The steps of a conformant endpoint with the given options."""
    paths = immutability.replaceable_paths(resource, options.lenient_metadata)
    ignoring = options.immutability is Immutability.IGNORE
    return Behaviour(
        authenticate=partial(auth.authenticate, options),
        authorize=partial(auth.authorize, options, resource),
        check_accept=routing.check_accept,
        decode=partial(objects.decode, resource),
        check_identity=partial(preconditions.check_identity, resource),
        check_uid=partial(preconditions.check_uid, resource),
        check_version=partial(preconditions.check_version, resource),
        merge=immutability.merge_ignoring(paths) if ignoring else immutability.merge_as_sent,
        validate=validator(resource),
        check_immutable=(
            immutability.check_nothing
            if ignoring
            else immutability.check_refusing(resource, options.immutability, paths)
        ),
        next_generation=next_generation,
        persist=persist_new,
        next_version=count_version,
        answer=answer_plainly,
        tell=status_error.documented if options.documented_statuses_only else status_error.unchanged,
        wants_pretty=encoding.wants_pretty,
        encode=encoding.encode,
    )


def next_generation(stored: Object, new: Object) -> int:
    """One more when the spec changes (Kubernetes API conventions: metadata, generation)."""
    current: int = stored["metadata"].get("generation", 1)
    changed = encoding.canonical(stored.get("spec")) != encoding.canonical(new.get("spec"))
    return current + changed


def persist_new(stored: Object | None, new: Object) -> Object:  # noqa: ARG001 - a step's signature
    """Stores the new object."""
    return new


def count_version(stored: Object, counter: int) -> str:  # noqa: ARG001 - a step's signature
    """The store's counter itself."""
    return str(counter)


def answer_plainly(request: Request, response: Response) -> Response:  # noqa: ARG001 - a step's signature
    """Answers what is so."""
    return response
