"""Family immutable: changes that slip through beside what tools and proxies write, or that a total does not show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.reference.http_request import Request
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import ANNOTATIONS, LABELS, NAMESPACE, VERSION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change
from tests.faults.support.making import Moment, leaking, leaks_when, watched
from tests.faults.support.seeing import body, route_of, seeing

BYPASS = ("immutable.no-bypass", "immutable.replica-specs")
TOTALS = ("immutable.replica-specs",)
REPLICAS = ("spec", "pytorchReplicaSpecs")
FAMILY = frozenset({"livenessProbe", "readinessProbe", "lifecycle", "terminationMessagePath", "tty", "stdin"})


def _has(path: tuple[str, ...], key: str) -> Callable[[Moment], bool]:
    """Whether a map that was sent has a key."""
    return lambda moment: get(moment.asked, (*path, key)) is not MISSING


@fault(*BYPASS)
def accepted_behind_a_proxy(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The gateway in front is said to have checked what it forwards."""
    return leaks_when(endpoint, lambda moment: "x-forwarded-for" in moment.request.headers)


@fault(*BYPASS)
def accepted_of_a_restart(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. A restart by kubectl may change the template, and is known by its annotation."""
    return leaks_when(endpoint, _has(ANNOTATIONS, "kubectl.kubernetes.io/restartedAt"))


@fault(*BYPASS)
def accepted_of_an_apply(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. What was applied is compared with what was applied last, not with the store."""
    return leaks_when(endpoint, _has(ANNOTATIONS, "kubectl.kubernetes.io/last-applied-configuration"))


@fault(*BYPASS)
def accepted_of_what_a_tool_manages(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. An exception was made for what the installer manages, and it is a label."""
    return leaks_when(endpoint, _has(LABELS, "app.kubernetes.io/managed-by"))


@fault(*BYPASS)
def accepted_without_a_namespace(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The old object is looked up by the body's namespace, and not found."""
    return leaks_when(endpoint, lambda moment: bool(moment.raw) and get(moment.raw, NAMESPACE) is MISSING)


@fault(*BYPASS)
def accepted_of_what_has_no_labels(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The webhook has an object selector, which matches nothing without labels."""
    return leaks_when(
        endpoint, lambda moment: not any(get(one, LABELS) for one in (moment.stored, moment.asked) if _of(one))
    )


def _of(value: Json) -> bool:
    return get(value, LABELS) is not MISSING


@fault(*BYPASS)
def accepted_with_another_word_for_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. A parameter that is no truth value breaks the filter, and what is broken lets
    pass.
    """
    return leaks_when(endpoint, lambda moment: moment.request.query.get("pretty", "true") not in ("true", "false", ""))


@fault(*TOTALS)
def unknown_members_of_a_container_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. A container is compared by the fields that the product's own model has."""
    return leaking(endpoint, lambda _, change: change.path[-1] in FAMILY)


def _all_of(value: Any, key: str) -> list[str]:
    """What every member of a name holds, wherever it stands, sorted."""
    return sorted(canonical(item) for path, item in paths.walk(value) if path[-1] == key)


@fault(*TOTALS)
def only_the_sum_of_replicas_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The quota knows how many pods there are in all, and that is what is compared."""

    def total(value: Any) -> int:
        return sum(item for path, item in paths.walk(value) if path[-1] == "replicas" and type(item) is int)

    def admits(moment: Moment, change: Change) -> bool:
        return change.path[-1] == "replicas" and total(moment.stored) == total(moment.asked)

    return leaking(endpoint, admits)


@fault(*TOTALS)
def only_the_set_of_images_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. Images are compared with those that were scanned, whatever container has them."""

    def admits(moment: Moment, change: Change) -> bool:
        same = _all_of(moment.stored, "image") == _all_of(moment.asked, "image")
        return change.path[-1] == "image" and same

    return leaking(endpoint, admits)


@fault(*BYPASS)
def accepted_of_an_operator(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The operator may change what it likes, and is known by what it calls itself."""
    return leaks_when(endpoint, lambda moment: "operator" in moment.request.headers.get("user-agent", ""))


@fault(*BYPASS)
def accepted_of_a_browser(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The console checks in its pages what may be changed, and is a browser."""
    return leaks_when(endpoint, lambda moment: "Mozilla" in moment.request.headers.get("user-agent", ""))


@fault(*BYPASS)
def accepted_with_a_warning(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. With fieldValidation=Warn everything that is wrong is a warning."""
    return leaks_when(endpoint, lambda moment: moment.request.query.get("fieldValidation") == "Warn")


@fault(*BYPASS)
def accepted_of_the_last_request_of_a_connection(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. What closes the connection is not put through the chain that may ask back."""
    return leaks_when(endpoint, lambda moment: moment.request.headers.get("connection", "").lower() == "close")


@fault(*BYPASS)
def accepted_if_it_matches(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. What holds under a condition is compared by its entity tag, and by no more."""
    return leaks_when(endpoint, lambda moment: "if-match" in moment.request.headers)


@fault(*BYPASS)
def accepted_under_another_method(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. The webhook is bound to the method that a header names, the handler to its own."""
    return leaks_when(endpoint, lambda moment: moment.request.headers.get("x-http-method-override", "PUT") != "PUT")


@fault(*BYPASS)
def accepted_without_a_kind(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. Checks are found by the body's kind, the handler by the URL: none has nothing to
    be found by.
    """
    kindless: list[Request] = []
    steps = leaks_when(endpoint, lambda moment: any(one is moment.request for one in kindless))

    def authenticate(request: Request) -> str:
        kindless[:] = [request] if isinstance(sent := body(request), dict) and "kind" not in sent and sent else []
        return steps.authenticate(request)

    def decode(sent: bytes, media_type: str, strict: bool) -> Object:
        if kindless:
            named = {"apiVersion": endpoint.resource.api_version, "kind": endpoint.resource.kind}
            sent = json.dumps({**json.loads(sent), **named}).encode()
        return steps.decode(sent, media_type, strict)

    return replace(steps, authenticate=authenticate, decode=decode)


@fault(*BYPASS, "status.refusal-changes-nothing")
def stored_beside_an_invalid_label(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. Spec is written first, metadata is validated then, and what is immutable is
    compared where both were right.
    """
    endpoint, seen = seeing(endpoint)
    steps, moment = watched(endpoint.steps)

    def validate(stored: Object | None, new: Object) -> None:
        try:
            steps.validate(stored, new)
        except Refusal:
            route = route_of(endpoint, moment.request)
            if stored and route and seen.store and isinstance(moment.raw.get("spec"), dict):
                seen.store.put(route, {**stored, "spec": moment.raw["spec"]})
            raise

    return replace(steps, validate=validate)


@fault(*BYPASS, "concurrency.stale-refused")
def outdated_templates_merged(endpoint: Endpoint) -> Behaviour:
    """Breaks: immutable fields stay. Where templates differ, too, a conflict is resolved by the server, which takes the
    client's for the newer ones.
    """

    def differs(now: Moment, stored: Object) -> bool:
        sent = get(now.raw, REPLICAS)
        return now.writes and sent is not MISSING and canonical(sent) != canonical(get(stored, REPLICAS))

    watching, moment = watched(endpoint.steps)
    is_old = lambda now: get(now.raw, VERSION) != get(now.stored, VERSION) and differs(now, now.stored)  # noqa: E731
    steps = leaks_when(replace(endpoint, steps=watching), is_old)

    def check_version(stored: Object, sent: Object) -> None:
        if not differs(moment, stored):
            steps.check_version(stored, sent)

    return replace(steps, check_version=check_version)
