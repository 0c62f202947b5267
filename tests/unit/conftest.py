"""What the tests of the pure core share: the shipped contract, and a live object made of its documented example."""

from __future__ import annotations

import pytest
from hypothesis import settings

from contracts.jsonvalue.paths import Json
from contracts.judge.model import Scope
from contracts.spec.contract import Contract
from contracts.spec.load import load_contract

settings.register_profile("unit", deadline=None, print_blob=False)
settings.load_profile("unit")


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load_contract()


@pytest.fixture(params=["kubernetes", "document"])
def scope(request: pytest.FixtureRequest, contract: Contract) -> Scope:
    return Scope(contract, request.param)


@pytest.fixture
def live(contract: Contract) -> Json:
    return contract.example_response
