"""Which files count as written by a run, and what becomes of those that hold a secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contracts.masking.masker import Masker
from contracts.masking.scan import NOTICE, Written, withhold

SECRET = "a-token-of-the-user-4711"


@pytest.fixture
def secrets() -> Masker:
    masker = Masker()
    masker.add(SECRET)
    return masker


def test_what_lay_there_before_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(SECRET)
    written = Written([tmp_path])
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "new.json").write_text("{}")
    assert list(written.files()) == [tmp_path / "deep" / "new.json"]


@pytest.mark.parametrize("time", [None, (1, 1)], ids=["now", "of an old time"])
def test_what_was_written_anew_counts(tmp_path: Path, time: tuple[int, int] | None) -> None:
    record = tmp_path / "conformance.json"
    record.write_text("of yesterday")
    written = Written([tmp_path])
    record.write_text("of today")
    if time:
        os.utime(record, time)
    assert list(written.files()) == [record]


def test_a_file_that_the_run_reads_is_not_written_by_it(tmp_path: Path) -> None:
    """A token that somebody puts in place anew while the run goes on, as a link the way Kubernetes does."""
    token, mounted = tmp_path / "token", tmp_path / "..data"
    mounted.write_text(SECRET)
    token.symlink_to(mounted)
    written = Written([tmp_path])
    mounted.write_text(SECRET + "-2")
    assert list(written.files()) == [mounted]
    assert list(written.files(inputs=[token])) == []


def test_a_single_file_and_files_told_later(tmp_path: Path) -> None:
    junit, part = tmp_path / "junit.xml", tmp_path / "run.har.part-main"
    written = Written([junit])
    for path in (junit, part):
        path.write_text("x")
    assert list(written.files(more=[part, junit])) == [junit, part]


def test_a_file_that_is_gone_by_then_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("x")
    written = Written([tmp_path])
    (tmp_path / "short").unlink()
    assert list(written.files()) == []


def test_only_a_written_file_with_a_secret_is_withheld(tmp_path: Path, secrets: Masker) -> None:
    (tmp_path / "token").write_text(SECRET)
    written = Written([tmp_path])
    leak, innocent = tmp_path / "leak.txt", tmp_path / "innocent.txt"
    leak.write_text(f"it is {SECRET}")
    innocent.write_text("it is not")
    assert list(withhold(written.files(), secrets)) == [f"{leak}: withheld, it held a credential"]
    assert leak.read_text() == NOTICE
    assert innocent.read_text() == "it is not"
    assert (tmp_path / "token").read_text() == SECRET
