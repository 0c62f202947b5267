"""Faults of endpoints that take merge patches: what null, an empty text and absence do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.jsonvalue import merge_patch, paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from contracts.reference.status_error import bad_request, internal_error
from tests.faults.catalogue import Endpoint
from tests.faults.patches import CLEARING, MERGE, REPLICAS, Patch, applying, map_members, reading, update_fault


def _merged(target: Any, patch: Any, *, null: Callable[[Patch, str], None]) -> Any:
    """A merge patch applied, in which `null` does what null asks for."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            null(result, key)
        else:
            result[key] = _merged(result.get(key), value, null=null)
    return result


@update_fault(*MERGE, *CLEARING)
def null_in_a_patch_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: null takes a member away. The decoder drops nulls before the patch is applied."""
    return applying(endpoint, partial(_merged, null=lambda _result, _key: None))


@update_fault(*MERGE)
def null_in_a_patch_is_an_empty_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: null takes a label away. A map of texts is decoded first, in which null is the empty text."""

    def change(members: Patch) -> Patch:
        return {key: "" if item is None else item for key, item in members.items()}

    return reading(endpoint, lambda patch: map_members(patch, change))


@update_fault(*MERGE)
def null_in_a_patch_works_at_the_top_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: null takes a label away. Only the members right below metadata and spec are looked at for null."""
    return reading(
        endpoint,
        lambda patch: map_members(patch, lambda one: {key: item for key, item in one.items() if item is not None}),
    )


@update_fault(*MERGE)
def null_for_one_label_clears_all(endpoint: Endpoint) -> Behaviour:
    """Breaks: null takes one label away. A null anywhere in the map is taken for a null instead of it."""
    return reading(endpoint, lambda patch: map_members(patch, lambda one: None if None in one.values() else one))


@update_fault(*CLEARING)
def null_for_a_number_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: null takes a field of spec away. A pointer that is nil means "not given" in the handler's struct."""

    def change(patch: Patch) -> Patch:
        spec = patch.get("spec")
        return {**patch, "spec": {k: v for k, v in spec.items() if v is not None}} if isinstance(spec, dict) else patch

    return reading(endpoint, change)


@update_fault(*MERGE, "status.500")
def null_for_an_absent_member_crashes(endpoint: Endpoint) -> Behaviour:
    """Breaks: null for what is not there changes nothing. The member is deleted without a look whether it exists."""

    def drop(result: Patch, key: str) -> None:
        if key not in result:
            raise internal_error("runtime error: invalid memory address or nil pointer dereference")
        del result[key]

    return applying(endpoint, partial(_merged, null=drop))


@update_fault(*MERGE)
def null_for_an_absent_member_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: null for what is not there changes nothing. It is refused, as a JSON Patch "remove" would be."""

    def drop(result: Patch, key: str) -> None:
        if key not in result:
            raise bad_request(f"remove operation does not apply: doc is missing key: {key}")
        del result[key]

    return applying(endpoint, partial(_merged, null=drop))


@update_fault("replaceable.merge-patch", *CLEARING, "replaceable.ttl-seconds-after-finished")
def patch_clears_what_it_leaves_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: what a patch does not name stays. Those of spec are taken from the patch, named or not."""

    def apply(stored: Object, patch: Patch) -> Any:
        new = merge_patch.apply(stored, patch)
        for path in map(paths.parse, endpoint.resource.replaceable):
            if path[0] == "spec" and paths.get(patch, path) is paths.MISSING:
                new = paths.without(new, [path])
        return new

    return applying(endpoint, apply)


@update_fault(*REPLICAS, "immutable.other-spec")
def null_is_no_immutable_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays. The check goes over the values of the patch, and null is none."""

    def check(stored: Object, new: Object) -> None:
        spec = {**stored.get("spec", {}), **new.get("spec", {})}
        endpoint.steps.check_immutable(stored, {**new, "spec": spec})

    return replace(endpoint.steps, check_immutable=check)


@update_fault(*MERGE)
def empty_text_in_a_patch_deletes(endpoint: Endpoint) -> Behaviour:
    """Breaks: an empty text is a value. It is taken for null, and takes the member away."""
    return reading(
        endpoint, lambda patch: map_members(patch, lambda one: {key: item or None for key, item in one.items()})
    )
