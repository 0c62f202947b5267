"""Loads the contract that ships with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from contracts.spec.contract import Contract
from contracts.spec.openapi import load_specification, read_yaml
from contracts.spec.requirements import parse_requirements

REQUIREMENTS_FILE: Final = Path(__file__).with_name("requirements.yaml")


@cache
def load_contract() -> Contract:
    """The contract that ships with the package.

    Raises `ContractError` or `SpecificationError` when a file is missing or unusable.
    """
    families, requirements = parse_requirements(read_yaml(REQUIREMENTS_FILE)[1])
    return Contract(load_specification(), families, requirements)
