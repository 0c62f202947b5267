"""The command `pytorchjob-contract`: a thin shell over plugin, deriver, reference endpoint and reports."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

from contracts import __version__
from contracts.cli import fleet, report, report_directory, requirements, serve, streams
from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.client.from_settings import access_of
from contracts.pytest_plugin import junit
from contracts.pytest_plugin.discovery import case_files
from contracts.report import signing, verification
from contracts.report.record import ReportError
from contracts.report.text import colour
from contracts.resource import journal
from contracts.resource.restore import restore
from contracts.run import embedded, signals
from contracts.settings import config_file, effective
from contracts.settings.options import IMMUTABILITY, OPTIONS
from contracts.settings.resolve import SettingsError, resolve, resolve_all
from contracts.spec.contract import Contract
from contracts.spec.load import load_contract
from contracts.spec.page import reader, to_openapi
from contracts.spec.requirements import ContractError
from contracts.spec.schema import SpecificationError

USAGE: Final = 4
ERROR: Final = 3
PACKAGE: Final = Path(__file__).resolve().parents[1]

CONNECTION: Final = (
    "target",
    "kubeconfig",
    "context",
    "in_cluster",
    "token_file",
    "access_key_file",
    "auth_header",
    "ca_file",
    "client_cert",
    "client_key",
    "insecure",
    "timeout",
)

EXAMPLES: Final = """\
examples:
  pytorchjob-contract run
      judge the embedded reference endpoint, to see what a run looks like
  pytorchjob-contract run --target https://staging.example.com --namespace team-a --token-file token
      judge an endpoint; a job is created under a unique name and deleted afterwards
  pytorchjob-contract run --target https://staging.example.com --namespace team-a --name my-job \\
          --token-file token --denied-token-file viewer-token --auth-header X-Auth-Token
      judge it by an existing job, which is put back as it was
  pytorchjob-contract run -- -k replaceable -v
      what follows -- is for pytest
  pytorchjob-contract run --kubeconfig ~/.kube/config --context staging
      judge the endpoint of a kubeconfig's context, in its namespace and with its credential

Every option is also a key of the configuration file and a variable PYTORCHJOB_CONTRACT_<OPTION>; the command line
beats the environment, the environment the file. Secrets are never options: PYTORCHJOB_CONTRACT_TOKEN, _DENIED_TOKEN,
_ACCESS_KEY, _SECRET_KEY, _SECURITY_TOKEN, or in the file such as `token: ${STAGING_TOKEN}`.

