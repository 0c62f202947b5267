"""The steps by which an endpoint answers, and those of a conformant one.

The catalogue of faults replaces single steps: `dataclasses.replace(behaviour, check_version=...)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from contracts.jsonvalue import merge_patch
from contracts.reference import checks, encoding, immutability, objects, validation
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import Refusal, documented

if TYPE_CHECKING:
    from contracts.reference.store import Store


@dataclass(frozen=True)
class Behaviour:
    """All steps, in the order in which a replacement takes them; one that refuses raises `Refusal`.

    Of two objects the stored one comes first, None where an object is created.
    `unlocked`: requests are served in threads of their own that do not wait for each other.
    """

    authenticate: Callable[[Request], str]  # the user; 401
    find_route: Callable[[Request], Route]  # 404
    authorize: Callable[[str, str, Route], None]  # user, verb; 403
    check_accept: Callable[[Request], None]  # 406
    decode: Callable[[bytes, str, bool], Object]  # body, media type, strict; 400
    check_patch_type: Callable[[Request], None]  # 415
    read_patch: Callable[[bytes, bool], dict[str, Any]]  # body, strict; 400
    apply_patch: Callable[[Object, dict[str, Any]], Any]  # stored and patch to what is then read as an object
    check_identity: Callable[[Object, Route], None]  # 400
    check_uid: Callable[[Object | None, str | None, str], None]  # stored, uid, name; 409
    check_version: Callable[[Object, Object], None]  # 409, 422, 500
    merge: Callable[[Object, Object], Object]  # stored and sent to new
    validate: Callable[[Object | None, Object], None]  # 422
    check_immutable: Callable[[Object, Object], None]  # 403, 400, 422
    next_generation: Callable[[Object, Object], int]
    persist: Callable[[Object | None, Object], Object]  # what is really stored
    next_version: Callable[[Object, int], str]  # stored, counter; resourceVersion of a replaced object
    answer: Callable[[Request, Response], Response]
    tell: Callable[[Refusal], Refusal]  # as it is told
    wants_pretty: Callable[[str | None, str], bool]  # query parameter, user agent
    encode: Callable[[Any, bool], bytes]  # value, pretty
    later: Callable[[Store], None]  # what the endpoint itself does to stored objects before the next request
    unlocked: bool = False


def conformant(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """The steps of a conformant endpoint with the given options; raises `ValueError` for an unusable schema."""
    paths = immutability.replaceable_paths(resource, options.lenient_metadata)
    ignoring = options.immutability is Immutability.IGNORE
    refuse = immutability.check_refusing(resource, options.immutability, paths)
    as_sent = partial(immutability.merge_as_sent, client_metadata=immutability.client_metadata(resource))
    schema = jsonschema_rs.validator_for(dict(resource.desired_schema), offline=True)
    return Behaviour(
        authenticate=partial(checks.authenticate, options),
        find_route=lambda request: checks.find_route(resource, request.path),
        authorize=partial(checks.authorize, options, resource),
        check_accept=checks.check_accept,
        decode=partial(objects.decode, resource),
        check_patch_type=checks.check_patch_type,
        read_patch=objects.read_patch,
        apply_patch=merge_patch.apply,
        check_identity=partial(checks.check_identity, resource),
        check_uid=partial(checks.check_uid, resource),
        check_version=partial(checks.check_version, resource),
        merge=immutability.merge_ignoring(resource, paths) if ignoring else as_sent,
        validate=partial(validation.validate, resource, schema),
        check_immutable=(lambda _stored, _new: None) if ignoring else refuse,
        next_generation=partial(next_generation, resource),
        persist=lambda _stored, new: new,
        next_version=lambda _stored, counter: str(counter),
        answer=lambda _request, response: response,
        tell=documented if options.documented_statuses_only else lambda refusal: refusal,
        wants_pretty=encoding.wants_pretty,
        encode=encoding.encode,
        later=lambda _store: None,
    )


def next_generation(resource: Resource, stored: Object, new: Object) -> int:
    """One more when what the client wants changes (Kubernetes API conventions: metadata, generation)."""
    current: int = stored["metadata"].get("generation", 1)
    return current + (encoding.canonical(resource.wanted(stored)) != encoding.canonical(resource.wanted(new)))
