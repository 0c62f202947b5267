"""What an attempt in some circumstances is blamed for, and what other rules have judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.casekit.immutability import ImmutableFields, asked_for
from contracts.casekit.job import Job
from contracts.casekit.markers import AttemptGroup
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from tests.faults import faulty
from tests.unit.casekit.conftest import case, opened

NAME = "immutable.no-bypass"


def tried_together(tmp_path: Path, fault: str, requirement: str, way: str) -> set[str]:
    """What is found when attempts come together with changes that are allowed."""
    with opened(tmp_path, faulty(fault)) as run:
        job = Job(run, case(NAME, "immutable.atomic"))
        group = AttemptGroup(run.contract.requirements[requirement], way)
        ImmutableFields(run.contract, adopted=False).try_again(job, group, "mixed")
        return {one.finding.requirement for one in run.evidence.met}


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("clean-pod-policy-copied-into-run-policy", "immutable.other-spec"),
        ("clean-pod-policy-noted-in-the-template", "immutable.replica-specs"),
    ],
)
def test_what_comes_with_the_allowed_changes_is_no_doing_of_the_attempt(
    tmp_path: Path, fault: str, broken: str
) -> None:
    assert tried_together(tmp_path, fault, "immutable.identity", "add") == {broken}


def test_what_the_attempt_asked_for_is(tmp_path: Path) -> None:
    found = tried_together(tmp_path, "accepted-with-allowed-change", "immutable.replica-specs", "change")
    assert NAME in found


PLACE = paths.parse("spec.replicaSpecs.Worker.template.containers[1].args")


@pytest.mark.parametrize(
    ("path", "stored", "own"),
    [
        ("spec.replicaSpecs.Worker.template.containers[1].args", "new", True),
        ("spec.replicaSpecs.Worker.template.containers[1].args[0]", "n", True),
        ("spec.replicaSpecs.Worker", MISSING, True),
        ("spec.replicaSpecs.Master.template.containers[1].args", "new", True),
        ("spec.replicaSpecs.Worker.template.containers[1].Args", "new", False),
        ("spec.replicaSpecs.Worker.template.containers[0].args", "another", False),
        ("spec.runPolicy.cleanPodPolicy", "All", False),
    ],
)
def test_the_moves_of_an_attempt_are_at_its_place_or_of_its_value(path: str, stored: Json, own: bool) -> None:
    observed = Observed(Seen.STORED, 200, stored)
    one = Finding("immutable.replica-specs", Expected(Demand.UNCHANGED), observed, paths.parse(path))
    assert asked_for(Mutation("change", PLACE, "old", "new"), [one]) == ([one] if own else [])


def test_what_is_removed_of_a_list_moves_what_is_behind_it() -> None:
    removal = Mutation("remove", (*PLACE[:-1][:-1], 0), {"image": "a"}, MISSING)
    path = paths.parse("spec.replicaSpecs.Worker.template.containers[1]")
    one = Finding("immutable.replica-specs", Expected(Demand.UNCHANGED), Observed(Seen.STORED, 200, MISSING), path)
    assert asked_for(removal, [one]) == [one]