exit status: 0 conformant or partial, 1 nonconformant, 2 interrupted, 3 error (nothing can be said), 4 usage
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: error: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    root = _Parser(
        prog="pytorchjob-contract",
        description=f"Contract tests for one documented operation: {_title()}.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    root.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_serve(commands)
    _add_derive(commands)
    requirements.add(commands, _command)
    _add_restore(commands)
    _add_report(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit status (see the design: 0 to 4)."""
    streams.secure()
    status = _main(arguments)
    flushed = streams.flush()
    if signals.heard():
        signals.ignore()
    return status if flushed else ERROR


def _main(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    own, rest = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    try:
        options = parser().parse_args(own)
        return int(options.action(options, rest))
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else USAGE
    except SettingsError as error:
        print(f"pytorchjob-contract: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 2
    except (ContractError, SpecificationError, ReportError, reader.DocumentError, OSError, ValueError) as error:
        return _failed(str(error))
    except Exception as error:
        # The message might hold what is secret; Python's own status for it, 1, would say "nonconformant".
        where = traceback.extract_tb(error.__traceback__)[-1]
        return _failed(f"a mistake of its own: {type(error).__name__} in {where.filename}, line {where.lineno}")


def _failed(words: str) -> int:
    with suppress(OSError):
        print(f"pytorchjob-contract: {words}", file=sys.stderr)
    return ERROR


def _command(commands: Any, name: str, text: str, action: Any, epilog: str = "") -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(action=action)
    return command


def _add_run(commands: Any) -> None:
    run = _command(commands, "run", "judge an endpoint", _run, EXAMPLES)
    run.add_argument("--config", metavar="FILE", help=config_file.HELP)
    run.add_argument("--show-config", action="store_true", help="print every option and its source; send nothing")
    fleet.add_arguments(run)
    for option in OPTIONS:
        text = option.help + (f" (default: {option.default})" if option.default not in (None, False) else "")
        if option.is_switch:
            names = [f"-{option.short}"] * bool(option.short) + [f"--{option.name}"]
            run.add_argument(*names, action="store_const", const="true", help=text)
        elif option.choices:
            run.add_argument(f"--{option.name}", choices=option.choices, help=text)
        else:
            run.add_argument(f"--{option.name}", metavar=option.metavar, help=text)


def _add_serve(commands: Any) -> None:
    command = _command(commands, "serve", "serve the reference endpoint until interrupted", _serve, serve.EXAMPLES)
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    command.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    command.add_argument("--namespace", help="namespace to serve; by default that of the documented example")
    command.add_argument("--immutability", choices=IMMUTABILITY, default="refuse-403", help="treatment of changes")
    command.add_argument("--controller", type=float, metavar="SECONDS", help="write every job's status so often")
    command.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="wait so long before answering")
    command.add_argument("--lenient-metadata", action="store_true", help="store finalizers and ownerReferences")
    command.add_argument("--documented-statuses-only", action="store_true", help="answer undocumented ones as 400")
    command.add_argument("--token-file", type=Path, metavar="F", help="credential of the full user; written if missing")
    command.add_argument("--denied-token-file", type=Path, metavar="F", help="credential of the read-only user")
    command.add_argument("--tls-cert", type=Path, metavar="F", help="serve https with this certificate (PEM)")
    command.add_argument("--tls-key", type=Path, metavar="F", help="key of the certificate (PEM)")
    command.add_argument("--client-ca-file", type=Path, metavar="F", help="ask for client certificates of these")


def _add_derive(commands: Any) -> None:
    command = _command(commands, "derive", "write the OpenAPI specification that a help page documents", _derive)
    command.add_argument("page", type=Path, metavar="PAGE", help="the page as plain text")
    command.add_argument(
        "--output",
        type=Path,
        default=Path("openapi/replace-pytorchjob.yaml"),
        metavar="FILE",
        help="where to write it; - for standard output (default: %(default)s)",
    )


def _add_restore(commands: Any) -> None:
    command = _command(commands, "restore", "undo what runs left behind that did not come to their end", _restore)
    command.add_argument("--list", action="store_true", help="only list what there is to undo")
    command.add_argument("--config", metavar="FILE", help=config_file.HELP)
    for option in OPTIONS:
        if option.key in CONNECTION:
            if option.is_switch:
                command.add_argument(f"--{option.name}", action="store_const", const="true", help=option.help)
            else:
                command.add_argument(f"--{option.name}", metavar=option.metavar, help=option.help)


def _add_report(commands: Any) -> None:
    command = _command(commands, "report", "show, verify or compare stored reports", None)
    actions = command.add_subparsers(dest="action_name", required=True, metavar="ACTION")
    for name, text, action in (
        ("show", "print the summary", _show),
        ("verify", "check schema, consistency and digest", _verify),
    ):
        sub = _command(actions, name, text, action)
        sub.add_argument("file", type=Path, metavar="FILE", help="conformance.json or the directory that holds it")
        if name == "verify":
            sub.add_argument(
                "--public-key", type=Path, metavar="PEM", help="check the signature (….sig beside the record) too"
            )
    report.add_actions(actions, _command)


def _run(options: argparse.Namespace, rest: Sequence[str]) -> int:
    given = {option.key: getattr(options, option.key) for option in OPTIONS}
    if options.targets:
        return fleet.run(options, given, rest)
    if options.parallel:
        raise SettingsError("--parallel needs --targets")
    file = config_file.choose(options.config, os.environ)
    resolved = resolve_all(given, os.environ, file)
    if options.show_config:
        print(effective.text(resolved, file))
        return 0
    settings = resolved.settings
    if settings.fault:
        embedded.check_fault(settings.fault)
    directory = settings.report_dir
    arguments = [f"--config={file}"] if file else []
    for option in OPTIONS:
        value = given[option.key]
        if value is not None:
            arguments += [f"--{option.name}"] if option.is_switch else [f"--{option.name}={value}"]
    for variable in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(variable, None)
    signals.heed()
    quiet = [
        "-qq",
        "--no-header",
        "--no-summary",
        "--tb=no",
        "--assert=plain",
        "-c",
        str(PACKAGE / "pytest_plugin" / "pytest.ini"),
        f"--rootdir={case_files()}",
    ]
    records = []
    if not settings.plan:  # a plan is no run: the records of the last one stay
        records = [*junit.arguments(directory), f"--alluredir={report_directory.prepare(directory)}"]
    everything = [str(case_files()), "-p", "contracts.pytest_plugin.plugin", *quiet, *records, *arguments, *rest]
    return int(pytest.main(everything))


def _serve(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    return serve.run(options)


def _restore(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    # The newest first: what it found was left by the one before it.
    journals = journal.entries(journal.state_directory())[::-1]
    chosen = [one for one in journals if options.target is None or one.entry.url == options.target.rstrip("/")]
    if not chosen:
        print("there is nothing to undo")
    failed = False
    for one in chosen:
        print(f"{one.entry.url}: {one.entry.namespace}/{one.entry.name}, {one.path}")
        if one.in_use():
            print("  its run is still at work; it is left alone")
        elif not options.list:
            failed |= not _undo(options, one)
    if not options.list:
        journal.sweep(journal.state_directory())
    return ERROR if failed else 0


def _undo(options: argparse.Namespace, one: journal.Journal) -> bool:
    given = {key: getattr(options, key) for key in CONNECTION} | {"target": one.entry.url}
    target = access = None
    try:
        access = access_of(resolve(given, os.environ, config_file.choose(options.config, os.environ)))
        target = Client(access.connection)
        print(f"  {restore(one, target)}")
    except TargetError as error:
        print(f"pytorchjob-contract: {error}", file=sys.stderr)
        return False
    finally:
        if target is not None:
            target.close()
        if access is not None:
            access.close()
    return True


def _derive(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    text = to_openapi.derive_page(options.page)
    if str(options.output) == "-":
        sys.stdout.write(text)
        return 0
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(text, encoding="utf-8")
    print(options.output)
    return 0


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


def _title() -> str:
    try:
        contract: Contract = load_contract()
    except (ContractError, SpecificationError):
        return "its specification cannot be read"
    return contract.document.title
