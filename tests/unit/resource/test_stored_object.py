"""The stored object: read, replaced until it stands so, a field taken away, deleted by its uid."""

from __future__ import annotations

from typing import cast

import pytest

from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.jsonvalue.paths import MISSING
from contracts.judge.model import Scope
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.spec.contract import Contract
from tests.unit.resource.fake_target import HTML, NAMESPACE, FakeTarget, always, get, job_on, problem, put, said


def test_read_tells_absent_from_unreadable(target: FakeTarget) -> None:
    job = job_on(target)
    assert job.read() is MISSING
    target.before = always("GET", said(200, {"kind": "Pod"}))
    assert job.read() == {"kind": "Pod"}, "an object whose kind was changed is judged, not refused"
    for answer in (problem(500), HTML, said(200, [])):
        target.before = always("GET", answer)
        with pytest.raises(TargetError):
            job.read()


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


def test_an_endpoint_that_does_not_know_its_own_uid_deletes_by_version(target: FakeTarget) -> None:
    target.before = lambda fake, how, _path, value: (
        problem(409) if how == "DELETE" and get(value, "preconditions.uid") is not MISSING else None
    )
    job = job_on(target)
    job.start()
    job.finish()
    assert job.path not in target.objects
    (_, by_uid), (_, by_version) = target.sent("DELETE")
    assert get(by_uid, "preconditions.uid") is not MISSING
    assert get(by_version, "preconditions") == {"resourceVersion": get(job.original, "metadata.resourceVersion")}
