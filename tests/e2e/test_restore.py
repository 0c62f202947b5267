"""Whatever ends a run, `restore` brings the target back to where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.jsonvalue import paths
from contracts.spec.load import load_contract

from .command import call, complete, pythonpath, started
from .endpoint import Serve, age, put_job_in_use
from .undo import killed_run, restore

# Without the refused replacements, which a run begins with and which change nothing.
SHORT = ("--", "-k", "not immutable")


@pytest.mark.parametrize("moment", [3, *(pytest.param(one, marks=pytest.mark.slow) for one in (1, 2, 7, 40, 90))])
@pytest.mark.parametrize("adopting", [False, True], ids=["created", "adopted"])
def test_killed_run_is_undone(serve: Serve, tmp_path: Path, moment: int, adopting: bool) -> None:
    with serve() as served:
        name = served.create()
        before = served.kept()
        killed_run(served, tmp_path, moment, *([f"--name={name}", "--yes"] if adopting else []), *SHORT)
        done = restore(served, tmp_path / "state")
        assert done.returncode == 0, done.stdout + done.stderr
        assert served.kept() == before
        assert "nothing to undo" in restore(served, tmp_path / "state").stdout
    assert served.endpoint.options.token not in done.stdout + done.stderr


@pytest.mark.parametrize("condition", ["webhook-stamp", "webhook-keys"])
def test_what_a_webhook_writes_keeps_no_job_from_being_put_back(serve: Serve, tmp_path: Path, condition: str) -> None:
    with serve(conditions=frozenset({condition})) as served:
        name = served.create(annotations={"theirs": "1"})
        before = served.kept()
        killed_run(served, tmp_path, 7, f"--name={name}", "--yes", *SHORT)
        done = restore(served, tmp_path / "state")
        assert done.returncode == 0, done.stdout + done.stderr
        after = served.kept()
        for job in (*before, *after):
            job["metadata"]["annotations"].pop("platform.example.com/last-write", None)
        assert after == before
        assert "nothing to undo" in restore(served, tmp_path / "state").stdout


@pytest.mark.parametrize("moment", [pytest.param(1, marks=pytest.mark.slow), 7])
def test_what_a_webhook_adds_to_a_job_that_is_older_is_told(serve: Serve, tmp_path: Path, moment: int) -> None:
    with serve(conditions=frozenset({"webhook-stamp"})) as served:
        name = put_job_in_use(served.endpoint)
        age(served.endpoint, name, cleanPodPolicy="Running")
        (before,) = served.kept()
        killed_run(served, tmp_path, moment, f"--name={name}", "--yes", *SHORT)
        done = restore(served, tmp_path / "state")
        (after,) = served.kept()
        assert done.returncode == 3, done.stdout + done.stderr
        stamp = 'metadata.annotations["platform.example.com/last-write"]'
        assert f"put back but for what the server adds to every write: {stamp}" in done.stderr
        assert [one.path[:2] for one in paths.differences(before, after)] == [("metadata", "annotations")]
        assert "nothing to undo" in restore(served, tmp_path / "state").stdout


def test_journal_is_private_and_holds_no_credential(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        killed_run(served, tmp_path, 30, *SHORT)
        (journal,) = (tmp_path / "state" / "pytorchjob-contract").glob("*.journal.json")
        assert journal.stat().st_mode & 0o777 == 0o600
        assert served.endpoint.options.token not in journal.read_text()
        assert restore(served, tmp_path / "state").returncode == 0
        assert not journal.exists()


def test_somebody_elses_change_is_kept_and_the_rest_put_back(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        name = served.create()
        labels = served.send("GET", name).json()["metadata"]["labels"]
        killed_run(served, tmp_path, 30, f"--name={name}", "--yes", *SHORT)
        theirs = served.send("GET", name).json()
        theirs["metadata"]["labels"] = {"changed-by": "somebody-else"}
        assert served.send("PUT", name, json=theirs).status_code == 200
        done = restore(served, tmp_path / "state")
        assert done.returncode == 3
        assert "somebody else has changed metadata.labels" in done.stderr
        assert served.send("GET", name).json()["metadata"]["labels"] == {"changed-by": "somebody-else"} | labels
        assert "nothing to undo" in restore(served, tmp_path / "state").stdout


def test_another_object_of_the_name_is_left_alone(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        killed_run(served, tmp_path, 30, *SHORT)
        (job,) = served.jobs()
        name = job["metadata"]["name"]
        assert served.send("DELETE", name).status_code == 200
        example = load_contract().example_request
        assert served.send("POST", json={**example, "metadata": {"name": name}, "status": None}).status_code == 201
        done = restore(served, tmp_path / "state")
        assert done.returncode == 3
        assert "another object has this name now" in done.stderr
        assert len(served.jobs()) == 1


def test_earlier_run_is_told_of_before_anything_is_touched(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        killed_run(served, tmp_path, 10, *SHORT)
        earlier = served.jobs()
        finished = complete(*served.arguments, "--", "-k", "labels or annotations", directory=tmp_path)
        assert finished.status == 0, finished.output
        (told,) = [line for line in finished.output.splitlines() if "pytorchjob-contract restore" in line]
        assert f"pytorchjob-contract restore --target={served.endpoint.url}" in told
        assert earlier[0]["metadata"]["name"] in told
        assert [job["metadata"]["uid"] for job in served.jobs()] == [earlier[0]["metadata"]["uid"]]
        assert restore(served, tmp_path / "state").returncode == 0
        assert served.jobs() == []


@pytest.mark.slow
def test_two_killed_runs_on_one_job_are_undone_newest_first(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        name = served.create()
        before = served.kept()
        for writes in (20, 30):
            killed_run(served, tmp_path, writes, f"--name={name}", "--yes", *SHORT)
        done = restore(served, tmp_path / "state")
        assert done.returncode == 0, done.stdout + done.stderr
        assert served.kept() == before


def test_run_at_work_is_left_alone(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        with started(*served.arguments, "--max-rps=20", *SHORT, directory=tmp_path) as running:
            running.wait_until(lambda: served.version > 5)
            done = restore(served, tmp_path / "state")
            assert done.returncode == 0
            assert "still at work" in done.stdout
            assert len(served.jobs()) == 1
        assert restore(served, tmp_path / "state").returncode == 0
        assert served.jobs() == []


HOMELESS = """
import pathlib
def home(cls):
    raise RuntimeError("Could not determine home directory.")
pathlib.Path.home = classmethod(home)
"""


def test_no_home_directory(tmp_path: Path) -> None:
    """A container whose user has no entry in /etc/passwd, and no HOME."""
    (tmp_path / "sitecustomize.py").write_text(HOMELESS)
    done = call("restore", "--list", directory=tmp_path, PYTHONPATH=pythonpath(tmp_path), XDG_STATE_HOME="")
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("condition", ["one-lagging-replica", "replica-second"])
def test_restore_where_reads_lag(serve: Serve, tmp_path: Path, condition: str) -> None:
    with serve(conditions=frozenset({condition})) as served:
        name = served.create()
        before = served.kept()
        killed_run(served, tmp_path, 25, f"--name={name}", "--yes", *SHORT)
        done = restore(served, tmp_path / "state")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "put back as it was" in done.stdout
        assert served.kept() == before
        assert "nothing to undo" in restore(served, tmp_path / "state").stdout
