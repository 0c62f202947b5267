"""Whose doing a version is: lost against another writer, moved on since the answer, another writer at work."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Exchange, Replacement, Response
from contracts.run import trial as trial_module
from contracts.run.trial import OtherWriters, Trial, lost_to_another, moved_on
from contracts.spec.fields import VERSION


def of(version: Json) -> Json:
    return {} if version is MISSING else paths.put({}, VERSION, version)


def trial(status: int, before: Json, sent: Json, after: Json) -> Trial:
    response = Response(status, {}, strict.encode({}))
    stored = MISSING if after is MISSING else of(after)
    exchange = Exchange("PUT", "http://127.0.0.1:1/", {}, b"", response, 0.0)
    return Trial(Replacement(of(before), of(sent), response, stored), exchange, ())


@pytest.mark.parametrize(
    ("status", "before", "sent", "after", "lost"),
    [
        (409, "1", "1", "2", True),
        (409, "1", MISSING, "2", True),
        (409, "1", "1", "1", False),
        (409, "1", "0", "2", False),
        (409, "1", "1", MISSING, False),
        (403, "1", "1", "2", False),
        (200, "1", "1", "2", False),
    ],
)
def test_lost_to_another(status: int, before: Json, sent: Json, after: Json, lost: bool) -> None:
    assert lost_to_another(trial(status, before, sent, after)) == lost


@pytest.mark.parametrize(
    ("before", "answered", "stored", "moved"),
    [
        ("1", "2", "3", True),
        ("1", "2", "2", False),
        ("1", "2", "1", False),
        ("1", MISSING, "3", False),
        ("1", "2", MISSING, False),
    ],
)
def test_moved_on(before: Json, answered: Json, stored: Json, moved: bool) -> None:
    assert moved_on(of(before), of(answered), of(stored)) == moved


def reads(*versions: str) -> Callable[[], Json]:
    """The versions one after the other, then the last one for ever."""
    numbers = count()
    return lambda: of(versions[min(next(numbers), len(versions) - 1)])


def test_another_writer_is_seen_and_its_absence_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_module, "LONGEST_PAUSE", 0.1)
    assert OtherWriters(reads("1", "1", "2")).at_work()
    asked: list[str] = []

    def read() -> Json:
        asked.append("1")
        return of("1")

    others = OtherWriters(read)
    assert not others.at_work()
    assert len(asked) > 2
    before = len(asked)
    assert not others.at_work()
    assert len(asked) == before
