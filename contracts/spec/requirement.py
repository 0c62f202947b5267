"""A requirement: the unit that is judged and reported, as a row of the catalogue states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contracts.report.sources import Source

LEVELS: Final = ("document", "kubernetes")
# The level of a requirement of the user's own, which every profile judges.
OWN: Final = "own"
SEVERITIES: Final = ("blocker", "critical", "normal", "minor", "trivial")


class ContractError(Exception):
    """The specification or the requirement catalogue cannot be used; the message is one line."""


@dataclass(frozen=True)
class Requirement:
    """The unit that is judged and reported; made of a row of requirements.yaml.

    `fields`: dotted paths of the fields that it covers; `needs`: what a run must be given to judge it; `witness`: what
    must have been observed before it counts as passed.
    """

    id: str
    family: str
    level: str
    statement: str
    severity: str
    source: Source
    fields: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    witness: str = ""

    def is_judged(self, profile: str) -> bool:
        """Whether a profile ("document" or "kubernetes") judges it."""
        return profile == "kubernetes" or self.level != "kubernetes"
