"""What is in effect: every option, its value and where that came from; secrets are not shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from contracts.options import BY_KEY, SECRETS
from contracts.settings import Resolved

HIDDEN: Final = "***"


def text(resolved: Resolved, file: Path | None) -> str:
    """A line for each option (name, value, source), under the file that was read; no secret is in it."""
    rows = [(option.name, _value(resolved, key), _source(resolved, key)) for key, option in BY_KEY.items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{name:{widths[0]}}  {value:{widths[1]}}  {source}" for name, value, source in rows]
    return "\n".join([f"configuration file: {file or 'none'}", *lines])


def _value(resolved: Resolved, key: str) -> str:
    value: Any = getattr(resolved.settings, key)
    if value is None:
        return "-"
    if BY_KEY[key] in SECRETS:
        return HIDDEN
    if isinstance(value, bool):
        return str(value).lower()
    if key == "seed" and resolved.origins[key] == "default":
        return "random"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _source(resolved: Resolved, key: str) -> str:
    origin = resolved.origins[key]
    if origin.startswith("--"):
        return f"command line {origin}"
    return origin if ":" in origin or origin == "default" else f"environment {origin}"
