"""Objects are created, read, listed, deleted and patched as the contract says."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema_rs
import pytest

from .api import CONTRACT, Client, new_job


def test_life(client: Client) -> None:
    created = client.create()
    assert created["metadata"]["generation"] == 1
    assert created["status"]["conditions"], "the controller has noticed the job"
    assert created["metadata"]["namespace"] == client.endpoint.namespace
    listed = client.send("GET").json()
    assert listed["items"] == [created]
    assert listed["kind"] == f"{CONTRACT.kind}List"

    deleted = client.send("DELETE", "job")
    assert deleted.json()["details"]["uid"] == created["metadata"]["uid"]
    assert client.gone()
    assert client.send("GET").json()["items"] == []
    assert client.send("DELETE", "job").status_code == 404


@pytest.mark.parametrize("profile", ["document", "kubernetes"])
def test_answers_fit_the_contract(client: Client, profile: str) -> None:
    stored = client.create()
    stored["metadata"]["labels"] = {"a": "b"}
    answered = client.replace(stored).json()
    jsonschema_rs.validate(CONTRACT.response_schema(profile), answered)
    assert answered == client.read()


def test_documented_example_is_served_as_it_stands(client: Client) -> None:
    example = copy.deepcopy(CONTRACT.example_request)
    example["metadata"]["namespace"] = client.endpoint.namespace
    client.endpoint.store.load([example], int(example["metadata"]["resourceVersion"]))
    example["spec"]["ttlSecondsAfterFinished"] += 1
    answered = client.replace(example)
    assert answered.status_code == 200, answered.text
    assert answered.json()["spec"] == example["spec"]
    assert answered.json()["metadata"]["selfLink"] == example["metadata"]["selfLink"]


def test_generated_names_differ(client: Client) -> None:
    job = new_job("")
    job["metadata"] = {"generateName": "run-"}
    names = {client.send("POST", json=job).json()["metadata"]["name"] for _ in range(5)}
    assert len(names) == 5
    assert all(name.startswith("run-") for name in names)


def test_what_the_server_owns_is_not_taken_from_a_creation(client: Client) -> None:
    job = new_job("job", uid="mine", creationTimestamp="2001-01-01T00:00:00Z", generation=7)
    job["status"] = {"startTime": "2001-01-01T00:00:00Z"}
    stored = client.send("POST", json=job).json()
    assert stored["metadata"]["uid"] != "mine"
    assert stored["metadata"]["generation"] == 1
    assert not stored["metadata"]["creationTimestamp"].startswith("2001")
    assert "status" not in stored


def test_name_must_be_given(client: Client) -> None:
    job = new_job("")
    job["metadata"] = {}
    assert client.send("POST", json=job).json()["details"]["causes"][0]["field"] == "metadata.name"


@pytest.mark.parametrize(
    ("preconditions", "status"),
    [
        ({"uid": "other"}, 409),
        ({"resourceVersion": "1"}, 409),
        ({"uid": 1}, 400),
        ([], 200),
        ([1], 400),
        ({}, 200),
    ],
)
def test_delete_preconditions(client: Client, preconditions: Any, status: int) -> None:
    client.create()
    options = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": preconditions}
    assert client.send("DELETE", "job", json=options).status_code == status
    assert client.gone() is (status == 200)


def test_delete_with_the_right_preconditions(client: Client) -> None:
    metadata = client.create()["metadata"]
    preconditions = {key: metadata[key] for key in ("uid", "resourceVersion")}
    assert client.send("DELETE", "job", json={"preconditions": preconditions}).status_code == 200
    assert client.gone()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_dry_run_stores_nothing(client: Client, method: str) -> None:
    before = client.create()
    changed = {**before, "metadata": {**before["metadata"], "labels": {"dry": "run"}}}
    bodies = {"POST": new_job("second"), "PUT": changed, "PATCH": {"metadata": {"labels": {"dry": "run"}}}}
    response = client.send(
        method,
        "" if method == "POST" else "job",
        json=bodies.get(method),
        params={"dryRun": "All"},
        headers={"Content-Type": "application/merge-patch+json"} if method == "PATCH" else {},
    )
    assert response.status_code in (200, 201), response.text
    assert client.send("GET").json()["items"] == [before]


def test_a_stale_uid_is_a_conflict_even_when_the_object_is_gone(client: Client) -> None:
    stored = client.create()
    client.send("DELETE", "job")
    assert client.replace(stored).status_code == 409
    del stored["metadata"]["uid"]
    assert client.replace(stored).status_code == 404


def test_merge_patch(client: Client) -> None:
    stored = client.create(labels={"a": "1", "b": "2"})
    patch = {"metadata": {"labels": {"a": None, "c": "3"}}, "spec": {"ttlSecondsAfterFinished": 5}}
    merge = {"Content-Type": "application/merge-patch+json"}
    patched = client.send("PATCH", "job", json=patch, headers=merge).json()
    assert patched["metadata"]["labels"] == {"b": "2", "c": "3"}
    assert patched["metadata"]["generation"] == stored["metadata"]["generation"] + 1
    assert client.send("PATCH", "job", json=patch).status_code == 415
    assert client.send("PATCH", "job", data="[]", headers=merge).status_code == 400
    stale = {"metadata": {"resourceVersion": stored["metadata"]["resourceVersion"]}}
    assert client.send("PATCH", "job", json=stale, headers=merge).status_code == 409
    assert client.read() == patched
