"""A fleet over several machines, each a process here: killed, undone, repeated by index, and put together again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from .behaviours import ignores_annotations
from .command import Command, Finished, Running, call, started
from .endpoint import Serve, Served
from .test_fleet import fleet

# Some seconds of a run, in which an object is there and is changed.
CASES = ("--", "-k", "annotations or labels")
BEGUN = re.compile(r"pytorchjob-contract: (e\d+): begun")
KEPT = re.compile(r"pytorchjob-contract: (e\d+): kept, as it was judged already")


@dataclass(frozen=True)
class Machines:
    """Endpoints by name, their file, and a directory for the reports of all shards and the journals of each."""

    endpoints: dict[str, Served]
    file: Path
    directory: Path
    shards: int

    @property
    def reports(self) -> Path:
        """Where every shard reports."""
        return self.directory / "reports"

    @property
    def environment(self) -> dict[str, str]:
        """The credentials of all endpoints."""
        return {f"TOKEN_{name}": one.endpoint.options.token for name, one in self.endpoints.items()}

    def of(self, index: int) -> dict[str, Served]:
        """The endpoints of a shard."""
        return dict(list(self.endpoints.items())[index :: self.shards])

    def state(self, index: int) -> str:
        """Where a shard has its journals."""
        return str(self.directory / "state" / str(index))

    def start(self, index: int, attempt: int) -> Any:
        """A shard as a pod of an Indexed Job begins it."""
        return started(
            *(f"--targets={self.file}", f"--shard={self.shards}", "--resume=1", "--parallel=1"),
            *(f"--report-dir={self.reports}", *CASES),
            directory=self.directory / f"{index}-{attempt}",
            environment={
                **self.environment,
                "JOB_COMPLETION_INDEX": str(index),
                "XDG_STATE_HOME": self.state(index),
            },
        )

    def restore(self, index: int) -> subprocess.CompletedProcess[str]:
        """What the pod does before: undo what an attempt of this index has left."""
        environment = {**self.environment, "XDG_STATE_HOME": self.state(index)}
        return call("restore", f"--targets={self.file}", directory=self.directory, **environment)

    def records(self, index: int) -> dict[str, bytes]:
        """By endpoint the records of a shard."""
        files = {name: self.reports / name / "conformance.json" for name in self.of(index)}
        return {name: file.read_bytes() for name, file in files.items() if file.exists()}

    def left(self) -> list[str]:
        """The endpoints on which an object is."""
        return [name for name, one in self.endpoints.items() if one.endpoint.store.items()]


@pytest.fixture
def machines(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> Iterator[Machines]:
    """As many endpoints and shards as a test asks for; the last endpoint is not conformant."""
    number, shards = request.param
    names = [f"e{one:02}" for one in range(number)]
    with ExitStack() as stack:
        endpoints = {
            name: stack.enter_context(serve(behaviour=ignores_annotations if name == names[-1] else None))
            for name in names
        }
        entries = [
            {
                "name": name,
                "target": one.endpoint.url,
                "namespace": one.endpoint.options.namespace,
                "token": f"${{TOKEN_{name}}}",
            }
            for name, one in endpoints.items()
        ]
        file = tmp_path / "fleet.yaml"
        file.write_text(yaml.safe_dump({"defaults": {"examples": 1}, "targets": entries}))
        yield Machines(endpoints, file, tmp_path, shards)


def children(process: int) -> list[int]:
    """The processes that a process has started, and which have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
        found += [int(stat.parent.name)] * (parent == process)
    return found


def kill_machine(running: Running) -> None:
    """Kill a shard and the runs that it has started, as the end of a container does."""
    running.process.send_signal(signal.SIGSTOP)
    for child in children(running.process.pid):
        os.killpg(child, signal.SIGKILL)
    running.end(signal.SIGKILL)


def in_the_middle(machines: Machines, index: int) -> bool:
    """Whether a shard has judged something, and is at work on something else."""
    judged = machines.records(index)
    return bool(judged) and any(
        one.at_work(generation=0)() for name, one in machines.of(index).items() if name not in judged
    )


