"""Outages while a run is under way: they are waited for, nothing is lost by them, and nobody is blamed for much."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.client import repetition
from contracts.client.credentials import NONE
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.reference.conditions import outages, webhooks
from contracts.reference.conditions.condition import Parts
from contracts.reference.http_request import Response, Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.run.run import Run
from contracts.run.trial import Send, assign
from contracts.spec.fields import LABELS
from tests.e2e.endpoint import put_job_in_use
from tests.unit.casekit.conftest import opened, running
from tests.unit.run.test_other_writers import found, replaced

# Seconds.
SOON = 0.2
ENOUGH = 1.0
OUTAGES = {
    "not-served": {"status.only-documented"},
    "no-upstream": {"status.only-documented"},
    "failover": set[str](),
}


@pytest.fixture(autouse=True)
def begin(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What lets the outage begin, a quarter as long as it is."""
    began: list[float] = []

    def passed() -> float:
        return time.monotonic() - began[0] if began else -1.0

    def out(parts: Parts, _begin: float, seconds: float, answer: Response) -> Parts:
        return replace(parts, serve=lambda asked: answer if 0 <= passed() < seconds / 4 else parts.serve(asked))

    monkeypatch.setattr(outages, "_out", out)
    monkeypatch.setattr(webhooks, "since_first", lambda _: passed)
    monkeypatch.setattr(webhooks, "NEW_DEFAULT_AFTER", SOON)
    monkeypatch.setattr(repetition, "LONGEST_DELAY", 0.3)
    return lambda: began.append(time.monotonic())


def test_who_asks_with_another_credential_waits_for_the_end_of_an_outage(
    tmp_path: Path, begin: Callable[[], None]
) -> None:
    with opened(tmp_path, conditions=["no-upstream"]) as run:
        body = run.contract.write.body(MISSING, run.resource.read())
        begin()
        asked = [
            run.target.send("PUT", run.resource.path, body=body, credential=NONE).response.status for _ in range(2)
        ]
        assert asked == [503, 401]


def replaced_for(run: Run, seconds: float) -> set[int]:
    """The statuses of replacements until so many seconds are over; between them the object is brought back."""
    statuses, until = set[int](), time.monotonic() + seconds
    while time.monotonic() < until:
        statuses.add(replaced(run, a=str(time.monotonic_ns())))
        if not run.resource.adopted:
            run.resource.reset()
    return statuses


@pytest.mark.parametrize("adopt", [False, True], ids=["created", "adopted"])
@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_is_waited_for(tmp_path: Path, begin: Callable[[], None], name: str, adopt: bool) -> None:
    with ReferenceEndpoint(ReferenceOptions(conditions=frozenset({name}))) as endpoint:
        theirs = Route(endpoint.namespace, put_job_in_use(endpoint))
        before = endpoint.store.get(theirs)
        with running(endpoint, tmp_path, **({"name": theirs.name, "yes": True} if adopt else {})) as run:
            begin()
            assert replaced_for(run, ENOUGH) == {200}
            assert {requirement for requirement, _ in found(run)} <= OUTAGES[name]
        after = endpoint.store.get(theirs)
        assert (run.error, [route for route, _ in endpoint.store.items()]) == ("", [theirs])
        assert paths.same(*(paths.get(one, LABELS) for one in (before, after)))


def test_a_default_that_reads_come_to_show_is_no_finding(tmp_path: Path, begin: Callable[[], None]) -> None:
    with opened(tmp_path, conditions=["new-default"]) as run:
        begin()
        until = time.monotonic() + ENOUGH
        while time.monotonic() < until:
            trial = run.examiner.replace(Send(assign({"spec.unknown": "x", "spec.ttlSecondsAfterFinished": "x"})))
            assert trial.exchange.response.refused
        assert paths.get(run.resource.read(), webhooks.PROCESSES) == "auto"
        assert found(run) == set()
