"""Family immutable: changes that slip through in one place of the object only."""

from __future__ import annotations

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Path
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change
from tests.faults.support.making import Moment, altering, depth, leaking

REPLICAS = "immutable.replica-specs"
OTHER_SPEC = "immutable.other-spec"
SPEC = "immutable.other-spec"


def _keys(endpoint: Endpoint, *keys: str) -> Behaviour:
    return leaking(
        endpoint,
        lambda _, change: change.path[0] in endpoint.resource.desired and not set(keys).isdisjoint(change.path),
    )


def _deeper(endpoint: Endpoint, low: int, high: int = 99) -> Behaviour:
    return leaking(
        endpoint, lambda _, change: change.path[0] in endpoint.resource.desired and low <= depth(change.path) <= high
    )


@fault(REPLICAS)
def image_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: a container's image stays. Pods and Deployments allow it, so the list of exceptions was copied from
    them.
    """
    return _keys(endpoint, "image")


@fault(REPLICAS)
def arguments_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: a container's arguments stay. Arguments are "only configuration" and were left out of the comparison."""
    return _keys(endpoint, "args")


@fault(REPLICAS)
def command_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: a container's command stays. The comparison lists the fields of a container, and one is missing in it."""
    return _keys(endpoint, "command")


@fault(REPLICAS)
def resources_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: requested resources stay. In-place resizing of pods was let through for the template too."""
    return _keys(endpoint, "resources")


@fault(REPLICAS)
def limits_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: limits stay. Requests are compared, limits were taken to follow from them."""
    return _keys(endpoint, "limits")


@fault(REPLICAS)
def replicas_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: the number of replicas stays. Scaling is allowed "as everywhere", by the same handler as the scale
    path.
    """
    return _keys(endpoint, "replicas")


@fault(REPLICAS)
def restart_policy_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: the restart policy stays. It sits beside the run policy's fields, which may change, and was listed
    with them.
    """
    return _keys(endpoint, "restartPolicy")


@fault(REPLICAS)
def container_name_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: a container's name stays. Containers are matched by name, so a renamed one has nothing to be compared
    with.
    """
    return leaking(endpoint, lambda _, change: change.in_list and change.key == "name")


@fault(REPLICAS)
def pull_secrets_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: image pull secrets stay. They are credentials, which rotate, and were left open for that."""
    return _keys(endpoint, "imagePullSecrets")


@fault(REPLICAS)
def template_metadata_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: the template's metadata stays. "Labels and annotations may change" was applied at every depth.

    kubernetes-sigs/cluster-api#2553 shows such a list of exceptions by path growing.
    """
    return leaking(
        endpoint, lambda _, change: change.path[0] in endpoint.resource.desired and "metadata" in change.path
    )


@fault(REPLICAS)
def last_replica_type_unchecked(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing below the replica specs changes. A loop over replica types returns after the first one."""

    def later(moment: Moment, change: Change) -> bool:
        types = (
            moment.stored.get("spec", {}).get(change.path[1], {}) if change.path[0] in endpoint.resource.desired else {}
        )
        return isinstance(types, dict) and len(change.path) > 2 and change.path[2] == max(types, default="")

    return leaking(endpoint, later)


