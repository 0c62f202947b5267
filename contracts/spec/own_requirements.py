"""Requirements of the user's own, from a YAML file beside the cases or a case's marker. Pure but for `read`.

A file has the rows of the suite's own requirements.yaml, of which only two keys are needed:

    families: {quota: Quotas of our cluster}     # optional: a family's title in reports
    requirements:
      - id: quota.gpu                            # FAMILY.NAME, in a family that is not the suite's
        statement: A replacement beyond the GPU quota is refused.
        source: TICKET-12                        # optional: who says so; by default the file
        severity: critical                       # optional: for Allure; by default normal
        needs: [denied]                          # optional: what a run must be given (credential, denied)
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contracts.report.sources import Source
from contracts.spec.contract import OWN, SEVERITIES, Contract, ContractError, Requirement
from contracts.spec.load import read_yaml
from contracts.spec.schema import SpecificationError

FILE_NAME: Final = "contract-requirements.yaml"
KEYS: Final = ("statement", "source", "severity", "needs")
NEEDS: Final = ("credential", "denied")
_ID: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")


@dataclass(frozen=True)
class OwnRequirements:
    """What a run judges beside the suite's requirements; `families`: their titles."""

    families: Mapping[str, str] = field(default_factory=dict)
    requirements: Mapping[str, Requirement] = field(default_factory=dict)


def read(path: Path) -> OwnRequirements:
    """The requirements of a file; raises `ContractError` with one line that names the row that cannot be used."""
    try:
        content = read_yaml(path)[1]
    except SpecificationError as error:
        raise ContractError(str(error)) from None
    families, rows = content.get("families") or {}, content.get("requirements")
    if unknown := [key for key in content if key not in ("families", "requirements")]:
        raise ContractError(f"{path}: unknown key {unknown[0]!r}; there are families and requirements")
    if not isinstance(families, dict) or not isinstance(rows, list):
        raise ContractError(f"{path}: expected families (a title by name) and requirements (a list)")
    found = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or "id" not in row:
            raise ContractError(f"{path}: row {number}: id is missing")
        told = {key: value for key, value in row.items() if key != "id"}
        found.append(requirement(str(row["id"]), told, f"{path}: {row['id']}", path.name))
    return together([OwnRequirements({str(name): str(title) for name, title in families.items()}, _by_id(found))])


def requirement(name: str, told: Mapping[str, Any], where: str, source: str) -> Requirement:
    """A requirement out of its keys; `source`: who says so where it does not tell. Raises `ContractError`."""
    if unknown := [key for key in told if key not in KEYS]:
        raise ContractError(f"{where}: unknown key {unknown[0]!r}; there are {', '.join(KEYS)}")
    if not _ID.fullmatch(name):
        raise ContractError(f"{where}: expected an id such as custom.gpu-quota, found {name!r}")
    statement, said, severity = (_text(told.get(key), where, key) for key in ("statement", "source", "severity"))
    if not statement:
        raise ContractError(f"{where}: statement is missing")
    if (severity or SEVERITIES[2]) not in SEVERITIES:
        raise ContractError(f"{where}: severity {severity!r} is none of {', '.join(SEVERITIES)}")
    needs = told.get("needs") or ()
    if not isinstance(needs, list | tuple) or not set(needs) <= set(NEEDS):
        raise ContractError(f"{where}: needs: expected a list out of {', '.join(NEEDS)}")
    family = name.partition(".")[0]
    return Requirement(
        name, family, OWN, statement, severity or SEVERITIES[2], Source(said or source), needs=tuple(needs)
    )


def together(parts: Iterable[OwnRequirements]) -> OwnRequirements:
    """The requirements of several files and markers as one; raises `ContractError` for one that is told in two ways."""
    families: dict[str, str] = {}
    requirements: dict[str, Requirement] = {}
    for part in parts:
        families |= part.families
        for name, one in part.requirements.items():
            if requirements.setdefault(name, one) != one:
                raise ContractError(
                    f"{name}: it is told in two ways: {requirements[name].statement!r}, {one.statement!r}"
                )
    return OwnRequirements(families, requirements)


def extended(contract: Contract, own: OwnRequirements) -> Contract:
    """The contract with requirements of the user's own; raises `ContractError` for one in a family of the suite's."""
    of_suite = {one.family for one in contract.requirements.values() if one.level != OWN}
    for name, one in own.requirements.items():
        if one.family in of_suite:
            raise ContractError(f"{name}: the family {one.family} is the suite's; choose another, such as custom")
    titles = {one.family: one.family.replace("-", " ").capitalize() for one in own.requirements.values()}
    used = {name: title for name, title in {**titles, **own.families}.items() if name in titles}
    return contract.with_requirements(used, own.requirements)


def _by_id(found: Iterable[Requirement]) -> dict[str, Requirement]:
    requirements: dict[str, Requirement] = {}
    for one in found:
        if requirements.setdefault(one.id, one) is not one:
            raise ContractError(f"{one.id}: it is there twice")
    return requirements


def _text(value: Any, where: str, key: str) -> str:
    if not isinstance(value, str | None):
        raise ContractError(f"{where}: {key}: expected a text")
    return " ".join((value or "").split())
