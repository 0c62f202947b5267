"""Endpoints that nobody here wrote: what they do wrong is found, what they do right is not accused.

`make foreign` installs them under `tests/foreign/`; PRISM, JSON_SERVER and KMOCK_PYTHON may name them elsewhere.
`docs/endpoints.md` explains every finding.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.spec.load import load_contract

from ..foreign.prepare import prepare
from .command import Command, Finished, attempts

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parents[1] / "foreign"
CONTRACT = load_contract()
EXAMPLE = CONTRACT.example_response["metadata"]
UNCHECKED = {
    "immutable.type-meta",
    "immutable.replica-specs",
    "immutable.other-spec",
    "immutable.other-metadata",
    "immutable.status",
    "replaceable.invalid-refused",
    "status.400",
    "status.401",
    "status.403",
    "concurrency.one-winner",
    "concurrency.version-advances",
}


def program(variable: str, default: str) -> Path:
    """The program of a foreign server; skips where it is not installed."""
    path = Path(os.environ.get(variable) or HERE / default)
    if not path.is_file():
        pytest.skip(f"{path} is not installed ({variable}, or make foreign)")
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the servers serve, and the credentials that none of them knows."""
    directory = tmp_path_factory.mktemp("foreign")
    prepare(directory)
    for name in ("token", "denied"):
        (directory / name).write_text(f"foreign-{name}\n")
    return directory


@pytest.fixture(scope="module")
def prism(served: Path) -> Iterator[str]:
    port = free_port()
    command = [program("PRISM", "node_modules/.bin/prism"), "mock", "-h", "127.0.0.1", "-p", port, "specification.yaml"]
    with running(command, served, f"http://127.0.0.1:{port}") as url:
        yield url


@pytest.fixture(scope="module")
def json_server(served: Path) -> Iterator[str]:
    port = free_port()
    command = [program("JSON_SERVER", "node_modules/.bin/json-server"), "--host", "127.0.0.1", "--port", port]
    with running(
        [*command, "--quiet", "--routes", "routes.json", "db.json"], served, f"http://127.0.0.1:{port}"
    ) as url:
        yield url


@contextmanager
def kmock(served: Path, put: str) -> Iterator[str]:
    port = free_port()
    resource = f"{CONTRACT.group}/{CONTRACT.version}/{CONTRACT.item_path.split('/')[-2]}"
    command = [program("KMOCK_PYTHON", ".venv/bin/python"), HERE / "kmock_server.py", "--resource", resource]
    with running([*command, "--port", port, "--put", put], served, f"http://127.0.0.1:{port}") as url:
        yield url


@contextmanager
def running(command: list[Any], directory: Path, url: str) -> Iterator[str]:
    """A server that answers, until the end of the context."""
    with (
        (directory / "server.log").open("w") as log,
        subprocess.Popen([str(one) for one in command], cwd=directory, stdout=log, stderr=log) as process,
    ):
        try:
            wait_until_answering(url, process)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until_answering(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in attempts():
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            assert process.poll() is None, f"the server ended with {process.returncode}"
            time.sleep(0.1)
        else:
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def arguments(served: Path, url: str) -> list[str]:
    return [f"--target={url}", f"--token-file={served / 'token'}", f"--denied-token-file={served / 'denied'}"]


def adopting(served: Path, url: str) -> list[str]:
    return [*arguments(served, url), f"--namespace={EXAMPLE['namespace']}", f"--name={EXAMPLE['name']}", "--yes"]


def expect_verdict(finished: Finished, failed: set[str], *passed: str) -> None:
    """A verdict about the target, without an error of ours, that has found `failed` and nothing against `passed`."""
    outcomes = finished.outcomes
    assert "Traceback" not in finished.output, finished.output
    assert [name for name, outcome in outcomes.items() if outcome == "error"] == [], finished.output
    assert finished.status == 1, finished.output
    assert failed - {name for name, outcome in outcomes.items() if outcome == "failed"} == set(), finished.output
    assert {name: outcomes[name] for name in passed} == dict.fromkeys(passed, "passed"), finished.output


@pytest.fixture(scope="module")
def prism_run(run: Command, served: Path, prism: str) -> Finished:
    return run(*adopting(served, prism))


def test_stateless_mock_stores_nothing(prism_run: Finished) -> None:
    fields = {name for name, row in CONTRACT.requirements.items() if row.family == "replaceable" and row.fields}
    expect_verdict(prism_run, fields | {"replaceable.together", "response.is-stored-state", "pretty.true-is-pretty"})


def test_stateless_mock_changes_nothing(prism_run: Finished) -> None:
    immutable = [name for name in CONTRACT.requirements if name.startswith("immutable.")]
    expect_verdict(prism_run, {"status.401"}, *immutable, "status.500", "status.200", "response.documented-example")
    assert prism_run.outcomes["status.refusal-changes-nothing"] == "passed", "what stores nothing changes nothing"


def test_stateless_mock_cannot_create(run: Command, served: Path, prism: str) -> None:
    finished = run(*arguments(served, prism))
    assert finished.status == 3, finished.output
    assert len([line for line in finished.output.splitlines() if line.strip()]) == 1, finished.output
    assert "error: POST" in finished.output
    assert "404" in finished.output


def test_emulator_without_replacement(run: Command, served: Path) -> None:
    with kmock(served, "none") as url:
        finished = run(*arguments(served, url))
        left = jobs(url)
    expect_verdict(finished, {"status.200", "replaceable.together"}, "immutable.replica-specs", "immutable.atomic")
    assert left == []


def test_emulator_that_stores_everything(run: Command, served: Path) -> None:
    with kmock(served, "store") as url:
        finished = run(*arguments(served, url))
        left = jobs(url)
    expect_verdict(finished, UNCHECKED | {"status.500"}, "replaceable.together", "replaceable.sequence", "status.200")
    assert left == [], "what was created is deleted, whatever the target has made of it"


def test_store_of_any_json(run: Command, served: Path, json_server: str) -> None:
    url = f"{json_server}{CONTRACT.item_path.format(namespace=EXAMPLE['namespace'], name=EXAMPLE['name'])}"
    before = requests.get(url, timeout=10).json()
    finished = run(*adopting(served, json_server))
    expect_verdict(finished, UNCHECKED | {"pretty.default"}, "replaceable.together", "pretty.true-is-pretty")
    assert without_version(requests.get(url, timeout=10).json()) == without_version(before), "it is put back"


def without_version(job: Any) -> Any:
    """The object without the one field that no client puts back; this server lets clients take it away."""
    return {**job, "metadata": {key: job["metadata"][key] for key in job["metadata"] if key != "resourceVersion"}}


def jobs(url: str) -> list[Any]:
    """What is left in the namespace."""
    collection = CONTRACT.collection_path.format(namespace=EXAMPLE["namespace"])
    items: list[Any] = requests.get(url + collection, timeout=10).json()["items"]
    return items
