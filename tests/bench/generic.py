"""What a plain `schemathesis run` makes of an endpoint: the same specification, no knowledge of the operation.

Caught is what it reports and has not reported of a conformant endpoint: a finding there is none of the fault's.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
import yaml

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request, Response
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.server import ReferenceEndpoint
from contracts.spec.load import load_contract
from tests.faults.catalogue import faulty

Failures = frozenset[tuple[str, str]]
Steps = Callable[[Resource, ReferenceOptions], Behaviour]


@dataclass(frozen=True)
class Tried:
    """One plain run: what failed (kind of failure, method), how many requests were answered, how many accepted."""

    failures: Failures
    requests: int
    accepted: int


class Counter:
    """Steps of an endpoint that count the answers to what they are asked from now on."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.requests = 0
        self.accepted = 0

    def __call__(self, resource: Resource, options: ReferenceOptions) -> Behaviour:
        behaviour = self.steps(resource, options)

        def answer(request: Request, response: Response) -> Response:
            given = behaviour.answer(request, response)
            self.requests += 1
            self.accepted += request.method == "PUT" and 200 <= given.status < 300
            return given

        return dataclasses.replace(behaviour, answer=answer)


def run(directory: Path, fault: str | None, seed: int, *, told_the_path: bool) -> Tried:
    """Serve an endpoint that holds the documented object, let Schemathesis loose on it with its default budget.

    `told_the_path`: it is given the path parameters of the object, as its configuration file can, instead of making
    them up.
    """
    contract = load_contract()
    (directory / "openapi.yaml").write_text(yaml.safe_dump(contract.spec.overlaid), encoding="utf-8")
    known = contract.example_request["metadata"]
    names = {name: known[name] for name in ("namespace", "name")}
    lines = [f"{name} = {json.dumps(value)}" for name, value in names.items()]
    lines = ["[parameters]", *lines] if told_the_path else []
    text = "\n".join(['headers = { Authorization = "Bearer ${BENCH_TOKEN}" }', *lines])
    (directory / "schemathesis.toml").write_text(text, encoding="utf-8")
    counter = Counter(faulty(fault) if fault else conformant)
    with ReferenceEndpoint(ReferenceOptions(namespace=names["namespace"]), behaviour=counter) as endpoint:
        _create(endpoint, contract.example_request)
        counter.requests = counter.accepted = 0
        _schemathesis(directory, endpoint, seed)
    report = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    failures = frozenset(
        (failure["type"], operation.partition(" ")[0])
        for failure in report["failures"]
        for operation in failure["operations"]
    )
    return Tried(failures, counter.requests, counter.accepted)


def _create(endpoint: ReferenceEndpoint, example: Json) -> None:
    path = endpoint.resource.collection_path.format(namespace=endpoint.namespace)
    body = paths.remove(paths.remove(example, ("metadata", "resourceVersion")), ("metadata", "uid"))
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    requests.post(endpoint.url + path, json=body, headers=headers, timeout=30).raise_for_status()


def _schemathesis(directory: Path, endpoint: ReferenceEndpoint, seed: int) -> None:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", "openapi.yaml", f"--url={endpoint.url}"]
    command += [f"--seed={seed}", "--no-color", "--report=json", "--report-json-path=report.json"]
    done = subprocess.run(
        command,
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        env={**os.environ, "BENCH_TOKEN": endpoint.token},
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"schemathesis: {done.stdout[-1000:]}")