@fault(REPLICAS, OTHER_SPEC)
def first_replica_type_unchecked(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing below spec changes. Only the workers are compared: the one that leads is "just one". So it is in
    every other map of spec: its first member is not compared.
    """

    def first(moment: Moment, change: Change) -> bool:
        types = (
            moment.stored.get("spec", {}).get(change.path[1], {}) if change.path[0] in endpoint.resource.desired else {}
        )
        return isinstance(types, dict) and len(change.path) > 3 and change.path[2] == min(types, default="")

    return leaking(endpoint, first)


@fault(REPLICAS)
def replica_type_addable(endpoint: Endpoint) -> Behaviour:
    """Breaks: no replica type is added. Each stored type is compared with the sent one of its name, and that is all."""
    return leaking(
        endpoint,
        lambda _, change: (
            change.way == "add" and change.path[0] in endpoint.resource.desired and depth(change.path) == 2
        ),
    )


@fault(REPLICAS)
def replica_type_removable(endpoint: Endpoint) -> Behaviour:
    """Breaks: no replica type is removed. Each sent type is compared with the stored one of its name, and that is
    all.
    """
    return leaking(
        endpoint,
        lambda _, change: (
            change.way == "remove" and change.path[0] in endpoint.resource.desired and depth(change.path) == 2
        ),
    )


@fault(REPLICAS)
def only_deep_changes_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing changes at whatever depth. A comparison with a maximum depth calls equal what lies below."""
    return _deeper(endpoint, 6)


@fault(REPLICAS)
def deepest_changes_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing changes at whatever depth. The copy that is compared is cut at its ninth level."""
    return _deeper(endpoint, 9)


@fault(REPLICAS)
def one_depth_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing changes at whatever depth. A hand-written walk forgets one of its levels."""
    return _deeper(endpoint, 4, 4)


@fault(REPLICAS)
def shallow_changes_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing of a replica type changes. Only the pod template is compared, not what stands beside it."""
    return _deeper(endpoint, 3, 3)


@fault(REPLICAS, OTHER_SPEC)
def items_of_lists_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing in a list item changes. The walk goes through objects and takes a list for a leaf it cannot
    compare.
    """
    return leaking(endpoint, lambda _, change: change.path[0] in endpoint.resource.desired and change.in_list)


@fault(REPLICAS)
def later_items_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing in a list item changes. Only the first item of each list is compared: "there is always one"."""
    return leaking(endpoint, lambda _, change: any(isinstance(step, int) and step > 0 for step in change.path))


@fault(REPLICAS)
def structures_in_lists_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing in a list item changes. Fields of an item are compared, the objects in it by identity only."""

    def nested(_: Moment, change: Change) -> bool:
        last = max((index for index, step in enumerate(change.path) if isinstance(step, int)), default=99)
        return len(change.path) - last > 2

    return leaking(endpoint, nested)


@fault(SPEC)
def other_number_of_spec_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: no other field of spec is set. A rule "numbers of seconds and retries may change" says more than the
    list.
    """
    return leaking(
        endpoint,
        lambda _, change: (
            change.path[0] in endpoint.resource.desired and depth(change.path) == 1 and isinstance(change.new, int)
        ),
    )


@fault(REPLICAS)
def environment_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: what the page's examples leave out stays left out. The list of compared fields was made from examples."""
    return _keys(endpoint, "env")


@fault("immutable.other-spec")
def elastic_policy_replaceable(endpoint: Endpoint) -> Behaviour:
    """Breaks: no other field of spec can be added. An autoscaler writes its bounds there, and so may everybody."""
    return _keys(endpoint, "elasticPolicy")


@fault(SPEC)
def clean_pod_policy_copied_into_run_policy(endpoint: Endpoint) -> Behaviour:
    """Breaks: no other field of spec is changed. The field stands in spec.runPolicy in a newer version, and each
    replacement writes it in both places.
    """
    return altering(endpoint, lambda _, new: _noted(new, ("spec", "runPolicy", "cleanPodPolicy")))


@fault(REPLICAS)
def clean_pod_policy_noted_in_the_template(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing below pytorchReplicaSpecs changes. Each replacement tells the pods to come what becomes of them,
    in an annotation of their template.
    """
    place = ("spec", "pytorchReplicaSpecs", "Worker", "template", "metadata", "annotations", "example.com/clean")
    return altering(endpoint, lambda _, new: _noted(new, place))


def _noted(new: Object, place: Path) -> Object:
    policy = paths.get(new, ("spec", "cleanPodPolicy"))
    parent = paths.get(new, place[:-1])
    if policy is MISSING:
        return new
    noted: Object = paths.put(new, place[:-1], {**(parent if isinstance(parent, dict) else {}), place[-1]: policy})
    return noted
