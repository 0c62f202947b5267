"""Family immutable: changes that slip through beside what tools and proxies write, or that a total does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.spec.fields import ANNOTATIONS, LABELS, NAMESPACE
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change
from tests.faults.support.making import Moment, leaking, leaks_when

BYPASS = ("immutable.no-bypass", "immutable.replica-specs")
TOTALS = ("immutable.replica-specs",)
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
