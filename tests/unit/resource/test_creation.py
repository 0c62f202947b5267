"""An object of the run's own: created under a unique name, and deleted with nothing left."""

from __future__ import annotations

import pytest

from contracts.client.errors import TargetBusy, TargetError, TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Response, Scope
from contracts.judge.stored import Default, ServerAdded
from contracts.resource.lifecycle import RUN_LABEL
from contracts.spec.contract import Contract
from tests.unit.resource.fake_target import (
    HTML,
    NAMESPACE,
    Clock,
    FakeTarget,
    Reply,
    always,
    get,
    job_on,
    problem,
    put,
    said,
)


def test_created_under_a_unique_name_and_deleted(target: FakeTarget, contract: Contract) -> None:
    jobs = [job_on(target) for _ in range(20)]
    assert len({job.name for job in jobs}) == 20
    for job in jobs:
        job.start()
        assert job.run_id in job.name
        assert not job.adopted
    assert set(target.objects) == {job.path for job in jobs}
    stored = target.objects[jobs[0].path]
    assert get(stored, "kind") == contract.kind
    assert stored["metadata"]["labels"] == {RUN_LABEL: jobs[0].run_id}
    assert "status" not in stored
    assert paths.same(jobs[0].original, stored)
    for job in jobs:
        job.finish()
    assert target.objects == {}


def test_the_new_object_is_the_realistic_example_without_what_the_server_owns(
    target: FakeTarget, contract: Contract
) -> None:
    job_on(target).start()
    [(path, sent)] = target.sent("POST")
    assert path == contract.collection_path.format(namespace=NAMESPACE)
    assert set(sent) == {"apiVersion", "kind", "metadata", "spec"}
    assert set(sent["metadata"]) == {"name", "namespace", "labels"}
    assert sent["spec"] == paths.without(contract.examples[0], Scope(contract, "document").replaceable)["spec"]


def test_only_the_created_object_is_deleted(target: FakeTarget) -> None:
    job = job_on(target)
    target.store(f"{job.collection}/theirs", {"kind": "PyTorchJob", "metadata": {"name": "theirs", "uid": "t"}})
    job.start()
    job.finish()
    assert list(target.objects) == [f"{job.collection}/theirs"]
    assert {path for path, _ in target.sent("DELETE")} == {job.path}
    job.finish()
    assert len(target.sent("DELETE")) == 1


def test_deletion_names_the_uid_that_was_created(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    uid = get(job.original, "metadata.uid")
    job.finish()
    [(_, options)] = target.sent("DELETE")
    assert options == {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": uid}}


def test_somebody_elses_object_of_the_same_name_is_left_alone(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    target.objects[job.path] = put(target.objects[job.path], "metadata.uid", "another")
    job.finish()
    assert job.path in target.objects
    assert target.sent("DELETE") == []


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


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "--token-file, --auth-header"),
        (403, "--token-file, --namespace, or --name to use one that exists"),
        (404, "--namespace, --target, or --name to use one that exists"),
    ],
)
def test_a_refused_creation_is_one_line_and_leaves_nothing_to_do(target: FakeTarget, status: int, hint: str) -> None:
    target.before = always("POST", problem(status))
    job = job_on(target)
    with pytest.raises(TargetError) as caught:
        job.start()
    text = str(caught.value)
    assert text == (
        f"POST http://target{job.collection}: no PyTorchJob can be created in {NAMESPACE}: "
        f'{status} "no $TOKEN" ({hint})'
    )
    before = len(target.log)
    job.finish()
    assert len(target.log) == before


@pytest.mark.parametrize("answer", [HTML, said(200, []), said(201, {"kind": "Status"}), said(200, {})])
def test_a_creation_answered_with_something_else(target: FakeTarget, answer: Response) -> None:
    target.before = always("POST", answer)
    with pytest.raises(TargetError, match="--target") as caught:
        job_on(target).start()
    assert "\n" not in str(caught.value)


def test_an_object_that_was_created_and_is_not_there(target: FakeTarget, contract: Contract) -> None:
    target.before = always("POST", said(201, contract.example_response))
    with pytest.raises(TargetError, match="was created and is not there"):
        job_on(target).start()


