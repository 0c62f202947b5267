"""What a probe says of the object before and after a request of which only its effect is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.casekit.job import Job
from contracts.casekit.probe import How, Probe, Prober, deepest_changes, servers_own_changes
from contracts.client.errors import AnswerCut, ConnectionDropped, TargetUnavailable
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import Json
from contracts.judge.model import NO_HTTP, Exchange, Response
from contracts.run.trial import assign
from contracts.spec.fields import CREATED, VERSION

BEFORE = paths.put({"spec": {"image": "a"}}, VERSION, "1")
SENT = paths.put(BEFORE, ("spec", "image"), "b")


def probe(status: int, after: Json) -> Probe:
    return Probe(Exchange("PUT", "/", {}, b"", Response(status, {}, b"{}"), 0.0), BEFORE, SENT, after)


@pytest.mark.parametrize(
    ("status", "version", "outrun"), [(409, "2", True), (409, "1", False), (403, "2", False), (200, "2", False)]
)
def test_a_conflict_is_another_writers_where_the_version_moved(status: int, version: str, outrun: bool) -> None:
    assert probe(status, paths.put(BEFORE, VERSION, version)).outrun is outrun


@pytest.mark.parametrize(("image", "stored", "lost"), [("b", True, False), ("a", False, True), ("c", False, True)])
def test_what_was_sent_is_stored_or_lost(image: str, stored: bool, lost: bool) -> None:
    seen = probe(200, paths.put(BEFORE, ("spec", "image"), image))
    assert [bool(seen.stored), bool(seen.lost)] == [stored, lost]


def test_an_answer_is_sent_back_with_no_read_in_between(job_of: Callable[..., Job]) -> None:
    job = job_of()
    sent: list[str] = []
    job.run.target.watch = lambda exchange, _: sent.append(exchange.method)
    attempt, *_ = deepest_changes(job)
    found = Prober(job).unread(assign(job.fresh_values()), attempt)
    job.run.target.watch = None
    assert found is not None
    assert sent[-3:] == ["PUT", "PUT", "GET"]
    assert (found.exchange.response.status, found.stored) == (403, [])
    assert paths.same(paths.get(found.sent, attempt.path), attempt.new)


def test_what_only_the_server_writes_is_tried_by_values_that_nobody_else_writes(job_of: Callable[..., Job]) -> None:
    job = job_of()
    found = {one.path[0]: one for one in servers_own_changes(job)}
    assert set(found) == {"metadata", "status"}
    assert found["metadata"].path == CREATED


def test_a_write_to_another_object_says_nothing_of_this_one(job_of: Callable[..., Job]) -> None:
    job = job_of()
    prober, known = Prober(job), job.known()
    other = job.new_name()
    before = job.run.resource.versions.latest
    prober.send(paths.put(known, ("metadata", "name"), other), How(path=job.path_of(other)), {})
    assert job.run.resource.versions.latest == before
    job.discard(other)


def test_the_object_is_read_anew_after_a_write_that_was_not_answered(
    job_of: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of()
    prober, known = Prober(job), job.known()
    send = job.run.target.send

    def lost(method: str, *given: Any, **more: Any) -> Exchange:
        send(method, *given, **more)
        job.run.target.requests -= 1
        raise ConnectionDropped("closed")

    with monkeypatch.context() as patch:
        patch.setattr(job.run.target, "send", lost)
        assert prober.send(assign(job.fresh_values())(known), How()).response.status == NO_HTTP
    assert not paths.same(job.known(), known)


@pytest.mark.parametrize(
    "error", [TargetUnavailable("refused"), ConnectionDropped("closed")], ids=["refused", "closed"]
)
def test_an_outage_is_not_blamed_on_what_was_sent_in_it(
    job_of: Callable[..., Job], monkeypatch: pytest.MonkeyPatch, error: TargetUnavailable
) -> None:
    prober = Prober(job_of())
    known = prober._job.known()

    def refused(*_: Any, **__: Any) -> Exchange:
        raise error

    monkeypatch.setattr(prober._job.run.target, "send", refused)
    with pytest.raises(TargetUnavailable):
        prober.failing(known, How())


@pytest.mark.parametrize("error", [ConnectionDropped("closed"), AnswerCut("cut")], ids=["closed", "cut"])
def test_a_connection_that_is_always_closed_while_others_are_answered_is_a_failure(
    job_of: Callable[..., Job], monkeypatch: pytest.MonkeyPatch, error: TargetUnavailable
) -> None:
    prober = Prober(job_of())
    known, send = prober._job.known(), prober._job.run.target.send

    def closed(method: str, *given: Any, **more: Any) -> Exchange:
        if method == "GET":
            return send(method, *given, **more)
        raise error

    monkeypatch.setattr(prober._job.run.target, "send", closed)
    failed = prober.failing(known, How())
    assert failed is not None
    assert failed.response.dropped


def test_an_answer_to_a_probe_is_judged_as_any_other(job_of: Callable[..., Job]) -> None:
    job = job_of("response.is-stored-state")
    prober = Prober(job)
    probe = prober.probe(assign(job.fresh_values()), How())
    prober.judge_answer(probe)
    echo = Response(200, {"content-type": "application/yaml"}, strict.encode(probe.before))
    echoed = replace(probe, exchange=replace(probe.exchange, response=echo))
    prober.judge_answer(replace(echoed, disturbed=True))  # what is stored is another writer's
    assert [one.finding.requirement for one in job.run.evidence.met] == ["response.content-type"]
    prober.judge_answer(echoed)
    assert {one.finding.requirement for one in job.run.evidence.met[1:]} == {"response.is-stored-state"}


@pytest.mark.parametrize(
    ("statuses", "answered"), [((200,), 200), ((500, 403), 403), ((500, 502, 503), 500), ((0, 200), 200)]
)
def test_a_server_that_fails_now_and_then_is_asked_again(
    job_of: Callable[..., Job], monkeypatch: pytest.MonkeyPatch, statuses: tuple[int, ...], answered: int
) -> None:
    prober, left = Prober(job_of()), iter(statuses)
    monkeypatch.setattr(prober, "send", lambda *_: probe(next(left), BEFORE).exchange)
    assert prober.answered(BEFORE, How()).response.status == answered
    assert list(left) == []
