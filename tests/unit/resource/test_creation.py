"""An object of the run's own: created under a unique name, and deleted with nothing left."""

from __future__ import annotations

import pytest

from contracts.client.errors import TargetError, TargetUnavailable
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
    assert [method for method, *_ in target.log].count("POST") == 1, "what is no API is asked once"


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


def test_where_the_answer_to_the_realistic_example_is_cut_the_documented_one_is_created(
    target: FakeTarget, contract: Contract
) -> None:
    def cut(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method != "POST" or "elasticPolicy" not in value["spec"]:
            return None
        fake.store(f"{path}/{value['metadata']['name']}", {**value, "metadata": {**value["metadata"], "uid": "first"}})
        return Response(201, {"content-type": "application/json"}, b'{"kind": "PyTorch')

    target.before = cut
    job = job_on(target)
    job.start()
    assert len(target.sent("POST")) == 2
    assert len(target.sent("DELETE")) == 1
    assert (
        job.original["spec"] == paths.without(contract.example_request, Scope(contract, "document").replaceable)["spec"]
    )
    assert "no JSON object" in job.made_from
    job.finish()
    assert target.objects == {}


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
