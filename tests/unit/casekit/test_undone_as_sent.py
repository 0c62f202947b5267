"""What a target stores of an adopted object in one way alone, it is given back in that way."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from contracts.casekit.job import Job
from contracts.casekit.probe import How, Prober
from contracts.jsonvalue import paths
from contracts.judge.attempts import attempts
from contracts.judge.representations import as_yaml
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.resource.adoption_guard import ObjectDamaged
from tests.faults import faulty
from tests.unit.casekit.conftest import case, running
from tests.unit.run.test_reversibility import theirs

YAML = How(headers={"Content-Type": "application/yaml"}, encode=as_yaml)


@pytest.mark.parametrize(
    ("fault", "how", "way"),
    [
        ("status-of-yaml-stored", YAML, ("status", "add")),
        ("kubectl-skips-the-check", How(query="fieldManager=contract"), ("spec", "change")),
    ],
)
def test_it_stands_as_before(tmp_path: Path, fault: str, how: How, way: tuple[str, str]) -> None:
    with ReferenceEndpoint(ReferenceOptions(), behaviour=faulty(fault)) as endpoint:
        route = theirs(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            job = Job(run, case("immutable.no-bypass"))
            prober, before = Prober(job), job.live()
            found = attempts(run.contract, before, adopted=True)
            of_way = [one for one in found if (one.path[0], one.way) == way and not job.harms(one)]
            attempt = max(of_way, key=lambda one: len(one.path))
            probe = prober.probe(attempt.apply, how)
            assert prober.immutable(probe)
            with suppress(ObjectDamaged):  # what is at work may have acted on it
                prober.undo(before, probe.after, probe.exchange, probe.sent)
            assert paths.same(paths.get(endpoint.store.get(route), attempt.path), paths.get(before, attempt.path))
