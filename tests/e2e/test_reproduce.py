"""The script of a finding: it shows it on the faulty endpoint, not on a conformant one, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.faults.catalogue import faulty
from tests.updates import write_update

from .command import Command, Finished
from .endpoint import Serve, Served

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("sh", "jq", "curl"))), reason="no sh, jq or curl on this machine"
)
DELETED = "deleted: contract-"


def script_of(finished: Finished, requirement: str, *, holding: str = "") -> Path:
    """The script of the first finding against a requirement of which the text holds something."""
    found: list[dict[str, Any]] = [*finished.findings(requirement)]
    paths = [finished.directory / "reproduce" / f"{one['id']}.sh" for one in found]
    chosen = next(path for path in paths if path.is_file() and holding in path.read_text())
    name = chosen.relative_to(finished.directory)
    assert any(one["reproduce"] == f"sh {name}" for one in found)
    return chosen


def shell(script: Path, served: Served, **more: str) -> subprocess.CompletedProcess[str]:
    options = served.endpoint.options
    told = {"BASE": served.endpoint.url, "TOKEN": options.token, "DENIED_TOKEN": options.denied_token, **more}
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(script.parent), "NO_PROXY": "*", **told}
    done = subprocess.run(
        ["sh", str(script)], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert not [one for one in script.parent.iterdir() if one.is_dir()], "a directory of the script's is left"
    return done


@pytest.mark.parametrize(
    ("fault", "cases", "requirement", "there", "gone"),
    [
        (
            "image-replaceable",
            "replica-specs-change",
            "immutable.replica-specs",
            [".image = ", "PUT is answered with 200"],
            ["PUT is answered with 403", "no difference"],
        ),
        (
            "domain-labels-dropped",
            "one_field or replaceable.labels or correct",
            "replaceable.labels",
            ["sent (<) and stored (>):\n< metadata.labels."],
            ["sent (<) and stored (>):\n  no difference"],
        ),
        (
            "pretty-ignored",
            "true_is_pretty",
            "pretty.true-is-pretty",
            ['  | {"'],
            ["  | {\n  |   "],
        ),
        (
            "reading-user-may-replace-with-pretty",
            "denied_credential",
            "status.403",
            ["PUT is answered with 200"],
            ["PUT is answered with 403", "no difference"],
        ),
        (
            "token-searched-in-header",
            "no_valid_credential",
            "status.401",
            ["PUT is answered with 200"],
            ["PUT is answered with 401", "no difference"],
        ),
        (
            "accepted-as-201",
            "correct_replacement",
            "status.200",
            ["PUT is answered with 201"],
            ["PUT is answered with 200"],
        ),
        (
            "encoded-twice-accepted",
            "malformed",
            "status.400",
            ["PUT is answered with 200"],
            ["PUT is answered with 400", "no difference"],
        ),
        (
            "key-twice-crashes",
            "client_mistakes",
            "status.500",
            ["PUT is answered with 500"],
            ["PUT is answered with 200"],
        ),
        (
            "accepted-with-force",
            "circumstances",
            "immutable.no-bypass",
            ["PUT is answered with 200"],
            ["PUT is answered with 403", "no difference"],
        ),
        (
            "body-without-type-skips-the-check",
            "representation",
            "immutable.no-bypass",
            ["PUT is answered with 200"],
            ["PUT is answered with 403", "no difference"],
        ),
    ],
)
def test_the_script_shows_the_finding_where_it_is(
    run: Command, serve: Serve, fault: str, cases: str, requirement: str, there: list[str], gone: list[str]
) -> None:
    with serve(faulty(fault)) as broken, serve() as clean:
        finished = run(*broken.arguments, "--", "-k", cases)
        script = script_of(finished, requirement)
        tokens = (broken.endpoint.options.token, broken.endpoint.options.denied_token)
        assert not any(token in script.read_text() for token in tokens)
        assert f"sh {script}" in finished.output
        found, other = shell(script, broken), shell(script, clean)
        assert (broken.jobs(), clean.jobs()) == ([], [])
    assert (found.returncode, found.stderr) == (other.returncode, other.stderr) == (0, "")
    for word in (*there, "expected: ", "observed: ", DELETED):
        assert word in found.stdout
    for word in (*gone, DELETED):
        assert word in other.stdout
    assert not all(word in other.stdout for word in there)


def test_an_object_that_is_there_is_used_put_back_and_kept(run: Command, serve: Serve) -> None:
    with serve(faulty("image-replaceable")) as broken, serve() as clean:
        finished = run(*broken.arguments, "--", "-k", "replica-specs-change")
        script = script_of(finished, "immutable.replica-specs", holding='"Master"')
        for served in (broken, clean):
            name = served.create("theirs", labels={"owner": "somebody"})
            before = served.kept()
            done = shell(script, served, NAME=name)
            assert done.returncode == 0, done.stdout + done.stderr
            assert f"kept: {name}" in done.stdout
            assert served.kept() == before
        done = shell(script, clean, NAME="of-the-script")
        assert "deleted: of-the-script" in done.stdout
        assert [job["metadata"]["name"] for job in clean.jobs()] == ["theirs"]


def test_an_update_is_sent_again_as_a_patch(run: Command, serve: Serve, tmp_path: Path) -> None:
    spec = write_update(tmp_path)
    with serve(faulty("image-replaceable"), spec=spec) as broken, serve(spec=spec) as clean:
        finished = run(*broken.arguments, f"--spec={spec}", "--", "-k", "replica-specs-change")
        script = script_of(finished, "update/immutable.replica-specs")
        patch = script.read_text().partition("patch.json\" <<'END_OF_TEXT'\n")[2].partition("END_OF_TEXT")[0]
        assert [*json.loads(patch)] == ["spec"]
        found, other = shell(script, broken), shell(script, clean)
        assert (found.returncode, found.stderr) == (other.returncode, other.stderr) == (0, "")
        for word in ("PATCH is answered with 200", ".image = ", "sent (<) and stored (>):\n  no difference", DELETED):
            assert word in found.stdout
        assert "PATCH is answered with 403" in other.stdout
        name = broken.create("theirs", labels={"owner": "somebody"})
        before = broken.kept()
        done = shell(script, broken, NAME=name)
        assert f"kept: {name}, as it was before as far as a PATCH can do so" in done.stdout
        assert broken.kept() == before
        assert clean.jobs() == []


def test_what_goes_with_every_request_goes_with_those_of_the_script(run: Command, serve: Serve, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k3y-of-the-gateway-0123456789\n")
    more = (f"--header=X-Gateway-Key: @{key}", "--header=X-Region: east", f"--query=access=@{key}", "--query=zone=1")
    with serve(faulty("accepted-as-201")) as broken:
        finished = run(*broken.arguments, *more, "--", "-k", "correct_replacement")
        script = script_of(finished, "status.200")
        secret = shell(script, broken)
        done = shell(script, broken, GIVEN_X_GATEWAY_KEY="other key", GIVEN_ACCESS="a&b")
    text = script.read_text()
    assert key.read_text().strip() not in text
    assert text.count("X-Region: east") == 2
    assert text.count("zone=1") == 2
    assert secret.returncode != 0
    assert "GIVEN_X_GATEWAY_KEY: is not set" in secret.stderr
    assert (done.returncode, done.stderr) == (0, "")
    assert "PUT is answered with 201" in done.stdout


def test_an_adopted_object_is_not_in_the_script(run: Command, serve: Serve) -> None:
    with serve(faulty("image-replaceable")) as broken:
        name = broken.create("theirs", annotations={"private": "of-the-owner-alone"})
        finished = run(*broken.arguments, f"--name={name}", "--yes", "--", "-k", "replica-specs-change")
        script = script_of(finished, "immutable.replica-specs")
        assert "of-the-owner-alone" not in script.read_text()
        done = shell(script, broken)
        assert [job["metadata"]["name"] for job in broken.jobs()] == [name]
    assert "PUT is answered with 200" in done.stdout, done.stdout + done.stderr
    assert "> spec." in done.stdout
    assert DELETED in done.stdout


def test_what_takes_several_requests_is_left_to_the_replay(run: Command) -> None:
    finished = run("--fault=labels-merged", "--workers=2", "--", "-k", "replaceable")
    found = [one for row in finished.report["requirements"] for one in row["findings"]]
    scripts = {path.stem for path in finished.directory.glob("reproduce/*.sh")}
    assert {one["id"] for one in found if one["reproduce"].startswith("sh reproduce/")} == scripts
    others = [one for one in found if one["id"] not in scripts]
    assert others
    for one in others:
        assert one["reproduce"] == f"pytorchjob-contract replay {finished.directory} {one['id']}"
