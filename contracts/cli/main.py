"""The command `pytorchjob-contract`: its parser, its standard streams, and what each way to end means as a status."""

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from contracts import __version__
from contracts.cli import derive, replay, report, requirements, restore, run, serve
from contracts.cli.command import USAGE, Parser
from contracts.client.errors import TargetError
from contracts.report.error_kinds import internal
from contracts.report.files import ReportError
from contracts.report.outcomes import ERROR, INTERRUPTED
from contracts.run import signals
from contracts.settings.config_file import SettingsError
from contracts.spec.contract import ContractError
from contracts.spec.load import load_contract
from contracts.spec.page.model import DocumentError
from contracts.spec.schema import SpecificationError

# What can go wrong without being a mistake of the suite: each says in one line what.
EXPECTED = (ContractError, SpecificationError, ReportError, TargetError, OSError, ValueError)
# What is at work comes to its end all the same when nobody reads what it prints.
GONE: Final = (errno.EPIPE, errno.EIO)


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
    for module in (run, replay, serve, derive, requirements, restore, report):
        module.add(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit status: 0 conformant, 1 not, 2 interrupted, 3 error, 4 usage."""
    _secure_streams()
    status = _main(arguments)
    flushed = _flushed()
    if signals.received():
        signals.ignore()
    return status if flushed else ERROR


def _main(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    own, rest = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    try:
        options, unknown = parser().parse_known_args(own, argparse.Namespace(rest=rest))
        options.parser.refuse_unknown(unknown)
        return int(options.action(options))
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else USAGE
    except (SettingsError, DocumentError) as error:
        return _failed(str(error), USAGE)
    except KeyboardInterrupt:
        return _failed("interrupted", INTERRUPTED)
    except EXPECTED as error:
        return _failed(str(error))
    except Exception as error:
        return _failed(internal(error))  # Python's own status for it, 1, would say "nonconformant"


def _failed(words: str, status: int = ERROR) -> int:
    with suppress(OSError):
        print(f"pytorchjob-contract: {words}", file=sys.stderr)
    return status


class _Forgiving(io.FileIO):
    """A descriptor whose reader may be gone (a pipe, a terminal): nobody misses what it would have read."""

    def write(self, data: Any) -> int:
        """Write, or do as if."""
        try:
            return super().write(data) or 0
        except OSError as error:
            if error.errno not in GONE:
                raise
            return memoryview(data).nbytes


def _secure_streams() -> None:
    """Open what is closed, so that no other file takes its number, and forgive readers that go away.

    Only the streams that the process began with; what a test has put in their place stays.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    for number, name in ((1, "stdout"), (2, "stderr")):
        before = getattr(sys, name)
        if before is None or before is getattr(sys, f"__{name}__"):
            raw = _Forgiving(number, "w", closefd=False)
            lines = number == 2 or raw.isatty()
            encoding, buffer = before.encoding if before else "utf-8", io.BufferedWriter(raw)
            setattr(sys, name, io.TextIOWrapper(buffer, encoding, "backslashreplace", line_buffering=lines))


def _flushed() -> bool:
    """Whether all that was printed could be written; what could not is given up, or Python would end with 120."""
    written = True
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except OSError:
            written = False
            setattr(sys, name, io.StringIO())
    return written
