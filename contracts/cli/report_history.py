"""The command `report history`: every record below a directory → one page."""

import json
from collections.abc import Iterator
from pathlib import Path

from contracts.report.files import write_whole
from contracts.report.html.trend import trend_page
from contracts.report.model import Report
from contracts.report.record import FILE_NAME, ReportError, load
from contracts.report.trend import Trend, trend

# Thousands of files that are no record.
SKIPPED = "allure-results"
MARKS = {"schemaVersion", "verdict", "requirements"}


def gathered(directory: Path) -> Trend:
    """The trend of all records below the directory, at any depth; one that cannot be read is named in it.

    A record is a file `conformance.json`, or any other `.json` file that holds one. Raises `ReportError` when the
    directory cannot be read or holds no record at all.
    """
    if not directory.is_dir():
        raise ReportError(f"{directory}: is no directory")
    reports: list[Report] = []
    unreadable: list[str] = []
    for path in _records(directory):
        try:
            reports.append(load(path))
        except ReportError as error:
            unreadable.append(str(error))
    if not reports and not unreadable:
        raise ReportError(f"{directory}: holds no record ({FILE_NAME})")
    return trend(reports, unreadable)


def write_page(directory: Path, output: Path) -> Trend:
    """Write the page of all records below the directory, and give the trend; raises `ReportError`."""
    found = gathered(directory)
    write_whole(output, trend_page(found))
    return found


def _records(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*.json")):
        if SKIPPED not in path.relative_to(directory).parts and (path.name == FILE_NAME or _is_record(path)):
            yield path


def _is_record(path: Path) -> bool:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.keys() >= MARKS
