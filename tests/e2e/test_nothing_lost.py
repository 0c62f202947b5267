"""What a run has not undone is told of, what it cannot note is not touched, and a lost network loses nothing."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from contracts.reference.conformant import conformant

from .conftest import CLEAN, Command, Served, begun, command_line
from .test_findings import ignores_annotations
from .test_restore import create, kept, killed_run, restore

SOME = ("--", "-k", "labels or annotations")


def test_earlier_run_is_told_of_before_anything_is_touched(serve: Callable[..., Any], tmp_path: Path) -> None:
    with serve() as served:
        killed_run(served, tmp_path, 10)
        earlier = served.jobs()
        line = command_line(*served.arguments, *SOME, directory=tmp_path / "reports")
        done = subprocess.run(
            line,
            capture_output=True,
            text=True,
            timeout=60,
            env={**CLEAN, "XDG_STATE_HOME": str(tmp_path)},
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (told,) = done.stderr.splitlines()
        assert f"pytorchjob-contract restore --target {served.endpoint.url}" in told
        assert earlier[0]["metadata"]["name"] in told
        assert [job["metadata"]["uid"] for job in served.jobs()] == [earlier[0]["metadata"]["uid"]]
        assert restore(served, tmp_path).returncode == 0
        assert served.jobs() == []


def test_two_killed_runs_on_one_job_are_undone_newest_first(serve: Callable[..., Any], tmp_path: Path) -> None:
    with serve() as served:
        name = create(served)
        before = kept(served.jobs())
        for writes in (20, 30):
            killed_run(served, tmp_path, writes, f"--name={name}", "--yes")
        done = restore(served, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert kept(served.jobs()) == before


def test_run_at_work_is_left_alone(serve: Callable[..., Any], tmp_path: Path) -> None:
    with serve() as served:
        with begun(*served.arguments, directory=tmp_path):
            wait_for(lambda: served.endpoint.store.version > 10)
            done = restore(served, tmp_path / "state")
            assert done.returncode == 0
            assert "still at work" in done.stdout
            assert len(served.jobs()) == 1
        assert restore(served, tmp_path / "state").returncode == 0
        assert served.jobs() == []


def test_state_directory_that_cannot_be_written(run: Command, serve: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serve() as served:
        name = create(served)
        version = served.endpoint.store.version
        for arguments in ([], [f"--name={name}", "--yes"]):
            finished = run(*served.arguments, *arguments, environment={"XDG_STATE_HOME": str(tmp_path / "file")})
            assert finished.status == 3, finished.output
            (line,) = [line for line in finished.output.splitlines() if line.strip()]
            assert "the journal cannot be written" in line
            assert "XDG_STATE_HOME" in line
        assert served.endpoint.store.version == version


FULL = """
import errno, os
from contracts.resource import journal
def full(self, entry, temporary):
    global written
    written += 1
    if written > {allowed}:
        temporary.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text("half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return real(self, entry, temporary)
written, real = 0, journal.Journal._write
journal.Journal._write = full
"""


@pytest.mark.parametrize("allowed", [0, 1, 5])
@pytest.mark.parametrize("adopting", [False, True], ids=["created", "adopted"])
def test_full_disk(serve: Callable[..., Any], tmp_path: Path, allowed: int, adopting: bool) -> None:
    """The disk is full before the run has begun, or from some write on."""
    (tmp_path / "full.py").write_text(FULL.format(allowed=allowed))
    path = f"{tmp_path}:{Path(__file__).resolve().parents[2]}"
    with serve() as served:
        name = create(served)
        before, version = kept(served.jobs()), served.endpoint.store.version
        more = [f"--name={name}", "--yes"] if adopting else []
        done = subprocess.run(
            command_line(*served.arguments, *more, *SOME, "-p", "full", directory=tmp_path / "reports"),
            capture_output=True,
            text=True,
            timeout=60,
            env={**CLEAN, "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": path},
            check=False,
        )
        assert kept(served.jobs()) == before
        if allowed == 0:
            assert served.endpoint.store.version == version
        if adopting or allowed < 2:
            assert done.returncode == 3, done.stdout + done.stderr
            assert "No space left on device" in done.stdout
            assert "Traceback" not in done.stdout + done.stderr
    assert not list((tmp_path / "pytorchjob-contract").glob("*"))


FULL_OF_REPORTS = """
import errno, os
from {module} import {name} as owner
def full(*arguments, **named):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), {file!r})
owner.{method} = full
"""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("behaviour", "status"), [(conformant, 3), (ignores_annotations, 1)], ids=["well", "amiss"])
@pytest.mark.parametrize(
    ("owner", "method", "said"),
    [
        ("allure_commons.logger.AllureFileLogger", "_report_item", "Allure results cannot be written:"),
        ("allure_commons.logger", "open", "Allure results cannot be written:"),
        ("_pytest.junitxml.LogXML", "pytest_sessionfinish", "a report cannot be written: junit.xml:"),
    ],
    ids=["results", "attachments", "junit"],
)
def test_full_disk_of_reports(
    serve: Callable[..., Any],
    tmp_path: Path,
    workers: int,
    behaviour: Any,
    status: int,
    owner: str,
    method: str,
    said: str,
) -> None:
    """A report cannot be written: one line says so, the job is gone, and what was judged is in the record."""
    if behaviour is conformant and method == "open":
        pytest.skip("where nothing was found there is nothing to attach")
    module, _, name = owner.rpartition(".")
    text = FULL_OF_REPORTS.format(module=module, name=name, method=method, file="junit.xml")
    (tmp_path / "full.py").write_text(text)
    path = f"{tmp_path}:{Path(__file__).resolve().parents[2]}"
    with serve(behaviour) as served:
        before = kept(served.jobs())
        done = subprocess.run(
            command_line(
                *served.arguments, f"--workers={workers}", *SOME, "-p", "full", directory=tmp_path / "reports"
            ),
            capture_output=True,
            text=True,
            timeout=120,
            env={**CLEAN, "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": path},
            check=False,
        )
        assert kept(served.jobs()) == before
    assert done.returncode == status, done.stdout + done.stderr
    assert f"{said} No space left on device (--report-dir)" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr
    record = json.loads((tmp_path / "reports" / "conformance.json").read_text())
    assert {row["outcome"] for row in record["requirements"]} >= ({"passed"} if status == 3 else {"passed", "failed"})


class Network:
    """A way to an endpoint that can be cut: connections through it break, new ones are refused."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def lose(self) -> None:
        """Cut it."""
        self.cut = True
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut it for good."""
        self.lose()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                if self.cut:
                    ours.close()
                    continue
                theirs = socket.create_connection(("127.0.0.1", self._to))
                self._pairs.append((ours, theirs))
                for one, other in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def network(served: Served) -> Iterator[Network]:
    way = Network(served.endpoint.port)
    try:
        yield way
    finally:
        way.close()


@pytest.mark.parametrize("writes", [1, 2, 9, 30])
@pytest.mark.parametrize("adopting", [False, True], ids=["created", "adopted"])
def test_lost_network(serve: Callable[..., Any], tmp_path: Path, writes: int, adopting: bool) -> None:
    """The network is lost after so many writes, the run ends, the network comes back, `restore` undoes the run."""
    with serve() as served, network(served) as way:
        name = create(served)
        before, start = kept(served.jobs()), served.endpoint.store.version
        arguments = [one.replace(str(served.endpoint.port), str(way.port), 1) for one in served.arguments[:1]]
        arguments += [*served.arguments[1:], *([f"--name={name}", "--yes"] if adopting else []), *SOME]
        with begun(*arguments, directory=tmp_path) as process:
            wait_for(lambda: served.endpoint.store.version >= start + writes or process.poll() is not None)
            way.lose()
            output, _ = process.communicate(timeout=120)
        assert process.returncode == 3, output
        assert "Traceback" not in output
        assert "restore" in output
        way.cut = False
        done = restore(served, tmp_path / "state")
        assert done.returncode == 0, done.stdout + done.stderr
        assert kept(served.jobs()) == before


def wait_for(condition: Callable[[], bool], limit: float = 60) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.002)


def test_no_home_directory(serve: Callable[..., Any], tmp_path: Path) -> None:
    """A container whose user has no entry in /etc/passwd, and no HOME."""
    script = (
        "import pathlib, runpy, sys\n"
        "def home(cls):\n    raise RuntimeError('Could not determine home directory.')\n"
        "pathlib.Path.home = classmethod(home)\n"
        "sys.argv = ['contracts', 'restore', '--list']\n"
        "runpy.run_module('contracts', run_name='__main__')\n"
    )
    environment = {name: value for name, value in CLEAN.items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, env=environment, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
