"""`replay` shows a finding of a record again on the endpoint that has it, and not on one that is sound."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.faults import faulty

from .command import Command, Finished, call
from .endpoint import Serve, Served, age, put_example


def judged(run: Command, target: Served, *cases: str) -> Finished:
    """A run of a few cases that finds something."""
    finished = run(*target.arguments, "--seed=1", "--examples=3", "--", "-k", " or ".join(cases))
    assert finished.status == 1, finished.output
    return finished


def first(finished: Finished) -> str:
    """The id of the first finding of the record."""
    return next(str(one["id"]) for row in finished.report["requirements"] for one in row["findings"])


def replayed(finished: Finished, *arguments: str, directory: Path) -> tuple[subprocess.CompletedProcess[str], Any]:
    """The replay, and what it has written of each finding."""
    output = directory / "replay.json"
    done = call("replay", str(finished.directory), *arguments, f"--output={output}", directory=directory)
    return done, json.loads(output.read_text())["replayed"] if output.exists() else []


# An attempt in some circumstance, a repetition, a race, another credential, a layout, raw bytes, now and then, some
# time after the answer, what needs requests of other cases, and an object that cannot be read.
KINDS = {
    "accepted-without-uid": "test_circumstances",
    "accepted-on-retry": "test_no_bypass",
    "two-winners": "test_one_winner",
    "denied-may-replace-by-the-same": "denied",
    "pretty-ignored": "test_true_is_pretty",
    "missing-brace-completed": "test_malformed_body",
    "one-in-twenty-fails": "test_outdated or test_pretty or test_metadata_types",
    "refused-change-stored-later": "test_every_attempt and replica-specs",
    "refused-change-stored-when-idle": "test_every_attempt and replica-specs-change",
    "values-of-earlier-requests-return": "test_limits or test_set_change_clear",
    "status-lost-when-spec-changes": "test_access or test_clients",
    "versions-repeat-after-forty": "test_concurrency or test_outdated",
    "reads-unreadable": "test_pretty",
}


@pytest.mark.parametrize(("fault", "cases"), KINDS.items())
def test_still_there_on_the_faulty_endpoint_and_gone_on_a_sound_one(
    run: Command, serve: Serve, tmp_path: Path, fault: str, cases: str
) -> None:
    with serve(faulty(fault)) as target:
        finished = judged(run, target, cases)
        finding = first(finished)
        done, shown = replayed(finished, finding, directory=tmp_path)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "\n  still there (" in done.stdout
        assert not target.jobs()
    with serve() as sound:
        gone, now = replayed(finished, finding, *sound.arguments, directory=tmp_path)
        assert not sound.jobs()
    assert gone.returncode == 0, gone.stdout + gone.stderr
    assert "\n  does not show again (" in gone.stdout
    assert [one["id"] for one in shown] == [one["id"] for one in now] == [finding]
    assert shown[0]["then"] == now[0]["then"]
    assert not (tmp_path / "reports").exists()


def test_nothing_is_concluded_from_what_was_not_judged(run: Command, serve: Serve, tmp_path: Path) -> None:
    """Without the credential that found it, with one that may not replace, and where nobody is."""
    with serve(faulty("accepted-without-uid")) as target:
        finished = judged(run, target, "test_circumstances")
        where = [f"--target={target.endpoint.url}", f"--token-file={target.denied_token_file}"]
        denied, _ = replayed(finished, *where, directory=tmp_path)
    nobody, shown = replayed(finished, directory=tmp_path)
    for done in (denied, nobody):
        assert done.returncode == 3, done.stdout + done.stderr
        assert "  cannot tell: " in done.stdout
    assert {one["shown"] for one in shown} == {"cannot tell"}


def test_an_adopted_job_is_as_it_was(run: Command, serve: Serve, tmp_path: Path) -> None:
    with serve(faulty("accepted-as-201")) as target:
        finished = judged(run, target, "test_true_is_pretty")
        name = put_example(target.endpoint)
        age(target.endpoint, name)
        before = target.kept()
        done, _ = replayed(finished, first(finished), f"--name={name}", "--yes", directory=tmp_path)
        assert done.returncode == 1, done.stdout + done.stderr
        after = target.kept()
    assert [(one["metadata"]["name"], one["spec"]) for one in after] == [(name, before[0]["spec"])]
    assert after[0]["metadata"]["labels"] == before[0]["metadata"]["labels"]


def test_a_record_that_cannot_be_replayed_is_told_in_a_line(run: Command, tmp_path: Path) -> None:
    sound = run("--seed=1", "--", "-k", "test_true_is_pretty")
    nothing, _ = replayed(sound, directory=tmp_path)
    assert (nothing.returncode, nothing.stdout) == (0, "the record holds no finding: partial\n")
    unknown, _ = replayed(sound, "abcdef", directory=tmp_path)
    assert (unknown.returncode, unknown.stderr) == (
        4,
        "pytorchjob-contract: abcdef: no finding has this id (there are: none)\n",
    )
    missing = call("replay", str(tmp_path / "none"), directory=tmp_path)
    assert missing.returncode == 3
    assert len(missing.stderr.splitlines()) == 1, missing.stderr
