"""What a serialiser of the server's language leaves out, writes otherwise, or takes for something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.reference.resource import Object
from contracts.reference.status_error import bad_request
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, field_of, field_paths

REPLICAS = "immutable.replica-specs"
POLICY = "replaceable.clean-pod-policy"


def _writing(endpoint: Endpoint, write: Callable[[Any], Any]) -> Behaviour:
    """Steps that store `write` of each object below a member of spec."""

    def written(value: Any) -> Any:
        if isinstance(value, dict):
            return write({key: written(item) for key, item in value.items()})
        return [written(item) for item in value] if isinstance(value, list) else value

    def alter(_: Moment, new: Object) -> Object:
        return {**new, "spec": {key: written(item) for key, item in new["spec"].items()}}

    return altering(endpoint, alter)


@fault(REPLICAS, "immutable.other-spec")
def zeros_and_empty_texts_left_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Defaults of types are not written (proto3, Jackson's NON_DEFAULT): 0, ""."""

    def write(value: dict[str, Any]) -> dict[str, Any]:
        return {key: item for key, item in value.items() if item != "" and (item != 0 or item is False)}

    return _writing(endpoint, write)


@fault(REPLICAS)
def empty_objects_written_as_lists(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. PHP has one type for both, and writes the empty one as []."""
    return _writing(endpoint, lambda value: value or [])


@fault(REPLICAS)
def groups_of_files_written_as_texts(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Numbers of 64 bits are texts in protobuf's JSON, and this member is one."""

    def write(value: dict[str, Any]) -> dict[str, Any]:
        return {**value, "fsGroup": str(value["fsGroup"])} if "fsGroup" in value else value

    return _writing(endpoint, write)


@fault("replaceable.invalid-refused")
def numbers_taken_for_choices(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. Jackson takes a number for the choice at that place of the enum."""
    steps, path = endpoint.steps, field_of(POLICY)
    properties = endpoint.resource.desired_schema["properties"][path[0]]["properties"]
    choices = [one for one in properties.get(path[-1], {}).get("enum", ()) if one is not None]

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        sent = steps.decode(body, media_type, strict)
        place = get(sent, path)
        known = type(place) is int and 0 <= place < len(choices)
        return put(sent, path, choices[place]) if known else sent

    return replace(steps, decode=decode)


@fault(POLICY)
def one_choice_never_follows_another(endpoint: Endpoint) -> Behaviour:
    """Breaks: every choice can be made. A machine of states has an arrow from each to the next one, and one back from
    the last to the first.
    """
    steps, path = endpoint.steps, field_of(POLICY)

    def validate(stored: Object | None, new: Object) -> None:
        steps.validate(stored, new)
        if stored is not None and (get(stored, path), get(new, path)) == ("Running", "All"):
            raise bad_request("cleanPodPolicy cannot go from Running to All")

    return replace(steps, validate=validate)


@fault("replaceable.sequence")
def values_of_the_creation_taken_for_unchanged(endpoint: Endpoint) -> Behaviour:
    """Breaks: the last of a series stands. An ORM compares with the state that it has loaded first, and writes only
    what differs from that.
    """
    loaded: dict[str, Object] = {}

    def alter(moment: Moment, new: Object) -> Object:
        first = loaded.setdefault(moment.stored["metadata"]["uid"], moment.stored)
        for path in field_paths(endpoint):
            value, was = get(new, path), get(first, path)
            if value is not MISSING is not was and canonical(value) == canonical(was):
                new = put(new, path, get(moment.stored, path))
        return new

    return altering(endpoint, alter)
