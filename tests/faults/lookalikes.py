"""All families: faults that look like a condition of the environment, which no rule that spares it may spare.

The condition that each resembles stands in its description.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER
from contracts.reference.conditions.condition import every
from contracts.reference.conditions.gateways import page
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, conflict, forbidden
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, answering, field_of, storing

LABELS, ANNOTATIONS = "replaceable.labels", "replaceable.annotations"
OWN = "platform.example.com/managed"
READ = "concurrency.read-after-write"
LARGEST_TAKEN = 64 * 1024


def _entries(value: Any, requirement: str) -> dict[str, Any]:
    found = get(value, field_of(requirement))
    return {} if found is MISSING else dict(found)


def _mapped(
    endpoint: Endpoint, requirement: str, change: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
) -> Behaviour:
    """Steps that store `change(old, new)` of a map with replacements."""

    def alter(moment: Moment, new: Object) -> Object:
        value = change(_entries(moment.stored, requirement), _entries(new, requirement))
        return put(new, field_of(requirement), value or MISSING)

    return altering(endpoint, alter)


@fault(ANNOTATIONS)
def sent_annotation_changed_beside_an_added_one(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. A webhook adds its own (webhook-stamp), and trims the others
    while it is at it.
    """
    return _mapped(
        endpoint, ANNOTATIONS, lambda _, new: {**{key: value[:40] for key, value in new.items()}, OWN: "yes"}
    )


@fault(LABELS)
def label_dropped_beside_an_added_one(endpoint: Endpoint) -> Behaviour:
    """Breaks: every label that was sent is stored. A webhook writes its own (webhook-keys) in the place of another."""
    return _mapped(endpoint, LABELS, lambda _, new: {**dict(sorted(new.items())[1:]), OWN: "yes"})


