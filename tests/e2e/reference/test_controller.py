"""What happens to objects by itself: status updates, finalizers, owners."""

from __future__ import annotations

import pytest

from contracts.reference.options import Immutability

from .api import CONTRACT, Client, Clock, Start


def test_the_controller_writes_status_and_version_only(start: Start) -> None:
    clock = Clock()
    client = start(clock=clock, controller_interval=0.05)
    first = client.create()
    assert client.read() == first, "no time has passed"
    clock.move(0.05)
    second = client.read()
    assert second["metadata"]["resourceVersion"] != first["metadata"]["resourceVersion"]
    assert second["metadata"]["generation"] == first["metadata"]["generation"]
    assert second["status"] != first["status"]
    assert second["spec"] == first["spec"]


def test_a_replacement_can_lose_against_the_controller(start: Start) -> None:
    clock = Clock()
    client = start(clock=clock, controller_interval=1)
    stored = client.create()
    clock.move(3)
    assert client.replace(stored).status_code == 409
    assert client.replace(client.read()).status_code == 200


def test_the_controller_is_driven_by_the_real_clock(start: Start) -> None:
    client = start(controller_interval=0.001)
    versions = {client.create()["metadata"]["resourceVersion"]}
    while len(versions) < 3:
        versions.add(client.read()["metadata"]["resourceVersion"])
    assert len(versions) == 3


def test_status_is_not_replaced(client: Client) -> None:
    stored = client.create()
    answered = client.replace({**stored, "status": {"startTime": "2000-01-01T00:00:00Z"}})
    assert answered.status_code == 200
    assert client.read() == stored


def test_finalizers_hold_a_lenient_object(start: Start) -> None:
    client = start(lenient_metadata=True)
    stored = client.create()
    stored["metadata"]["finalizers"] = ["example.com/one", "example.com/two"]
    stored = client.replace(stored).json()
    assert client.send("DELETE", "job").json()["metadata"]["deletionTimestamp"]
    waiting = client.read()
    assert waiting["metadata"]["generation"] == stored["metadata"]["generation"] + 1
    assert client.send("DELETE", "job").json() == waiting

    waiting["metadata"]["finalizers"] = ["example.com/one", "example.com/three"]
    assert client.replace(waiting).status_code == 422
    waiting["metadata"]["finalizers"] = ["example.com/one"]
    waiting = client.replace(waiting).json()
    assert waiting["metadata"]["deletionTimestamp"], "one is left"
    del waiting["metadata"]["finalizers"]
    assert client.replace(waiting).status_code == 200
    assert client.gone()


@pytest.mark.parametrize("mode", list(Immutability))
def test_an_object_that_was_created_with_a_finalizer_is_not_stuck(start: Start, mode: Immutability) -> None:
    client = start(immutability=mode)
    client.create(finalizers=["example.com/one"])
    client.send("DELETE", "job")
    waiting = client.read()
    del waiting["metadata"]["finalizers"]
    assert client.replace(waiting).status_code == 200
    assert client.gone()


def owner(uid: str) -> dict[str, str]:
    return {"apiVersion": CONTRACT.api_version, "kind": CONTRACT.kind, "name": "owner", "uid": uid}


def test_orphans_are_collected(start: Start) -> None:
    clock = Clock()
    client = start(clock=clock, lenient_metadata=True, collection_delay=0.2)
    stored = client.create()
    stored["metadata"]["ownerReferences"] = [owner("nobody")]
    assert client.replace(stored).status_code == 200
    clock.move(0.1)
    assert not client.gone()
    clock.move(0.2)
    assert client.gone()


def test_an_owned_object_goes_with_its_owner(start: Start) -> None:
    clock = Clock()
    client = start(clock=clock, lenient_metadata=True)
    uid = client.create("owner")["metadata"]["uid"]
    client.create("job", ownerReferences=[owner("nobody"), owner(uid)])
    clock.move(60)
    assert not client.gone()
    client.send("DELETE", "owner")
    assert not client.gone(), "not at once"
    clock.move(60)
    assert client.gone()


def test_lenient_metadata_is_still_checked(start: Start) -> None:
    client = start(lenient_metadata=True)
    for metadata in (
        {"finalizers": ["no spaces"]},
        {"ownerReferences": [{"name": "a"}]},
        {"ownerReferences": [owner("a") | {"controller": True}, owner("b") | {"controller": True}]},
    ):
        stored = client.create("checked")
        stored["metadata"] |= metadata
        assert client.replace(stored).status_code == 422
        client.send("DELETE", "checked")
