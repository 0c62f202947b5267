"""The proof in parts: what one call has measured, the next keeps."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.prove import __main__ as prove
from tests.prove.measure import Measured, Subject


def test_rows_of_an_earlier_call_are_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, table = tmp_path / "rows.jsonl", tmp_path / "proof.md"
    asked: list[Subject] = []

    def measure(subject: Subject) -> Measured:
        asked.append(subject)
        return Measured(subject, 1 if subject.fault else 0, subject.breaks, (), 1, 0.5, (1, 0.1), "", "")

    monkeypatch.setattr(prove, "measure", measure)
    for sample in (200, 100):
        arguments = [f"--sample={sample}", "--seeds=1", "--workers=2", f"--rows={rows}", f"--output={table}"]
        monkeypatch.setattr(sys, "argv", ["prove", *arguments])
        assert prove.main() == 0
    everything = list(prove.subjects(100, 1, None))
    assert len(everything) > len(list(prove.subjects(200, 1, None)))
    assert sorted(map(repr, asked)) == sorted(map(repr, everything))
    assert len(rows.read_text().splitlines()) == len(everything)
    assert [subject for subject in everything if subject.name not in table.read_text()] == []
