"""What the command says of its options, and of values that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.cli.main import main


def help_of(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main([*command, "--help"]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_the_help_of_replay_says_that_the_record_decides(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(capsys, "replay").replace("(default: every finding of the record)", "")
    text = text.replace("(default: pytorchjob-contract.yaml, where there is one)", "")
    assert "default" not in text.replace("by default its", "")
    for wrong in ("without it a reference endpoint", "documented example", "random", "`findings`"):
        assert wrong not in text
    assert text.count("that of the record") >= 3


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["requirements"], "the page alone (default: kubernetes)"),
        (["run"], "take server, namespace, trust and credential from the service account"),
        (["run"], "see it caught (in a checkout only"),
        (["run"], "--fault takes (in a checkout only)"),
        (["serve"], "changes an immutable field (default: refuse-403)"),
    ],
)
def test_help_is_said_in_whole_sentences(capsys: pytest.CaptureFixture[str], command: list[str], words: str) -> None:
    assert words in help_of(capsys, *command)


def test_a_replay_refuses_the_har_of_findings_which_has_no_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(tmp_path), "--har", "findings"]) == 4
    captured = capsys.readouterr()
    assert "--har findings" in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("status", ["256", "-1", "x", "²", "9" * 5000])
def test_an_exit_status_that_no_process_has_is_refused_in_few_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], status: str
) -> None:
    assert main(["report", "status", str(tmp_path), f"--unreachable={status}"]) == 4
    assert "expected 0 to 255" in capsys.readouterr().err
