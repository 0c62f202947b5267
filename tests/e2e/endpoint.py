"""A reference endpoint as a run's target: its arguments, its jobs, and what changes there meanwhile."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from contracts.jsonvalue import paths
from contracts.reference.http_request import Route
from contracts.reference.objects import format_time
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.spec.load import load_contract

Job = dict[str, Any]
WEEK = timedelta(days=7)
OWNER = "8d3c7a52-6f0e-4b1d-9a3e-2c5f7e9b1d40"
RUNNING = {"type": "Running", "status": "True"}
SUCCEEDED = {"type": "Succeeded", "status": "True"}
PODS = {"Worker": {"active": 1, "succeeded": 2}}


@dataclass(frozen=True)
class Served:
    """A reference endpoint with its credentials in files."""

    endpoint: ReferenceEndpoint
    token_file: Path
    denied_token_file: Path

    @property
    def arguments(self) -> list[str]:
        """What a run needs to judge it."""
        return [
            f"--target={self.endpoint.url}",
            f"--namespace={self.endpoint.options.namespace}",
            f"--token-file={self.token_file}",
            f"--denied-token-file={self.denied_token_file}",
        ]

    @property
    def collection(self) -> str:
        """URL of the jobs of the namespace."""
        path = self.endpoint.resource.collection_path.format(namespace=self.endpoint.options.namespace)
        return self.endpoint.url + path

    def send(self, method: str, name: str = "", **more: Any) -> requests.Response:
        """One request as the full user."""
        headers = {"Authorization": f"Bearer {self.endpoint.options.token}"}
        url = f"{self.collection}/{name}" if name else self.collection
        return requests.request(method, url, headers=headers, timeout=60, **more)

    def create(self, name: str = "", **metadata: Any) -> str:
        """Create a job of somebody else, the contract's example, and give its name."""
        example = copy.deepcopy(load_contract().example_request)
        told = {"name": name or example["metadata"]["name"], "labels": {"owner": "somebody"}, **metadata}
        answer = self.send("POST", json={**example, "metadata": told, "status": None})
        assert answer.status_code == 201, answer.text
        return str(told["name"])

    def jobs(self, **more: Any) -> list[Job]:
        """The jobs as a client sees them."""
        items: list[Job] = self.send("GET", **more).json()["items"]
        return items

    def kept(self) -> list[Job]:
        """The jobs without what the server counts."""
        counted = ("resourceVersion", "generation")
        return [
            {**job, "metadata": {key: value for key, value in job["metadata"].items() if key not in counted}}
            for job in self.jobs()
        ]

    @property
    def version(self) -> int:
        """How many writes there have been."""
        return self.endpoint.store.version

    def at_work(self, jobs: int = 1, generation: int = 3) -> Callable[[], bool]:
        """Whether so many jobs have been changed so often; looks into the store, and sends nothing."""

        def look() -> bool:
            with self.endpoint.store.lock:
                generations = [int(job["metadata"]["generation"]) for _, job in self.endpoint.store.items()]
            return sum(one > generation for one in generations) >= jobs

        return look


Serve = Callable[..., AbstractContextManager[Served]]


@contextmanager
def served(directory: Path, behaviour: Any = None, **options: Any) -> Iterator[Served]:
    """A reference endpoint, its credentials in files of a directory."""
    more = {"behaviour": behaviour} if behaviour else {}
    with ReferenceEndpoint(ReferenceOptions(**options), **more) as endpoint:
        files = []
        for name, token in (("token", endpoint.options.token), ("denied", endpoint.options.denied_token)):
            file = directory / f"{name}-{endpoint.port}"
            file.write_text(token + "\n")
            files.append(file)
        yield Served(endpoint, *files)


def age(endpoint: ReferenceEndpoint, name: str, **spec: Any) -> None:
    """Let a job be a week old, and give it other values in spec; `ended` days ago where that is among them."""
    days = spec.pop("ended", None)
    now = datetime.now(UTC)
    status: dict[str, Any] = {"startTime": format_time(now - WEEK), "conditions": [RUNNING], "replicaStatuses": PODS}
    if days is not None:
        ended = {"completionTime": format_time(now - timedelta(days=days)), "conditions": [SUCCEEDED]}
        status = {**status, **ended}
    with endpoint.store.lock:
        route = Route(endpoint.options.namespace, name)
        stored = endpoint.store.get(route)
        assert stored is not None
        metadata = {**stored["metadata"], "creationTimestamp": format_time(now - WEEK)}
        spec = {**stored["spec"], "ttlSecondsAfterFinished": 2_000_000, **spec}
        spec.pop("activeDeadlineSeconds", None)
        endpoint.store.put(route, {**stored, "metadata": metadata, "spec": spec, "status": status})


def give_environments(endpoint: ReferenceEndpoint, name: str) -> None:
    """Give the containers of a job what the page does not show."""
    with endpoint.store.lock:
        route = Route(endpoint.options.namespace, name)
        stored: Any = endpoint.store.get(route)
        for path, value in list(paths.walk(stored)):
            if path[-2:-1] == ("containers",):
                stored = paths.put(stored, path, {**value, "env": [{"name": "A", "value": "1"}]})
        endpoint.store.put(route, stored)


def put_example(endpoint: ReferenceEndpoint) -> str:
    """Let the documented example be stored, as if somebody had created it; its name."""
    example: Any = paths.put(load_contract().example_request, ("metadata", "namespace"), endpoint.options.namespace)
    name = str(example["metadata"]["name"])
    with endpoint.store.lock:
        endpoint.store.put(Route(endpoint.options.namespace, name), example)
    return name


def put_job_in_use(endpoint: ReferenceEndpoint) -> str:
    """Let a job as those in use are be stored, with an owner, as if somebody's workflow had created it; its name."""
    name = put_example(endpoint)
    owner = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "name": "train", "uid": OWNER}
    with endpoint.store.lock:
        endpoint.store.living_elsewhere |= {OWNER}
        route = Route(endpoint.options.namespace, name)
        stored: Any = endpoint.store.get(route)
        example = copy.deepcopy(load_contract().examples[0])
        metadata = {**stored["metadata"], "ownerReferences": [owner]}
        endpoint.store.put(route, {**stored, **example, "metadata": metadata})
    return name


def node_pool_object(directory: Path) -> Path:
    """A file with the documented example, each pod template of which chooses a node pool."""
    example: Any = load_contract().example_request
    for path, _ in list(paths.walk(example)):
        if path[-1:] == ("template",):
            example = paths.put(example, (*path, "spec", "nodeSelector"), {"pool": "a"})
    file = directory / "object.json"
    file.write_text(json.dumps(example), encoding="utf-8")
    return file
