"""What each mode does about a change of what must not change."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contracts.reference.options import Immutability

from .api import REPLICAS, Client, Start, new_job

MODES = [
    (Immutability.REFUSE_403, 403, "Forbidden"),
    (Immutability.REFUSE_400, 400, "BadRequest"),
    (Immutability.REFUSE_422, 422, "Invalid"),
]


def changed_everywhere(stored: dict[str, Any]) -> list[dict[str, Any]]:
    """The stored object with one immutable field changed, in several ways, and a replaceable one with it."""
    values = []
    for change in ("image", "boolean", "backoff", "removed", "metadata", "owner"):
        value = copy.deepcopy(stored)
        value["spec"]["ttlSecondsAfterFinished"] = 77
        master = value["spec"][REPLICAS]["Master"]
        container = master["template"]["spec"]["containers"][0]
        if change == "image":
            container["image"] = "other:v2"
        elif change == "boolean":
            container["unknown"] = True
        elif change == "backoff":
            value["spec"]["backoffLimit"] = 3
        elif change == "removed":
            del value["spec"][REPLICAS]["Worker"]
        elif change == "metadata":
            value["metadata"]["finalizers"] = ["example.com/one"]
        else:
            owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "u"}
            value["metadata"]["ownerReferences"] = [owner]
        values.append(value)
    return values


@pytest.mark.parametrize(("mode", "status", "reason"), MODES)
def test_refusing_modes(start: Start, mode: Immutability, status: int, reason: str) -> None:
    client = start(immutability=mode)
    stored = client.create()
    for value in changed_everywhere(stored):
        response = client.replace(value)
        assert (response.status_code, response.json()["reason"]) == (status, reason)
        assert client.read() == stored


def test_ignoring_mode(start: Start) -> None:
    client = start(immutability=Immutability.IGNORE)
    stored = client.create()
    for value in changed_everywhere(stored):
        value["metadata"]["resourceVersion"] = client.read()["metadata"]["resourceVersion"]
        answered = client.replace(value)
        assert answered.status_code == 200, answered.text
        expected = {**stored["spec"], "ttlSecondsAfterFinished": 77}
        assert answered.json()["spec"] == expected
        assert answered.json()["status"] == stored["status"]
        assert not {"finalizers", "ownerReferences"} & set(answered.json()["metadata"])
        assert client.read() == answered.json()


def test_ignoring_mode_still_refuses_what_is_no_such_object(start: Start) -> None:
    client = start(immutability=Immutability.IGNORE)
    stored = client.create()
    for wrong in ({"spec": None}, {"kind": "TFJob"}, {"spec": 1}):
        assert client.replace({**stored, **wrong}).status_code == 422
    assert client.read() == stored


def test_true_is_not_one(client: Client) -> None:
    job = new_job("job")
    job["spec"][REPLICAS]["Master"]["template"]["free"] = 1
    assert client.send("POST", json=job).status_code == 201
    stored = client.read()
    stored["spec"][REPLICAS]["Master"]["template"]["free"] = True
    assert client.replace(stored).status_code == 403
    stored["spec"][REPLICAS]["Master"]["template"]["free"] = 1.0
    assert client.replace(stored).status_code == 200
