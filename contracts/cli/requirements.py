"""The command `requirements`: what a run judges, and what of the page that covers."""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from contracts.cli.command import command, contract_of
from contracts.pytest_plugin.discovery import cases_by_requirement
from contracts.report import record
from contracts.report.runs.matrix import FORMATS, Judged, of_report
from contracts.settings.config_file import SettingsError
from contracts.settings.options import PROFILES
from contracts.spec.page.reader import read_units
from contracts.spec.traceability import matrix, matrix_of_page
from contracts.spec.unit_notes import load_notes

EXAMPLES: Final = """\
examples:
  pytorchjob-contract requirements --matrix
      each unit of the page, the element of the specification that holds it, the requirements and cases that judge it
  pytorchjob-contract requirements --matrix --record reports --format markdown
      the same with what a run has found
  pytorchjob-contract requirements --matrix --page new-page.txt
      what another edition of the page says that no requirement covers

exit status: 0; with --matrix 1 when something on the page is uncovered
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "requirements", "list what a run judges", _list, EXAMPLES)
    spec = "list the requirements of this derived specification instead of the one that ships"
    parser.add_argument("--spec", type=Path, metavar="FILE", help=spec)
    profile = "list what the page and the API conventions demand, or the page alone (default: %(default)s)"
    parser.add_argument("--profile", choices=PROFILES, default=PROFILES[0], help=profile)
    parser.add_argument("--matrix", action="store_true", help="show what covers each sentence and row of the page")
    parser.add_argument("--page", type=Path, metavar="FILE", help="with --matrix: the page as plain text, as it is now")
    parser.add_argument("--record", type=Path, metavar="FILE", help="with --matrix: outcomes from conformance.json")
    parser.add_argument("--format", choices=FORMATS, default="text", help="with --matrix (default: text)")


def _list(options: argparse.Namespace) -> int:
    if options.matrix:
        return _matrix(options)
    if options.page or options.record or options.format != "text":
        raise SettingsError("--page, --record and --format need --matrix")
    contract = contract_of(options.spec)
    for family, title in contract.families.items():
        print(f"{family}: {title}")
        for requirement in contract.judged(options.profile):
            if requirement.family == family:
                print(f"  {contract.shown(requirement.id)}  [{requirement.level}; {requirement.source}]")
                print(f"      {requirement.statement}")
    return 0


def _matrix(options: argparse.Namespace) -> int:
    contract = contract_of(options.spec)
    notes, page = load_notes(), options.page
    rows = matrix_of_page(contract, notes, read_units(page)) if page else matrix(contract, notes)
    if options.record:
        judged = of_report(record.load(options.record))
    else:
        judged = {contract.shown(name): Judged(cases) for name, cases in cases_by_requirement().items()}
    write = FORMATS[options.format]
    sys.stdout.write(write(rows, judged, shutil.get_terminal_size().columns))
    return 1 if any(row.uncovered for row in rows) else 0
