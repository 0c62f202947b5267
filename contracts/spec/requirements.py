"""The requirement catalogue: the rows of requirements.yaml as frozen values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

LEVELS: Final = ("document", "kubernetes")
SEVERITIES: Final = ("blocker", "critical", "normal", "minor", "trivial")


class ContractError(Exception):
    """The specification or the requirement catalogue cannot be used; the message is one line."""


@dataclass(frozen=True)
class RequirementSource:
    """Where a requirement comes from: a section of the page with its lines ("7-17"), or a convention's public name."""

    section: str
    lines: str

    def __str__(self) -> str:
        return f"{self.section}, lines {self.lines}" if self.lines else self.section


@dataclass(frozen=True)
class Requirement:
    """The unit that is judged and reported; a row of requirements.yaml.

    `fields`: dotted paths of the fields that it covers; `needs`: what a run must be given to judge it; `witness`: what
    must have been observed before it counts as passed.
    """

    id: str
    family: str
    level: str
    statement: str
    severity: str
    source: RequirementSource
    fields: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    witness: str = ""


def parse_requirements(catalogue: Any) -> tuple[dict[str, str], dict[str, Requirement]]:
    """Families and requirements out of the content of a requirements.yaml.

    Raises `ContractError` naming the row: unknown family, level or severity, an id twice, a missing key.
    """
    try:
        families = {str(name): str(title) for name, title in catalogue["families"].items()}
        rows = [_requirement(row, families) for row in catalogue["requirements"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"requirements.yaml: {' '.join(str(error).split())}") from error
    requirements = {row.id: row for row in rows}
    if len(requirements) != len(rows):
        raise ContractError("requirements.yaml: an id occurs twice")
    return families, requirements


def _requirement(row: Mapping[str, Any], families: Mapping[str, str]) -> Requirement:
    family = row["id"].split(".")[0]
    for value, known in ((family, families), (row["level"], LEVELS), (row["severity"], SEVERITIES)):
        if value not in known:
            raise ContractError(f"requirements.yaml: {row['id']}: {value!r} is none of {', '.join(known)}")
    return Requirement(
        id=row["id"],
        family=family,
        level=row["level"],
        statement=row["statement"],
        severity=row["severity"],
        source=RequirementSource(row["source"]["section"], row["source"]["lines"]),
        fields=tuple(row.get("fields", ())),
        needs=tuple(row.get("needs", ())),
        witness=row.get("witness", ""),
    )
