"""Once somebody else has changed an adopted object, nothing more is sent to it, and nothing of that is an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.casekit.job import Job
from contracts.casekit.probe import How, Prober
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.resource.adoption_guard import ConcurrentModification
from tests.unit.casekit.conftest import case
from tests.unit.run.test_additions import adopting

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
            run.job.check_foreign_change(before, theirs)
        version, writes = paths.get(stored(), ("metadata", "resourceVersion")), run.target.accepted_writes
        with pytest.raises(ConcurrentModification, match="somebody else has changed"):
            WAYS[way](job, prober, paths.put(before, ("metadata", "labels"), {"contract": "1"}))
        assert run.target.accepted_writes == writes
        assert paths.get(stored(), ("metadata", "resourceVersion")) == version
        assert not run.evidence.met
