"""The shipped specification and its documented examples."""

from __future__ import annotations

from pathlib import Path

from contracts.spec.load import load_specification

ROOT = Path(__file__).parents[3]
SPEC = load_specification()
PATH = next(iter(SPEC.derived["paths"]))
PUT = SPEC.overlaid["paths"][PATH]["put"]
