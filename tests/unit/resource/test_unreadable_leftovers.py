"""What a run may have left behind and cannot read: deleted by its name, or told to be there."""

from __future__ import annotations

import pytest

from contracts.judge.model import Response
from tests.unit.resource.fake_target import FakeTarget, job_on, problem, said, stray


@pytest.mark.parametrize("status", [401, 403, 500])
def test_what_cannot_be_read_is_deleted_by_its_name(target: FakeTarget, status: int) -> None:
    job = job_on(target)
    path = stray(target, job, f"contract-{job.run_id}-new1")
    job.leftovers.may_create(f"contract-{job.run_id}-new1")
    target.before = lambda _, method, *__: problem(status) if method == "GET" else None
    assert job.leftovers.discard_announced() == []
    assert path not in target.objects


@pytest.mark.parametrize("status", [401, 403, 500])
def test_what_no_answer_tells_to_be_gone_is_told(target: FakeTarget, status: int) -> None:
    job = job_on(target)
    name = f"contract-{job.run_id}-new1"
    path = stray(target, job, name)
    job.leftovers.may_create(name)
    target.before = lambda *_: problem(status)
    assert job.leftovers.discard_announced() == [name]
    target.before = None
    assert job.leftovers.discard_announced() == []
    assert path not in target.objects


def test_a_page_that_is_not_there_is_no_word_of_the_api(target: FakeTarget) -> None:
    job = job_on(target)
    name = f"contract-{job.run_id}-new1"
    job.leftovers.may_create(name)
    plain = Response(404, {"content-type": "text/plain"}, b"404 page not found")
    target.before = lambda *_: plain
    assert job.leftovers.discard_announced() == [name]
    target.before = lambda _, how, path, __: said(200, {"items": []}) if path == job.collection else plain
    assert job.leftovers.discard_announced() == []


def test_a_target_may_tell_absence_by_400(target: FakeTarget) -> None:
    job = job_on(target)
    name = f"contract-{job.run_id}-new1"
    path = stray(target, job, name)
    job.leftovers.may_create(name)
    target.before = lambda fake, how, where, _: None if where in fake.objects or how != "GET" else problem(400)
    assert job.leftovers.discard(name)
    assert path not in target.objects
    assert job.leftovers.discard_announced() == []


def test_a_name_that_is_refused_to_be_read_alone_is_not_known_to_be_absent(target: FakeTarget) -> None:
    job = job_on(target)
    name = f"contract-{job.run_id}-new1"
    job.leftovers.may_create(name)
    target.before = lambda _, how, path, __: problem(400) if path.endswith(name) else None
    assert job.leftovers.discard_announced() == [name]


@pytest.mark.parametrize("answer", [403, None])
def test_what_was_refused_need_not_be_readable(target: FakeTarget, answer: int | None) -> None:
    """Where a replacement is refused as it should be, nothing is left, though the credential may not look there."""
    job = job_on(target)
    name = f"contract-{job.run_id}-new"
    path = job.contract.item_path.format(namespace="prod", name=name)
    job.leftovers.may_create(name, "prod")
    if answer is not None:
        job.leftovers.note_answer(path, problem(answer))
    target.before = lambda _, how, where, __: problem(403) if where == path else None
    assert job.leftovers.discard(name, "prod") is False
    assert job.leftovers.discard_announced() == ([] if answer else [f"prod/{name}"])
