"""Creations, deletions and replacements of an object of the run's own whose answers are lost on the way."""

from __future__ import annotations

import pytest

from contracts.client.errors import TargetBusy, TargetUnavailable
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Response
from contracts.resource.lifecycle import RUN_LABEL
from tests.unit.resource.fake_target import (
    FakeTarget,
    Reply,
    get,
    job_on,
    problem,
    put,
)


def lost(method: str, times: int, *, carried_out: bool, error: type[TargetUnavailable] = TargetUnavailable) -> Reply:
    """What makes the answers to the first so many requests of a kind get lost, carried out or not."""
    left = [times]

    def reply(fake: FakeTarget, how: str, path: str, value: Json) -> Response | None:
        if how != method or not left[0]:
            return None
        left[0] -= 1
        if carried_out:
            getattr(fake, how.lower())(path, value)
        raise error("lost")

    return reply


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_creation_whose_answer_was_lost_is_looked_for(target: FakeTarget, carried_out: bool) -> None:
    target.before = lost("POST", 1, carried_out=carried_out)
    job = job_on(target)
    job.start()
    assert len(target.sent("POST")) == (1 if carried_out else 2)
    assert get(job.original, "metadata.name") == job.name
    job.finish()
    assert target.objects == {}


def test_a_creation_that_an_earlier_attempt_made_is_taken(target: FakeTarget) -> None:
    def busy(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method == "POST":
            fake.post(path, value)
            return problem(409)
        return None

    target.before = busy
    job = job_on(target)
    job.start()
    job.finish()
    assert target.objects == {}


def test_a_creation_that_is_never_answered_is_undone_by_its_label(target: FakeTarget) -> None:
    def die(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method == "POST":
            fake.post(path, value)
            target.before = always_down
            raise TargetUnavailable("lost")
        return None

    def always_down(*_: object) -> Response | None:
        raise TargetUnavailable("down")

    target.before = die
    job = job_on(target)
    with pytest.raises(TargetUnavailable):
        job.start()
    target.before = None
    assert job.path in target.objects
    job.finish()
    assert target.objects == {}


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("times", [1, 2])
def test_a_deletion_whose_answer_was_lost_is_looked_after(target: FakeTarget, times: int, carried_out: bool) -> None:
    job = job_on(target)
    job.start()
    target.before = lost("DELETE", times, carried_out=carried_out)
    job.finish()
    assert target.objects == {}


@pytest.mark.parametrize("carried_out", [True, False])
def test_what_may_have_been_created_under_another_name_is_discarded(target: FakeTarget, carried_out: bool) -> None:
    job = job_on(target)
    job.start()
    name = f"contract-{job.run_id}-new"
    job.leftovers.may_create(name)
    target.post(job.collection, put(target.objects[job.path], "metadata.name", name))
    target.before = lost("DELETE", 1, carried_out=carried_out)
    job.finish()
    assert target.objects == {}


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_object_is_brought_back_also_when_answers_are_lost(
    target: FakeTarget, times: int, carried_out: bool
) -> None:
    job = job_on(target)
    job.start()
    before = target.objects[job.path]
    changed = target.store(job.path, put(before, "metadata.labels", {"changed": "yes"}))
    target.before = lost("PUT", times, carried_out=carried_out)
    assert job.undo(before, changed)
    assert get(target.objects[job.path], "metadata.labels") == get(before, "metadata.labels")


@pytest.mark.parametrize(("error", "requests"), [(TargetUnavailable, 3), (TargetBusy, 1)])
def test_answers_that_are_always_lost_are_not_waited_for_for_ever(
    target: FakeTarget, error: type[TargetUnavailable], requests: int
) -> None:
    job = job_on(target)
    job.start()
    before = target.objects[job.path]
    changed = target.store(job.path, put(before, "metadata.labels", {"changed": "yes"}))
    target.before = lost("PUT", 99, carried_out=False, error=error)
    with pytest.raises(error):
        job.undo(before, changed)
    assert len(target.sent("PUT")) == requests


def test_a_lost_creation_does_not_delete_what_has_no_label_of_this_run(target: FakeTarget) -> None:
    def lose(_fake: FakeTarget, method: str, _path: str, _value: Json) -> Response | None:
        if method == "POST":
            raise TargetUnavailable("lost")
        return None

    target.before = lose
    job = job_on(target)
    with pytest.raises(TargetUnavailable):
        job.start()
    target.store(job.path, {"kind": "PyTorchJob", "metadata": {"labels": {RUN_LABEL: "other"}, "uid": "u"}})
    job.finish()
    assert job.path in target.objects
