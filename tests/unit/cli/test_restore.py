"""What `restore` cannot undo it says in a line each, and undoes the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.cli.main import main
from contracts.reference.application import Application
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.resource.journal import Entry, Journal, state_directory


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def left(run_id: str, url: str, spec: str = "") -> Journal:
    one = Journal(
        state_directory(), Entry(run_id, url, "contract-test", f"contract-{run_id}", adopted=False, spec=spec)
    )
    one.write()
    one.release()
    return one


def test_a_specification_that_is_gone_keeps_no_other_journal_from_being_undone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReferenceEndpoint(ReferenceOptions()) as endpoint:
        (tmp_path / "token").write_text(endpoint.options.token)
        older, newer = left("older", endpoint.url), left("newer", endpoint.url, spec=str(tmp_path / "gone.yaml"))
        assert main(["restore", f"--target={endpoint.url}", f"--token-file={tmp_path / 'token'}"]) == 3
    assert not older.path.exists()
    assert newer.path.exists()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("pytorchjob-contract: contract-test/contract-newer: ")
    assert "gone.yaml" in line


@pytest.mark.parametrize("way", ["variable", "file", "kubeconfig"])
def test_a_credential_is_sent_to_no_other_endpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    with ReferenceEndpoint(ReferenceOptions()) as endpoint, ReferenceEndpoint(ReferenceOptions()) as other:
        theirs = left("theirs", other.url)
        heard: list[Any] = []
        monkeypatch.setattr(Application, "respond", lambda _, request: heard.append(request))
        arguments = ["restore"]
        if way == "variable":
            monkeypatch.setenv("PYTORCHJOB_CONTRACT_TARGET", endpoint.url)
            monkeypatch.setenv("PYTORCHJOB_CONTRACT_TOKEN", "staging-secret")
        elif way == "file":
            (tmp_path / "c.yaml").write_text(f"target: {endpoint.url}\ntoken-file: {tmp_path / 'token'}\n")
            (tmp_path / "token").write_text("staging-secret")
            arguments.append(f"--config={tmp_path / 'c.yaml'}")
        else:
            users = [{"name": "u", "user": {"token": "staging-secret"}}]
            clusters = [{"name": "c", "cluster": {"server": endpoint.url}}]
            contexts = [{"name": "x", "context": {"cluster": "c", "user": "u"}}]
            config = {"clusters": clusters, "users": users, "contexts": contexts, "current-context": "x"}
            (tmp_path / "kubeconfig").write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", **config}))
            arguments.append(f"--kubeconfig={tmp_path / 'kubeconfig'}")
        assert main(arguments) == 3
    assert theirs.path.exists()
    assert heard == []
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"are for {endpoint.url}; give those of this one with --target={other.url}")


def test_a_journal_that_cannot_be_read_is_no_reason_to_say_that_nothing_is_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = left("other", "http://127.0.0.1:1")
    one.path.write_text("{}")
    assert main(["restore", "--list"]) == 3
    said = capsys.readouterr()
    assert "nothing to undo" not in said.out
    assert f"{one.path}: no journal of this version" in said.err


@pytest.mark.parametrize("way", ["file", "variable", "user", "fleet"])
def test_the_credential_that_may_not_write_is_not_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    with ReferenceEndpoint(ReferenceOptions()) as endpoint:
        (tmp_path / "token").write_text(endpoint.options.token)
        one, gone = left("one", endpoint.url), str(tmp_path / "gone")
        given = {"target": endpoint.url, "namespace": "contract-test", "token-file": str(tmp_path / "token")}
        if way == "variable":
            monkeypatch.setenv("PYTORCHJOB_CONTRACT_DENIED_TOKEN_FILE", gone)
        elif way == "user":  # of an IAM that nobody answers for
            monkeypatch.setenv("PYTORCHJOB_CONTRACT_DENIED_IAM_PASSWORD", "s3cret")
            user = {"denied-iam-user": "reader", "iam-domain": "d", "iam-project": "p"}
            given |= {"iam-url": "http://127.0.0.1:1", **user}
        else:
            given |= {"denied-token-file": gone}
        file = tmp_path / "given.yaml"
        file.write_text(yaml.safe_dump({"targets": [{"name": "a", **given}]} if way == "fleet" else given))
        assert main(["restore", f"--{'targets' if way == 'fleet' else 'config'}={file}"]) == 0, capsys.readouterr()
    assert not one.path.exists()


def test_an_endpoint_that_does_not_answer_is_asked_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = "http://127.0.0.1:9"
    journals = [left(name, nowhere) for name in ("first", "second", "third")]
    assert main(["restore", "--timeout=1"]) == 3
    said = capsys.readouterr()
    assert said.out.count("left for later: the endpoint does not answer") == 2
    assert "2 of 3: http://127.0.0.1:9: " in said.out
    assert len(said.err.splitlines()) == 1
    assert all(one.path.exists() for one in journals)
