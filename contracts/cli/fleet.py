"""The command `run --targets`: every endpoint of a file judged, and put side by side."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from contracts.report.files import write_whole
from contracts.report.fleet import Fleet, as_json, as_markdown, as_text
from contracts.report.html.pages import fleet_page
from contracts.run.fleet_config import ignored, read
from contracts.run.fleet_processes import run_all
from contracts.settings.config_file import SettingsError
from contracts.settings.options import BY_KEY

PARALLEL: Final = 4


def add_arguments(run: argparse.ArgumentParser) -> None:
    """Add what a run of several endpoints is told."""
    run.add_argument("--targets", type=Path, metavar="FILE", help="YAML file with several endpoints, all to be judged")
    run.add_argument("--parallel", metavar="N", help=f"with --targets: so many at a time (default: {PARALLEL})")


def run(options: argparse.Namespace, given: Mapping[str, Any], rest: Sequence[str]) -> int:
    """Judge every endpoint of the file, write fleet.html, fleet.json and fleet.md, and give the worst exit status.

    Raises `SettingsError` when the file as a whole cannot be used, `ReportError` when nothing can be written.
    """
    if options.config or options.show_config:
        raise SettingsError("--config and --show-config are for one endpoint; --targets names a file of its own")
    parallel = _parallel(options.parallel)
    endpoints = read(options.targets, given, os.environ)
    for name in ignored(os.environ):
        _tell(f"{name} is left out: with --targets each endpoint has its own")
    reports = BY_KEY["report_dir"]
    directory = Path(given[reports.key] or os.environ.get(reports.variable) or reports.default)
    started_at = datetime.now(UTC)
    results, interrupted = run_all(endpoints, directory, parallel, rest, _tell)
    fleet = Fleet(results, started_at, datetime.now(UTC), interrupted)
    sys.stdout.write(as_text(fleet, shutil.get_terminal_size().columns))
    write_whole(directory / "fleet.md", as_markdown(fleet))
    write_whole(directory / "fleet.json", json.dumps(as_json(fleet), indent=2) + "\n")
    print(f"report: {write_whole(directory / 'fleet.html', fleet_page(fleet))}")
    return fleet.status


def _tell(line: str) -> None:
    print(f"pytorchjob-contract: {line}", file=sys.stderr, flush=True)


def _parallel(given: str | None) -> int:
    try:
        return int(BY_KEY["workers"].read(given)) if given is not None else PARALLEL
    except ValueError:
        raise SettingsError("--parallel: expected a whole number of at least 1") from None
