"""The command `pytorchjob-contract`: its parser, and what each way to end means as an exit status."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

from contracts import __version__
from contracts.cli import derive, report, requirements, restore, run, serve, streams
from contracts.cli.command import ERROR, USAGE, Parser
from contracts.report.files import ReportError
from contracts.run import signals
from contracts.settings.config_file import SettingsError
from contracts.spec.load import load_contract
from contracts.spec.page.model import DocumentError
from contracts.spec.requirements import ContractError
from contracts.spec.schema import SpecificationError

# What can go wrong without being a mistake of the suite: each says in one line what.
EXPECTED = (ContractError, SpecificationError, ReportError, DocumentError, OSError, ValueError)
INTERRUPTED = 2


class _Root(Parser):
    """The parser of the whole command line; the specification, whose title its help shows, is read only for that."""

    def format_help(self) -> str:
        """The help, also where the specification cannot be read."""
        try:
            title = load_contract().document.title
        except EXPECTED:
            title = "its specification cannot be read"
        self.description = f"Contract tests for one documented operation: {title}."
        return super().format_help()


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    root = _Root(
        prog="pytorchjob-contract",
        epilog=run.EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    root.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for module in (run, serve, derive, requirements, restore, report):
        module.add(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit status: 0 conformant, 1 not, 2 interrupted, 3 error, 4 usage."""
    streams.secure()
    status = _main(arguments)
    flushed = streams.flush()
    if signals.received():
        signals.ignore()
    return status if flushed else ERROR


def _main(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    own, rest = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    try:
        options = parser().parse_args(own, argparse.Namespace(rest=rest))
        return int(options.action(options))
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else USAGE
    except SettingsError as error:
        print(f"pytorchjob-contract: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except EXPECTED as error:
        return _failed(str(error))
    except Exception as error:
        # The message might hold what is secret; Python's own status for it, 1, would say "nonconformant".
        where = traceback.extract_tb(error.__traceback__)[-1]
        return _failed(f"internal error: {type(error).__name__} in {where.filename}, line {where.lineno}")


def _failed(words: str) -> int:
    with suppress(OSError):
        print(f"pytorchjob-contract: {words}", file=sys.stderr)
    return ERROR
