"""Attempts that are read back together: what that spares, and what is seen all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.casekit.immutability import ImmutableFields
from contracts.casekit.job import READ_TOGETHER, Job
from contracts.casekit.markers import AttemptGroup, NothingToTry
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Mutation
from contracts.judge.attempts import attempts as every_attempt
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.server import ReferenceEndpoint
from contracts.run.read_together import MOST_CHANGED
from contracts.run.run import Run
from contracts.run.trial import Send, assign
from contracts.spec.fields import LABELS
from tests.faults import faulty
from tests.faults.catalogue import Endpoint
from tests.faults.support.making import Moment, belated
from tests.unit.casekit.conftest import case, opened, running
from tests.unit.run.test_reversibility import theirs

REPLICAS = paths.parse("spec.pytorchReplicaSpecs.Worker.replicas")
IMMUTABLE = "immutable.replica-specs"


def attempts(run: Run, count: int) -> list[Mutation]:
    """So many different changes of the number of replicas."""
    now = paths.get(run.examiner.live(), REPLICAS)
    return [Mutation("change", REPLICAS, now, 90 + number) for number in range(count)]


def requests(run: Run, tried: list[Mutation]) -> int:
    """How many requests it takes to make the attempts, each of which is answered."""
    before = run.target.requests
    assert [reply.attempt for reply in Job(run, case(IMMUTABLE)).replace_each(tried)] == tried
    return run.target.requests - before


def stored(run: Run) -> list[Json]:
    """What was found to stand in place of the number of replicas."""
    return [one.finding.observed.value for one in run.evidence.met if one.finding.requirement == IMMUTABLE]


@pytest.mark.parametrize("mode", ["refuse-403", "refuse-422", "ignore"])
def test_attempts_that_change_nothing_are_read_back_together(tmp_path: Path, mode: str) -> None:
    with (
        ReferenceEndpoint(ReferenceOptions(immutability=Immutability(mode))) as endpoint,
        running(endpoint, tmp_path) as run,
    ):
        assert requests(run, attempts(run, 2 * READ_TOGETHER + 5)) == 2 * READ_TOGETHER + 5 + 3
        assert not run.evidence.met


@pytest.mark.parametrize("fault", ["refused-but-stored", "replicas-replaceable"])
def test_what_is_stored_is_seen_of_each_attempt(tmp_path: Path, fault: str) -> None:
    with opened(tmp_path, faulty(fault)) as run:
        replies = list(Job(run, case(IMMUTABLE)).replace_each(attempts(run, (MOST_CHANGED + 1) * READ_TOGETHER)))
        assert all(reply.found(IMMUTABLE) for reply in replies)
        assert stored(run) == [90], "the first one shows it"


@pytest.mark.parametrize("number", [94, 90 + READ_TOGETHER - 1], ids=["in the middle", "the last"])
def test_the_one_that_is_refused_and_stored_among_others_is_found(tmp_path: Path, number: int) -> None:
    def storing_one(resource: Resource, options: ReferenceOptions) -> Behaviour:
        def alter(moment: Moment, new: Json) -> Json:
            return new if paths.get(new, REPLICAS) == number else moment.stored

        return belated(Endpoint(conformant(resource, options), resource, options), "check_immutable", alter=alter)

    with opened(tmp_path, storing_one) as run:
        requests(run, attempts(run, READ_TOGETHER))
        assert stored(run) == [number]
        assert "status.refusal-changes-nothing" in {one.finding.requirement for one in run.evidence.met}


def test_where_somebody_else_writes_nothing_is_found_and_few_are_asked_twice(tmp_path: Path) -> None:
    options = ReferenceOptions(controller_interval=0.005)
    with ReferenceEndpoint(options) as endpoint, running(endpoint, tmp_path) as run:
        requests(run, attempts(run, 60))
        assert not run.evidence.met
        assert not run.examiner.reads_together or run.target.requests < 200


def test_a_status_that_is_lost_is_seen_among_others(tmp_path: Path) -> None:
    with opened(tmp_path, faulty("status-erased-by-null")) as run:
        job = Job(run, case("immutable.status"))
        found = every_attempt(run.contract, job.known())
        tried = [one for one in found if one.way == "null" and one.path[0] == "status"]
        assert [reply for reply in job.replace_each(tried) if reply.found("immutable")]


def test_of_an_adopted_object_each_is_read_back(tmp_path: Path) -> None:
    with ReferenceEndpoint(ReferenceOptions()) as endpoint:
        route = theirs(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            tried = attempts(run, 3)
            run.examiner.replace(Send(assign({"metadata.labels.a": "1"})))
            assert requests(run, tried) == 6


def test_an_adopted_object_has_its_owners_values_before_it_may_break(tmp_path: Path) -> None:
    with ReferenceEndpoint(ReferenceOptions()) as endpoint:
        route = theirs(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            job, owners = Job(run, case(IMMUTABLE)), paths.get(run.resource.original, LABELS)
            job.replace(job.fresh_values())
            assert not paths.same(paths.get(job.known(), LABELS), owners)
            group = AttemptGroup(run.contract.requirements[IMMUTABLE], "append")
            ImmutableFields(run.contract, adopted=True).try_each(job, group)
            assert paths.same(paths.get(job.known(), LABELS), owners)


@pytest.mark.parametrize("seed", [1, 3])
def test_a_comparison_of_one_field_alone_is_seen_whatever_the_seed(tmp_path: Path, seed: int) -> None:
    for fault in ("working-directories-with-a-slash-behind", "container-names-in-any-capitals"):
        with opened(tmp_path, faulty(fault), seed=str(seed)) as run:
            job = Job(run, case(IMMUTABLE))
            fields, judged = ImmutableFields(run.contract, adopted=False), run.contract.requirements[IMMUTABLE]
            fields.try_carelessly(job, judged)
            fields.try_each_name_carelessly(job, judged)
            assert stored(run), fault


def test_fields_of_each_name_are_not_tried_where_everything_is_stored(tmp_path: Path) -> None:
    with opened(tmp_path, faulty("changes-accepted")) as run:
        job, fields = Job(run, case(IMMUTABLE)), ImmutableFields(run.contract, adopted=False)
        fields.try_carelessly(job, run.contract.requirements[IMMUTABLE])
        known = len(run.evidence.met)
        with pytest.raises(NothingToTry):
            fields.try_each_name_carelessly(job, run.contract.requirements[IMMUTABLE])
        assert 0 < known == len(run.evidence.met)
