"""A version that reads still hide: another writer was faster, which a refusal tells before any read does."""

from __future__ import annotations

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Response, Scope
from contracts.resource import lagging_reads
from contracts.run.trial import Send, assign
from contracts.spec.fields import VERSION
from tests.unit.resource.fake_target import Clock
from tests.unit.run.test_examiner import LABELS, ContestedTarget, answer, examiner_of, newer


class HidingTarget(ContestedTarget):
    """A target that refuses outdated versions; another writer's one comes before the first replacement.

    So many reads after that one was refused still show the object from before it.
    """

    def __init__(self, live: Json, hidden: float) -> None:
        super().__init__(live, 0)
        self.hidden, self.shown = hidden, live
        self.stored = newer(live)
        self.reads = 0

    def _get(self) -> Response:
        if self.puts:
            self.reads += 1
            self.hidden -= 1
        self.shown = self.shown if self.hidden > 0 else self.stored
        return answer(200, self.shown)

    def _put(self, sent: Json) -> Response:
        if paths.get(sent, VERSION) == paths.get(self.stored, VERSION):
            return super()._put(sent)
        self.puts += 1
        return answer(409, {"kind": "Status", "code": 409})


class RefusingTarget(ContestedTarget):
    """A target that answers 409 to every replacement, of what is right as well; it `stores` some all the same."""

    def __init__(self, live: Json, *, stores: bool = False) -> None:
        super().__init__(live, 0)
        self.stores, self.reads, self.behind = stores, 0, 0

    def _get(self) -> Response:
        self.reads += 1
        self.behind -= 1
        return answer(200, self.stored if self.behind < 0 else self.before)

    def _put(self, sent: Json) -> Response:
        self.puts += 1
        if self.stores:
            self.before, self.stored, self.behind = self.stored, newer(sent), 3
        return answer(409, {"kind": "Status", "code": 409})


@pytest.mark.parametrize("retry", [True, False])
def test_a_version_that_reads_still_hide_is_waited_for(scope: Scope, live: Json, retry: bool) -> None:
    target = HidingTarget(live, hidden=4)
    trial = examiner_of(scope, target, name=None).replace(Send(assign(LABELS)), retry=retry)
    assert (trial.exchange.response.status, trial.replacement.disturbed) == ((200, False) if retry else (409, True))
    assert target.puts == 1 + retry
    assert not retry or not trial.findings


def test_a_conflict_with_nobody_is_the_targets_doing(scope: Scope, live: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, target = Clock(), RefusingTarget(live)
    monkeypatch.setattr(lagging_reads, "time", clock)
    monkeypatch.setattr(target, "sleep", clock.sleep)
    examiner = examiner_of(scope, target, name=None)
    looked = []
    for _ in range(5):
        target.reads = 0
        assert examiner.replace(Send(assign(LABELS))).exchange.response.status == 409
        looked.append(target.reads > 3)
    assert looked == [True, True, True, False, False]
    assert target.puts == 5


def test_what_is_refused_as_another_uid_hides_nobody(scope: Scope, live: Json) -> None:
    target = RefusingTarget(live)
    examiner_of(scope, target, name=None).replace(Send(assign({"metadata.uid": "of-another"})))
    assert target.reads <= 3


def test_a_conflict_that_is_stored_is_found_though_reads_hide_it(scope: Scope, live: Json) -> None:
    trial = examiner_of(scope, RefusingTarget(live, stores=True), name=None).replace(Send(assign(LABELS)))
    assert trial.exchange.response.status == 409
    assert "status.refusal-changes-nothing" in {one.requirement for one in trial.findings}
