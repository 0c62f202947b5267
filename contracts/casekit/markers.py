"""Names of the markers that a case can have."""

from __future__ import annotations

from typing import Final

REQUIREMENT: Final = "requirement"
COST: Final = "cost"
# About how many replacements a case sends that does not say so.
USUAL_COST: Final = 8
