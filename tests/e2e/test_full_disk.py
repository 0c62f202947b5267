"""Files that cannot be written: what cannot be noted is not touched, and what was judged is told all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.reference.behaviour import conformant

from .behaviours import ignores_annotations
from .command import Command, complete, pythonpath
from .endpoint import Serve

SOME = ("--", "-k", "labels or annotations")


def test_state_directory_that_cannot_be_written(run: Command, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serve() as served:
        name = served.create()
        version = served.version
        for arguments in ([], [f"--name={name}", "--yes"]):
            finished = run(*served.arguments, *arguments, environment={"XDG_STATE_HOME": str(tmp_path / "file")})
            assert finished.status == 3, finished.output
            (line,) = [line for line in finished.output.splitlines() if line.strip()]
            assert "the journal cannot be written" in line
            assert "XDG_STATE_HOME" in line
        assert served.version == version


# From some write of the journal on, the disk is full; half of the file is there by then.
FULL = """
import errno, os
def full(descriptor):
    global written
    written += "journal" in os.readlink(f"/proc/self/fd/{{descriptor}}")
    if written > {allowed}:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    real(descriptor)
written, real = 0, os.fsync
os.fsync = full
"""


@pytest.mark.parametrize("allowed", [0, *(pytest.param(number, marks=pytest.mark.slow) for number in (1, 5))])
@pytest.mark.parametrize("adopting", [False, True], ids=["created", "adopted"])
def test_full_disk(serve: Serve, tmp_path: Path, allowed: int, adopting: bool) -> None:
    """The disk is full before the run has begun, or from some write on."""
    (tmp_path / "full.py").write_text(FULL.format(allowed=allowed))
    with serve() as served:
        name = served.create()
        before, version = served.kept(), served.version
        more = [f"--name={name}", "--yes"] if adopting else []
        finished = complete(
            *(*served.arguments, *more, *SOME, "-p", "full"),
            directory=tmp_path,
            environment={"PYTHONPATH": pythonpath(tmp_path)},
        )
        assert served.kept() == before
        if allowed == 0:
            assert served.version == version
        if adopting or allowed < 2:
            assert finished.status == 3, finished.output
            assert "No space left on device" in finished.output
            assert "Traceback" not in finished.output
    assert not list((tmp_path / "state" / "pytorchjob-contract").glob("*"))


# No file whose name holds a word can be opened for writing.
FULL_OF_REPORTS = """
import errno, os, sys
def full(event, arguments):
    if event == "open" and {word!r} in str(arguments[0]) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))
sys.addaudithook(full)
"""


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize(("behaviour", "status"), [(conformant, 3), (ignores_annotations, 1)], ids=["well", "amiss"])
@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("-result.json", "Allure results cannot be written:"),
        ("-attachment", "Allure results cannot be written:"),
        ("junit.xml", "a report cannot be written: "),
    ],
    ids=["results", "attachments", "junit"],
)
def test_full_disk_of_reports(
    serve: Serve, tmp_path: Path, workers: int, behaviour: Any, status: int, word: str, said: str
) -> None:
    """A report cannot be written: a line says so, the job is gone, and what was judged is in the record."""
    if behaviour is conformant and word == "-attachment":
        pytest.skip("where nothing was found there is nothing to attach")
    (tmp_path / "full.py").write_text(FULL_OF_REPORTS.format(word=word))
    with serve(behaviour) as served:
        before = served.kept()
        finished = complete(
            *(*served.arguments, f"--workers={workers}", *SOME, "-p", "full"),
            directory=tmp_path,
            environment={"PYTHONPATH": pythonpath(tmp_path)},
        )
        assert served.kept() == before
    assert finished.status == status, finished.output
    lines = [line for line in finished.output.splitlines() if said in line]
    assert any("No space left on device" in line and line.endswith("(--report-dir)") for line in lines), finished.output
    assert "Traceback" not in finished.output
    assert "INTERNALERROR" not in finished.output
    assert set(finished.outcomes.values()) >= ({"passed"} if status == 3 else {"passed", "failed"})
