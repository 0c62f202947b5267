"""An adopted object that the target deletes and makes anew with each write: it is still the one to put back."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Response, Scope
from contracts.resource.journal import Journal, JournalError, entries
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.restore import restore
from contracts.spec.contract import Contract
from tests.unit.resource.fake_target import NAMESPACE, FakeTarget, get, put, said

LABELS = "metadata.labels"


def renewing(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
    if method != "PUT":
        return None
    return said(200, fake.store(path, put(value, "metadata.uid", f"uid-{fake.clock}")))


@pytest.fixture
def renewed(contract: Contract, tmp_path: Path) -> tuple[FakeTarget, ResourceUnderTest]:
    """An adopted object that has been replaced once, and so has another uid and the run's labels."""
    target = FakeTarget(contract)
    job = ResourceUnderTest(Scope(contract, "kubernetes"), cast("Client", target), NAMESPACE, "theirs", tmp_path)
    value = put(put(contract.example_response, "metadata.name", "theirs"), "metadata.uid", "uid-of-theirs")
    target.store(job.path, put(value, LABELS, {"app": "test"}))
    job.start()
    target.before = renewing
    live = job.read()
    wanted = put(live, LABELS, {"contract": "1"})
    job.about_to_send(wanted, live)
    job.write(job.contract.write.body(live, wanted))
    assert get(target.objects[job.path], "metadata.uid") != "uid-of-theirs"
    assert get(target.objects[job.path], LABELS) == {"contract": "1"}
    return target, job


def test_it_is_put_back_and_told_to_be_another(renewed: tuple[FakeTarget, ResourceUnderTest], tmp_path: Path) -> None:
    target, job = renewed
    with pytest.raises(TargetError, match=r"is not as it was, and cannot be put back: metadata\.uid$"):
        job.finish()
    assert get(target.objects[job.path], LABELS) == {"app": "test"}
    assert entries(tmp_path) == []


def test_it_is_put_back_where_the_journal_cannot_be_written(
    renewed: tuple[FakeTarget, ResourceUnderTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_journal: Journal, **_changes: object) -> None:
        raise JournalError("no space left")

    target, job = renewed
    monkeypatch.setattr(Journal, "write", full)
    with pytest.raises(TargetError, match=r"cannot be put back: metadata\.uid$"):
        job.finish()
    assert get(target.objects[job.path], LABELS) == {"app": "test"}


def test_restore_puts_it_back_too(renewed: tuple[FakeTarget, ResourceUnderTest], tmp_path: Path) -> None:
    target, job = renewed
    job.release()
    (journal,) = entries(tmp_path)
    with pytest.raises(TargetError, match=r"put back but for what has changed for good: metadata\.uid$"):
        restore(journal, cast("Client", target))
    assert get(target.objects[job.path], LABELS) == {"app": "test"}
    assert entries(tmp_path) == []


def test_one_that_was_made_anew_by_its_owner_is_left_alone(
    renewed: tuple[FakeTarget, ResourceUnderTest],
) -> None:
    target, job = renewed
    target.before = None
    theirs = put(put(target.objects[job.path], "metadata.uid", "uid-of-another"), LABELS, {"theirs": "2"})
    target.store(job.path, theirs)
    with pytest.raises(TargetError, match=r"is gone: somebody has deleted it, or .* restore puts it back"):
        job.finish()
    assert get(target.objects[job.path], LABELS) == {"theirs": "2"}
