"""One run of the command, killed without warning at some moment, undone by `restore`, and what is left compared."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.spec.load import load_contract
from tests.e2e.command import CLEAN, LIMIT
from tests.e2e.endpoint import age

# What a server counts and keeps for itself.
SERVERS = ("resourceVersion", "generation", "managedFields")
# By name what the jobs of somebody else have in spec, and when they have ended.
JOBS: Mapping[str, Mapping[str, Any]] = {
    "adopted": {"cleanPodPolicy": "None", "ended": 3},
    "somebody-elses": {"cleanPodPolicy": "Running"},
}
# Short families, so that a run gets to its own end and cleaning up within seconds too.
SOME = ("-k", "labels or annotations or ttl or correct_replacement or stale or one_winner or sequence or arguments")


@dataclass(frozen=True)
class Moment:
    """When a run is killed: so many seconds after the endpoint has seen so many writes of it."""

    writes: int
    seconds: float

    @property
    def phase(self) -> str:
        """The moment in words."""
        if self.writes == 0:
            return "1 before the first write"
        return (
            "2 at the first writes"
            if self.writes < 4
            else "3 in the middle"
            if self.writes < 56
            else "4 towards its end"
        )


@dataclass(frozen=True)
class Killed:
    """What became of one kill.

    `killed`: whether the run had not ended by itself before. `journal`: whether there was something to undo.
    """

    kind: str
    phase: str
    killed: bool
    equal: bool
    journal: bool
    difference: str

    @property
    def what(self) -> str:
        """Which kill it was."""
        return f"{self.kind}, killed {self.phase}"


def spread(moments: random.Random, times: int) -> Iterator[Moment]:
    """Moments in every phase of a run, more of them around its first writes than one at random would hit."""
    for number in range(times):
        writes = (0, moments.randrange(1, 4), moments.randrange(4, 56), moments.randrange(56, 73))[(number // 2) % 4]
        yield Moment(writes, moments.random() * (1.5 if writes == 0 else 0.02))


def kill_once(home: Path, moment: Moment, *, adopting: bool, conditions: frozenset[str] = frozenset()) -> Killed:
    """Start an endpoint with two jobs, run against it, kill, restore, compare.

    `conditions`: of the endpoint; with some the jobs are a week old, one has ended, the other one has not.
    """
    home.mkdir(parents=True)
    with ReferenceEndpoint(ReferenceOptions(conditions=conditions)) as endpoint:
        name = _populate(endpoint, sorted(JOBS)[int(home.name) % 2] if conditions else "")
        (home / "token").write_text(endpoint.token)
        before = _stored(endpoint)
        arguments = ["--name", name, "--yes"] if adopting else []
        killed = _run_and_kill(endpoint, home, moment, arguments)
        journal = any(_journals(home))
        done = _command(home, "restore", "--token-file", str(home / "token"))
        after = _stored(endpoint)
    difference = "" if before == after else f"before: {before}\nafter: {after}\n"
    if done.returncode or any(_journals(home)):
        difference += f"restore: {done.returncode} {done.stdout}{done.stderr}"
    leaks = endpoint.token in done.stdout + done.stderr
    difference += "restore showed the token" if leaks else ""
    return Killed("adopted" if adopting else "created", moment.phase, killed, not difference, journal, difference)


def _populate(endpoint: ReferenceEndpoint, adopted: str) -> str:
    """Two jobs of somebody else, a week old where one of them is named; gives the name of the one to be adopted."""
    example = json.loads(json.dumps(load_contract().example_request))
    for name, spec in JOBS.items():
        metadata = {"name": name, "labels": {"owner": "somebody"}, "annotations": {"a/b": "é c"}}
        new = {"spec": {**example["spec"], "activeDeadlineSeconds": None, "ttlSecondsAfterFinished": None}}
        body = {**example, **(new if adopted else {}), "metadata": metadata, "status": None}
        _request(endpoint, "POST", json=body).raise_for_status()
        if adopted:
            age(endpoint, name, **spec)
    return adopted or "adopted"


def _run_and_kill(endpoint: ReferenceEndpoint, home: Path, moment: Moment, arguments: list[str]) -> bool:
    """Whether the run was killed; false when it had ended by then."""
    line = [sys.executable, "-m", "contracts", "run", f"--target={endpoint.url}", f"--namespace={endpoint.namespace}"]
    line += [f"--token-file={home / 'token'}", f"--report-dir={home / 'reports'}", "--examples=3", *arguments]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([*line, "--", *SOME], stdout=quiet, stderr=quiet, stdin=quiet, env=_environment(home))
    try:
        start, deadline = endpoint.store.version, time.monotonic() + LIMIT
        while endpoint.store.version < start + moment.writes and process.poll() is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the run did not come to {moment.writes} writes")
            time.sleep(0.001)
        try:
            process.wait(timeout=moment.seconds)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
        return process.wait(timeout=LIMIT) == -signal.SIGKILL
    finally:
        process.kill()
        process.wait(timeout=LIMIT)


def _journals(home: Path) -> list[Path]:
    return list((home / "pytorchjob-contract").glob("*"))


def _command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "contracts", *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=LIMIT, env=_environment(home), check=False)


def _environment(home: Path) -> dict[str, str]:
    return {**CLEAN, "XDG_STATE_HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}


def _stored(endpoint: ReferenceEndpoint) -> str:
    """All jobs as JSON text, keys and items in the order in which they are stored, without what is the server's."""
    items = _request(endpoint, "GET").json()["items"]
    kept = [
        {
            **{key: value for key, value in item.items() if key != "status"},
            "metadata": {key: value for key, value in item["metadata"].items() if key not in SERVERS},
        }
        for item in items
    ]
    return json.dumps(kept, ensure_ascii=False)


def _request(endpoint: ReferenceEndpoint, method: str, **more: Any) -> requests.Response:
    url = endpoint.url + endpoint.resource.collection_path.format(namespace=endpoint.namespace)
    return requests.request(method, url, headers={"Authorization": f"Bearer {endpoint.token}"}, timeout=LIMIT, **more)
