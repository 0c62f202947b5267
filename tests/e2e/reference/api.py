"""Clients of the reference endpoint, the objects that they send, and a clock for it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from contracts.reference.server import ReferenceEndpoint
from contracts.spec.load import load_contract

TIMEOUT = 60
CONTRACT = load_contract()
REPLICAS = "pytorchReplicaSpecs"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Client:
    """Requests against one endpoint with one credential."""

    def __init__(self, endpoint: ReferenceEndpoint, **session: Any) -> None:
        self.endpoint = endpoint
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {endpoint.token}"
        for name, value in session.items():
            setattr(self.session, name, value)

    @property
    def collection(self) -> str:
        return self.endpoint.url + CONTRACT.collection_path.format(namespace=self.endpoint.namespace)

    def send(self, method: str, name: str = "", **arguments: Any) -> requests.Response:
        url = f"{self.collection}/{name}" if name else self.collection
        return self.session.request(method, url, timeout=TIMEOUT, **arguments)

    def create(self, name: str = "job", **metadata: Any) -> dict[str, Any]:
        response = self.send("POST", json=new_job(name, **metadata))
        assert response.status_code == 201, response.text
        return self.read(name)

    def read(self, name: str = "job") -> dict[str, Any]:
        response = self.send("GET", name)
        assert response.status_code == 200, response.text
        value: dict[str, Any] = response.json()
        return value

    def replace(self, value: dict[str, Any], **arguments: Any) -> requests.Response:
        return self.send("PUT", value["metadata"]["name"], json=value, **arguments)

    def gone(self, name: str = "job") -> bool:
        return self.send("GET", name).status_code == 404


def new_job(name: str, **metadata: Any) -> dict[str, Any]:
    job = copy.deepcopy(CONTRACT.example_request)
    job["metadata"] = {"name": name, **metadata}
    job.pop("status", None)
    return job


Start = Callable[..., Client]
