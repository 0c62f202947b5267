"""The command `report fleet`: the newest record of each endpoint, from any number of directories, side by side."""

import argparse
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from contracts.cli.command import command
from contracts.report.files import ReportError, write_whole
from contracts.report.html.pages import FILE_NAME as PAGE_NAME
from contracts.report.html.pages import endpoints_page
from contracts.report.record import DIGEST, FILE_NAME
from contracts.report.runs.endpoints import Record, of_report, side_by_side
from contracts.report.runs.gathered import each
from contracts.report.text import endpoints
from contracts.report.trust.consistency import problems
from contracts.run import fleet_config
from contracts.settings import readers

EPILOG: Final = """\
examples:
  pytorchjob-contract report fleet nights/2026-05-02
  pytorchjob-contract report fleet --targets fleet.yaml --max-age 20 --html fleet.html machine-a/ machine-b/
      an endpoint of the file without a record of the last 20 hours is an error

Of several records of an endpoint (the same name in the fleet's file, URL, namespace, profile, --spec and --operation)
the newest counts. One that cannot be read, or was changed after it was written, is named and not counted.

exit status: 3 an endpoint is an error (or was interrupted, or has no record), or a record is not counted, else 1 one is
nonconformant, else 0
"""


def add(actions: Any) -> None:
    """Add the command to the actions of `report`."""
    parser = command(actions, "fleet", "show the newest record of each endpoint side by side", run, EPILOG)
    parser.add_argument("directory", type=Path, nargs="+", metavar="DIR", help="where records are, at any depth")
    parser.add_argument("--targets", type=Path, metavar="FILE", help="the fleet's file: who must have a record")
    parser.add_argument("--max-age", type=readers.hours, metavar="HOURS", help="an older record counts as none")
    parser.add_argument("--format", choices=endpoints.FORMATS, default="text", help="default: text")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page too")


def run(options: argparse.Namespace) -> int:
    """Show what the directories hold, and give the worst exit status. Raises `ReportError` where they hold nothing."""
    fleet = fleet_config.read(options.targets, {}, os.environ) if options.targets else fleet_config.Fleet(())
    records, left_out = _gathered(options.directory)
    names = [member.name for member in fleet.members]
    found = side_by_side(records, left_out, datetime.now(UTC), names, options.max_age)
    if not records and not left_out and not names:
        raise ReportError(f"{', '.join(map(str, options.directory))}: there is no record ({FILE_NAME})")
    sys.stdout.write(endpoints.written(found, options.format))
    if options.html:
        page = write_whole(options.html, endpoints_page(found, _pages(records, options.html.absolute().parent)))
        print(f"pytorchjob-contract: report: {page}", file=sys.stderr)
    return found.status


def _gathered(directories: Iterable[Path]) -> tuple[list[Record], list[str]]:
    """The records below the directories, and a line for each that is not counted; the same one, copied, is one."""
    records: dict[str, Record] = {}
    left_out: dict[str, None] = {}
    for found in (one for directory in directories for one in each(directory)):
        if isinstance(found, str):
            left_out[found] = None
        elif wrong := problems(found):
            left_out[f"{found.file}: {wrong[-1]}"] = None
        else:
            records.setdefault(str(found.content[DIGEST]), of_report(found.report, str(found.file)))
    return [*records.values()], [*left_out]


def _pages(records: Iterable[Record], base: Path) -> dict[str, str]:
    """By record the address of the page beside it, seen from a directory."""
    pages = {one.file: Path(one.file).with_name(PAGE_NAME).absolute() for one in records}
    return {file: quote(os.path.relpath(page, base)) for file, page in pages.items() if page.exists()}
