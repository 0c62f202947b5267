"""Faults of endpoints that take merge patches: nested members, arrays, media types, versions, what is answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.jsonvalue import merge_patch, paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, bad_request, conflict
from contracts.spec.fields import NAME
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import watched

MERGE = ("replaceable.merge-patch", "replaceable.labels", "replaceable.annotations")
CLEARING = ("replaceable.merge-patch", "replaceable.active-deadline-seconds", "replaceable.clean-pod-policy")
REPLICAS = ("immutable.replica-specs", "immutable.pytorch-replica-specs", "immutable.no-bypass")
Patch = dict[str, Any]
update_fault = partial(fault, of_update=True)


def applying(endpoint: Endpoint, apply: Callable[[Object, Patch], Any]) -> Behaviour:
    """Steps that make another object of the stored one and a patch."""
    return replace(endpoint.steps, apply_patch=apply)


def reading(endpoint: Endpoint, change: Callable[[Patch], Patch]) -> Behaviour:
    """Steps that take a patch for another one."""
    read = endpoint.steps.read_patch
    return replace(endpoint.steps, read_patch=lambda body, strict: change(read(body, strict)))


def map_members(patch: Patch, change: Callable[[dict[str, Any]], Any]) -> Patch:
    """A patch with another map where it names labels or annotations."""
    for field in ("labels", "annotations"):
        value = paths.get(patch, ("metadata", field))
        if isinstance(value, dict):
            patch = paths.put(patch, ("metadata", field), change(value))
    return patch


@update_fault(*MERGE)
def patched_labels_replace_all(endpoint: Endpoint) -> Behaviour:
    """Breaks: labels that a patch does not name stay. The map of the patch is stored in place of the old one."""

    def apply(stored: Object, patch: Patch) -> Any:
        new = merge_patch.apply(stored, patch)
        value = paths.get(patch, ("metadata", "labels"))
        return paths.put(new, ("metadata", "labels"), value) if isinstance(value, dict) else new

    return applying(endpoint, apply)


@update_fault(*MERGE)
def patched_annotations_replace_all(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations that a patch does not name stay. The map of the patch is stored in place of the old one."""

    def apply(stored: Object, patch: Patch) -> Any:
        new = merge_patch.apply(stored, patch)
        value = paths.get(patch, ("metadata", "annotations"))
        return paths.put(new, ("metadata", "annotations"), value) if isinstance(value, dict) else new

    return applying(endpoint, apply)


@update_fault(*REPLICAS, "replaceable.merge-patch")
def arrays_of_a_patch_appended(endpoint: Endpoint) -> Behaviour:
    """Breaks: an array of a patch stands for the whole. It is appended, so that one that is sent unchanged doubles."""

    def apply(target: Any, patch: Any) -> Any:
        if isinstance(target, list) and isinstance(patch, list):
            return [*target, *patch]
        if not isinstance(patch, dict):
            return patch
        kept = {key: value for key, value in (target if isinstance(target, dict) else {}).items() if key not in patch}
        old = target if isinstance(target, dict) else {}
        return {**kept, **{key: apply(old.get(key), value) for key, value in patch.items() if value is not None}}

    return applying(endpoint, apply)


