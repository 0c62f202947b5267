"""The journal on disk: whole or not at all, locked while its run lives, and nothing of it is left in the end."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contracts.resource.journal import KEPT, Entry, Journal, JournalError, entries, reread, sweep, unreadable


def journal(directory: Path, run_id: str = "abc") -> Journal:
    return Journal(directory, Entry(run_id, "http://t", "ns", "job", adopted=True))


def test_a_journal_comes_back_as_it_was_written(tmp_path: Path) -> None:
    one = journal(tmp_path / "state")
    one.write(uid="u", original={"metadata.labels": {"a": "é"}})
    one.about_to_send({"metadata.labels": None})
    one.release()
    (read,) = entries(tmp_path / "state")
    assert read.entry == one.entry
    assert one.path.stat().st_mode & 0o777 == 0o600
    assert one.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_journal_of_an_earlier_version_has_no_managers(tmp_path: Path) -> None:
    one = journal(tmp_path)
    one.write(uid="u")
    text = one.path.read_text().replace(', "managers": []', "")
    assert "managers" not in text
    one.path.write_text(text)
    (read,) = entries(tmp_path)
    assert read.entry == one.entry


def test_it_is_locked_while_its_run_lives(tmp_path: Path) -> None:
    one = journal(tmp_path)
    assert not one.in_use()
    one.write(uid="u")
    (read,) = entries(tmp_path)
    assert read.in_use()
    one.release()
    assert not read.in_use()


def test_nothing_is_left_of_it(tmp_path: Path) -> None:
    one = journal(tmp_path)
    one.write(uid="u")
    one.close()
    assert list(tmp_path.iterdir()) == []
    one.close()


@pytest.mark.parametrize("step", ["fsync", "open"])
def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    one = journal(tmp_path)
    one.write(uid="u")
    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        with pytest.raises(JournalError, match=r"No space left.*XDG_STATE_HOME"):
            one.about_to_send({"a": 1})
    one.release()
    (read,) = entries(tmp_path)
    assert read.entry == one.entry
    assert read.entry.sent == ()
    assert not list(tmp_path.glob("*.new"))


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_is_left_of_a_run_killed_before_its_journal_is_swept(tmp_path: Path) -> None:
    for name in ("dead.lock", "dead.journal.new", "other.txt"):
        (tmp_path / name).write_text("half")
    alive, ended = journal(tmp_path, "alive"), journal(tmp_path, "ended")
    alive.write(uid="u")
    ended.write(uid="u")
    ended.release()
    alive.path.unlink()
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"alive.lock", "ended.lock", "ended.journal.json", "other.txt"}
    alive.release()


def test_a_sweep_that_comes_between_opening_and_locking_leaves_the_journal_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, flock, swept = journal(tmp_path), fcntl.flock, list[bool]()

    def late(descriptor: int, how: int) -> None:
        if not swept:
            swept.append(True)
            sweep(tmp_path)
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    one.write(uid="u")
    (read,) = entries(tmp_path)
    assert read.in_use()
    one.close()
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_holds_the_lock_of_what_it_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "abc.lock").touch()
    held, close = list[bool](), Journal.close

    def watched(one: Journal) -> None:
        held.append(journal(tmp_path).in_use())
        close(one)

    monkeypatch.setattr(Journal, "close", watched)
    sweep(tmp_path)
    assert held == [True]
    assert list(tmp_path.iterdir()) == []


def test_one_alone_has_it(tmp_path: Path) -> None:
    one, other = journal(tmp_path), journal(tmp_path)
    one.write(uid="u")
    assert not other.take()
    one.release()
    assert other.take()
    assert one.in_use()
    other.release()
    assert not one.in_use()


def test_what_its_run_has_written_since_it_was_read_is_read_again(tmp_path: Path) -> None:
    one = journal(tmp_path)
    one.write(uid="u")
    (read,) = entries(tmp_path)
    one.write(elsewhere=(("other", "contract-abc"),))
    assert reread(read)
    assert read.entry == one.entry
    one.close()
    assert not reread(read)
    assert read.entry == one.entry


def test_threads_write_it_one_after_the_other(tmp_path: Path) -> None:
    one, at_once = journal(tmp_path), threading.Barrier(4)

    def write(number: int) -> None:
        at_once.wait()
        for each in range(KEPT):
            one.about_to_send({"spec.activeDeadlineSeconds": number * KEPT + each})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    one.release()
    (read,) = entries(tmp_path)
    assert {sent["spec.activeDeadlineSeconds"] for sent in read.entry.sent} == set(range(4 * KEPT))


def test_what_was_sent_to_an_object_that_is_put_back_is_forgotten(tmp_path: Path) -> None:
    one = journal(tmp_path)
    for number in range(2 * KEPT):
        one.about_to_send({"spec.activeDeadlineSeconds": number})
    one.put_back()
    one.release()
    (read,) = entries(tmp_path)
    assert read.entry.sent == ()


def test_files_that_are_no_journal_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x.journal.json").write_text("{}")
    (tmp_path / "y.journal.json").write_text("[")
    assert entries(tmp_path) == []
    assert entries(tmp_path / "nowhere") == []
    assert [one.name for one in unreadable(tmp_path)] == ["x.journal.json", "y.journal.json"]


def test_a_journal_of_another_version_is_told_of(tmp_path: Path) -> None:
    one = journal(tmp_path)
    one.write(uid="u")
    one.release()
    assert unreadable(tmp_path) == []
    one.path.write_text(json.dumps({**json.loads(one.path.read_text()), "since": 2}))
    assert entries(tmp_path) == []
    assert unreadable(tmp_path) == [one.path]


def test_all_that_was_sent_comes_back_though_the_entry_holds_the_last_few(tmp_path: Path) -> None:
    one = journal(tmp_path)
    one.write(uid="u")
    values = [{"spec.activeDeadlineSeconds": number} for number in range(3 * KEPT)]
    for value in [*values, *values]:
        one.about_to_send(value)
    assert len(one.entry.sent) == KEPT
    one.release()
    with one.sent_path.open("a") as cut:
        cut.write('{"spec.active')
    (read,) = entries(tmp_path)
    assert {sent["spec.activeDeadlineSeconds"] for sent in read.entry.sent} == set(range(3 * KEPT))
    assert one.sent_path.stat().st_mode & 0o777 == 0o600
    one.close()
    assert list(tmp_path.iterdir()) == []
