"""An adopted object that comes to hold later what was sent to it, and refused: the target's doing, which is undone."""

from __future__ import annotations

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Response
from contracts.resource.adoption_guard import ConcurrentModification, StoredLate
from contracts.resource.lifecycle import ResourceUnderTest
from tests.unit.resource.fake_target import Clock, FakeTarget, get, problem, put

IMAGE = "spec.pytorchReplicaSpecs.Master.template.spec.containers[0].image"
OURS, THEIRS = "contract-probe", "image:2"


def changed_later(target: FakeTarget, adopted: ResourceUnderTest, value: str, labels: Json = None) -> None:
    """Let an immutable field, and the labels, come to stand otherwise; the run has sent one value there."""
    was = target.objects[adopted.path]
    adopted.was_chosen = lambda path, sent: (paths.render(path), sent) == (IMAGE, OURS)
    adopted.about_to_send(put(was, "metadata.labels", {"contract": "1"}))
    adopted.note_state(was)
    now = put(was, IMAGE, value)
    target.store(adopted.path, put(now, "metadata.labels", labels) if labels else now)


@pytest.mark.parametrize("labels", [None, {"contract": "1"}])
def test_what_the_run_has_sent_is_put_back(target: FakeTarget, adopted: ResourceUnderTest, labels: Json) -> None:
    was = target.objects[adopted.path]
    changed_later(target, adopted, OURS, labels)
    with pytest.raises(StoredLate, match="what this run had sent before") as told:
        adopted.check_since(adopted.read())
    assert [paths.render(one.path) for one in told.value.changes] == [IMAGE]
    with pytest.raises(StoredLate):
        adopted.about_to_send(was)
    adopted.finish()
    now = target.objects[adopted.path]
    assert (get(now, IMAGE), get(now, "metadata.labels")) == (get(was, IMAGE), get(was, "metadata.labels"))


def test_what_is_only_carried_out_once_nothing_is_sent_for_a_while_is_put_back(
    target: FakeTarget, adopted: ResourceUnderTest, clock: Clock
) -> None:
    was = target.objects[adopted.path]
    changed_later(target, adopted, OURS)
    with pytest.raises(StoredLate):
        adopted.check_since(adopted.read())
    waiting: list[tuple[float, Json]] = []

    def queue(fake: FakeTarget, method: str, path: str, value: Json) -> Response | None:
        if waiting and clock.now - waiting[-1][0] >= 0.25:
            fake.store(path, waiting.pop()[1])
        if method != "PUT" or paths.same(value["spec"], fake.objects[path]["spec"]):
            return None
        waiting.append((clock.now, value))
        return problem(403)

    target.before = queue
    adopted.finish()
    assert get(target.objects[adopted.path], IMAGE) == get(was, IMAGE)


@pytest.mark.parametrize(("value", "labels"), [(THEIRS, None), (OURS, {"edited-by": "a colleague"})])
def test_what_somebody_else_has_changed_too_is_theirs(
    target: FakeTarget, adopted: ResourceUnderTest, value: str, labels: Json
) -> None:
    changed_later(target, adopted, value, labels)
    with pytest.raises(ConcurrentModification, match="somebody else has changed"):
        adopted.check_since(adopted.read())
