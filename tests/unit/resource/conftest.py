"""A clock, a target in memory and an adopted object for the tests of the object under test."""

from __future__ import annotations

import pytest

from contracts.jsonvalue import paths
from contracts.resource import lagging_reads, leftovers, lifecycle, stored_object
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.spec.contract import Contract
from tests.unit.resource.fake_target import Clock, FakeTarget, job_on, put


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    fake = Clock()
    for module in (lagging_reads, leftovers, lifecycle, stored_object):
        monkeypatch.setattr(module, "time", fake)
    return fake


@pytest.fixture
def target(contract: Contract) -> FakeTarget:
    return FakeTarget(contract)


@pytest.fixture
def adopted(target: FakeTarget, contract: Contract) -> ResourceUnderTest:
    job = job_on(target, "theirs")
    value = paths.without(contract.example_response, [("status",)])
    target.store(job.path, put(put(value, "metadata.name", "theirs"), "spec.cleanPodPolicy", "All"))
    job.start()
    return job
