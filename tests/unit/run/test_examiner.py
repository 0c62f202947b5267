"""What the examiner does when somebody else writes: asks again, and takes 409 for no answer to its question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from contracts.client.client import Client
from contracts.client.errors import TargetUnavailable
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Exchange, Response, Scope
from contracts.resource.adoption_guard import ConcurrentModification
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.run import confirmation
from contracts.run import trial as trial_module
from contracts.run.confirmation import MOST_VAIN_WAITS, ROUNDS
from contracts.run.evidence import EvidenceStore
from contracts.run.examiner import Examiner
from contracts.run.trial import Send, assign
from contracts.spec.fields import VERSION

LABELS = {"metadata.labels": {"a": "b"}}


class ContestedTarget:
    """A target with one object. Until `conflicts` replacements have lost, another client replaces it before each of
    ours; `alone`: no other client does, it is the target itself that gives the object a new version with a refusal.
    """

    requests = 0
    accepted_writes = 0
    failures: tuple[Exchange, ...] = ()

    def __init__(self, live: Json, conflicts: float, *, alone: bool = False) -> None:
        self.stored, self.conflicts, self.alone, self.puts = live, conflicts, alone, 0

    def sleep(self, seconds: float) -> None:
        """Nobody waits for an answer that comes at once."""

    def mask(self, text: str) -> str:
        return text

    def send(self, method: str, path: str, *, body: bytes | None = None, **_: Any) -> Exchange:
        answer = self._put(strict.decode(body or b"")) if method == "PUT" else self._get()
        return Exchange(method, path, {}, body, answer, 0.0)

    def _get(self) -> Response:
        if self.conflicts and not self.alone:
            self._move()
        return answer(200, self.stored)

    def _put(self, sent: Json) -> Response:
        self.puts += 1
        if self.conflicts:
            self.conflicts -= 1
            self._move()
            return answer(409, {"kind": "Status", "code": 409})
        self.stored = sent
        self._move()
        return answer(200, self.stored)

    def _move(self) -> None:
        self.stored = paths.put(self.stored, VERSION, str(int(paths.get(self.stored, VERSION)) + 1))


def answer(status: int, value: Json) -> Response:
    headers: Mapping[str, str] = {"content-type": "application/json"}
    return Response(status, headers, strict.encode(value))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_module, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(confirmation, "CONTENTION_LIMIT", 0.01)


def examiner_of(scope: Scope, contested: ContestedTarget, name: str | None = "pytorch-test") -> Examiner:
    target = cast("Client", contested)
    return Examiner(scope, target, ResourceUnderTest(scope, target, "kube-test", name), EvidenceStore())


@pytest.mark.parametrize("conflicts", [0, 1, ROUNDS - 1])
def test_a_replacement_that_loses_is_made_again(scope: Scope, live: Json, conflicts: int) -> None:
    contested = ContestedTarget(live, conflicts)
    assert examiner_of(scope, contested, name=None).replace(Send(assign(LABELS))).exchange.response.accepted
    assert contested.puts == conflicts + 1


def test_where_somebody_else_writes_it_is_tried_longer(
    scope: Scope, live: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmation, "CONTENTION_LIMIT", 60)
    contested = ContestedTarget(live, 3 * ROUNDS)
    assert examiner_of(scope, contested).replace(Send(assign(LABELS))).exchange.response.accepted


def test_a_replacement_that_always_loses_to_somebody_else_is_not_judged(scope: Scope, live: Json) -> None:
    contested = ContestedTarget(live, float("inf"))
    examiner = examiner_of(scope, contested)
    with pytest.raises(TargetUnavailable, match="somebody else"):
        examiner.replace(Send(assign(LABELS)))
    assert not examiner.evidence.met


def test_a_version_that_moves_with_refusals_alone_is_the_targets_doing(
    scope: Scope, live: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmation, "PAUSES", (0.0, 0.0))
    contested = ContestedTarget(live, float("inf"), alone=True)
    examiner = examiner_of(scope, contested, name=None)
    tried = MOST_VAIN_WAITS + 2
    for _ in range(tried):
        assert examiner.replace(Send(assign(LABELS))).exchange.response.status == 409
    assert contested.puts == tried * ROUNDS + 2 * MOST_VAIN_WAITS


def test_a_burst_of_writes_that_is_over_by_now_is_waited_for(
    scope: Scope, live: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmation, "PAUSES", (0.0, 0.0))
    contested = ContestedTarget(live, ROUNDS + 1, alone=True)
    assert examiner_of(scope, contested, name=None).replace(Send(assign(LABELS))).exchange.response.accepted


def test_where_a_conflict_is_the_subject_it_is_sent_once(scope: Scope, live: Json) -> None:
    contested = ContestedTarget(live, float("inf"))
    assert (
        examiner_of(scope, contested, name=None).replace(Send(assign(LABELS)), retry=False).exchange.response.status
        == 409
    )
    assert contested.puts == 1


class ChangedTarget(ContestedTarget):
    """A target whose object is another one, by `change`, once a replacement has been answered."""

    def __init__(self, live: Json, change: Callable[[Json], Json]) -> None:
        super().__init__(live, 0)
        self.change = change

    def _put(self, sent: Json) -> Response:
        answer = super()._put(sent)
        self.stored = self.change(self.stored)
        return answer


def _edited(stored: Json) -> Json:
    return paths.put(stored, ("metadata", "labels"), {"a": "b", "edited-by": "a-colleague"})


def newer(stored: Json) -> Json:
    return paths.put(stored, VERSION, str(int(paths.get(stored, VERSION)) + 1))


def test_an_edit_right_after_a_replacement_is_somebody_elses(scope: Scope, live: Json) -> None:
    examiner = examiner_of(scope, ChangedTarget(live, lambda stored: newer(_edited(stored))))
    with pytest.raises(ConcurrentModification, match=r"metadata\.labels"):
        examiner.replace(Send(assign(LABELS)))
    assert not examiner.evidence.met


def test_what_a_case_sends_past_the_examiner_is_nobody_elses(scope: Scope, live: Json) -> None:
    """A case that sends a replacement itself is told so by the number of requests; the object is read anew."""

    class CountingTarget(ContestedTarget):
        def send(self, method: str, path: str, *, body: bytes | None = None, **more: Any) -> Exchange:
            self.requests += 1
            return super().send(method, path, body=body, **more)

        def _put(self, sent: Json) -> Response:
            if paths.get(sent, VERSION) != paths.get(self.stored, VERSION):
                return answer(409, {"kind": "Status", "code": 409})
            self.accepted_writes += 1
            return super()._put(sent)

    target = CountingTarget(live, 0)
    examiner = examiner_of(scope, target)
    direct = paths.put(examiner.live(), ("metadata", "labels"), {"sent": "directly"})
    target.send("PUT", examiner.resource.path, body=strict.encode(direct))
    trial = examiner.replace(Send(assign(LABELS)))
    assert (trial.exchange.response.status, trial.findings) == (200, ())


def test_an_answer_that_shows_what_was_never_stored_is_the_targets_doing(scope: Scope, live: Json) -> None:
    """As a mock without a memory answers: the example to a replacement, another object to each read."""

    class Mock(ContestedTarget):
        def _put(self, sent: Json) -> Response:
            return answer(200, newer(_edited(sent)))

    trial = examiner_of(scope, Mock(live, 0)).replace(Send(assign(LABELS)))
    assert {"replaceable.labels", "response.is-stored-state"} <= {one.requirement for one in trial.findings}


def test_what_is_stored_otherwise_under_the_answered_version_is_the_targets_doing(scope: Scope, live: Json) -> None:
    relabelled = ChangedTarget(live, lambda stored: paths.put(stored, ("metadata", "labels"), {"a": "c"}))
    trial = examiner_of(scope, relabelled).replace(Send(assign(LABELS)))
    assert {"replaceable.labels", "response.is-stored-state"} <= {one.requirement for one in trial.findings}


def test_a_controller_that_writes_right_after_a_replacement_is_no_news(scope: Scope, live: Json) -> None:
    contested = ChangedTarget(live, lambda stored: newer(paths.put(stored, ("status", "startTime"), "now")))
    assert not examiner_of(scope, contested, name=None).replace(Send(assign(LABELS))).findings


class AnsweredWrites(ContestedTarget):
    """A target that refuses outdated versions, beside a controller that answers every write after the next request.

    `refusals`: the target changes the object with every refusal.
    """

    def __init__(self, live: Json, *, refusals: bool) -> None:
        super().__init__(live, 0)
        self.refusals, self.unanswered = refusals, True

    def _put(self, sent: Json) -> Response:
        if paths.get(sent, VERSION) == paths.get(self.stored, VERSION):
            self.unanswered = True
            return super()._put(sent)
        self.puts += 1
        if self.unanswered or self.refusals:
            self.unanswered = False
            self.stored = newer(paths.put(self.stored, ("metadata", "labels", "seen"), str(self.puts)))
        return answer(409, {"kind": "Status", "code": 409})


@pytest.mark.parametrize("refusals", [False, True])
def test_a_controller_that_answers_writes_is_not_blamed_on_a_refusal(scope: Scope, live: Json, refusals: bool) -> None:
    examiner = examiner_of(scope, AnsweredWrites(live, refusals=refusals), name=None)
    outdated = Send(assign({**LABELS, paths.render(VERSION): "1"}))
    trial = examiner.replace(outdated, retry=False)
    assert trial.exchange.response.status == 409
    broken = {one.requirement for one in trial.findings}
    assert ("status.refusal-changes-nothing" in broken) == refusals


def test_what_was_judged_can_be_forgotten(scope: Scope, live: Json) -> None:
    examiner = examiner_of(scope, ContestedTarget(live, 0), name=None)
    judged = [examiner.has_judged]
    examiner.replace(Send(assign(LABELS)))
    judged.append(examiner.has_judged)
    examiner.forget_judged()
    assert [*judged, examiner.has_judged] == [False, True, False]
