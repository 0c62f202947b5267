"""The command `report compare`, and what `run --baseline` leaves in the report directory."""

import json
from pathlib import Path

from contracts.report.comparison import Comparison, compare
from contracts.report.files import write_whole
from contracts.report.record import load
from contracts.report.text.comparison import as_json, as_markdown, as_text

FORMATS = ("text", "markdown", "json")


def compared(old: Path, new: Path, form: str = "text") -> tuple[str, bool]:
    """The comparison of two records (files or report directories) in a format, and whether anything got worse.

    Raises `ReportError` when one of them cannot be read.
    """
    comparison = compare(load(old), load(new))
    return written(comparison, form), comparison.is_worse


def written(comparison: Comparison, form: str) -> str:
    """The comparison in one of `FORMATS`, ending in a newline."""
    if form == "json":
        return json.dumps(as_json(comparison), indent=2) + "\n"
    return as_markdown(comparison) if form == "markdown" else as_text(comparison)


def write(comparison: Comparison, directory: Path) -> None:
    """Write `comparison.md` and `comparison.json`; raises `ReportError` when they cannot be written."""
    write_whole(directory / "comparison.md", written(comparison, "markdown"))
    write_whole(directory / "comparison.json", written(comparison, "json"))
