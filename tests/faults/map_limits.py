"""Family replaceable: maps that are cut at limits which nobody has set, and keys that get lost in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.jsonvalue.paths import get, put
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, altering, field_of

LABELS, ANNOTATIONS = "replaceable.labels", "replaceable.annotations"


def _storing(endpoint: Endpoint, requirement: str, keep: Callable[[Mapping[str, str]], dict[str, str]]) -> Behaviour:
    """Steps that store of a map what `keep` keeps."""
    path = field_of(requirement)

    def alter(_: Moment, new: Object) -> Object:
        found = get(new, path)
        return put(new, path, keep(found)) if isinstance(found, dict) else new

    return altering(endpoint, alter)


def _one_of_each(found: Mapping[str, str]) -> dict[str, str]:
    names = {key.lower(): key for key in found}
    return {key: value for key, value in found.items() if key in names.values()}


def _unreserved(found: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in found.items() if "k8s.io/" not in key and "kubernetes.io/" not in key}


@fault(LABELS)
def first_fifty_labels_kept(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels are stored as sent. The table has room for fifty of an object."""
    return _storing(endpoint, LABELS, lambda found: dict(list(found.items())[:50]))


@fault(ANNOTATIONS)
def first_hundred_annotations_kept(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are stored as sent. A page of a hundred is written, and never a second one."""
    return _storing(endpoint, ANNOTATIONS, lambda found: dict(list(found.items())[:100]))


@fault(ANNOTATIONS)
def annotations_cut_at_128_kib(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are stored as sent. A value that is too long for its column is cut, not refused."""
    return _storing(endpoint, ANNOTATIONS, lambda found: {key: value[: 128 * 1024] for key, value in found.items()})


@fault(LABELS)
def label_keys_compared_without_capitals(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels are stored as sent. The column's collation takes keys in other capitals for the same."""
    return _storing(endpoint, LABELS, _one_of_each)


@fault(ANNOTATIONS)
def annotation_keys_compared_by_their_beginning(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are stored as sent. The index of keys holds their first 60 characters."""
    return _storing(
        endpoint,
        ANNOTATIONS,
        lambda found: dict({key[:60]: (key, value) for key, value in found.items()}.values()),
    )


@fault(LABELS)
def labels_with_reserved_prefixes_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels are refused or stored. Those with the prefixes of Kubernetes are taken away without a word."""
    return _storing(endpoint, LABELS, _unreserved)


@fault(ANNOTATIONS)
def annotations_with_reserved_prefixes_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are refused or stored. Those with prefixes of Kubernetes are taken away without a word."""
    return _storing(endpoint, ANNOTATIONS, _unreserved)