@fault(ANNOTATIONS)
def removed_annotation_returns(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation that is left out goes. It comes back with a note, as if the server had added it
    (webhook-keys), and only where a client removed it.
    """
    return _mapped(endpoint, ANNOTATIONS, lambda old, new: {**{key: "removed" for key in old if key not in new}, **new})


@fault("status.500")
def one_body_fails_again_and_again(endpoint: Endpoint) -> Behaviour:
    """Breaks: 500 is no answer to a correct request. The same values always meet the same bug, however often they are
    sent; it is told as storage trouble, which would pass (etcd-leader).
    """
    labels = field_of(LABELS)

    def check(stored: Object, sent: Object) -> None:
        if len(_entries(sent, LABELS)) >= 2 and get(sent, labels) != get(stored, labels):
            raise Refusal(500, "", "etcdserver: leader changed")
        endpoint.steps.check_version(stored, sent)

    return replace(endpoint.steps, check_version=check)


@fault("status.only-documented")
def large_bodies_break_the_gateway(endpoint: Endpoint) -> Behaviour:
    """Breaks: only documented statuses are answered. A gateway's buffer is too small for large bodies: 502 in HTML,
    always for these (gateway-502: once in a while).
    """
    return answering(endpoint, lambda now, response: page(502) if len(now.request.body) > 32 * 1024 else response)


@fault("replaceable.invalid-refused", ANNOTATIONS)
def long_annotations_too_large(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation may be long. No body of more than 64 KiB is taken, a quarter of what annotations may hold
    together; what a gateway with a limit of twice that (body-limit) does not let through is not demanded.
    """
    steps = endpoint.steps

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        if len(body) > LARGEST_TAKEN:
            raise Refusal(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LARGEST_TAKEN}")
        return steps.decode(body, media_type, strict)

    return replace(steps, decode=decode)


@fault("status.401")
def wrong_credential_as_403(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. Who shows none is 401, but an unknown token is "not allowed" (anonymous-403:
    the other way round).
    """
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        try:
            return steps.authenticate(request)
        except Refusal as refused:
            token = request.headers.get("authorization", "").partition(" ")[2].strip()
            if not request.is_judged or not token:
                raise
            raise forbidden(endpoint.resource, None, "unknown token") from refused

    return replace(steps, authenticate=authenticate)


def _unverified(endpoint: Endpoint, unwatched: Callable[[str], bool]) -> Behaviour:
    steps = endpoint.steps

    def authenticate(request: Request) -> str:
        header = request.headers.get("authorization", "").strip()
        return FULL_USER if request.is_judged and header and unwatched(header) else steps.authenticate(request)

    return replace(steps, authenticate=authenticate)


@fault("status.401")
def other_schemes_not_verified(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. Under another scheme than Bearer nobody looks at the token (any-scheme: at
    the scheme).
    """
    return _unverified(endpoint, lambda header: " " in header and not header.lower().startswith("bearer "))


@fault("status.401")
def tokens_without_scheme_not_verified(endpoint: Endpoint) -> Behaviour:
    """Breaks: a wrong credential is 401. Without a scheme the header is taken for an internal call (schemeless: the
    token decides).
    """
    return _unverified(endpoint, lambda header: " " not in header and header.lower() != "bearer")


@fault("response.is-stored-state", READ, LABELS, ANNOTATIONS, "replaceable.together", "replaceable.sequence")
def one_write_in_twenty_never_read(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was accepted is stored. It is answered with a version of its own, and no read ever shows it
    (read-lag: later ones do).
    """
    turn, lost = every(20, first=13), [False]

    def alter(moment: Moment, new: Object) -> Object:
        lost[0] = turn()
        return moment.stored if lost[0] else new

    def tell(moment: Moment, response: Response) -> Response:
        if response.status != 200 or not lost[0] or not moment.asked:
            return response
        lost[0] = False
        version = str(int(response.value["metadata"]["resourceVersion"]) + 1)
        return replace(response, value=put(moment.asked, ("metadata", "resourceVersion"), version))

    return answering(replace(endpoint, steps=storing(endpoint, alter)), tell)


@fault(READ, "response.is-stored-state", LABELS, ANNOTATIONS, "replaceable.together", "replaceable.sequence")
def reads_cached_until_spec_changes(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was accepted is read. Reads come from a cache that is renewed with generation alone, so labels never
    catch up (read-lag: they do).
    """
    cache: dict[str, Any] = {}

    def answer(request: Request, response: Response) -> Response:
        response = endpoint.steps.answer(request, response)
        if request.method != "GET" or response.status != 200 or "items" in response.value:
            return response
        metadata = response.value["metadata"]
        key = f"{metadata['uid']} {metadata.get('generation')}"
        return replace(response, value=cache.setdefault(key, response.value))

    return replace(endpoint.steps, answer=answer)


@fault("status.refusal-changes-nothing", "status.200", "immutable.atomic")
def stored_although_409(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refused replacement changes nothing. A gateway repeats a write that it thought lost, and passes on the
    409 of the second try; what is stored is no other writer's (controller-stamp).
    """
    turn = every(8, first=5)

    def tell(moment: Moment, response: Response) -> Response:
        if response.status != 200 or response.value is moment.stored or not moment.asked or not turn():
            return response
        name = response.value["metadata"]["name"]
        refused = conflict(endpoint.resource, name, "the object has been modified")
        return replace(response, status=409, value=refused.body())

    return answering(endpoint, tell)


def _told(endpoint: Endpoint, body: Callable[[int, dict[str, Any]], Any], kind: str = "application/json") -> Behaviour:
    def tell(_: Moment, response: Response) -> Response:
        if response.status < 400:
            return response
        return replace(response, value=body(response.status, response.value), content_type=kind)

    return answering(endpoint, tell)


@fault("response.error-body")
def errors_without_any_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: an error says what is wrong. The vendor's envelope (errors-vendor) is there, and nothing in it."""
    return _told(endpoint, lambda *_: {"error_code": "", "error_msg": "", "details": []})


@fault("response.error-body")
def vendor_errors_with_another_code(endpoint: Endpoint) -> Behaviour:
    """Breaks: an error's code is its status. The envelope (errors-envelope) is filled in by an inner service that
    has statuses of its own.
    """
    return _told(endpoint, lambda status, told: {"code": 409 if status != 409 else 400, "message": told["message"]})


@fault("response.error-body")
def problem_details_with_another_status(endpoint: Endpoint) -> Behaviour:
    """Breaks: an error's status is its status. Problem details (errors-problem) of one type have one status, whatever
    is sent.
    """
    return _told(
        endpoint,
        lambda status, told: {"title": "Error", "status": 500 if status != 500 else 400, "detail": told["message"]},
        "application/problem+json",
    )


@fault("immutable.replica-specs")
def container_fields_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing below spec changes. A conversion between versions loses env, ports and mounts of containers with
    every replacement, whatever is sent; creation keeps them.

    splunk/splunk-operator#463 is about fields that a conversion drops.
    """
    lost = ("env", "envFrom", "ports", "volumeMounts", "securityContext", "livenessProbe")

    def persist(stored: Object | None, new: Object) -> Object:
        new = endpoint.steps.persist(stored, new)
        for path, value in list(paths.walk(new)) if stored is not None else ():
            if path[-2:-1] == ("containers",) and isinstance(value, dict):
                new = put(new, path, {key: item for key, item in value.items() if key not in lost})
        return new

    return replace(endpoint.steps, persist=persist)


@fault("response.is-stored-state", "response.content-type", "response.schema")
def reads_unreadable(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is stored can be read. A GET of one object is cut off behind its first bytes, since the cache's
    entry is broken; the list is read from elsewhere.
    """

    def answer(request: Request, response: Response) -> Response:
        response = endpoint.steps.answer(request, response)
        whole = request.method != "GET" or response.status != 200 or "items" in response.value
        return response if whole else replace(response, body=b'{"apiVersion":"kube')

    return replace(endpoint.steps, answer=answer)
