"""Faults of endpoints that take merge patches: each is told from a conformant endpoint by one of a few patches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.reference.application import Application
from contracts.reference.behaviour import conformant
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import resource_of
from contracts.spec.contract import Contract
from contracts.spec.load import load_contract
from contracts.spec.write import MERGE_PATCH
from tests.faults import FAULTS, UPDATE_FAULTS, faulty
from tests.updates import write_update

TOKEN = "editor-Token"
# Shows with simultaneous patches only.
RACE = "patches-at-once-lose-each-other"
OPTIONS = ReferenceOptions(token=TOKEN, denied_token="viewer-Token")
Json = Any


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return load_contract(write_update(tmp_path_factory.mktemp("update")))


class Endpoint:
    """An endpoint of merge patches without a server, with one object."""

    def __init__(self, contract: Contract, fault: str | None) -> None:
        resource = self.resource = resource_of(contract)
        self.application = Application(resource, (faulty(fault) if fault else conformant)(resource, OPTIONS), OPTIONS)
        stored: Json = {**contract.example_object, "spec": contract.examples[0]["spec"]}
        stored["metadata"] = {**stored["metadata"], "namespace": OPTIONS.namespace, "labels": {"a": "1", "b": "2"}}
        stored["spec"] = {**stored["spec"], "activeDeadlineSeconds": 600, "cleanPodPolicy": "All"}
        self.route = Route(OPTIONS.namespace, stored["metadata"]["name"])
        self.path = contract.item_path.format(namespace=self.route.namespace, name=self.route.name)
        self.application.store.load([stored], int(stored["metadata"]["resourceVersion"]))

    @property
    def stored(self) -> Json:
        found: Json = self.application.store.get(self.route)
        return {**found, "status": None, "metadata": {**found["metadata"], "managedFields": None}}

    def send(self, patch: Json, media_type: str = MERGE_PATCH, path: str = "") -> Response:
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": media_type}
        body = json.dumps(patch).encode()
        return self.application.respond(Request("PATCH", path or self.path, {}, headers, body, judged_method="PATCH"))


def _sent(endpoint: Endpoint) -> Iterator[tuple[str, Response]]:
    """A few patches, each sent when the one before was carried out."""
    live: Json = endpoint.application.store.get(endpoint.route)
    pods = next(path for path, value in paths.walk(live) if path[-1] == "containers")
    images = [{**one, "image": "changed"} for one in paths.get(live, pods)]
    version, replaceable = live["metadata"]["resourceVersion"], endpoint.resource.replaceable
    other = next(key for key in live["spec"] if key != pods[1] and f"spec.{key}" not in replaceable)
    patches: dict[str, Json] = {
        "as it is": live,
        "nothing": {},
        "a label": {"metadata": {"labels": {"c.d/e.f": "3"}}},
        "an outdated version": {"metadata": {"labels": {"old": "1"}, "resourceVersion": version}},
        "an annotation": {"metadata": {"annotations": {"first": "1"}}},
        "another annotation": {"metadata": {"annotations": {"second": ""}}},
        "no annotations": {"metadata": {"annotations": None}},
        "null in a new map": {"metadata": {"annotations": {"none": None, "third": "1"}}},
        "null for a label": {"metadata": {"labels": {"a": None}}},
        "null for no label": {"metadata": {"labels": {"absent": None}}},
        "null for a number": {"spec": {"activeDeadlineSeconds": None}},
        "both": {"metadata": {"labels": {"g": "4"}}, "spec": {"cleanPodPolicy": "None"}},
        "an image": paths.put({}, pods, images),
        "an image beside a label": paths.put({"metadata": {"labels": {"h": "5"}}}, pods, images),
        "null for what is immutable": {"spec": {other: None}},
        "another name": {"metadata": {"name": "another"}},
    }
    for name, patch in patches.items():
        yield name, endpoint.send(patch)
    for media_type in ("application/json", f"{MERGE_PATCH}; charset=utf-8", "text/plain"):
        yield media_type, endpoint.send({"metadata": {"labels": {"typed": "6"}}}, media_type)
    yield "absent", endpoint.send({}, path=f"{endpoint.path}-x")


def _seen(contract: Contract, fault: str | None) -> Iterator[tuple[str, Json, Json]]:
    endpoint = Endpoint(contract, fault)
    for name, response in _sent(endpoint):
        answered: Json = response.value if response.body is None else response.body
        told: Json = answered.get("metadata", answered) if isinstance(answered, dict) else answered
        times = paths.without(endpoint.stored, [("metadata", "resourceVersion"), ("metadata", "uid")])
        shown = {key: told[key] for key in ("labels", "annotations", "generation") if key in told} if told else told
        yield name, (response.status, shown), times


def test_conformant_endpoint_answers_the_same_again(contract: Contract) -> None:
    first, second = list(_seen(contract, None)), list(_seen(contract, None))
    assert [one[:2] for one in first] == [one[:2] for one in second]
    statuses = {name: status for name, (status, _), _ in first}
    assert statuses["as it is"] == statuses["nothing"] == statuses["both"] == statuses["null for no label"] == 200
    assert statuses["an image"] == statuses["an image beside a label"] == statuses["null for what is immutable"] == 403
    assert (statuses["an outdated version"], statuses["application/json"], statuses["absent"]) == (409, 415, 404)


@pytest.mark.parametrize("fault", sorted(UPDATE_FAULTS.keys() - {RACE}))
def test_fault_is_seen(contract: Contract, fault: str) -> None:
    assert list(_seen(contract, fault)) != list(_seen(contract, None))


def test_patches_at_once_are_all_stored_but_by_the_fault(contract: Contract) -> None:
    def lost(fault: str | None) -> bool:
        endpoint, barrier = Endpoint(contract, fault), Barrier(4)

        def write(name: str) -> int:
            barrier.wait(timeout=10)
            return endpoint.send({"metadata": {"labels": {name: "1"}}}).status

        with ThreadPoolExecutor(4) as pool:
            accepted = [name for name, status in zip("abcd", pool.map(write, "abcd"), strict=True) if status == 200]
        return any(endpoint.stored["metadata"]["labels"].get(name) != "1" for name in accepted)

    assert not any(lost(None) for _ in range(3))
    assert any(lost(RACE) for _ in range(10))


def test_catalogues_share_no_name(contract: Contract) -> None:
    assert len(UPDATE_FAULTS) >= 25
    assert not FAULTS.keys() & UPDATE_FAULTS.keys()
    known = contract.requirements.keys()
    assert [name for name, one in UPDATE_FAULTS.items() if not set(one.breaks) & known] == []
