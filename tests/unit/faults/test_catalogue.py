"""The catalogue of faults: well-formed, complete, each one found by its name."""

from __future__ import annotations

import dataclasses
import re

import pytest

from contracts.reference.behaviour import Behaviour, conformant
from tests.faults.catalogue import FAULTS, faulty
from tests.unit.faults.world import CONTRACT, OPTIONS, RESOURCE, World


def test_there_are_many_faults_and_each_requirement_is_the_first_concern_of_one() -> None:
    assert len(FAULTS) >= 120
    first = {fault.breaks[0] for fault in FAULTS.values()}
    named = {requirement for fault in FAULTS.values() for requirement in fault.breaks}
    assert named == set(CONTRACT.requirements)
    assert {requirement.partition(".")[0] for requirement in first} == set(CONTRACT.families)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_well_formed(name: str) -> None:
    fault = FAULTS[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert name == fault.name
    assert set(fault.breaks) <= set(CONTRACT.requirements)
    assert len(set(fault.breaks)) == len(fault.breaks) > 0
    broken, _, origin = " ".join(fault.description.split()).partition(". ")
    assert broken.startswith("Breaks: "), "which sentence of the contract"
    assert len(origin) > 20, "how an implementer comes to it"


def test_real_threads_are_cited() -> None:
    cited = {thread for fault in FAULTS.values() for thread in re.findall(r"[\w.-]+/[\w.-]+#\d+", fault.description)}
    assert len(cited) >= 10


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_exchanges_steps(name: str) -> None:
    steps = conformant(RESOURCE, OPTIONS)
    broken = FAULTS[name].apply(steps, RESOURCE, OPTIONS)
    steps_of = [(getattr(steps, one.name), getattr(broken, one.name)) for one in dataclasses.fields(Behaviour)]
    assert any(before is not after for before, after in steps_of)


def test_an_unknown_fault_is_told_with_its_neighbours() -> None:
    with pytest.raises(ValueError, match="labels-merged"):
        faulty("label-merge")


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_a_job_can_be_created_read_and_deleted_under_every_fault(name: str) -> None:
    world = World(name)
    value = {key: CONTRACT.example_request[key] for key in ("apiVersion", "kind", "spec")}
    created = world.application.respond(
        world.request("POST", {**value, "metadata": {"name": "new"}}, path=world.collection)
    )
    path = f"{world.collection}/new"
    assert created.status == 201
    read = world.application.respond(world.request("GET", path=path))
    assert read.status == 200
    assert read.value["spec"] == created.value["spec"]
    assert world.application.respond(world.request("DELETE", path=path)).status == 200
    assert world.application.respond(world.request("GET", path=path)).status == 404