def test_the_first_status_of_a_controller_is_waited_for(target: FakeTarget, clock: Clock) -> None:
    def controller(fake: FakeTarget, method: str, path: str, _value: Json) -> Response | None:
        if method == "GET" and len(clock.slept) == 2:
            fake.objects[path] = put(fake.objects[path], "status", {"startTime": "x"})
        return None

    target.before = controller
    job = job_on(target)
    job.start()
    assert get(job.original, "status.startTime") == "x"
    assert len(clock.slept) == 2


def test_without_a_controller_the_wait_is_short(target: FakeTarget, clock: Clock) -> None:
    job_on(target).start()
    assert 0.2 < clock.now < 0.4


def test_the_defaults_that_the_target_gives_are_observed(target: FakeTarget) -> None:
    target.defaults = {"spec.cleanPodPolicy": "Running", "metadata.annotations": {"a": "b"}}
    job = job_on(target)
    job.start()
    assert job.added.defaults == {"spec.cleanPodPolicy": (Default("Running"),)}
    assert job.added.paths == {("metadata", "annotations", "a")}


def test_a_default_label_is_told_from_the_runs_own(target: FakeTarget) -> None:
    def label(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        return fake.post(path, put(value, "metadata.labels.added", "1")) if method == "POST" else None

    target.before = label
    job = job_on(target)
    job.start()
    assert job.added.paths == {("metadata", "labels", "added")}
    target.before = None
    other = job_on(target)
    other.start()
    assert other.added == ServerAdded()


def test_an_object_that_cannot_be_deleted_is_named(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    target.before = always("DELETE", problem(500))
    with pytest.raises(TargetUnavailable, match=f"{job.path} could not be deleted: 500; delete it by hand"):
        job.finish()
    assert 20 < clock.now < 25


def test_a_deletion_that_fails_at_first_is_repeated(target: FakeTarget, clock: Clock) -> None:
    job = job_on(target)
    job.start()
    answers = [problem(409), problem(409), problem(500)]
    target.before = lambda _t, method, _p, _v: answers.pop() if method == "DELETE" and answers else None
    job.finish()
    assert target.objects == {}
    assert clock.slept[-2:] == [0.2, 0.2]


def test_where_the_realistic_example_is_refused_the_documented_one_is_created(
    target: FakeTarget, contract: Contract
) -> None:
    def refuse(_fake: FakeTarget, method: str, _path: str, value: Json) -> Response | None:
        return problem(422) if method == "POST" and "elasticPolicy" in value["spec"] else None

    target.before = refuse
    job = job_on(target)
    job.start()
    assert len(target.sent("POST")) == 2
    assert job.made_from.startswith("the documented example (POST ")
    assert job.made_from.endswith("(--object))")
    spared = Scope(contract, "document").replaceable
    assert job.original["spec"] == paths.without(contract.example_request, spared)["spec"]
    job.finish()
    job.start()
    assert len(target.sent("POST")) == 3, "what was refused once is not sent again"


@pytest.mark.parametrize("status", [401, 404, 405, 409, 429])
def test_what_no_other_object_would_meet_otherwise_is_asked_once(target: FakeTarget, status: int) -> None:
    target.before = always("POST", problem(status))
    with pytest.raises(TargetError):
        job_on(target).start()
    assert len(target.sent("POST")) == 1


def test_what_the_target_drops_of_a_new_object_is_observed(target: FakeTarget) -> None:
    def drop(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method != "POST":
            return None
        kept = paths.remove(value, ("spec", "elasticPolicy"))
        return fake.post(path, put(kept, "spec.runPolicy.schedulingPolicy", {"queue": "other"}))

    target.before = drop
    job = job_on(target)
    job.start()
    assert job.made_from == "a realistic example"
    assert job.dropped == (
        "spec.elasticPolicy",
        "spec.runPolicy.schedulingPolicy.minAvailable",
        "spec.runPolicy.schedulingPolicy.minResources",
    )
