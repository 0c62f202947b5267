"""The command `report`: its actions on stored records."""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from contracts.cli import report_fleet
from contracts.cli.command import Action, command
from contracts.report import writers
from contracts.report.error_kinds import ErrorKind
from contracts.report.files import ReportError, write_whole
from contracts.report.html.pages import trend_page
from contracts.report.outcomes import ERROR
from contracts.report.record import FILE_NAME, load
from contracts.report.runs.comparison import compare
from contracts.report.runs.gathered import gather, keep
from contracts.report.runs.trend import trend
from contracts.report.text import comparison
from contracts.report.text.layout import colour_wanted, visible
from contracts.report.text.summary import exit_line, verdict_line
from contracts.report.trust import signature, verification

WORSE: Final = 1
KEPT: Final = 100
# The greatest exit status that a process can have.
MOST_STATUS: Final = 255
STATUS: Final = """\
examples:
  pytorchjob-contract report status --unreachable 75 reports
      for a CI system that shows an exit status of its own in amber

exit status: that of the run: 0 conformant or partial, 1 nonconformant, 2 interrupted, 3 error (or no record)
"""
RECORD: Final = "conformance.json or the directory that holds it"
HISTORY: Final = Path("history.html")
COMPARE_EXAMPLES: Final = """\
examples:
  pytorchjob-contract report compare last-night/ reports/
  pytorchjob-contract report compare --format markdown last-night/ reports/ >> "$GITHUB_STEP_SUMMARY"

exit status: 0 nothing got worse, 1 something did (a new failure, a new finding in what still fails, or less judged
than before; not time and not behaviour that the document leaves open), 3 a record cannot be read or judged nothing
"""
VERIFIED: Final = """\
FILE may also be the page, the summary or the JUnit file beside the record.

exit status: 0 all is as it was written, 3 something is not, a line each
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "report", "show, verify or compare stored reports", None)
    actions = parser.add_subparsers(dest="action_name", required=True, metavar="ACTION")

    def on_record(name: str, text: str, action: Action, epilog: str = "", file: str = "file") -> Any:
        added = command(actions, name, text, action, epilog)
        added.add_argument(file, type=Path, metavar=file.upper(), help=RECORD)
        return added

    on_record("show", "print the summary", _show)
    verify = on_record("verify", "check a record, and that what was written of it says the same", _verify, VERIFIED)
    signed = "check the signature (….sig beside the record) too"
    verify.add_argument("--public-key", type=Path, metavar="PEM", help=signed)
    verify.add_argument("--har", type=Path, metavar="FILE", help="check that this is the HAR that the run wrote")
    judged = "check that the installed code is the one that judged"
    verify.add_argument("--judge", action="store_true", help=judged)
    page = on_record("html", "write a record's HTML page again", _page)
    where = "where to write it (default: %s)"
    page.add_argument("-o", "--output", type=Path, metavar="FILE", help=where % "beside the record")
    signing_parser = on_record("sign", "sign a record with an Ed25519 key, beside it as ….sig", _sign)
    signing_parser.add_argument("--key", type=Path, required=True, metavar="PEM", help=f"private key; {signature.HOW}")
    comparing = on_record(
        "compare", "say what has changed from an older record to a newer one", _compare, COMPARE_EXAMPLES, "old"
    )
    comparing.add_argument("new", type=Path, metavar="NEW", help="the newer record, to be compared with it")
    comparing.add_argument("--format", choices=comparison.FORMATS, default="text", help="default: text")
    history = command(actions, "history", "write one HTML page that shows many records over time", _history)
    history.add_argument("directory", type=Path, metavar="DIR", help="where the records are, at any depth")
    history.add_argument("-o", "--output", type=Path, default=HISTORY, metavar="FILE", help=where % HISTORY)
    report_fleet.add(actions)
    keeping = on_record("keep", "copy a record into an archive, for `history` and `run --baseline`", _keep)
    keeping.add_argument("archive", type=Path, metavar="ARCHIVE", help="directory with a directory for each run")
    keeping.add_argument("--last", type=_number, default=KEPT, metavar="N", help=f"so many stay (default: {KEPT})")
    status = on_record("status", "say in a line how a run ended, and end with its exit status", _status, STATUS)
    instead = "the exit status where nobody answered: no verdict on the target (default: 3)"
    status.add_argument("--unreachable", type=_exit_status, default=ERROR, metavar="N", help=instead)


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def _exit_status(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= MOST_STATUS):
        raise argparse.ArgumentTypeError(f"{text!r}: expected 0 to {MOST_STATUS}")
    return int(text)


def _show(options: argparse.Namespace) -> int:
    coloured = colour_wanted(sys.stdout, os.environ)
    sys.stdout.write(verification.show(options.file, coloured, shutil.get_terminal_size().columns))
    return 0


def _verify(options: argparse.Namespace) -> int:
    verified = verification.verify(options.file, options.public_key, har=options.har, judge=options.judge)
    for problem in verified.problems:
        print(visible(problem), file=sys.stderr)
    if verified.problems:
        return ERROR
    print(verified.line)
    return 0


def _page(options: argparse.Namespace) -> int:
    print(writers.write_page(options.file, options.output))
    return 0


def _sign(options: argparse.Namespace) -> int:
    print(signature.sign(options.file, options.key))
    return 0


def _compare(options: argparse.Namespace) -> int:
    found = compare(load(options.old), load(options.new))
    if found.old.started_at > found.new.started_at:
        print(f"pytorchjob-contract: OLD began after NEW ({options.old}, {options.new})", file=sys.stderr)
    sys.stdout.write(comparison.written(found, options.format))
    return ERROR if found.unjudged else WORSE if found.is_worse else 0


def _history(options: argparse.Namespace) -> int:
    records = gather(options.directory)
    if not records.reports and not records.unreadable:
        raise ReportError(f"{options.directory}: holds no record ({FILE_NAME})")
    found = trend(records.reports, records.unreadable)
    write_whole(options.output, trend_page(found))
    for line in found.unreadable:
        print(f"pytorchjob-contract: left out: {visible(line)}", file=sys.stderr)
    print(options.output)
    return 0


def _keep(options: argparse.Namespace) -> int:
    print(keep(options.file, options.archive, options.last))
    return 0


def _status(options: argparse.Namespace) -> int:
    report = load(options.file)
    sys.stdout.write(f"{visible(exit_line(report) or verdict_line(report))}\n")
    return options.unreachable if report.error_kind == ErrorKind.UNREACHABLE else report.exit_status
