"""The life of the object under test, against a small API in memory: nothing of it is left, nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

import pytest

from contracts.client.client import Client
from contracts.client.errors import TargetBusy, TargetError, TargetUnavailable
from contracts.client.exchange import Exchange
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Response, Scope
from contracts.resource import lifecycle, stored_object
from contracts.resource.concurrent_edit import ConcurrentModification, merge_foreign_change
from contracts.resource.lifecycle import RUN_LABEL, ResourceUnderTest
from contracts.spec.contract import Contract

NAMESPACE = "kube-test"


def put(value: Json, name: str, new: Json) -> Json:
    return paths.put(value, paths.parse(name), new)


def get(value: Json, name: str) -> Json:
    return paths.get(value, paths.parse(name))


Reply = Callable[["FakeTarget", str, str, Json], Response | None]


@dataclass
class FakeTarget:
    """An API server in memory that lets a client change anything; `before` may answer a request in its stead."""

    contract: Contract
    objects: dict[str, Json] = field(default_factory=dict)
    log: list[tuple[str, str, Json]] = field(default_factory=list)
    before: Reply | None = None
    defaults: Mapping[str, Json] = field(default_factory=dict)
    clock: int = 0
    accepted_writes: int = 0

    def mask(self, text: str) -> str:
        return text.replace("s3cret", "$TOKEN")

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Exchange:
        value = None if body is None else strict.decode(body)
        self.log.append((method, path, value))
        answer = self.before(self, method, path, value) if self.before else None
        answer = answer or getattr(self, method.lower())(path, value)
        self.accepted_writes += method in ("POST", "PUT", "PATCH") and answer.accepted
        return Exchange(method, f"http://target{path}", headers or {}, body, answer, 0.0)

    def store(self, path: str, value: Json) -> Json:
        self.clock += 1
        self.objects[path] = put(value, "metadata.resourceVersion", str(self.clock))
        return self.objects[path]

    def get(self, path: str, _: Json) -> Response:
        return said(200, self.objects[path]) if path in self.objects else problem(404)

    def post(self, path: str, value: Json) -> Response:
        for name, default in self.defaults.items():
            if get(value, name) is MISSING:
                value = put(value, name, default)
        value = put(put(value, "metadata.uid", f"uid-{self.clock}"), "metadata.generation", 1)
        return said(201, self.store(f"{path}/{value['metadata']['name']}", value))

    def put(self, path: str, value: Json) -> Response:
        if path not in self.objects:
            return problem(404)
        if get(value, "metadata.resourceVersion") != get(self.objects[path], "metadata.resourceVersion"):
            return problem(409)
        return said(200, self.store(path, value))

    def patch(self, path: str, value: Json) -> Response:
        live = self.objects[path]
        for name, item in value["metadata"].items():
            live = put(live, f"metadata.{name}", MISSING if item is None else item)
        return said(200, self.store(path, live))

    def delete(self, path: str, value: Json) -> Response:
        if path not in self.objects:
            return problem(404)
        if get(value, "preconditions.uid") != get(self.objects[path], "metadata.uid"):
            return problem(409)
        if get(self.objects[path], "metadata.finalizers") is MISSING:
            del self.objects[path]
        return said(200, {"kind": "Status"})

    def sent(self, method: str) -> list[tuple[str, Json]]:
        return [(path, value) for how, path, value in self.log if how == method]


def said(status: int, value: Json, media_type: str = "application/json") -> Response:
    return Response(status, {"content-type": media_type}, json.dumps(value).encode())


def problem(status: int, message: str = "no s3cret") -> Response:
    return said(status, {"kind": "Status", "message": message, "code": status})


HTML = Response(200, {"content-type": "text/html"}, b"<html>")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    for module in (lifecycle, stored_object):
        monkeypatch.setattr(module, "time", fake)
    return fake


@pytest.fixture
def target(contract: Contract) -> FakeTarget:
    return FakeTarget(contract)


def job_on(target: FakeTarget, name: str | None = None) -> ResourceUnderTest:
    return ResourceUnderTest(Scope(target.contract, "kubernetes"), cast("Client", target), NAMESPACE, name)


def always(method: str, answer: Response) -> Reply:
    return lambda _target, how, _path, _value: answer if how == method else None


# ---------------------------------------------------------------- created


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


def test_the_new_object_is_the_documented_example_without_what_the_server_owns(
    target: FakeTarget, contract: Contract
) -> None:
    job_on(target).start()
    [(path, sent)] = target.sent("POST")
    assert path == contract.collection_path.format(namespace=NAMESPACE)
    assert set(sent) == {"apiVersion", "kind", "metadata", "spec"}
    assert set(sent["metadata"]) == {"name", "namespace", "labels"}
    assert sent["spec"] == paths.without(contract.example_request, Scope(contract, "document").replaceable)["spec"]


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


def test_finalizers_that_were_stored_are_taken_off_first(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    target.store(job.path, put(target.objects[job.path], "metadata.finalizers", ["example.com/x"]))
    job.finish()
    assert target.objects == {}


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
    target.store(job.path, put(before, "metadata.labels", {"changed": "yes"}))
    target.before = lost("PUT", times, carried_out=carried_out)
    assert job.bring_back(before)
    assert get(target.objects[job.path], "metadata.labels") == get(before, "metadata.labels")


@pytest.mark.parametrize(("error", "requests"), [(TargetUnavailable, 3), (TargetBusy, 1)])
def test_answers_that_are_always_lost_are_not_waited_for_for_ever(
    target: FakeTarget, error: type[TargetUnavailable], requests: int
) -> None:
    job = job_on(target)
    job.start()
    before = target.objects[job.path]
    target.store(job.path, put(before, "metadata.labels", {"changed": "yes"}))
    target.before = lost("PUT", 99, carried_out=False, error=error)
    with pytest.raises(error):
        job.bring_back(before)
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
        (403, "--token-file, --namespace"),
        (404, "--namespace, or --name to use one that exists"),
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
    assert job.defaults == {"spec.cleanPodPolicy": "Running", "metadata.annotations": {"a": "b"}}


def test_a_default_label_is_told_from_the_runs_own(target: FakeTarget) -> None:
    def label(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        return fake.post(path, put(value, "metadata.labels.added", "1")) if method == "POST" else None

    target.before = label
    job = job_on(target)
    job.start()
    assert job.defaults == {"metadata.labels": {"added": "1"}}
    target.before = None
    other = job_on(target)
    other.start()
    assert other.defaults == {}


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
    answers = [problem(409), problem(500)]
    target.before = lambda _t, method, _p, _v: answers.pop() if method == "DELETE" and answers else None
    job.finish()
    assert target.objects == {}
    assert clock.slept[-2:] == [0.2, 0.2]


# ---------------------------------------------------------------- adopted


@pytest.fixture
def adopted(target: FakeTarget, contract: Contract) -> ResourceUnderTest:
    job = job_on(target, "theirs")
    value = paths.without(contract.example_response, [("status",)])
    target.store(job.path, put(put(value, "metadata.name", "theirs"), "spec.cleanPodPolicy", "All"))
    job.start()
    return job


def test_an_adopted_object_is_never_created_or_deleted(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    adopted.finish()
    assert adopted.adopted
    assert adopted.path in target.objects
    assert target.sent("POST") == target.sent("DELETE") == target.sent("PUT") == []


def test_an_adopted_object_is_put_back_with_its_replaceable_fields(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    was = target.objects[adopted.path]
    changed = put(put(was, "spec.cleanPodPolicy", MISSING), "metadata.labels", {"contract": "1"})
    target.store(adopted.path, put(changed, "metadata.annotations", {"x": "y"}))
    adopted.finish()
    now = target.objects[adopted.path]
    version = ("metadata", "resourceVersion")
    assert paths.same(paths.without(now, [version]), paths.without(was, [version]))


def test_putting_back_is_tried_again_when_a_controller_was_faster(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    target.store(adopted.path, put(target.objects[adopted.path], "metadata.labels", {"contract": "1"}))
    writes = [1, 2, 3]

    def controller(fake: FakeTarget, method: str, path: str, _value: Json) -> Response | None:
        if method == "PUT" and writes:
            fake.store(path, put(fake.objects[path], "status", {"n": writes.pop()}))
        return None

    target.before = controller
    adopted.finish()
    assert get(target.objects[adopted.path], "metadata.labels") == {"app": "test"}
    assert get(target.objects[adopted.path], "metadata.labels.contract") is MISSING
    assert len(target.sent("PUT")) == 4


@pytest.mark.parametrize("answer", [problem(403), problem(409), said(200, {})])
def test_an_adopted_object_that_cannot_be_put_back_is_an_error(
    target: FakeTarget, adopted: ResourceUnderTest, answer: Response
) -> None:
    target.store(adopted.path, put(target.objects[adopted.path], "metadata.labels", {}))
    target.before = always("PUT", answer)
    with pytest.raises(TargetError, match=f"{adopted.path} could not be put back as it was"):
        adopted.finish()
    assert len(target.sent("PUT")) <= 10


def test_an_adopted_object_that_is_gone_is_an_error(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    target.objects.clear()
    with pytest.raises(TargetError, match="theirs is gone, somebody has deleted it: there is nothing to put back"):
        adopted.finish()
    assert target.objects == {}


def test_what_somebody_else_changes_is_told_and_kept(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    before = put(target.objects[adopted.path], "metadata.labels", {"contract": "1", "more": "x"})
    ours = put(before, "spec.cleanPodPolicy", "None")
    adopted.expect_ours(before, before, ours)
    adopted.expect_ours(before, ours, ours)
    theirs = put(before, "metadata.labels", {"contract": "1", "edited-by": "a colleague"})
    with pytest.raises(
        ConcurrentModification, match=r"theirs: somebody else has changed metadata\.labels during the run"
    ):
        adopted.expect_ours(before, theirs, ours)
    with pytest.raises(ConcurrentModification):
        adopted.about_to_send(ours)
    target.store(adopted.path, put(theirs, "spec.cleanPodPolicy", "None"))
    adopted.finish()
    stored = target.objects[adopted.path]
    assert stored["metadata"]["labels"] == {"app": "test", "edited-by": "a colleague"}
    assert get(stored, "spec.cleanPodPolicy") == "All"


@pytest.mark.parametrize(
    ("original", "before", "after", "kept"),
    [
        ("All", "None", "Running", "Running"),
        (MISSING, 5, MISSING, MISSING),
        ({"a": "1"}, {"x": "1"}, {"x": "1", "b": "2"}, {"a": "1", "b": "2"}),
        ({"a": "1"}, {"a": "1", "x": "1"}, {"x": "1"}, {}),
        ({"a": "1"}, {"a": "0"}, {"a": "2"}, {"a": "2"}),
        (MISSING, MISSING, {"b": "2"}, {"b": "2"}),
        ({"a": "1"}, {"x": "1"}, MISSING, MISSING),
    ],
)
def test_their_change_on_top_of_the_original(original: Json, before: Json, after: Json, kept: Json) -> None:
    assert paths.same(merge_foreign_change(original, before, after), kept)


def test_an_adopted_object_that_is_deleted_during_the_run(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    with pytest.raises(ConcurrentModification, match="theirs is gone: somebody has deleted it during the run"):
        adopted.expect_ours(adopted.original, MISSING)


def test_a_created_object_is_the_runs_own(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    job.expect_ours(job.original, MISSING)
    job.expect_ours(job.original, put(job.original, "metadata.labels", {"edited-by": "somebody"}))


def test_adopting_what_is_not_there(target: FakeTarget) -> None:
    job = job_on(target, "absent")
    with pytest.raises(TargetError, match=r"404 .* \(--namespace, --name, --target\)"):
        job.start()
    job.finish()
    assert {method for method, _, _ in target.log} == {"GET"}


# ---------------------------------------------------------------- preflight


def test_preflight_accepts_an_absent_object_and_sends_one_read(target: FakeTarget) -> None:
    job_on(target).preflight()
    assert [method for method, _, _ in target.log] == ["GET"]


def test_preflight_accepts_the_object_to_adopt(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    adopted.preflight()
    assert adopted.path in target.objects


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (problem(401), "the credential is refused: 401"),
        (problem(403), "the credential is refused: 403"),
        (Response(401, {}, b""), "the credential is refused: 401"),
        (HTML, "this is no Kubernetes-style API: 200, a body that is text/html"),
        (Response(404, {"content-type": "text/plain"}, b"404"), "this is no Kubernetes-style API: 404"),
        (said(404, {"error": "no"}), "this is no Kubernetes-style API: 404"),
        (said(404, []), "this is no Kubernetes-style API: 404"),
        (Response(204, {}, b""), "this is no Kubernetes-style API: 204, a body that is of no media type"),
        (problem(500), "the object cannot be read: 500"),
        (problem(302), "the object cannot be read: 302"),
        (said(200, {"kind": "Pod"}), 'the answer\'s kind is "Pod"'),
        (said(200, {}), "the answer's kind is absent"),
    ],
)
@pytest.mark.parametrize("name", [None, "theirs"])
def test_preflight_says_in_one_line_why_a_target_cannot_be_judged(
    target: FakeTarget, answer: Response, hint: str, name: str | None
) -> None:
    target.before = always("GET", answer)
    if name is None and answer.status == 404:
        job_on(target, name).preflight()  # whatever its body: an endpoint may be wrong about errors; creating decides
        return
    with pytest.raises(TargetError) as caught:
        job_on(target, name).preflight()
    text = str(caught.value)
    if answer.status != 404 or not isinstance(answer.value, dict):
        assert hint in text
    assert "--" in text
    assert "\n" not in text
    assert "s3cret" not in text


def test_a_target_may_keep_to_the_documented_statuses_and_answer_400_for_what_is_absent(target: FakeTarget) -> None:
    def before(target: FakeTarget, method: str, path: str, _: Json) -> Response | None:
        return problem(400) if method == "GET" and path not in target.objects else None

    target.before = before
    job = job_on(target)
    job.preflight()
    job.start()
    assert job.read() is not MISSING
    job.finish()
    assert job.read() is MISSING


def test_a_target_that_answers_every_read_with_400_cannot_be_judged(target: FakeTarget) -> None:
    target.before = always("GET", problem(400))
    job = job_on(target)
    job.preflight()
    with pytest.raises(TargetError, match="was created and is not there"):
        job.start()


def test_preflight_misses_the_object_to_adopt(target: FakeTarget) -> None:
    with pytest.raises(TargetError, match=r"404 .*--name"):
        job_on(target, "theirs").preflight()


# ---------------------------------------------------------------- in between


def test_read_tells_absent_from_unreadable(target: FakeTarget) -> None:
    job = job_on(target)
    assert job.read() is MISSING
    target.before = always("GET", said(200, {"kind": "Pod"}))
    assert job.read() == {"kind": "Pod"}, "an object whose kind was changed is judged, not refused"
    for answer in (problem(500), HTML, said(200, [])):
        target.before = always("GET", answer)
        with pytest.raises(TargetError):
            job.read()


def test_reset_brings_all_but_the_replaceable_fields_back(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    changed = put(put(job.original, "spec.pytorchReplicaSpecs.Worker.replicas", 9), "metadata.labels", {"kept": "1"})
    target.store(job.path, put(changed, "extra", 1))
    assert job.reset() is True
    now = target.objects[job.path]
    assert get(now, "spec.pytorchReplicaSpecs.Worker.replicas") == 1
    assert get(now, "metadata.labels") == {"kept": "1"}
    assert "extra" not in now
    assert target.sent("DELETE") == []


def test_reset_sends_nothing_when_all_is_as_it_was(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    target.store(job.path, put(job.original, "metadata.labels", {"kept": "1"}))
    assert job.reset() is True
    assert target.sent("PUT") == []


@pytest.mark.parametrize("answer", [problem(403), said(200, {})])
def test_reset_creates_anew_what_does_not_take_its_old_values(target: FakeTarget, answer: Response) -> None:
    job = job_on(target)
    job.start()
    uid, name = get(job.original, "metadata.uid"), job.name
    target.store(job.path, put(job.original, "spec.pytorchReplicaSpecs.Worker.replicas", 9))
    target.before = always("PUT", answer)
    assert job.reset() is True
    assert job.name == name
    assert get(target.objects[job.path], "spec.pytorchReplicaSpecs.Worker.replicas") == 1
    assert get(job.original, "metadata.uid") == get(target.objects[job.path], "metadata.uid") != uid


def test_reset_never_deletes_what_is_adopted(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    target.store(adopted.path, put(target.objects[adopted.path], "spec.pytorchReplicaSpecs", {}))
    target.before = always("PUT", problem(403))
    assert adopted.reset() is False
    assert target.sent("DELETE") == []


def test_forget_by_replacement_or_else_by_patch(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    for refuse in (False, True):
        target.store(job.path, put(target.objects[job.path], "metadata.ownerReferences", [{"uid": "x"}]))
        target.before = always("PUT", problem(403)) if refuse else None
        assert job.forget("metadata.ownerReferences") is True
        assert get(target.objects[job.path], "metadata.ownerReferences") is MISSING
        assert len(target.sent("PATCH")) == refuse
    [(_, patch)] = target.sent("PATCH")
    assert patch == {"metadata": {"ownerReferences": None}}


def test_forget_says_when_it_could_not(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    target.store(job.path, put(target.objects[job.path], "metadata.finalizers", ["x"]))
    target.before = lambda _t, method, _p, _v: problem(403) if method in ("PUT", "PATCH") else None
    assert job.forget("metadata.finalizers") is False


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


def test_what_another_name_answers_is_no_object_of_that_name(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    target.before = lambda fake, how, path, _: said(200, fake.objects[job.path]) if path != job.path else None
    assert job.leftovers.discard(f"{job.name}-new") is False
    assert job.path in target.objects


def test_a_message_never_shows_a_secret_or_a_second_line(target: FakeTarget) -> None:
    target.before = always("POST", problem(403, "no\ns3cret " + "x" * 5000))
    with pytest.raises(TargetError) as caught:
        job_on(target).start()
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def test_paths_come_from_the_contract(target: FakeTarget) -> None:
    job = job_on(target, "theirs")
    assert job.path == "/apis/kubeflow.org/v1/namespaces/kube-test/pytorchjobs/theirs"
    assert job.collection == "/apis/kubeflow.org/v1/namespaces/kube-test/pytorchjobs"


def test_delete_uid_deletes_the_object_of_that_uid_and_no_other(target: FakeTarget, contract: Contract) -> None:
    job = ResourceUnderTest(Scope(contract, "kubernetes"), cast("Client", target), NAMESPACE, "theirs")
    target.store(job.path, {"metadata": {"name": "theirs", "uid": "uid-theirs"}})
    job.delete_uid("uid-ours")
    assert job.path in target.objects
    assert not target.sent("DELETE")
    job.delete_uid("uid-theirs")
    assert job.path not in target.objects
    ((_, options),) = target.sent("DELETE")
    assert get(options, "preconditions.uid") == "uid-theirs"


def test_strays_of_an_adopted_object_are_not_looked_for_under_its_name(target: FakeTarget, contract: Contract) -> None:
    job = ResourceUnderTest(Scope(contract, "kubernetes"), cast("Client", target), NAMESPACE, "theirs")
    for name in ("theirs-x", f"contract-{job.run_id}-new"):
        target.store(f"{job.collection}/{name}", {"metadata": {"name": name, "uid": f"uid-{name}"}})
    job.leftovers.discard_neighbours(job.name)
    assert list(target.objects) == [f"{job.collection}/theirs-x"]


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
