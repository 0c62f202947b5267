"""What is to be deleted waits for the controllers that have to free something, and not for ever."""

from __future__ import annotations

import pytest

from contracts.client.errors import LeftBehind
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge import kept
from contracts.judge.model import Response
from contracts.resource import finalizers
from contracts.resource.finalizers import CONTROLLERS_TIME, DELETION_TIMEOUT, PROBE_FINALIZER
from contracts.resource.lifecycle import ResourceUnderTest
from tests.unit.resource.fake_target import Clock, FakeTarget, Reply, get, job_on, problem, put, said

THEIRS = "volumes.example.com/release"


@pytest.mark.parametrize(
    ("held", "waited", "awaited", "taken"),
    [
        ([THEIRS], 0, [THEIRS], False),
        ([PROBE_FINALIZER, THEIRS], 0, [THEIRS], True),
        ([PROBE_FINALIZER], 0, [], True),
        ([THEIRS], CONTROLLERS_TIME, [], True),
        ([THEIRS, 7], 0, [THEIRS], True),
        ("contract", 0, [], True),
        ([], 0, [], False),
        (None, 0, [], False),
    ],
)
def test_which_finalizers_are_awaited(held: Json, waited: float, awaited: list[str], taken: bool) -> None:
    value = {"metadata": {"finalizers": held}}
    assert finalizers.awaited(value, waited) == awaited
    assert finalizers.to_be_taken(value, waited) is taken


def controller(freed: list[str]) -> Reply:
    """A controller that frees something outside once it sees that an object with its finalizer is to be deleted."""
    deleted: dict[str, int] = {}

    def act(fake: FakeTarget, method: str, path: str, _: Json) -> Response | None:
        held = get(fake.objects.get(path, {}), "metadata.finalizers")
        deleted[path] = deleted.get(path, 0) + (method == "DELETE")
        if method == "GET" and deleted[path] > 1 and THEIRS in (held or ()):
            freed.append(path)
            del fake.objects[path]
        return None

    return act


def beside(job: ResourceUnderTest, target: FakeTarget, *held: str) -> str:
    """The path of an object of the run under another name, and of its own one, both with finalizers."""
    name = f"{job.name}-x"
    path = f"{job.collection}/{name}"
    other = put(put(target.objects[job.path], "metadata.name", name), "metadata.uid", "other")
    for where, value in ((path, other), (job.path, target.objects[job.path])):
        target.store(where, put(value, "metadata.finalizers", [*held]))
    return path


@pytest.mark.parametrize("held", [(THEIRS,), (PROBE_FINALIZER, THEIRS)])
def test_a_controller_frees_what_its_finalizer_stands_for(
    target: FakeTarget, clock: Clock, held: tuple[str, ...]
) -> None:
    job, freed = job_on(target), list[str]()
    job.start()
    other = beside(job, target, *held)
    target.before = controller(freed)
    job.finish()
    assert freed == [job.path, other]
    assert target.objects == {}
    assert clock.now < CONTROLLERS_TIME


def test_own_finalizers_are_taken_at_once(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    began = clock.now
    beside(job, target, PROBE_FINALIZER)
    job.finish()
    assert target.objects == {}
    assert clock.now == began


def test_finalizers_are_taken_beside_what_is_to_be_kept_and_somebody_has_changed(
    target: FakeTarget, clock: Clock
) -> None:
    job = job_on(target)
    job.start()
    job.limits = kept.limits([paths.parse("spec.cleanPodPolicy")], job.original)
    changed = put(target.objects[job.path], "spec.cleanPodPolicy", "Running")
    target.store(job.path, put(changed, "metadata.finalizers", [PROBE_FINALIZER]))
    job.finish()
    assert target.objects == {}


def test_a_finalizer_that_is_to_be_kept_is_taken_from_what_goes(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    kept_there = put(target.objects[job.path], "metadata.finalizers", [THEIRS])
    target.store(job.path, kept_there)
    job.limits = kept.limits([paths.parse("metadata.finalizers")], kept_there)
    job.finish()
    assert target.objects == {}


def test_a_finalizer_that_nobody_removes_is_taken_in_the_end(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    beside(job, target, THEIRS)
    job.finish()
    assert target.objects == {}
    assert CONTROLLERS_TIME <= clock.now < 2 * CONTROLLERS_TIME + 2
    assert len(target.sent("DELETE")) < 2 * CONTROLLERS_TIME / finalizers.DELETION_INTERVAL + 5


def test_an_object_that_keeps_its_finalizer_ends_the_deletion(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    target.store(job.path, put(target.objects[job.path], "metadata.finalizers", [THEIRS]))
    target.before = lambda _t, method, *_: problem(422) if method in ("PUT", "PATCH") else None
    with pytest.raises(LeftBehind, match="could not be deleted: 200"):
        job.finish()
    assert clock.now < CONTROLLERS_TIME + DELETION_TIMEOUT + 1


def test_the_finalizers_of_an_object_that_cannot_be_read_are_awaited_too(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    began = clock.now
    target.store(job.path, put(target.objects[job.path], "metadata.finalizers", [THEIRS]))

    def unreadable(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method == "GET":
            return Response(200, {"content-type": "text/html"}, b"<html>")
        if method == "DELETE" and path in fake.objects:
            stored = fake.objects[path]
            fake.delete(path, value)
            return said(200, stored)
        return None

    target.before = unreadable
    job.finish()
    assert job.path not in target.objects
    assert CONTROLLERS_TIME <= clock.now - began < CONTROLLERS_TIME + 1
