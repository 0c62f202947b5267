"""The steps by which the endpoint answers, each a function that can be exchanged for another one.

The catalogue of faults exchanges single steps: `dataclasses.replace(behaviour, check_version=...)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from contracts.reference import auth, encoding, immutability, objects, preconditions, status_error
from contracts.reference import http_request as request
from contracts.reference.decoding import JSON
from contracts.reference.http_request import Request, Route
from contracts.reference.objects import Object
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.status_error import Refusal
from contracts.reference.validation import validator


@dataclass(frozen=True)
class Response:
    """An answer before it is written.

    `body`: what is written instead of the encoded value; without a `content_type` no such header is sent.
    """

    status: int
    value: Any
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    always_pretty: bool = False
    body: bytes | None = None


@dataclass(frozen=True)
class Behaviour:
    """All steps, in the order in which a replacement takes them; a step that refuses raises `Refusal`.

    authenticate(request) -> user (401); authorize(user, verb, route) (403); check_accept(request) (406);
    decode(body, media type, strict) -> sent (400); check_identity(sent, route) (400);
    check_uid(stored or None, uid, name) (409); check_version(stored, sent) (409, 422, 500);
    merge(stored, sent) -> new; validate(stored or None, new) (422); check_immutable(stored, new) (403, 400, 422);
    next_generation(stored, new) -> number; persist(stored or None, new) -> what is really stored;
    next_version(stored, counter) -> the resourceVersion of a replaced object;
    answer(request, response) -> response; tell(refusal) -> refusal as it is told;
    wants_pretty(query parameter, user agent) -> yes or no; encode(value, pretty) -> body.
    `unlocked`: requests are served in threads of their own that do not wait for each other.
    """

    authenticate: Callable[[Request], str]
    authorize: Callable[[str, str, Route], None]
    check_accept: Callable[[Request], None]
    decode: Callable[[bytes, str, bool], Object]
    check_identity: Callable[[Object, Route], None]
    check_uid: Callable[[Object | None, str | None, str], None]
    check_version: Callable[[Object, Object], None]
    merge: Callable[[Object, Object], Object]
    validate: Callable[[Object | None, Object], None]
    check_immutable: Callable[[Object, Object], None]
    next_generation: Callable[[Object, Object], int]
    persist: Callable[[Object | None, Object], Object]
    next_version: Callable[[Object, int], str]
    answer: Callable[[Request, Response], Response]
    tell: Callable[[Refusal], Refusal]
    wants_pretty: Callable[[str | None, str], bool]
    encode: Callable[[Any, bool], bytes]
    unlocked: bool = False


def conformant(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """The steps of a conformant endpoint with the given options."""
    paths = immutability.replaceable_paths(resource, options.lenient_metadata)
    ignoring = options.immutability is Immutability.IGNORE
    return Behaviour(
        authenticate=partial(auth.authenticate, options),
        authorize=partial(auth.authorize, options, resource),
        check_accept=request.check_accept,
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
