"""Runs of the real command, as a user makes them: another process, real sockets, files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint

LIMIT = 240
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTORCHJOB_CONTRACT_", "PYTEST_"))}


@dataclass(frozen=True)
class Finished:
    """A run that has ended: exit status, all that it printed, and the directory of its reports."""

    status: int
    output: str
    directory: Path

    @property
    def report(self) -> dict[str, Any]:
        """The record."""
        record: dict[str, Any] = json.loads((self.directory / "conformance.json").read_text())
        return record

    @property
    def outcomes(self) -> dict[str, str]:
        """Outcome by requirement."""
        return {row["id"]: row["outcome"] for row in self.report["requirements"]}

    def findings(self, requirement: str) -> list[dict[str, str]]:
        """The findings against a requirement."""
        return next(row["findings"] for row in self.report["requirements"] if row["id"] == requirement)


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
    def pytest_arguments(self) -> list[str]:
        """The same for pytest, where every option is prefixed."""
        return [one.replace("--", "--contract-", 1) for one in self.arguments]

    @property
    def collection(self) -> str:
        """URL of the jobs of the namespace."""
        path = self.endpoint.resource.collection_path.format(namespace=self.endpoint.options.namespace)
        return self.endpoint.url + path

    def send(self, method: str, name: str = "", **more: Any) -> requests.Response:
        """One request as the full user."""
        headers = {"Authorization": f"Bearer {self.endpoint.options.token}"}
        url = f"{self.collection}/{name}" if name else self.collection
        return requests.request(method, url, headers=headers, timeout=10, **more)

    def jobs(self) -> list[dict[str, Any]]:
        """The stored jobs."""
        items: list[dict[str, Any]] = self.send("GET").json()["items"]
        return items


Command = Callable[..., Finished]


def command_line(*arguments: str, directory: Path) -> list[str]:
    """The command `run` with its reports in a directory."""
    own = list(arguments[: arguments.index("--")]) if "--" in arguments else list(arguments)
    rest = list(arguments[len(own) :])
    return [sys.executable, "-m", "contracts", "run", f"--report-dir={directory}", *own, *rest]


@contextmanager
def begun(*arguments: str, directory: Path, interruptible: bool = True) -> Iterator[subprocess.Popen[str]]:
    """A run that is at work: its reports in `reports`, its journal below `state`; killed if it has not ended in time.

    `interruptible`: whether SIGINT ends it, as on a terminal; a shell's job in the background ignores it.
    """
    heeded: Any = signal.default_int_handler if interruptible else signal.SIG_IGN
    with subprocess.Popen(
        command_line(*arguments, directory=directory / "reports"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**CLEAN, "XDG_STATE_HOME": str(directory / "state")},
        preexec_fn=lambda: signal.signal(signal.SIGINT, heeded),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Make a run and wait for its end."""

    def command(*arguments: str, environment: dict[str, str] | None = None) -> Finished:
        directory = tmp_path_factory.mktemp("run")
        done = subprocess.run(
            command_line(*arguments, directory=directory / "reports"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=LIMIT,
            cwd=directory,
            env={**CLEAN, **(environment or {})},
            check=False,
        )
        return Finished(done.returncode, done.stdout, directory / "reports")

    return command


@pytest.fixture
def serve(tmp_path: Path) -> Callable[..., Any]:
    """A context manager over a reference endpoint, with its credentials in files."""

    @contextmanager
    def served(behaviour: Any = None, **options: Any) -> Iterator[Served]:
        more = {"behaviour": behaviour} if behaviour else {}
        with ReferenceEndpoint(ReferenceOptions(**options), **more) as endpoint:
            files = []
            for name, token in (("token", endpoint.options.token), ("denied", endpoint.options.denied_token)):
                file = tmp_path / f"{name}-{endpoint.port}"
                file.write_text(token + "\n")
                files.append(file)
            yield Served(endpoint, *files)

    return served
