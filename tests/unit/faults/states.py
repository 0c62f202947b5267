"""Requests for objects in a state of their own, and such as move what is stored, or carry metadata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.jsonvalue import paths
from contracts.spec.fields import FINALIZERS
from tests.faults.states import OWNERS
from tests.unit.faults.world import CONTRACT, LABELS, Json, World


def in_states(world: World) -> Iterator[tuple[Json, dict[str, Any]]]:
    """Another object while it is suspended, and while it waits to be deleted; entries that change the map; what is kept
    of metadata.
    """
    new = {"apiVersion": CONTRACT.api_version, "kind": CONTRACT.kind, "spec": world.stored["spec"]}
    for name in ("suspended", "finalized"):
        path = f"{world.collection}/{name}"
        metadata = {"name": name, "finalizers": ["contract.example/probe"] if name == "finalized" else []}
        made = paths.put({**new, "metadata": metadata}, ("spec", "runPolicy", "suspend"), name == "suspended")
        yield made, {"method": "POST", "path": world.collection}
        yield None, {"method": "DELETE" if name == "finalized" else "GET", "path": path}
        yield paths.put(made, ("spec", "activeDeadlineSeconds"), 4000), {"path": path}
        yield None, {"method": "GET", "path": path}
    for one, other in (("a", "b"), ("b", "a")):
        yield world.changed(*LABELS, to={one: "x"}, also={"metadata.annotations": {other: "x"}}), {}
    owner = {"apiVersion": CONTRACT.api_version, "kind": CONTRACT.kind, "name": "a", "uid": "b", "controller": False}
    for field, carried in ((FINALIZERS, ["example.com/a", "example.com/b"]), (OWNERS, [owner])):
        yield world.changed(*field, to=carried), {}
        yield paths.put(world.changed(*LABELS, to={"carried": "x"}), field, carried), {}