@update_fault(*REPLICAS)
def array_items_of_a_patch_merged(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays. Items of arrays are merged after the check, which compares lengths only."""

    def same_length(stored: Any, new: Any) -> Any:
        """The new value with the items of the stored one wherever an array kept its length."""
        if isinstance(stored, list) and isinstance(new, list) and len(stored) == len(new):
            return stored
        if isinstance(stored, dict) and isinstance(new, dict):
            return {key: same_length(stored.get(key), value) for key, value in new.items()}
        return new

    def check(stored: Object, new: Object) -> None:
        endpoint.steps.check_immutable(stored, {**new, "spec": same_length(stored.get("spec"), new.get("spec"))})

    return replace(endpoint.steps, check_immutable=check)


@update_fault("concurrency.generation", "replaceable.merge-patch")
def empty_patch_counts(endpoint: Endpoint) -> Behaviour:
    """Breaks: generation counts changes of spec. It counts patches, also one that names nothing."""
    return replace(endpoint.steps, next_generation=lambda stored, _new: stored["metadata"].get("generation", 1) + 1)


@update_fault("replaceable.merge-patch")
def empty_patch_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: a patch that names nothing changes nothing. It is refused as an empty body."""

    def change(patch: Patch) -> Patch:
        if not patch:
            raise bad_request("the patch is empty")
        return patch

    return reading(endpoint, change)


@update_fault("status.patch-type")
def any_media_type_is_a_patch(endpoint: Endpoint) -> Behaviour:
    """Breaks: another media type is refused. The type is not looked at, and whatever comes is a merge patch."""
    return replace(endpoint.steps, check_patch_type=lambda _request: None)


@update_fault("status.patch-type")
def json_is_a_patch(endpoint: Endpoint) -> Behaviour:
    """Breaks: another media type is refused. application/json is taken for a merge patch, since it is JSON."""

    def check(request: Request) -> None:
        if request.media_type != "application/json":
            endpoint.steps.check_patch_type(request)

    return replace(endpoint.steps, check_patch_type=check)


@update_fault("replaceable.together", "replaceable.merge-patch")
def patch_type_with_a_charset_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: a parameter of the media type makes no difference. The header is compared as a whole."""

    def check(request: Request) -> None:
        if ";" in request.headers.get("content-type", ""):
            raise Refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format", {})
        endpoint.steps.check_patch_type(request)

    return replace(endpoint.steps, check_patch_type=check)


@update_fault(*MERGE)
def patch_needs_a_version(endpoint: Endpoint) -> Behaviour:
    """Breaks: a patch names what is to change. It is refused without resourceVersion, as a replacement would be."""

    def change(patch: Patch) -> Patch:
        if "resourceVersion" not in (patch.get("metadata") or {}):
            raise bad_request("metadata.resourceVersion: must be specified for an update")
        return patch

    return reading(endpoint, change)


@update_fault(*MERGE)
def patch_needs_a_kind(endpoint: Endpoint) -> Behaviour:
    """Breaks: a patch names what is to change. It is refused without apiVersion and kind."""

    def change(patch: Patch) -> Patch:
        if "kind" not in patch:
            raise bad_request("Object 'Kind' is missing")
        return patch

    return reading(endpoint, change)


@update_fault("replaceable.merge-patch")
def whole_object_as_a_patch_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: members that are named and do not change are no change. Naming an immutable one is refused."""
    allowed = {paths.parse(one)[:2] for one in endpoint.resource.replaceable}

    def change(patch: Patch) -> Patch:
        named = [key for key in patch.get("spec") or {} if ("spec", key) not in allowed]
        if named:
            raise bad_request(f"spec.{named[0]} cannot be updated")
        return patch

    return reading(endpoint, change)


@update_fault("status.absent")
def patch_of_what_is_absent_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a patch of an object that does not exist is refused. It is answered as if it had created one."""

    def answer(request: Request, response: Response) -> Response:
        if request.is_judged and response.status == 404:
            response = Response(201, json.loads(request.body))
        return endpoint.steps.answer(request, response)

    return replace(endpoint.steps, answer=answer)


@update_fault("response.is-stored-state", "response.schema")
def patch_is_answered_with_the_patch(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object as it is stored. It is the patch that was sent."""

    def answer(request: Request, response: Response) -> Response:
        if request.is_judged and response.status == 200:
            response = replace(response, value=json.loads(request.body))
        return endpoint.steps.answer(request, response)

    return replace(endpoint.steps, answer=answer)


@update_fault("status.200", "response.schema", "response.is-stored-state")
def patch_is_answered_with_204(endpoint: Endpoint) -> Behaviour:
    """Breaks: an accepted update is answered with 200 and the object. It is answered with 204 and nothing."""

    def answer(request: Request, response: Response) -> Response:
        if request.is_judged and response.status == 200:
            return Response(204, None, content_type="", body=b"")
        return endpoint.steps.answer(request, response)

    return replace(endpoint.steps, answer=answer)


@update_fault(*REPLICAS, "immutable.atomic")
def spec_not_looked_at_beside_labels(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays. One that names labels is taken for a change of metadata alone."""
    steps, moment = watched(endpoint.steps)

    def check(stored: Object, new: Object) -> None:
        if "labels" not in (moment.raw.get("metadata") or {}):
            steps.check_immutable(stored, new)

    return replace(steps, check_immutable=check)


@update_fault("replaceable.together", "replaceable.sequence", "replaceable.active-deadline-seconds")
def patch_of_metadata_and_spec_half_done(endpoint: Endpoint) -> Behaviour:
    """Breaks: all fields are updated in one request. A patch that names metadata is taken for one of metadata alone."""
    return reading(endpoint, lambda patch: {"metadata": patch["metadata"]} if patch.get("metadata") else patch)


@update_fault(*MERGE)
def keys_of_a_patch_split_at_dots(endpoint: Endpoint) -> Behaviour:
    """Breaks: a key is one name. Keys are taken for paths, so that one with dots becomes something else."""
    return reading(
        endpoint,
        lambda patch: map_members(patch, lambda one: {key.rpartition(".")[2]: item for key, item in one.items()}),
    )


@update_fault("concurrency.stale-refused")
def version_in_a_patch_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated version is refused. resourceVersion is struck out of a patch before it is looked at."""

    def change(patch: Patch) -> Patch:
        metadata = patch.get("metadata")
        if not isinstance(metadata, dict):
            return patch
        return {**patch, "metadata": {key: item for key, item in metadata.items() if key != "resourceVersion"}}

    return reading(endpoint, change)


@update_fault("replaceable.merge-patch")
def current_version_in_a_patch_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: a patch may name the version that it was made from. It is refused, as the server's own field."""

    def change(patch: Patch) -> Patch:
        if "resourceVersion" in (patch.get("metadata") or {}):
            raise conflict(endpoint.resource, "object", "resourceVersion may not be patched")
        return patch

    return reading(endpoint, change)


@update_fault("immutable.identity", "status.400", "immutable.no-bypass")
def name_in_a_patch_ignored_and_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the name never changes. The names of URL and patch are not compared, and the patch's is stored."""

    def check(sent: Object, route: Route) -> None:
        endpoint.steps.check_identity(paths.put(sent, NAME, route.name), route)

    def check_immutable(stored: Object, new: Object) -> None:
        endpoint.steps.check_immutable(stored, paths.put(new, NAME, paths.get(stored, NAME)))

    return replace(endpoint.steps, check_identity=check, check_immutable=check_immutable)
