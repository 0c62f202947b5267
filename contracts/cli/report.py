"""The command `report`: its actions on stored records."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from contracts.cli import report_history
from contracts.cli.command import ERROR
from contracts.cli.command import command as add_command
from contracts.report import signing, verification, writers
from contracts.report.text import colour, compare_command
from contracts.report.text.layout import visible

WORSE: Final = 1
COMPARE_EXAMPLES: Final = """\
examples:
  pytorchjob-contract report compare last-night/ reports/
  pytorchjob-contract report compare --format markdown last-night/ reports/ >> "$GITHUB_STEP_SUMMARY"

exit status: 0 nothing got worse, 1 something did (a new failure, a new finding in what still fails, or less judged
than before; not time and not behaviour that the document leaves open), 3 a record cannot be read
"""

Command = Callable[..., argparse.ArgumentParser]


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_command(commands, "report", "show, verify or compare stored reports", None)
    actions = parser.add_subparsers(dest="action_name", required=True, metavar="ACTION")
    show = add_command(actions, "show", "print the summary", _show)
    verify = add_command(actions, "verify", "check schema, consistency and digest", _verify)
    for action in (show, verify):
        action.add_argument("file", type=Path, metavar="FILE", help="conformance.json or the directory that holds it")
    verify.add_argument(
        "--public-key", type=Path, metavar="PEM", help="check the signature (….sig beside the record) too"
    )
    add_actions(actions, add_command)


def add_actions(actions: Any, command: Command) -> None:
    """Add the parsers; `command` makes one out of (actions, name, help, action, epilog)."""
    page = command(actions, "html", "write a record's HTML page again", _page)
    page.add_argument("file", type=Path, metavar="FILE", help="conformance.json or the directory that holds it")
    page.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where to write it (default: beside the record)"
    )
    signing_parser = command(actions, "sign", "sign a record with an Ed25519 key, beside it as ….sig", _sign)
    signing_parser.add_argument(
        "file", type=Path, metavar="FILE", help="conformance.json or the directory that holds it"
    )
    signing_parser.add_argument("--key", type=Path, required=True, metavar="PEM", help=f"private key; {signing.HOW}")
    compare = command(actions, "compare", "say what is otherwise in a newer record", _compare, COMPARE_EXAMPLES)
    compare.add_argument("old", type=Path, metavar="OLD", help="conformance.json or the directory that holds it")
    compare.add_argument("new", type=Path, metavar="NEW", help="the one to compare with it")
    compare.add_argument("--format", choices=compare_command.FORMATS, default="text", help="default: text")
    history = command(actions, "history", "write one HTML page that shows many records over time", _history)
    history.add_argument("directory", type=Path, metavar="DIR", help="where the records are, at any depth")
    history.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("history.html"),
        metavar="FILE",
        help="where to write it (default: %(default)s)",
    )


def _show(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    coloured = colour.wanted(sys.stdout, os.environ)
    sys.stdout.write(verification.show(options.file, coloured, shutil.get_terminal_size().columns))
    return 0


def _verify(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    problems = verification.verify(options.file)
    if options.public_key and not problems:
        wrong = signing.check(options.file, options.public_key)
        problems = (wrong,) if wrong else ()
    for problem in problems:
        print(problem, file=sys.stderr)
    return ERROR if problems else 0


def _page(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    print(writers.write_page(options.file, options.output))
    return 0


def _sign(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    print(signing.sign(options.file, options.key))
    return 0


def _compare(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    text, worse = compare_command.compared(options.old, options.new, options.format)
    sys.stdout.write(text)
    return WORSE if worse else 0


def _history(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    trend = report_history.write_page(options.directory, options.output)
    for line in trend.unreadable:
        print(f"pytorchjob-contract: left out: {visible(line)}", file=sys.stderr)
    print(options.output)
    return 0
