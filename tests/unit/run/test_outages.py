"""Outages while a run is under way: they are waited for, nothing is lost by them, and nobody is blamed for much."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from contracts.client import repetition
from contracts.client.credentials import NONE
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.reference.conditions import outages, webhooks
from contracts.reference.http_request import Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.run.run import Run
from contracts.run.trial import Send, assign
from contracts.spec.fields import LABELS
from tests.e2e.endpoint import put_job_in_use
from tests.unit.casekit.conftest import opened, running
from tests.unit.run.test_others import found, replaced

# Seconds.
BEGIN = 1.2
ENOUGH = 2.0
OUTAGES = {
    "not-served": {"status.only-documented"},
    "no-upstream": {"status.only-documented"},
    "failover": set[str](),
}


@pytest.fixture(autouse=True)
def soon_and_short(monkeypatch: pytest.MonkeyPatch) -> None:
    out = outages._out

    def shorter(parts: Any, _begin: float, seconds: float, answer: Any) -> Any:
        return out(parts, BEGIN, seconds / 4, answer)

    monkeypatch.setattr(outages, "_out", shorter)
    monkeypatch.setattr(webhooks, "NEW_DEFAULT_AFTER", BEGIN)
    monkeypatch.setattr(repetition, "LONGEST_DELAY", 0.3)


def test_who_asks_with_another_credential_waits_for_the_end_of_an_outage(tmp_path: Path) -> None:
    with opened(tmp_path, conditions=["no-upstream"]) as run:
        until, body = time.monotonic() + ENOUGH, run.contract.write.body(MISSING, run.job.read())
        met = False
        while time.monotonic() < until:
            asked = [run.target.send("PUT", run.job.path, body=body, credential=NONE).response.status for _ in range(2)]
            if asked[0] == 503:  # the outage may begin between both
                met = True
                assert asked[1] == 401
        assert met


def replaced_for(run: Run, seconds: float) -> set[int]:
    """The statuses of replacements until so many seconds are over; between them the object is brought back."""
    statuses, until = set[int](), time.monotonic() + seconds
    while time.monotonic() < until:
        statuses.add(replaced(run, a=str(time.monotonic_ns())))
        if not run.job.adopted:
            run.job.reset()
    return statuses


@pytest.mark.parametrize("adopt", [False, True], ids=["created", "adopted"])
@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_is_waited_for(tmp_path: Path, name: str, adopt: bool) -> None:
    with ReferenceEndpoint(ReferenceOptions(conditions=frozenset({name}))) as endpoint:
        theirs = Route(endpoint.namespace, put_job_in_use(endpoint))
        before = endpoint.store.get(theirs)
        with running(endpoint, tmp_path, **({"name": theirs.name, "yes": True} if adopt else {})) as run:
            assert replaced_for(run, ENOUGH) == {200}
            assert {requirement for requirement, _ in found(run)} <= OUTAGES[name]
        after = endpoint.store.get(theirs)
        assert (run.error, [route for route, _ in endpoint.store.items()]) == ("", [theirs])
        assert paths.same(*(paths.get(one, LABELS) for one in (before, after)))


def test_a_default_that_reads_come_to_show_is_no_finding(tmp_path: Path) -> None:
    with opened(tmp_path, conditions=["new-default"]) as run:
        until = time.monotonic() + ENOUGH
        while time.monotonic() < until:
            trial = run.examiner.replace(Send(assign({"spec.unknown": "x", "spec.ttlSecondsAfterFinished": "x"})))
            assert trial.exchange.response.refused
        assert paths.get(run.job.read(), webhooks.PROCESSES) == "auto"
        assert found(run) == set()
