"""What a lenient target stored under other names: found and deleted, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from contracts.client.client import Client
from contracts.client.errors import ConnectionDropped, LeftBehind, TargetUnavailable
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Response, Scope
from contracts.resource.finalizers import CONTROLLERS_TIME
from contracts.resource.journal import entries
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.restore import restore
from contracts.spec.contract import Contract
from tests.unit.resource.fake_target import NAMESPACE, Clock, FakeTarget, Reply, get, job_on, problem, put, said, stray


def test_discard_deletes_only_what_this_run_can_have_named(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    path = f"{job.collection}/{job.name}-x"
    assert job.leftovers.discard(f"{job.name}-x") is False
    target.store(path, put(put(job.original, "metadata.name", f"{job.name}-x"), "metadata.uid", "other"))
    assert job.leftovers.discard(f"{job.name}-x") is True
    assert path not in target.objects
    with pytest.raises(ValueError, match="may be somebody else's"):
        job.leftovers.discard("THEIRS")
    assert job.path in target.objects


def test_finish_also_removes_what_a_faulty_target_stored_under_another_name(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    elsewhere = job.contract.collection_path.format(namespace=f"{NAMESPACE}-x")
    for uid, name in (("one", f"{job.name}-x"), ("three", job.name.swapcase())):
        renamed = put(put(job.original, "metadata.name", name), "metadata.uid", uid)
        target.store(f"{job.collection}/{name}", renamed)
    target.store(f"{elsewhere}/{job.name}", put(job.original, "metadata.uid", "two"))
    job.finish()
    assert target.objects == {}


def test_what_another_name_answers_is_no_object_of_that_name(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    target.before = lambda fake, how, path, _: said(200, fake.objects[job.path]) if path != job.path else None
    assert job.leftovers.discard(f"{job.name}-new") is False
    assert job.path in target.objects


def test_strays_of_an_adopted_object_are_not_looked_for_under_its_name(target: FakeTarget, contract: Contract) -> None:
    job = ResourceUnderTest(Scope(contract, "kubernetes"), cast("Client", target), NAMESPACE, "theirs")
    for name in ("theirs-x", f"contract-{job.run_id}-new"):
        target.store(f"{job.collection}/{name}", {"metadata": {"name": name, "uid": f"uid-{name}"}})
    job.leftovers.discard_neighbours(job.name)
    assert list(target.objects) == [f"{job.collection}/theirs-x"]


@pytest.mark.parametrize("made", [True, False])
def test_what_a_read_does_not_show_yet_is_deleted_where_it_was_made(target: FakeTarget, made: bool) -> None:
    job = job_on(target)
    name = f"contract-{job.run_id}-new"
    path = f"{job.collection}/{name}"
    target.store(path, {"metadata": {"name": name, "uid": "unseen"}})
    target.before = lambda _, method, *__: problem(404) if method == "GET" else None
    job.leftovers.note_answer(path, said(201, {}) if made else problem(404))
    assert job.leftovers.discard(name) is made
    assert (path in target.objects) is not made
    assert job.leftovers.discard(name) is False


def test_discard_leaves_an_object_that_was_exchanged_meanwhile(target: FakeTarget, contract: Contract) -> None:
    job = ResourceUnderTest(Scope(contract, "kubernetes"), cast("Client", target), NAMESPACE)
    name = f"contract-{job.run_id}-new"
    path = f"{job.collection}/{name}"
    target.store(path, {"metadata": {"name": name, "uid": "first"}})

    def exchange(fake: FakeTarget, method: str, where: str, _: Json) -> Response | None:
        if method == "DELETE":
            fake.store(where, {"metadata": {"name": name, "uid": "second"}})
        return None

    target.before = exchange
    job.leftovers.discard(name)
    assert get(target.objects[path], "metadata.uid") == "second"


@pytest.mark.parametrize("refusals", [20, 999])
def test_what_is_not_let_go_of_is_deleted_in_the_end_or_told(target: FakeTarget, refusals: int) -> None:
    """A second object whose deletion fails for a while; what never goes is named, and found again by `restore`."""
    job = job_on(target)
    job.start()
    name = f"contract-{job.run_id}-new7"
    target.store(f"{job.collection}/{name}", put(put(job.original, "metadata.name", name), "metadata.uid", "other"))
    left = [refusals]

    def refuse(_fake: FakeTarget, how: str, path: str, _: Json) -> Response | None:
        left[0] -= how == "DELETE" and path.endswith(name)
        return problem(500) if how == "DELETE" and path.endswith(name) and left[0] >= 0 else None

    target.before = refuse
    assert job.leftovers.discard(name) is True
    assert f"{job.collection}/{name}" in target.objects
    if refusals == 20:
        job.finish()
    else:
        with pytest.raises(LeftBehind, match=f"{name} could not be deleted"):
            job.finish()
        assert list(target.objects) == [f"{job.collection}/{name}"]
        target.before = lambda fake, how, path, _: listed(fake) if (how, path) == ("GET", job.collection) else None
        assert job_on(target).leftovers.discard_listed() == [], "somebody else's for another run"
        again = ResourceUnderTest(job.scope, cast("Client", target), NAMESPACE, run_id=job.run_id)
        assert again.leftovers.discard_listed() == []
    assert target.objects == {}


def listed(target: FakeTarget) -> Response:
    return said(200, {"kind": "List", "metadata": {"continue": ""}, "items": list(target.objects.values())})


def test_all_that_does_not_go_is_named(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    name = f"contract-{job.run_id}-new7"
    target.store(f"{job.collection}/{name}", put(put(job.original, "metadata.name", name), "metadata.uid", "other"))
    job.leftovers.may_create(name)
    target.before = lambda _fake, how, _path, _value: problem(403) if how == "DELETE" else None
    with pytest.raises(LeftBehind, match=f"{job.path} could not be deleted: 403.*; .*{name} could not be deleted"):
        job.finish()


@pytest.mark.parametrize("status", [400, 411, 415])
def test_a_gateway_that_takes_no_body_with_a_deletion_gets_none(target: FakeTarget, status: int) -> None:
    job = job_on(target)
    job.start()
    other = f"{job.collection}/{job.name}-x"
    target.store(other, put(put(job.original, "metadata.name", f"{job.name}-x"), "metadata.uid", "other"))

    def gateway(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        return Response(status, {"content-type": "text/html"}, b"<html>") if method == "DELETE" and value else None

    target.before = gateway
    job.finish()
    assert target.objects == {}


def test_second_objects_wait_for_their_controllers_together(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    names = [f"{job.name}-new{number}" for number in range(5)]
    for name in names:
        theirs = put(put(job.original, "metadata.name", name), "metadata.uid", name)
        target.store(f"{job.collection}/{name}", put(theirs, "metadata.finalizers", ["example.com/release"]))
        job.leftovers.may_create(name)
        job.leftovers.discard(name)
    assert clock.now < 1, "a case does not wait"
    job.finish()
    assert target.objects == {}
    assert CONTROLLERS_TIME <= clock.now < CONTROLLERS_TIME + 5


def no_answer(method: str, *ends: str) -> Reply:
    """A connection that is closed instead of an answer to requests whose path ends so."""

    def reply(_fake: FakeTarget, how: str, path: str, _: Json) -> Response | None:
        if how == method and path.endswith(ends):
            raise ConnectionDropped("closed")
        return None

    return reply


def test_what_waits_in_another_namespace_is_looked_for_there(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    path = stray(target, job, job.name, f"{NAMESPACE}-x")
    target.store(path, put(target.objects[path], "metadata.finalizers", ["example.com/release"]))
    job.finish()
    assert target.objects == {}
    assert clock.now >= CONTROLLERS_TIME


@pytest.mark.parametrize("listed_there", [True, False])
def test_a_neighbour_that_cannot_be_read_keeps_the_object_from_nothing(target: FakeTarget, listed_there: bool) -> None:
    """A gateway that closes the connection for capitals in names; what is there all the same only a list shows."""
    job = job_on(target)
    job.start()
    other, path = job.name.swapcase(), stray(target, job, f"{job.name}-x")
    if listed_there:
        stray(target, job, other)
    lists, closes = {("GET", job.collection)}, no_answer("GET", other)
    target.before = lambda fake, how, where, value: (
        listed(fake) if (how, where) in lists else closes(fake, how, where, value)
    )
    if listed_there:
        with pytest.raises(LeftBehind, match=f"{other} could not be deleted"):
            job.finish()
    else:
        job.finish()
    assert job.path not in target.objects
    assert path not in target.objects


def test_one_that_cannot_be_asked_for_keeps_no_other_from_being_deleted(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    first, second = (f"contract-{job.run_id}-new{number}" for number in (1, 2))
    for name in (first, second):
        stray(target, job, name)
        job.leftovers.may_create(name)
    target.before = no_answer("GET", first)
    with pytest.raises(LeftBehind, match=f"{first} could not be deleted"):
        job.finish()
    assert [path.rpartition("/")[2] for path in target.objects] == [first]


def test_in_an_outage_all_that_may_be_there_is_named(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    name = f"contract-{job.run_id}-new1"
    job.leftovers.may_create(name)
    target.before = no_answer("GET", "")
    with pytest.raises(TargetUnavailable, match=f"closed; .*{name} could not be deleted") as caught:
        job.finish()
    assert caught.value.kind == "unreachable"


@pytest.mark.parametrize("namespace", [NAMESPACE, "prod"])
def test_the_journal_stays_for_what_an_adopted_objects_run_has_left(
    target: FakeTarget, tmp_path: Path, namespace: str
) -> None:
    theirs = ResourceUnderTest(
        Scope(target.contract, "kubernetes"), cast("Client", target), NAMESPACE, "theirs", tmp_path
    )
    target.store(theirs.path, {**put(target.contract.example_response, "metadata.name", "theirs")})
    theirs.start()
    name = f"contract-{theirs.run_id}-new1"
    theirs.leftovers.may_create(name, namespace)
    path = stray(target, theirs, name, namespace)
    target.before = lambda _, method, *__: problem(403) if method == "DELETE" else None
    with pytest.raises(LeftBehind, match=f"{name} could not be deleted"):
        theirs.finish()
    theirs.release()
    (journal,) = entries(tmp_path)
    target.before = lambda fake, how, where, _: listed(fake) if (how, where) == ("GET", theirs.collection) else None
    assert restore(journal, cast("Client", target)) == f"{theirs.path}: put back as it was"
    assert path not in target.objects
    assert list(target.objects) == [theirs.path]
    assert entries(tmp_path) == []


def test_what_is_announced_elsewhere_is_in_the_journal_until_it_is_gone(target: FakeTarget, tmp_path: Path) -> None:
    job = ResourceUnderTest(Scope(target.contract, "kubernetes"), cast("Client", target), NAMESPACE, state=tmp_path)
    job.start()
    job.leftovers.may_create(job.name, "prod")
    (journal,) = entries(tmp_path)
    assert journal.entry.elsewhere == (("prod", job.name),)
    job.leftovers.discard(job.name, "prod")
    (journal,) = entries(tmp_path)
    assert journal.entry.elsewhere == ()
    job.finish()
    assert entries(tmp_path) == []


def test_what_others_may_have_named_is_not_remembered(target: FakeTarget) -> None:
    job = job_on(target)
    job.leftovers.may_create("theirs")
    assert job.leftovers.announced() == []
