"""The configuration file of the real command."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from contracts.reference.server import ReferenceEndpoint

from .command import call

SECRET = "hunter2-0123456789"


def command(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return call(*arguments, directory=directory, XDG_STATE_HOME=str(directory / "state"), **environment)


def write(directory: Path, text: str, name: str = "pytorchjob-contract.yaml") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_of_the_working_directory_is_used_and_shown(tmp_path: Path) -> None:
    write(tmp_path, "target: http://127.0.0.1:9\nnamespace: ${NS}\ntoken: ${MINE}\nseed: 7\n")
    done = command(tmp_path, "run", "--show-config", "--seed=0", NS="team-a", MINE=SECRET)
    assert (done.returncode, done.stderr) == (0, "")
    assert SECRET not in done.stdout
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in done.stdout.splitlines()}
    assert rows["configuration"] == "file: pytorchjob-contract.yaml"
    assert rows["namespace"] == "team-a pytorchjob-contract.yaml: namespace"
    assert rows["token"] == "*** pytorchjob-contract.yaml: token"
    assert rows["seed"] == "0 command line --seed"
    assert not (tmp_path / "reports").exists()
    other = write(tmp_path, "seed: 9", "other.yaml")
    chosen = command(tmp_path, "run", "--show-config", f"--config={other}")
    assert f"configuration file: {other}" in chosen.stdout
    assert "team-a" not in chosen.stdout


@pytest.mark.parametrize(
    ("content", "words", "more"),
    [
        ("namespace: ${ABSENT}", ("pytorchjob-contract.yaml: namespace: ", "ABSENT"), ()),
        (f"token: {SECRET}", ("pytorchjob-contract.yaml: token: ", "${VAR}"), ("--show-config",)),
        ("tokn: x", ("unknown key 'tokn'", "did you mean token?"), ()),
    ],
)
def test_a_file_that_cannot_be_used(
    tmp_path: Path, content: str, words: tuple[str, ...], more: tuple[str, ...]
) -> None:
    write(tmp_path, content)
    done = command(tmp_path, "run", *more)
    assert done.returncode == 4
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert SECRET not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_run_by_its_file_alone_and_help(tmp_path: Path) -> None:
    with ReferenceEndpoint() as endpoint:
        file = f"target: {endpoint.url}\nnamespace: {endpoint.namespace}\ntoken: ${{MINE}}\ndenied-token: ${{OTHER}}\n"
        write(tmp_path, file)
        done = command(tmp_path, "run", "--", "-k", "credential", MINE=endpoint.token, OTHER=endpoint.denied_token)
        assert done.returncode == 0, done.stdout + done.stderr
        kept = done.stdout + (tmp_path / "reports" / "conformance.json").read_text()
        assert endpoint.token not in kept
        assert endpoint.denied_token not in kept
    text = " ".join(command(tmp_path, "run", "--help").stdout.split())
    assert "default: pytorchjob-contract.yaml, where there is one" in text
    assert "PYTORCHJOB_CONTRACT_TOKEN" in text
    secret_options = command(tmp_path, "run", "--token", "x", MINE="x", OTHER="y")
    assert secret_options.returncode == 4


def test_what_cannot_be_reached_by_a_kubeconfig_is_one_line(tmp_path: Path) -> None:
    for arguments in (("--in-cluster",), ("--context=x",)):
        done = command(tmp_path, "run", *arguments, KUBECONFIG=str(tmp_path / "absent"), KUBERNETES_SERVICE_HOST="")
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        assert done.returncode == 3, lines
        assert len(lines) == 1, lines
        assert lines[0].startswith(f"error: {arguments[0].partition('=')[0]}: ")
