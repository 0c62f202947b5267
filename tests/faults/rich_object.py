"""Family immutable: what a job in use has and the page's example lacks is lost or changed with a replacement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change, put
from tests.faults.support.making import Moment, altering, field_of, leaking

REPLICAS = "immutable.replica-specs"
SPEC = "immutable.other-spec"
METADATA = "immutable.other-metadata"
SHOWN = frozenset({"args", "command", "image", "name", "resources"})
KEPT_BY_CONTROLLERS = (("metadata", "finalizers"), ("metadata", "ownerReferences"))


def _rewritten(value: Any, rewrite: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """A JSON value with every object in it rewritten, those within first."""
    if isinstance(value, dict):
        return rewrite({key: _rewritten(item, rewrite) for key, item in value.items()})
    return [_rewritten(item, rewrite) for item in value] if isinstance(value, list) else value


def _writing(endpoint: Endpoint, rewrite: Callable[[dict[str, Any]], dict[str, Any]]) -> Behaviour:
    """Steps that store spec with its objects rewritten."""
    return altering(endpoint, lambda _, new: {**new, "spec": _rewritten(new["spec"], rewrite)})


def _losing(endpoint: Endpoint, *names: str) -> Behaviour:
    """Steps that store spec without members of some names, at whatever depth."""
    return _writing(endpoint, lambda value: {key: item for key, item in value.items() if key not in names})


def _containers(value: dict[str, Any], rewrite: Callable[[Any], Any]) -> dict[str, Any]:
    found = value.get("containers")
    return {**value, "containers": rewrite(found)} if isinstance(found, list) else value


@fault(REPLICAS)
def unshown_container_fields_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A container is read into a struct made from the page's example, which has no env,
    ports or mounts, and is written from it.

    splunk/splunk-operator#463: a conversion between versions lost fields of a template.
    """

    def read(containers: list[Any]) -> list[Any]:
        return [
            {key: item for key, item in one.items() if key in SHOWN} if isinstance(one, dict) else one
            for one in containers
        ]

    return _writing(endpoint, lambda value: _containers(value, read))


@fault(REPLICAS)
def environment_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Variables hold secrets, so they are masked for the log, in the very object that is
    stored then.
    """
    return _losing(endpoint, "env")


@fault(REPLICAS)
def references_in_the_environment_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A variable is a name and a value to the struct; valueFrom came to it later."""
    return _losing(endpoint, "valueFrom")


@fault(REPLICAS)
def ports_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The operator's own port is taken out for the comparison, and the list too."""
    return _losing(endpoint, "ports")


@fault(REPLICAS)
def volumes_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Volumes are kept in a table of their own, which the update does not write."""
    return _losing(endpoint, "volumes", "volumeMounts")


@fault(REPLICAS)
def tolerations_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A scheduler's plugin owns them, and clears what it has not set itself."""
    return _losing(endpoint, "tolerations")


@fault(REPLICAS)
def placement_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Node selector and affinity are moved to another object on creation only."""
    return _losing(endpoint, "nodeSelector", "affinity")


@fault(REPLICAS)
def security_contexts_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A policy sets them on creation; on update it resets them and sets none."""
    return _losing(endpoint, "securityContext")


@fault(REPLICAS)
def service_account_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The name is an alias of a deprecated field, and the alias is not written back."""
    return _losing(endpoint, "serviceAccountName")


@fault(REPLICAS)
def init_containers_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The operator injects its own and removes all of them before it stores."""
    return _losing(endpoint, "initContainers")


@fault(REPLICAS)
def later_containers_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The training container is looked up by its name, and the list made of it alone."""
    return _writing(endpoint, lambda value: _containers(value, lambda found: found[:1]))


@fault(REPLICAS)
def template_metadata_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A structural schema says "type: object" of the template's metadata and prunes it.

    kubernetes-sigs/controller-tools#448: embedded metadata without properties is pruned.
    """
    return _writing(
        endpoint,
        lambda value: {key: item for key, item in value.items() if key != "metadata" or "spec" not in value},
    )


@fault(SPEC)
def elastic_policy_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else of spec changes. The field came with a later release than the one that answers."""
    return _losing(endpoint, "elasticPolicy")


@fault(SPEC)
def scheduling_policy_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else of spec changes. The run policy is written from the fields that the page lists."""
    return _losing(endpoint, "schedulingPolicy")


@fault(REPLICAS)
def numbers_stored_as_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Limits are parsed and written as quantities are printed: the number 1 is "1"."""

    def printed(value: dict[str, Any]) -> dict[str, Any]:
        limits = value.get("limits")
        if not isinstance(limits, dict):
            return value
        return {**value, "limits": {key: str(item) for key, item in limits.items()}}

    return _writing(endpoint, printed)


@fault(REPLICAS)
def variables_sorted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Variables go through a map; their order, in which they may refer to each other, is
    lost.
    """

    def sort(value: dict[str, Any]) -> dict[str, Any]:
        found = value.get("env")
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            return value
        return {**value, "env": sorted(found, key=lambda one: str(one.get("name")), reverse=True)}

    return _writing(endpoint, sort)


def _accepting(endpoint: Endpoint, *names: str) -> Behaviour:
    wanted = frozenset(names)
    return leaking(
        endpoint, lambda _, change: change.path[0] in endpoint.resource.desired and not wanted.isdisjoint(change.path)
    )


@fault(REPLICAS)
def volumes_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: a template's volumes stay. The comparison knows the fields of a container, not those of a pod."""
    return _accepting(endpoint, "volumes", "tolerations", "nodeSelector", "affinity")


@fault(REPLICAS)
def init_containers_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: a template's init containers stay. Only `containers` is walked through."""
    return _accepting(endpoint, "initContainers")


@fault(REPLICAS)
def secret_references_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: where a variable comes from stays. Variables are compared by name and value."""
    return _accepting(endpoint, "valueFrom")


@fault(SPEC)
def elastic_bounds_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: the bounds of an elastic job stay. An autoscaler moves them, and nothing asks who does."""
    return leaking(endpoint, lambda _, change: "elasticPolicy" in change.path and isinstance(change.old, int))


@fault(REPLICAS)
def image_of_later_containers_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: a container's image stays. The second of two containers is matched by index after a removal."""

    def later(_: Moment, change: Change) -> bool:
        return change.key == "image" and any(isinstance(step, int) and step > 0 for step in change.path)

    return leaking(endpoint, later)


def _losing_metadata(endpoint: Endpoint, name: str) -> Behaviour:
    """Steps that store finalizers and owner references as a client writes them, and lose one with the next change."""
    path = ("metadata", name)
    lenient = leaking(endpoint, lambda _, change: change.path[:2] in KEPT_BY_CONTROLLERS)

    def lose(moment: Moment, new: Object) -> Object:
        carried = get(moment.stored, path) is not MISSING and get(moment.asked, path) == get(moment.stored, path)
        return put(new, path, MISSING) if carried and moment.changed(field_of("replaceable.labels")) else new

    return altering(replace(endpoint, steps=lenient), lose)


@fault(METADATA)
def owner_references_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: metadata that a replacement carries stays. The object is made anew from what the page lists, and has no
    owner then.
    """
    return _losing_metadata(endpoint, "ownerReferences")


@fault(METADATA)
def finalizers_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: metadata that a replacement carries stays. Finalizers are left out of what clients are shown, and so of
    what is stored from their copy.
    """
    return _losing_metadata(endpoint, "finalizers")
