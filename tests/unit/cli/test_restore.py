"""What `restore` cannot undo it says in a line each, and undoes the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.cli.main import main
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


def test_a_journal_that_cannot_be_read_is_no_reason_to_say_that_nothing_is_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = left("other", "http://127.0.0.1:1")
    one.path.write_text("{}")
    assert main(["restore", "--list"]) == 3
    said = capsys.readouterr()
    assert "nothing to undo" not in said.out
    assert f"{one.path}: no journal of this version" in said.err
