"""An adopted object: never created or deleted, put back, foreign changes preserved."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from contracts.client.errors import TargetError, TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Response
from contracts.resource.adoption_guard import (
    ConcurrentModification,
    HarmfulReplacement,
    ObjectDamaged,
    merge_foreign_change,
)
from contracts.resource.lifecycle import ResourceUnderTest
from tests.unit.resource.fake_target import FakeTarget, Reply, always, get, job_on, problem, put, said


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
    assert len(target.sent("PUT")) <= 20, "all fields at once, then the one that is left"


def test_an_adopted_object_that_is_gone_is_an_error(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    target.objects.clear()
    with pytest.raises(TargetError, match=r"theirs is gone: somebody has deleted it, or .* restore puts it back"):
        adopted.finish()
    assert target.objects == {}


def test_what_somebody_else_changes_is_told_and_kept(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    before = put(target.objects[adopted.path], "metadata.labels", {"contract": "1", "more": "x"})
    ours = put(before, "spec.cleanPodPolicy", "None")
    adopted.check_foreign_change(before, before, ours)
    adopted.check_foreign_change(before, ours, ours)
    theirs = put(before, "metadata.labels", {"contract": "1", "edited-by": "a colleague"})
    with pytest.raises(
        ConcurrentModification, match=r"theirs: somebody else has changed metadata\.labels during the run"
    ):
        adopted.check_foreign_change(before, theirs, ours)
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
        adopted.check_foreign_change(adopted.original, MISSING)


def test_a_created_object_is_the_runs_own(target: FakeTarget) -> None:
    job = job_on(target)
    job.start()
    edited, original = put(job.original, "metadata.labels", {"edited-by": "somebody"}), job.original
    for seen in (MISSING, edited):
        job.check_foreign_change(original, seen)  # of an adopted one this raises
    assert job.original == original


def test_adopting_what_is_not_there(target: FakeTarget) -> None:
    job = job_on(target, "absent")
    with pytest.raises(TargetError, match=r"404 .* \(--namespace, --name, --target\)"):
        job.start()
    job.finish()
    assert {method for method, _, _ in target.log} == {"GET"}


def test_what_can_be_put_back_is_although_one_field_is_refused(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    changed = put(put(was, "metadata.labels", {"contract": "1"}), "metadata.annotations", {"contract": "1"})
    target.store(adopted.path, changed)

    def refuse_labels(target: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        stored = target.objects.get(path)
        return (
            problem(403)
            if method == "PUT" and get(value, "metadata.labels") != get(stored, "metadata.labels")
            else None
        )

    target.before = refuse_labels
    with pytest.raises(TargetError, match=r"as it was: metadata\.labels\.app, metadata\.labels\.contract$"):
        adopted.finish()
    now = target.objects[adopted.path]
    assert get(now, "metadata.annotations") == get(was, "metadata.annotations")
    assert get(now, "metadata.labels") == {"contract": "1"}


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


def test_what_others_wrote_while_an_answer_was_lost_is_kept(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    sent = put(was, "metadata.labels", {**get(was, "metadata.labels"), "contract": "1"})
    live = put(put(sent, "metadata.labels.theirs", "x"), "metadata.finalizers", ["example.com/theirs"])
    target.store(adopted.path, live)
    assert adopted.undo(was, sent)
    now = target.objects[adopted.path]
    assert get(now, "metadata.labels") == {**get(was, "metadata.labels"), "theirs": "x"}
    assert get(now, "metadata.finalizers") == ["example.com/theirs"]


def test_an_object_of_another_uid_is_another_one(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    other = target.store(adopted.path, put(put(was, "metadata.uid", "other"), "metadata.labels", {"owner": "other"}))
    with pytest.raises(ConcurrentModification, match="another object now"):
        adopted.check_foreign_change(was, other)
    with pytest.raises(TargetError, match="is gone: somebody has deleted it, or"):
        adopted.finish()
    assert target.objects[adopted.path] == other
    assert target.sent("PUT") == []


def test_an_absence_that_the_api_does_not_tell_is_none(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    html = Response(404, {"content-type": "text/html"}, b"<h1>not found</h1>")
    target.before = always("GET", html)
    with pytest.raises(TargetUnavailable, match="somebody between may have answered"):
        adopted.finish()


def test_a_foreign_change_of_what_is_immutable_is_no_doing_of_the_target(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    was = target.objects[adopted.path]
    sent = put(was, REPLICAS, 5)
    adopted.check_foreign_change(was, put(was, REPLICAS, 5), sent)
    with pytest.raises(ConcurrentModification, match=r"spec\.suspend"):
        adopted.check_foreign_change(was, put(put(was, "spec.suspend", True), "metadata.resourceVersion", "99"), sent)


def test_what_comes_to_be_shown_under_the_same_version_is_a_new_default(adopted: ResourceUnderTest) -> None:
    was = adopted.read()
    adopted.check_foreign_change(was, put(was, "spec.nprocPerNode", "auto"), was)
    assert adopted.added.paths == {("spec", "nprocPerNode")}
    with pytest.raises(ConcurrentModification, match=r"spec\.other"):
        adopted.check_foreign_change(put(was, "spec.other", "1"), put(was, "spec.other", "2"), was)


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
