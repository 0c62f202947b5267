"""Damage to an adopted object: told from what others change, changed back at once, or the end of the run."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Response
from contracts.resource.adoption_guard import (
    HarmfulReplacement,
    ObjectDamaged,
)
from contracts.resource.lifecycle import ResourceUnderTest
from tests.unit.resource.fake_target import FakeTarget, Reply, always, get, problem, put, said

REPLICAS = "spec.pytorchReplicaSpecs.Worker.replicas"


def damaging(target: FakeTarget, method: str, path: str, value: Json) -> Response | None:
    """Stores one replica more with every replacement."""
    if method != "PUT":
        return None
    return said(200, target.store(path, put(value, REPLICAS, get(target.objects[path], REPLICAS) + 1)))


def test_what_is_not_as_it_was_is_told_after_the_rest_is_put_back(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    was = target.objects[adopted.path]
    changed = put(was, "metadata.labels", {"contract": "1"})
    target.store(adopted.path, put(changed, "metadata.finalizers", ["example.com/somebody-elses"]))
    target.before = damaging
    with pytest.raises(TargetError, match=rf"cannot be put back: {re.escape(REPLICAS)}$"):
        adopted.finish()
    now = target.objects[adopted.path]
    assert get(now, "metadata.labels") == get(was, "metadata.labels")
    assert get(now, "metadata.finalizers") == ["example.com/somebody-elses"], "which is not ours to take away"


def test_what_somebody_else_has_changed_is_not_called_damage(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    target.store(adopted.path, put(put(was, "metadata.labels", {"contract": "1"}), "spec.suspend", True))
    adopted.finish()
    assert get(target.objects[adopted.path], "spec.suspend") is True


def test_what_a_replacement_has_changed_is_changed_back_at_once(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    after = put(put(was, REPLICAS, 9), "metadata.labels", {"contract": "1"})
    target.store(adopted.path, put(after, "metadata.finalizers", ["example.com/somebody-elses"]))
    assert adopted.repair(was, target.objects[adopted.path])
    now = target.objects[adopted.path]
    assert get(now, REPLICAS) == get(was, REPLICAS)
    assert get(now, "metadata.labels") == {"contract": "1"}
    assert get(now, "metadata.finalizers") == ["example.com/somebody-elses"]
    assert not adopted.repair(now, now)


@pytest.mark.parametrize("answer", [problem(403), None], ids=["refused", "damaged again"])
def test_what_cannot_be_changed_back_ends_the_run(
    target: FakeTarget, adopted: ResourceUnderTest, answer: Response | None
) -> None:
    was = target.objects[adopted.path]
    after = target.store(adopted.path, put(was, REPLICAS, 9))
    target.before = always("PUT", answer) if answer else damaging
    with pytest.raises(ObjectDamaged, match=rf"{re.escape(REPLICAS)}; nothing more is sent"):
        adopted.repair(was, after)
    assert target.sent("DELETE") == []
    with pytest.raises(ObjectDamaged):
        adopted.about_to_send(was)


def test_a_value_that_is_stored_and_could_end_the_job_ends_the_run(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    was = target.objects[adopted.path]
    after = target.store(adopted.path, put(was, "spec.ttlSecondsAfterFinished", 0))
    with pytest.raises(ObjectDamaged, match="ttlSecondsAfterFinished"):
        adopted.repair(was, after)
    assert get(target.objects[adopted.path], "spec.ttlSecondsAfterFinished") == get(was, "spec.ttlSecondsAfterFinished")


def test_a_status_that_is_gone_ends_the_run(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = put(target.objects[adopted.path], "status", {"conditions": [{"type": "Running", "status": "True"}]})
    target.before = lambda fake, method, path, value: (
        said(200, fake.store(path, put(value, "status", MISSING))) if method == "PUT" else None
    )
    after = target.store(adopted.path, put(was, "status", MISSING))
    with pytest.raises(ObjectDamaged, match="harms it: status;"):
        adopted.repair(was, after)
    assert not adopted.repair(after, put(after, "status", {"replicas": 1})), "a controller writes status"


def test_that_the_job_has_ended_since_it_was_harmed_is_told(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    after = target.store(adopted.path, put(was, "spec.activeDeadlineSeconds", 0))
    with pytest.raises(ObjectDamaged):
        adopted.repair(was, after)
    ended = {"conditions": [{"type": "Failed", "status": "True"}], "completionTime": "2026-01-01T00:00:00Z"}
    target.store(adopted.path, put(target.objects[adopted.path], "status", ended))
    with pytest.raises(TargetError, match="cannot be put back: status"):
        adopted.finish()


TTL = "spec.ttlSecondsAfterFinished"


AHEAD = timedelta(days=3)


def clock_ahead(date: str) -> Reply:
    """What a server answers whose clock is ahead, and may tell it in Date."""
    headers = {"content-type": "application/json", **({"date": date} if date else {})}

    def reply(target: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        return Response(200, headers, json.dumps(target.objects[path]).encode()) if method == "GET" else None

    return reply


@pytest.mark.parametrize("told", [True, False], ids=["with Date", "without"])
def test_an_object_of_the_future_is_sent_nothing_that_could_end_it(
    target: FakeTarget, adopted: ResourceUnderTest, told: bool
) -> None:
    """Its creation lies before the server's time and behind ours: only Date tells how old it is."""
    servers = datetime.now(UTC) + AHEAD
    created = (servers - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    live = put(put(target.objects[adopted.path], "metadata.creationTimestamp", created), TTL, 9_000_000)
    live = target.store(adopted.path, live)
    target.before = clock_ahead(format_datetime(servers, usegmt=True) if told else "")
    adopted.start()
    (limit,) = [one for one in adopted.limits if one.field == TTL]
    assert limit.frozen == (not told)
    assert limit.allows(9_000_000)
    assert not limit.allows(3600)
    assert not limit.allows(3 * 86_400)
    assert limit.allows(9_000_001) == told
    with pytest.raises(HarmfulReplacement):
        adopted.about_to_send(put(live, TTL, 3600), live)


TEMPLATE = "spec.pytorchReplicaSpecs.Worker.template"


STAMP = 'metadata.annotations["example.com/injected"]'


def injecting(target: FakeTarget, method: str, path: str, value: Json) -> Response | None:
    """Stamps an annotation of a pod template with each write."""
    if method != "PUT":
        return None
    return said(200, target.store(path, put(value, f"{TEMPLATE}.{STAMP}", f"write {target.clock}")))


def test_what_the_server_itself_writes_with_each_write_is_no_harm(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    was = target.objects[adopted.path]
    target.before = injecting
    adopted.added = adopted.added.also(paths.parse(f"{TEMPLATE}.{STAMP}"))
    target.store(adopted.path, put(was, "metadata.labels", {"contract": "1"}))
    adopted.finish()
    now = target.objects[adopted.path]
    assert get(now, "metadata.labels") == get(was, "metadata.labels")
    assert get(now, f"{TEMPLATE}.{STAMP}") is not MISSING


@pytest.mark.parametrize("known", [True, False])
def test_what_is_not_known_for_the_servers_own_is_told(
    target: FakeTarget, adopted: ResourceUnderTest, known: bool
) -> None:
    was = target.objects[adopted.path]

    def harming(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        return injecting(fake, method, path, put(value, REPLICAS, 9) if known else value)

    target.before = harming
    if known:
        adopted.added = adopted.added.also(paths.parse(f"{TEMPLATE}.{STAMP}"))
    target.store(adopted.path, put(was, "metadata.labels", {"contract": "1"}))
    told = REPLICAS if known else f"{TEMPLATE}.metadata"
    with pytest.raises(TargetError, match=rf"cannot be put back: {re.escape(told)}$"):
        adopted.finish()


def test_a_clients_status_that_was_stored_is_changed_back(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.store(adopted.path, put(target.objects[adopted.path], "status", {"startTime": "x", "active": 1}))
    sent = put(put(was, "status.active", 2), "status.contract-probe", {})
    after = target.store(adopted.path, put(sent, "status.startTime", "a controller's"))
    assert adopted.repair(was, after, sent)
    assert get(target.objects[adopted.path], "status") == {"startTime": "a controller's", "active": 1}
    assert not adopted.repair(was, after), "where it is not known to be stored, a controller may have written it"


def test_a_clients_status_that_cannot_be_taken_away_ends_the_run(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    was = target.store(adopted.path, put(target.objects[adopted.path], "status", {"active": 1}))
    sent = put(was, "status.contract-probe", {})
    after = target.store(adopted.path, sent)

    def keeps(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        return (
            said(200, fake.store(path, put(value, "status", get(fake.objects[path], "status"))))
            if method == "PUT"
            else None
        )

    target.before = keeps
    with pytest.raises(ObjectDamaged, match=r"harms it: status\.contract-probe;"):
        adopted.repair(was, after, sent)
    with pytest.raises(TargetError, match=r"cannot be put back: status\.contract-probe$"):
        adopted.finish()


def test_a_status_that_was_lost_is_given_back_where_a_client_can(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    was = target.store(adopted.path, put(target.objects[adopted.path], "status", {"active": 1}))
    after = target.store(adopted.path, paths.without(was, [("status",)]))
    assert adopted.repair(was, after)
    assert get(target.objects[adopted.path], "status") == {"active": 1}


def only_beside_a_label(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
    """Takes a change of spec beside another one alone."""
    stored = fake.objects[path]
    alone = paths.same(get(value, "metadata.labels"), get(stored, "metadata.labels"))
    return problem(403) if method == "PUT" and alone and not paths.same(value["spec"], stored["spec"]) else None


class ThirdTime:
    """Takes a change of spec when it is asked for the third time."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method != "PUT" or paths.same(value["spec"], fake.objects[path]["spec"]):
            return None
        self.asked += 1
        return problem(403) if self.asked % 3 else None


@pytest.mark.parametrize("rule", [only_beside_a_label, ThirdTime()])
def test_what_a_plain_replacement_does_not_undo_one_like_it_does(
    target: FakeTarget, adopted: ResourceUnderTest, rule: Reply
) -> None:
    was = target.objects[adopted.path]
    sent = put(put(was, REPLICAS, 9), "metadata.labels", {"contract": "1"})
    done = target.send("PUT", adopted.path, body=json.dumps(sent).encode())
    after, target.before = target.objects[adopted.path], rule
    assert adopted.repair(was, after, done=done)
    assert get(target.objects[adopted.path], REPLICAS) == get(was, REPLICAS)
    target.before = None
    adopted.finish()
    assert get(target.objects[adopted.path], "metadata.labels") == get(was, "metadata.labels")


def test_without_the_replacement_it_stays_as_it_is(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    after, target.before = target.store(adopted.path, put(was, REPLICAS, 9)), only_beside_a_label
    with pytest.raises(ObjectDamaged):
        adopted.repair(was, after)


def test_keys_that_no_replacement_takes_away_are_patched_away(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    target.store(adopted.path, put(was, "metadata.annotations", {"contract": "1", "contract-b": "2"}))

    def merges(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method != "PUT":
            return None
        kept = {**fake.objects[path]["metadata"].get("annotations", {}), **(value["metadata"].get("annotations") or {})}
        return said(200, fake.store(path, put(value, "metadata.annotations", kept)))

    target.before = merges
    adopted.finish()
    assert get(target.objects[adopted.path], "metadata.annotations") in (MISSING, {})


def test_what_is_given_back_may_be_refused_and_stored_all_the_same(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    def stores(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if method != "PUT":
            return None
        fake.store(path, value)
        return problem(403)

    was, target.before = target.objects[adopted.path], stores
    sent = put(was, REPLICAS, 9)
    target.send("PUT", adopted.path, body=json.dumps(sent).encode())
    adopted.note_state(adopted.read())
    assert adopted.undo(was, sent)
    adopted.check_since(adopted.read())  # raises for what somebody else has changed
    assert get(target.objects[adopted.path], REPLICAS) == get(was, REPLICAS)
