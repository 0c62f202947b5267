"""Between creation and end: the object is brought back to where it was."""

from __future__ import annotations

import pytest

from contracts.jsonvalue import paths, strict
from contracts.judge.model import Response
from tests.unit.resource.fake_target import FakeTarget, always, get, job_on, problem, put, said


def test_reset_brings_all_but_the_replaceable_fields_back(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    changed = put(put(job.original, "spec.pytorchReplicaSpecs.Worker.replicas", 9), "metadata.labels", {"kept": "1"})
    target.store(job.path, put(changed, "extra", 1))
    job.reset()
    now = target.objects[job.path]
    assert get(now, "spec.pytorchReplicaSpecs.Worker.replicas") == 1
    assert get(now, "metadata.labels") == {"kept": "1"}
    assert "extra" not in now
    assert target.sent("DELETE") == []


def test_reset_sends_nothing_when_all_is_as_it_was(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    target.store(job.path, put(job.original, "metadata.labels", {"kept": "1"}))
    job.reset()
    assert target.sent("PUT") == []


@pytest.mark.parametrize("answer", [problem(403), said(200, {})])
def test_reset_creates_anew_what_does_not_take_its_old_values(target: FakeTarget, answer: Response) -> None:
    job = job_on(target)
    job.start()
    uid, name = get(job.original, "metadata.uid"), job.name
    target.store(job.path, put(job.original, "spec.pytorchReplicaSpecs.Worker.replicas", 9))
    target.before = always("PUT", answer)
    job.reset()
    assert job.name == name
    assert get(target.objects[job.path], "spec.pytorchReplicaSpecs.Worker.replicas") == 1
    assert get(job.original, "metadata.uid") == get(target.objects[job.path], "metadata.uid") != uid


def test_an_object_without_uid_is_deleted_too(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    target.send("PUT", job.path, body=strict.encode(paths.remove(target.objects[job.path], ("metadata", "uid"))))
    job.read()
    job.finish()
    assert target.objects == {}


@pytest.mark.parametrize("written", [True, False])
def test_another_uid_is_ours_only_where_it_came_with_a_write_of_ours(target: FakeTarget, written: bool) -> None:
    """A faulty target gives a new uid with every write; somebody who creates the object anew writes without us."""
    job = job_on(target)
    job.start()
    job.read()
    another = put(target.objects[job.path], "metadata.uid", "another")
    if written:
        target.send("PUT", job.path, body=strict.encode(another))
    else:
        target.store(job.path, another)
    job.read()
    job.finish()
    assert (job.path in target.objects) is not written


@pytest.mark.parametrize("anew", [False, True])
def test_object_whose_creation_was_interrupted_is_deleted(
    target: FakeTarget, monkeypatch: pytest.MonkeyPatch, anew: bool
) -> None:
    """Its uid is not known then, and the uid of the one before it, if any, is another one."""
    job = job_on(target)
    if anew:
        job.start()
        job.finish()
    monkeypatch.setattr(job, "_settled", interrupt)
    with pytest.raises(KeyboardInterrupt):
        job.start()
    assert job.path in target.objects
    job.finish()
    assert target.objects == {}


def interrupt() -> None:
    raise KeyboardInterrupt
