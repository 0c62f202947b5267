"""A write that only a gateway has answered may have been carried out, and a read that lags would hide that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import pytest

from contracts.jsonvalue.paths import Json
from contracts.judge.model import Exchange
from contracts.resource.lagging_reads import LAG_FACTOR, LaggingReads
from contracts.resource.versions import Versions
from tests.unit.resource.fake_target import Clock

LAG = 0.3


def version(number: int) -> Json:
    return {"metadata": {"resourceVersion": str(number)}}


@dataclass
class Copy:
    """Shows what was stored `lag` seconds ago."""

    clock: Clock
    lag: float
    stored: list[tuple[float, int]] = field(default_factory=lambda: [(-1e9, 1)])
    looks: int = 0

    def write(self) -> Json:
        self.stored.append((self.clock.monotonic(), self.stored[-1][1] + 1))
        return version(self.stored[-1][1])

    def look(self) -> tuple[Json, Exchange]:
        self.looks += 1
        seen = [number for since, number in self.stored if since <= self.clock.monotonic() - self.lag]
        return version(seen[-1]), cast("Exchange", self.looks)


@pytest.fixture
def copy(clock: Clock) -> Copy:
    return Copy(clock, LAG)


@pytest.fixture
def versions() -> Versions:
    return Versions()


@pytest.fixture
def reads(copy: Copy, versions: Versions, clock: Clock) -> LaggingReads:
    return LaggingReads(copy.look, clock.sleep, versions)


def learn_the_lag(reads: LaggingReads, copy: Copy, versions: Versions) -> None:
    reads.caught_up()
    versions.answered(copy.write())
    assert reads.caught_up() == version(2)
    assert len(reads.late) == 1


def test_what_a_lagging_read_hides_is_waited_for(copy: Copy, reads: LaggingReads, versions: Versions) -> None:
    learn_the_lag(reads, copy, versions)
    copy.write()
    reads.note_no_answer()
    assert reads.caught_up() == version(3)
    assert len(reads.late) == 1, "what nobody has answered is no promise that a read breaks"


def test_what_was_not_carried_out_is_waited_for_no_longer_than_reads_lag(
    copy: Copy, reads: LaggingReads, versions: Versions, clock: Clock
) -> None:
    learn_the_lag(reads, copy, versions)
    began = clock.monotonic()
    reads.note_no_answer()
    assert reads.caught_up() == version(2)
    assert LAG < clock.monotonic() - began < 2 * LAG_FACTOR * LAG
    copy.looks = 0
    reads.caught_up()
    assert copy.looks == 1


def test_reads_that_never_lagged_are_not_repeated(copy: Copy, reads: LaggingReads) -> None:
    copy.lag = 0
    reads.caught_up()
    reads.note_no_answer()
    reads.caught_up()
    assert copy.looks == 2


def test_an_answer_of_the_target_ends_the_wait(copy: Copy, reads: LaggingReads, versions: Versions) -> None:
    learn_the_lag(reads, copy, versions)
    reads.note_no_answer()
    reads.note_answer()
    copy.looks = 0
    reads.caught_up()
    assert copy.looks == 1
