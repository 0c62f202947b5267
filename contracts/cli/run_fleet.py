"""The command `run` with `--targets`: judge the endpoints of a file, or every N-th of them on each of N machines."""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from contracts.report.files import write_whole
from contracts.report.html.pages import fleet_page
from contracts.report.runs.fleet import FleetReport, as_json, as_markdown, as_text
from contracts.run import fleet_config, fleet_processes, resume, shard
from contracts.settings import readers
from contracts.settings.config_file import SettingsError
from contracts.settings.options import BY_KEY

# Endpoints that are judged at a time.
PARALLEL: Final = 4
# Options that make sense with --targets alone.
NEEDING: Final = ("parallel", "shard", "resume")
SHARD_HELP: Final = (
    "with --targets: judge every N-th endpoint from number I on (I from 0); N alone takes I from "
    f"{shard.INDEX_VARIABLE}, which Kubernetes sets in an Indexed Job"
)
RESUME_HELP: Final = (
    "with --targets: judge no endpoint again of which the last HOURS hours left a record with a verdict in the report "
    "directory"
)


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of a fleet to the parser of `run`."""
    parser.add_argument(
        "--targets", type=Path, metavar="FILE", help="YAML file with several endpoints, all to be judged"
    )
    parser.add_argument("--parallel", metavar="N", help=f"with --targets: so many at a time (default: {PARALLEL})")
    parser.add_argument("--shard", metavar="I/N", help=SHARD_HELP)
    parser.add_argument("--resume", metavar="HOURS", help=RESUME_HELP)


def run(options: argparse.Namespace, given: Mapping[str, Any]) -> int:
    """Judge the endpoints of the file, write fleet.html, fleet.json and fleet.md, and give the worst exit status.

    Raises `SettingsError` when the file as a whole cannot be used, `ReportError` when nothing can be written.
    """
    if options.config or options.show_config:
        raise SettingsError("--config and --show-config are for one endpoint; --targets names a file of its own")
    parallel = _number("parallel", options.parallel, BY_KEY["workers"].read) or PARALLEL
    span = _number("resume", options.resume, readers.hours)
    part = shard.read(options.shard, os.environ) if options.shard is not None else None
    fleet = fleet_config.read(options.targets, given, os.environ)
    chosen = fleet.only(part.of(fleet.members)) if part else fleet
    for name in fleet_config.ignored(os.environ):
        tell(f"{name} is left out: with --targets each endpoint has its own")
    if part:
        tell(f"{part}: {len(chosen.members)} of {len(fleet.members)} endpoints")
    if not chosen.members:
        print(f"{part} has no endpoint: nothing to judge")
        return 0
    reports = BY_KEY["report_dir"]
    directory = Path(given[reports.key] or os.environ.get(reports.variable) or reports.default)
    started_at = datetime.now(UTC)
    known = resume.judged(chosen, directory, started_at, span, os.environ) if span else {}
    for result in known.values():
        tell(f"{result.name}: kept, as it was judged already (--resume): {result.verdict}: {result.words}")
    results, interrupted = fleet_processes.run_all(chosen, directory, parallel, options.rest, tell, known)
    return _written(FleetReport(results, started_at, datetime.now(UTC), interrupted), directory, part)


def _written(fleet: FleetReport, directory: Path, part: shard.Shard | None) -> int:
    """Print and write the results, those of a shard under names of its own; gives the exit status."""
    name = f"fleet.{part.label}" if part else "fleet"
    sys.stdout.write(as_text(fleet, shutil.get_terminal_size().columns))
    write_whole(directory / f"{name}.md", as_markdown(fleet))
    write_whole(directory / f"{name}.json", json.dumps(as_json(fleet), indent=2) + "\n")
    print(f"report: {write_whole(directory / f'{name}.html', fleet_page(fleet))}")
    return fleet.status


def _number(name: str, given: str | None, read: Any) -> Any:
    """The value of an option; None where it was not given. Raises `SettingsError` for one that cannot be used."""
    try:
        return None if given is None else read(given)
    except ValueError as error:
        said = str(error) if str(error).startswith("expected") else f"expected a number, found {given!r}"
        raise SettingsError(f"--{name}: {said}") from None


def tell(line: str) -> None:
    """Say a line about what goes on."""
    print(f"pytorchjob-contract: {line}", file=sys.stderr, flush=True)
