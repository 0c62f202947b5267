"""Once somebody else has changed an adopted object, nothing more is sent to it, and nothing of that is an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.casekit.job import Job
from contracts.casekit.probe import How, Prober
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge.model import Exchange
from contracts.reference.http_request import Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.resource.adoption_guard import ConcurrentModification
from contracts.run.trial import assign
from tests.e2e.endpoint import put_job_in_use
from tests.unit.casekit.conftest import case, running
from tests.unit.run.test_additions import adopting

EDITS: dict[str, dict[str, Any]] = {
    "edited": {"labels": {"edited-by": "somebody"}},
    "made anew": {"uid": "11111111-adfe-11e9-ba3a-b44326d0c915", "labels": {"app": "anew"}},
}
WAYS: dict[str, Callable[[Job, Prober, Json], object]] = {
    "judged": lambda job, _prober, changed: job.replace(lambda _live: changed),
    "probed": lambda _job, prober, changed: prober.send(changed, How()),
    "probed in other ways": lambda _job, prober, changed: prober.answered(changed, How(query="pretty=true")),
    "sent": lambda job, _prober, changed: job.send(changed),
    "raced": lambda job, _prober, changed: job.race([changed, changed]),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_sent_to_an_object_that_somebody_else_has_changed(tmp_path: Path, way: str) -> None:
    with adopting(tmp_path) as (run, stored):
        job = Job(run, case("status.400"))
        prober, before = Prober(job), job.live()
        theirs = paths.put(before, ("metadata", "labels"), {"edited-by": "somebody"})
        with pytest.raises(ConcurrentModification):
            run.resource.check_foreign_change(before, theirs)
        version, writes = paths.get(stored(), ("metadata", "resourceVersion")), run.target.accepted_writes
        with pytest.raises(ConcurrentModification, match="somebody else has changed"):
            WAYS[way](job, prober, paths.put(before, ("metadata", "labels"), {"contract": "1"}))
        assert run.target.accepted_writes == writes
        assert paths.get(stored(), ("metadata", "resourceVersion")) == version
        assert not run.evidence.met


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("alone", [False, True], ids=["read back", "not read back"])
@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
def test_what_somebody_else_changes_while_a_case_probes_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str, alone: bool, told: bool
) -> None:
    """`told`: whether the answers to the probes hold the object."""
    with ReferenceEndpoint(ReferenceOptions()) as endpoint:
        route = Route(endpoint.namespace, put_job_in_use(endpoint))
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            job, edits = Job(run, case("status.400")), [EDITS[edit]]
            prober, send = Prober(job), run.target.send

            def watched(method: str, *given: Any, **more: Any) -> Exchange:
                exchange = send(method, *given, **more)
                if method != "PUT":
                    return exchange
                stored = endpoint.store.get(route)
                if edits and stored is not None:
                    endpoint.store.put(route, {**stored, "metadata": {**stored["metadata"], **edits.pop()}})
                return exchange if told else replace(exchange, response=replace(exchange.response, body=b"{}"))

            with monkeypatch.context() as patch:
                patch.setattr(
                    run.target, "send", lambda *args, **more: (watched if args[0] == "PUT" else send)(*args, **more)
                )
                if alone:
                    prober.send(assign(job.fresh_values())(job.known()), How())
                with pytest.raises(ConcurrentModification):
                    prober.probe(assign(job.fresh_values()), How())
        kept = (endpoint.store.get(route) or {})["metadata"]
    assert kept["labels"].items() >= EDITS[edit]["labels"].items()
    assert kept["uid"] == EDITS[edit].get("uid", kept["uid"])
    assert not [key for key in kept["labels"] if key.startswith("contract")]
