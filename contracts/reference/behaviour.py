"""The steps by which an endpoint answers, each a function that can be replaced by another one.

`conformant.py` holds the steps of a conformant endpoint. The catalogue of faults replaces single ones:
`dataclasses.replace(behaviour, check_version=...)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.reference.http_request import JSON, Request, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal


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