@pytest.mark.parametrize(
    ("machines", "killed"),
    [((3, 2), (0,)), pytest.param((40, 4), (1, 2), marks=pytest.mark.slow)],
    indirect=["machines"],
    ids=["3 over 2", "40 over 4"],
)
def test_nothing_is_lost_judged_twice_or_left_behind(machines: Machines, killed: tuple[int, ...]) -> None:
    first: dict[int, dict[str, bytes]] = {}
    ends: dict[int, Finished] = {}
    with ExitStack() as stack:
        running = {index: stack.enter_context(machines.start(index, 1)) for index in range(machines.shards)}
        for index in killed:
            running[index].wait_until(lambda index=index: in_the_middle(machines, index))
            kill_machine(running[index])
            first[index] = machines.records(index)
        ends |= {index: one.end() for index, one in running.items() if index not in killed}
    left = machines.left()
    assert left, "no shard was killed while it was at work"
    assert set(left) <= {name for index in killed for name in machines.of(index)}
    for index in killed:
        done = machines.restore(index)
        assert done.returncode == 0, done.stdout + done.stderr
    assert machines.left() == []

    for index in killed:
        with machines.start(index, 2) as running_again:
            ends[index] = running_again.end()
        kept = {name for name, text in machines.records(index).items() if first[index].get(name) == text}
        assert kept == set(first[index]) == set(KEPT.findall(ends[index].output))
        assert set(BEGUN.findall(ends[index].output)) == set(machines.of(index)) - kept
    last = (len(machines.endpoints) - 1) % machines.shards
    assert {index: one.status for index, one in ends.items()} == {
        index: int(index == last) for index in range(machines.shards)
    }

    arguments = ("--format=json", f"--targets={machines.file}", str(machines.reports))
    merged = call("report", "fleet", *arguments, directory=machines.directory)
    assert merged.returncode == 1, merged.stderr
    found = json.loads(merged.stdout)
    *sound, broken = machines.endpoints
    assert {one["name"]: one["verdict"] for one in found["endpoints"]} == {
        **dict.fromkeys(sound, "partial"),
        broken: "nonconformant",
    }
    assert len(found["endpoints"]) == len(machines.endpoints)
    assert sum(one["olderRecords"] for one in found["endpoints"]) == 0
    assert found["notCounted"] == []
    # Each shard has a summary of its own, of all its endpoints, whichever attempt judged them.
    for index in range(machines.shards):
        summary = json.loads((machines.reports / f"fleet.{index}-of-{machines.shards}.json").read_text())
        assert [one["name"] for one in summary["endpoints"]] == list(machines.of(index))
    assert machines.left() == []


def test_a_shard_without_an_endpoint_ends_well(run: Command, tmp_path: Path) -> None:
    done = run(fleet(tmp_path, a={}, b={}), "--shard=2/3")
    assert (done.status, done.output.splitlines()) == (
        0,
        ["pytorchjob-contract: shard 2/3: 0 of 2 endpoints", "shard 2/3 has no endpoint: nothing to judge"],
    )
    assert not done.directory.exists()


def test_wrong_usage_is_told_in_one_line(run: Command, tmp_path: Path) -> None:
    for arguments, said in (
        ((fleet(tmp_path, a={}), "--shard=3/3"), "--shard: of 3 shards the last is 2, found 3"),
        ((fleet(tmp_path, a={}), "--shard=3"), "--shard: 3 needs the variable JOB_COMPLETION_INDEX, or write I/3"),
        ((fleet(tmp_path, a={}), "--resume=-1"), "--resume: expected a number above 0"),
        ((fleet(tmp_path, a={}), "--resume=soon"), "--resume: expected a number, found 'soon'"),
        ((fleet(tmp_path, a={}), "--resume=1e300"), "--resume: expected at most 10000 hours"),
        (("--shard=0/2",), "--shard needs --targets"),
        (("--resume=1",), "--resume needs --targets"),
    ):
        done = run(*arguments)
        assert (done.status, done.output) == (4, f"pytorchjob-contract: {said}\n")


def test_restore_takes_the_credential_of_the_endpoint_with_the_namespace(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        token = served.endpoint.options.token
        with started(*served.arguments, *CASES, directory=tmp_path) as running:
            running.wait_until(served.at_work(generation=0))
            running.end(signal.SIGKILL)
        file = tmp_path / "fleet.yaml"
        here = {"target": served.endpoint.url, "token": "${OWN}"}
        others = [
            {**here, "name": "elsewhere", "namespace": "elsewhere", "token": "${OTHER}"},
            {"name": "broken", "target": "http://127.0.0.1:9", "token-file": "none"},
            {"name": "unset", "target": served.endpoint.url, "token": "${UNSET}"},
        ]
        told = {"OWN": token, "OTHER": "another", "XDG_STATE_HOME": str(running.state)}
        file.write_text(yaml.safe_dump({"targets": others[1:]}))
        missing = call("restore", f"--targets={file}", directory=tmp_path, **told)
        assert missing.returncode == 3
        assert f"{served.endpoint.url}: no endpoint of {file} that can be reached is there" in missing.stderr
        assert served.jobs()
        own = {**here, "name": "own", "namespace": served.endpoint.options.namespace}
        file.write_text(yaml.safe_dump({"targets": [*others, own]}))
        done = call("restore", f"--targets={file}", directory=tmp_path, **told)
        assert done.returncode == 0, done.stderr
        assert served.jobs() == []
    assert "broken: --token-file: there is no file none" in done.stderr
    assert "unset: token: the environment variable UNSET is not set" in done.stderr
    assert token not in done.stdout + done.stderr
    alone = call("restore", f"--targets={file}", "--token-file=x", directory=tmp_path, **told)
    assert alone.returncode == 4
    assert "--token-file is for one endpoint" in alone.stderr
