"""Whatever ends a run, `restore` brings the target back to where it was."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.spec.load import load_contract

from .conftest import CLEAN, Served, command_line

MOMENTS = random.Random(20261123)


def create(served: Served) -> str:
    example = json.loads(json.dumps(load_contract().example_request))
    metadata = {"name": example["metadata"]["name"], "labels": {"owner": "somebody"}, "annotations": {"a/b": "c"}}
    assert served.send("POST", json={**example, "metadata": metadata, "status": None}).status_code == 201
    return str(metadata["name"])


def kept(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The jobs without what the server counts."""
    counted = ("resourceVersion", "generation")
    return [
        {**job, "metadata": {key: value for key, value in job["metadata"].items() if key not in counted}}
        for job in jobs
    ]


def killed_run(served: Served, home: Path, requests: int, *arguments: str) -> None:
    """A run that is killed without warning once the store has seen so many writes."""
    process = subprocess.Popen(
        command_line(*served.arguments, *arguments, directory=home / "reports"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**CLEAN, "XDG_STATE_HOME": str(home)},
    )
    try:
        start, deadline = served.endpoint.store.version, time.monotonic() + 60
        while served.endpoint.store.version < start + requests and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.001)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


def restore(served: Served, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "contracts", "restore", f"--token-file={served.token_file}"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**CLEAN, "XDG_STATE_HOME": str(home)},
        check=False,
    )


@pytest.mark.parametrize("moment", [1, 2, 3, *(MOMENTS.randrange(4, 300) for _ in range(3))])
@pytest.mark.parametrize("adopting", [False, True], ids=["created", "adopted"])
def test_killed_run_is_undone(serve: Callable[..., Any], tmp_path: Path, moment: int, adopting: bool) -> None:
    with serve() as served:
        name = create(served)
        before = kept(served.jobs())
        killed_run(served, tmp_path, moment, *([f"--name={name}", "--yes"] if adopting else []))
        done = restore(served, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert kept(served.jobs()) == before
        assert "nothing to undo" in restore(served, tmp_path).stdout
    assert served.endpoint.options.token not in done.stdout + done.stderr


def test_journal_is_private_and_holds_no_credential(serve: Callable[..., Any], tmp_path: Path) -> None:
    with serve() as served:
        killed_run(served, tmp_path, 30)
        (journal,) = (tmp_path / "pytorchjob-contract").glob("*.journal.json")
        assert journal.stat().st_mode & 0o777 == 0o600
        assert served.endpoint.options.token not in journal.read_text()
        assert restore(served, tmp_path).returncode == 0
        assert not journal.exists()


def test_somebody_elses_change_is_left_alone(serve: Callable[..., Any], tmp_path: Path) -> None:
    with serve() as served:
        name = create(served)
        killed_run(served, tmp_path, 40, f"--name={name}", "--yes")
        theirs = served.send("GET", name).json()
        theirs["metadata"]["labels"] = {"changed-by": "somebody-else"}
        assert served.send("PUT", name, json=theirs).status_code == 200
        done = restore(served, tmp_path)
        assert done.returncode == 3
        assert "somebody else has changed metadata.labels" in done.stderr
        assert served.send("GET", name).json()["metadata"]["labels"] == {"changed-by": "somebody-else"}


def test_another_object_of_the_name_is_left_alone(serve: Callable[..., Any], tmp_path: Path) -> None:
    with serve() as served:
        killed_run(served, tmp_path, 30)
        (job,) = served.jobs()
        name = job["metadata"]["name"]
        assert served.send("DELETE", name).status_code == 200
        example = load_contract().example_request
        assert served.send("POST", json={**example, "metadata": {"name": name}, "status": None}).status_code == 201
        done = restore(served, tmp_path)
        assert done.returncode == 3
        assert "another object has this name now" in done.stderr
        assert len(served.jobs()) == 1
