"""Reads that lag: an adopted object is put back all the same, and nothing that was sent is taken for its owner's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Response, Scope
from contracts.resource.adoption_guard import ConcurrentModification
from contracts.resource.journal import entries
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.restore import restore
from contracts.resource.versions import MOST_VAIN_WAITS
from contracts.spec.contract import Contract
from tests.unit.resource.fake_target import NAMESPACE, Clock, FakeTarget, get, problem, put, said

LABELS, TTL = "metadata.labels", "spec.ttlSecondsAfterFinished"
VERSION = ("metadata", "resourceVersion")
NEVER = 1e9
# More than the example is old.
OWNERS = 1_000_000_000
LAGS = pytest.mark.parametrize(("lag", "every"), [(0.1, 2), (1.0, 2), (3.0, 1), (3.0, 2)])


@dataclass
class LaggingTarget(FakeTarget):
    """Each so many reads show what was stored `lag` seconds ago; `opaque`: versions are texts of no order."""

    lag: float = 0.0
    every: int = 1
    opaque: bool = False
    history: list[tuple[float, Json]] = field(default_factory=list)
    reads: int = 0
    time: Clock = field(default_factory=Clock)

    @property
    def now(self) -> float:
        return self.time.monotonic()

    def store(self, path: str, value: Json) -> Json:
        if path in self.objects:
            self.history.append((self.now, self.objects[path]))
        stored = super().store(path, value)
        if self.opaque:
            version = f"v{(self.clock * 7919) % 1000}"
            stored = self.objects[path] = paths.put(stored, VERSION, version)
        return stored

    def get(self, path: str, value: Json) -> Response:
        self.reads += 1
        earlier = [one for left, one in self.history if left > self.now - self.lag]
        return said(200, earlier[0]) if earlier and self.reads % self.every == 0 else super().get(path, value)


def their_job(target: FakeTarget, state: Path | None = None) -> ResourceUnderTest:
    client = cast("Client", target)
    job = ResourceUnderTest(Scope(target.contract, "kubernetes"), client, NAMESPACE, "theirs", state)
    value = paths.without(target.contract.example_response, [("status",), VERSION])
    value = put(put(value, "metadata.name", "theirs"), "metadata.uid", "uid-1")
    target.store(job.path, put(put(value, LABELS, {"app": "test"}), TTL, OWNERS))
    return job


def replace(job: ResourceUnderTest, number: int) -> None:
    """One replacement as a run makes it: read, compared, noted, sent, read back."""
    live = job.read()
    job.check_since(live)
    job.note_state(live)
    wanted = put(put(live, LABELS, {"contract": str(number), f"key-{number}": "x"}), TTL, OWNERS + number)
    job.about_to_send(wanted, live)
    job.write(job.contract.write.body(live, wanted))
    after = job.read()
    job.check_since(after)
    job.note_state(after)


def owners(value: Json) -> tuple[Json, Json]:
    return get(value, LABELS), get(value, TTL)


def left_of(job: ResourceUnderTest, target: FakeTarget) -> tuple[Json, Json]:
    return owners(target.objects[job.path])


@LAGS
@pytest.mark.parametrize("opaque", [False, True])
def test_an_adopted_object_is_put_back_though_reads_lag(
    contract: Contract, clock: Clock, tmp_path: Path, lag: float, every: int, opaque: bool
) -> None:
    target = LaggingTarget(contract, time=clock, opaque=opaque)
    job = their_job(target, tmp_path)
    before = left_of(job, target)
    job.start()
    target.lag, target.every = lag, every
    for number in range(12):
        replace(job, number)
    assert left_of(job, target) != before
    job.finish()
    assert left_of(job, target) == before
    assert owners(job.original) == before
    assert entries(tmp_path) == []


def test_what_no_read_shows_is_said_and_kept_for_restore(contract: Contract, clock: Clock, tmp_path: Path) -> None:
    target = LaggingTarget(contract, time=clock)
    job = their_job(target, tmp_path)
    before = left_of(job, target)
    job.start()
    target.lag = NEVER
    for number in range(MOST_VAIN_WAITS + 1):
        replace(job, number)
    with pytest.raises(TargetError, match="may not be as it was: no read within 10 s shows what was written last"):
        job.finish()
    assert left_of(job, target) == before, "it was written by the version that was answered"
    (kept,) = entries(tmp_path)
    assert {name: kept.entry.original.get(name) for name in (LABELS, TTL)} == dict(
        zip((LABELS, TTL), before, strict=True)
    )


def test_an_answer_that_was_lost_behind_a_lag_is_not_taken_for_nothing(contract: Contract, clock: Clock) -> None:
    target = LaggingTarget(contract, time=clock)
    job = their_job(target)
    before = left_of(job, target)
    job.start()
    replace(job, 1)
    target.lag, lost = 3.0, [1, 2]

    def losing(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method == "PUT" and lost:
            lost.pop()
            fake.put(path, value)
            return problem(504)
        return None

    target.before = losing
    job.finish()
    assert left_of(job, target) == before


@LAGS
@pytest.mark.parametrize("sent", [1, 30], ids=["one", "more than a journal keeps"])
def test_restore_puts_back_what_a_lagging_read_hides(
    contract: Contract, clock: Clock, tmp_path: Path, lag: float, every: int, sent: int
) -> None:
    target = LaggingTarget(contract, time=clock)
    job = their_job(target, tmp_path)
    before = left_of(job, target)
    job.start()
    for number in range(sent):
        replace(job, number)
    job.release()
    target.lag, target.every = lag, every
    (journal,) = entries(tmp_path)
    assert restore(journal, cast("Client", target)).endswith("put back as it was")
    assert left_of(job, target) == before
    assert entries(tmp_path) == []


def test_restore_keeps_the_journal_where_no_read_shows_what_it_wrote(
    contract: Contract, clock: Clock, tmp_path: Path
) -> None:
    target = LaggingTarget(contract, time=clock)
    job = their_job(target, tmp_path)
    before = left_of(job, target)
    job.start()
    replace(job, 1)
    job.release()
    target.lag = NEVER
    (journal,) = entries(tmp_path)
    with pytest.raises(TargetError):
        restore(journal, cast("Client", target))
    target.lag = 0
    (journal,) = entries(tmp_path)
    assert restore(journal, cast("Client", target)).endswith("put back as it was")
    assert left_of(job, target) == before


def test_restore_writes_nothing_where_the_run_has_sent_nothing(contract: Contract, tmp_path: Path) -> None:
    target = FakeTarget(contract)
    job = their_job(target, tmp_path)
    job.start()
    job.release()
    (journal,) = entries(tmp_path)
    restore(journal, cast("Client", target))
    assert target.sent("PUT") == []


OWN, TEST = {"app": "test"}, {"contract": "1"}
Changes = Mapping[str, Json]


@pytest.mark.parametrize(
    ("changes", "labels", "ttl"),
    [
        ({LABELS: {**TEST, "key-1": "x"}}, OWN, OWNERS),
        ({TTL: OWNERS + 1}, OWN, OWNERS),
        ({"metadata.labels.theirs": "1"}, {**OWN, "theirs": "1"}, OWNERS),
        ({LABELS: {**TEST, "theirs": "1"}}, {**OWN, "theirs": "1"}, OWNERS),
        ({"metadata.labels.contract": "theirs"}, {**OWN, "contract": "theirs"}, OWNERS),
        ({TTL: 5}, OWN, 5),
        ({TTL: MISSING}, OWN, MISSING),
    ],
    ids=["our labels", "our value", "their key", "their key among ours", "their value of our key", "theirs", "gone"],
)
def test_only_what_the_run_has_never_sent_is_somebody_elses(
    contract: Contract, changes: Changes, labels: Json, ttl: Json
) -> None:
    target = FakeTarget(contract)
    job = their_job(target)
    job.start()
    for number in (1, 2):
        replace(job, number)
    live = target.objects[job.path]
    for name, value in changes.items():
        live = put(live, name, value)
    theirs = target.store(job.path, live)
    with pytest.raises(ConcurrentModification, match="somebody else has changed"):
        job.check_since(theirs)
    assert owners(job.original) == (labels, ttl)
    job.finish()
    assert left_of(job, target) == (labels, ttl)


def test_a_look_at_an_old_version_shows_no_foreign_change(contract: Contract) -> None:
    target = FakeTarget(contract)
    job = their_job(target)
    job.start()
    replace(job, 1)
    old: Any = target.objects[job.path]
    replace(job, 2)
    job.check_since(old)
    job.check_foreign_change(target.objects[job.path], old)
    job.note_state(old)
    job.check_since(job.read())
    with pytest.raises(ConcurrentModification):
        job.check_since(target.store(job.path, put(old, "metadata.labels.theirs", "1")))
