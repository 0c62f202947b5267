"""An adopted object: never created or deleted, put back, foreign changes preserved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client.errors import TargetError, TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Response
from contracts.resource.adoption_guard import (
    ConcurrentModification,
    is_converted,
    merge_foreign_change,
)
from contracts.resource.lifecycle import ResourceUnderTest
from tests.unit.resource.fake_target import FakeTarget, always, get, job_on, problem, put, said


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
    target.before = lambda _target, method, _path, _value: answer if method in ("PUT", "PATCH") else None
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
        differs = get(value, "metadata.labels") != get(stored, "metadata.labels")
        return problem(403) if method in ("PUT", "PATCH") and differs else None

    target.before = refuse_labels
    with pytest.raises(TargetError, match=r"as it was: metadata\.labels\.app, metadata\.labels\.contract$"):
        adopted.finish()
    now = target.objects[adopted.path]
    assert get(now, "metadata.annotations") == get(was, "metadata.annotations")
    assert get(now, "metadata.labels") == {"contract": "1"}


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
    sent = put(was, "spec.pytorchReplicaSpecs.Worker.replicas", 5)
    adopted.check_foreign_change(was, sent, sent)
    with pytest.raises(ConcurrentModification, match=r"spec\.suspend"):
        adopted.check_foreign_change(was, put(put(was, "spec.suspend", True), "metadata.resourceVersion", "99"), sent)


def test_what_comes_to_be_shown_under_the_same_version_is_a_new_default(adopted: ResourceUnderTest) -> None:
    was = adopted.read()
    adopted.check_foreign_change(was, put(was, "spec.nprocPerNode", "auto"), was)
    assert adopted.added.paths == {("spec", "nprocPerNode")}
    with pytest.raises(ConcurrentModification, match=r"spec\.other"):
        adopted.check_foreign_change(put(was, "spec.other", "1"), put(was, "spec.other", "2"), was)


def test_an_empty_map_and_none_are_nobodys_change(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = target.objects[adopted.path]
    for one, other in (({}, MISSING), (MISSING, {}), (None, MISSING)):
        adopted.check_foreign_change(put(was, "metadata.labels", one), put(was, "metadata.labels", other))
    with pytest.raises(ConcurrentModification, match=r"somebody else has changed metadata\.labels"):
        adopted.check_foreign_change(put(was, "metadata.labels", {}), put(was, "metadata.labels", {"theirs": "1"}))


MAPS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", 1, None]), max_size=3)


@given(was=MAPS, now=MAPS, sent=MAPS)
def test_what_a_target_makes_of_values_is_told_from_what_others_write(was: Json, now: Json, sent: Json) -> None:
    changed = {key for key in {*was, *now} if not paths.same(was.get(key, MISSING), now.get(key, MISSING))}
    asked = {key for key in {*was, *sent} if not paths.same(was.get(key, MISSING), sent.get(key, MISSING))}
    there_as_asked = all((key in now) == (key in sent) for key in changed)
    assert is_converted(was, now, sent) == (changed <= asked and there_as_asked)


@pytest.mark.parametrize(
    ("now", "ours"),
    [
        ({"theirs": "x", "contract-a": ""}, True),
        ({"theirs": "y", "contract-a": ""}, False),
        ({"contract-a": ""}, False),
        ({"theirs": "x", "other": "z"}, False),
        ("x", False),
    ],
)
def test_a_value_that_is_stored_otherwise_than_sent(now: Json, ours: bool) -> None:
    assert is_converted({"theirs": "x"}, now, {"theirs": "x", "contract-a": None}) == ours


def test_a_converted_value_of_a_refused_request_is_put_back(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    was = adopted.read()
    sent = put(was, "metadata.labels", {**get(was, "metadata.labels"), "contract-a": None})
    stored = put(was, "metadata.labels", {**get(was, "metadata.labels"), "contract-a": ""})
    target.store(adopted.path, stored)
    adopted.check_foreign_change(was, adopted.read(), sent)
    adopted.finish()
    assert get(target.objects[adopted.path], "metadata.labels") == get(was, "metadata.labels")
