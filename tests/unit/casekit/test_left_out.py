"""What may not be sent is left out of a case, which goes on with the rest of what it tries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.casekit.circumstances import CIRCUMSTANCES
from contracts.casekit.job import Job
from contracts.casekit.probe import deepest_changes
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.run.run import Run
from tests.contract import test_concurrency, test_disclosure, test_outdated, test_races, test_status
from tests.unit.casekit.conftest import case, opened, running
from tests.unit.run.test_reversibility import theirs

KEPT = ("metadata.labels.queue",)


@pytest.fixture
def adopted(tmp_path: Path) -> Iterator[Run]:
    with ReferenceEndpoint(ReferenceOptions()) as endpoint:
        route = theirs(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            yield run


def spent(run: Run, try_it: Callable[[Job], None], requirement: str) -> int:
    """How many requests a case takes, which finds nothing."""
    before = run.target.requests
    try_it(Job(run, case(requirement)))
    assert not run.evidence.met
    return run.target.requests - before


def test_what_is_to_be_kept_ends_no_case(tmp_path: Path) -> None:
    with opened(tmp_path, labels=["queue=a"], keep=KEPT) as run:
        assert spent(run, test_status.test_refused_values_beside_allowed_ones, "status.refusal-changes-nothing") > 30
        assert spent(run, test_races.test_replacements_of_two_objects, "concurrency.one-winner") > 10
        assert spent(run, test_races.test_deletion_beside_a_replacement, "status.201") > 10


@pytest.mark.parametrize("about", ["a bare object", "what tools and proxies add"])
def test_circumstances_of_an_adopted_object(adopted: Run, about: str) -> None:
    job = Job(adopted, case("immutable.no-bypass"))
    attempt = next(iter(deepest_changes(job)))
    assert CIRCUMSTANCES[about](job, attempt).refused
    assert adopted.evidence.not_tried & {"status", "metadata.namespace"}


@pytest.mark.parametrize(
    ("try_it", "requirement", "fewest"),
    [
        (test_outdated.test_outdated_in_other_circumstances, "concurrency.stale-refused", 12),
        (test_concurrency.test_refusals_keep_the_version, "status.refusal-changes-nothing", 12),
        (test_disclosure.test_refusal_without_credential_shows_nothing, "status.401", 4),
    ],
)
def test_an_adopted_object_is_sent_the_rest(
    adopted: Run, try_it: Callable[[Job], None], requirement: str, fewest: int
) -> None:
    assert spent(adopted, try_it, requirement) >= fewest
    assert not adopted.resource.changed_between(adopted.resource.original, adopted.examiner.live())
