"""Family immutable: items of lists are lost or sorted with a replacement, as lists are kept as something else."""

from __future__ import annotations

from typing import Any

from contracts.reference.behaviour import Behaviour
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.rewriting import kept_by, rewriting

REPLICAS = "immutable.replica-specs"


@fault(REPLICAS)
def mounts_of_one_volume_kept_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Mounts are rows with the volume's name for their key."""
    return kept_by(endpoint, "volumeMounts", "name")


@fault(REPLICAS)
def ports_of_one_number_kept_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Ports are merged by their number, whatever their protocol.

    kubernetes/kubernetes#136340: one of two ports of a number was gone after an update.
    """
    return kept_by(endpoint, "ports", "containerPort")


@fault(REPLICAS)
def tolerations_of_one_key_kept_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A taint has one key, it was thought, and its effects were forgotten."""
    return kept_by(endpoint, "tolerations", "key")


@fault(REPLICAS)
def equal_arguments_kept_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Lists of texts are sets in the database: an option that is given twice is lost."""

    def once(_: str, items: list[Any]) -> list[Any]:
        return list(dict.fromkeys(items)) if all(isinstance(item, str) for item in items) else items

    return rewriting(endpoint, lists=once)


@fault(REPLICAS)
def first_ten_items_kept(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Before it is written back, of each list the first page is loaded."""
    return rewriting(endpoint, lists=lambda _, items: items[:10])


@fault(REPLICAS)
def variables_in_the_order_of_their_names(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Variables are written from a map, whose keys are sorted when it is written."""

    def ordered(name: str, items: list[Any]) -> list[Any]:
        return sorted(items, key=lambda item: str(item["name"])) if name == "env" else items

    return rewriting(endpoint, lists=ordered)


@fault(REPLICAS)
def empty_arguments_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Lists of texts are joined to be stored, and nothing between two marks is none."""
    return rewriting(endpoint, lists=lambda _, items: [item for item in items if item != ""])


@fault(REPLICAS)
def empty_lists_of_specs_left_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A list is so many rows of another table, and none of no row."""
    return rewriting(endpoint, objects=lambda value: {key: item for key, item in value.items() if item != []})
