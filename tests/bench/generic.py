"""What a `schemathesis run` makes of an endpoint: with the same specification alone, or with our hooks.

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
from enum import Enum
from pathlib import Path
from typing import Final

import requests
import yaml

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request, Response
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.server import ReferenceEndpoint
from contracts.spec.load import LOADER, load_contract
from tests.faults.catalogue import faulty

Failures = frozenset[tuple[str, str]]
Steps = Callable[[Resource, ReferenceOptions], Behaviour]
HOOKS: Final = "contracts.schemathesis_hooks"
# The kind of all failures of our checks; their title is the requirement.
OURS: Final = "ContractFailure"


class Way(Enum):
    """What Schemathesis is given beside the specification."""

    PLAIN = "schemathesis run"
    TOLD_THE_PATH = "schemathesis run, told the path"
    HOOKS = "schemathesis run, our hooks"


@dataclass(frozen=True)
class Tried:
    """One run: what failed (kind of failure, method), how many requests were answered, how many PUTs accepted.

    `positive`: how many cases Schemathesis took for valid, and how many of these were accepted.
    """

    failures: Failures
    requests: int
    accepted: int
    positive: tuple[int, int]


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


def run(directory: Path, fault: str | None, seed: int, way: Way) -> Tried:
    """Serve an endpoint that holds the documented object, let Schemathesis loose on it with its default budget.

    It is given the overlaid specification; with the hooks, which apply the overlays, the page's alone, and the
    namespace. Told the path it is given the object's name, too, instead of making it up.
    """
    contract = load_contract()
    spec = contract.spec.derived if way is Way.HOOKS else contract.spec.overlaid
    (directory / "openapi.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    known = contract.example_request["metadata"]
    names = {name: known[name] for name in ("namespace", "name")}
    told = {Way.PLAIN: (), Way.TOLD_THE_PATH: ("namespace", "name"), Way.HOOKS: ("namespace",)}[way]
    lines = ["[parameters]", *(f"{name} = {json.dumps(names[name])}" for name in told)] if told else []
    text = "\n".join(['headers = { Authorization = "Bearer ${BENCH_TOKEN}" }', *lines])
    (directory / "schemathesis.toml").write_text(text, encoding="utf-8")
    counter = Counter(faulty(fault) if fault else conformant)
    with ReferenceEndpoint(ReferenceOptions(namespace=names["namespace"]), behaviour=counter) as endpoint:
        _create(endpoint, contract.example_request)
        counter.requests = counter.accepted = 0
        _schemathesis(directory, endpoint, seed, way)
    report = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    failures = frozenset(
        (failure["title"] if failure["type"] == OURS else failure["type"], operation.partition(" ")[0])
        for failure in report["failures"]
        for operation in failure["operations"]
    )
    return Tried(failures, counter.requests, counter.accepted, _positive(directory / "cassette.yaml"))


def _positive(cassette: Path) -> tuple[int, int]:
    """How many replacements of a recorded run Schemathesis took for valid when it sent them; how many were accepted."""
    recorded = yaml.load(cassette.read_bytes(), LOADER)["http_interactions"]
    recorded = [one for one in recorded if one["request"]["method"] == "PUT"]
    valid = [one for one in recorded if (one.get("generation") or {}).get("mode") == "positive" and one["response"]]
    return len(valid), sum(one["response"]["status"]["code"].startswith("2") for one in valid)


def _create(endpoint: ReferenceEndpoint, example: Json) -> None:
    path = endpoint.resource.collection_path.format(namespace=endpoint.namespace)
    body = paths.remove(paths.remove(example, ("metadata", "resourceVersion")), ("metadata", "uid"))
    headers = {"Authorization": f"Bearer {endpoint.token}"}
    requests.post(endpoint.url + path, json=body, headers=headers, timeout=30).raise_for_status()


def _schemathesis(directory: Path, endpoint: ReferenceEndpoint, seed: int, way: Way) -> None:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", "openapi.yaml", f"--url={endpoint.url}"]
    command += [f"--seed={seed}", "--no-color", "--report=json,vcr", "--report-json-path=report.json"]
    command += ["--report-vcr-path=cassette.yaml"]
    hooks = {"SCHEMATHESIS_HOOKS": HOOKS, "XDG_STATE_HOME": str(directory / "state")} if way is Way.HOOKS else {}
    done = subprocess.run(
        command,
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        env={**os.environ, "BENCH_TOKEN": endpoint.token, **hooks},
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"schemathesis: {done.stdout[-1000:]}")
