"""The command `replay`: do again what findings of a record are about, and say whether they still show."""

import argparse
import json
import os
import shlex
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.cli.command import add_options, command
from contracts.cli.run import QUIET, pytest_options
from contracts.pytest_plugin import discovery
from contracts.pytest_plugin.replay import Replay
from contracts.report import codec, record, replay
from contracts.report.files import write_whole
from contracts.report.model import Report, Verdict
from contracts.report.outcomes import ERROR
from contracts.report.text.replay import text
from contracts.run import embedded, signals
from contracts.settings import config_file, config_name, recorded
from contracts.settings.config_file import SettingsError
from contracts.settings.option import Topic
from contracts.settings.options import OPTIONS, PYTEST_PREFIX, SECRETS
from contracts.settings.readers import FINDINGS
from contracts.settings.resolve import resolve_all

LEFT_OUT: Final = {*recorded.NOT_REPEATED - {"name", "yes"}, "report_dir", "baseline", "plan", "verdict_only"}
TAKEN: Final = tuple(one for one in OPTIONS if one.key not in LEFT_OUT and one.scope is not Topic.PRODUCT)
HELP: Final = {
    "target": "base URL of the endpoint, its query sent with every request; without it that of the record",
    "namespace": "namespace of the object under test; without it that of the record",
    "profile": "judge the page and the API conventions, or the page alone; without it as the record did",
    "examples": "generated examples for each property; without it as many as the record's run had",
    "seed": "number that decides everything generated; without it that of the record",
    "har": "write every request and answer into this file (HAR 1.2), secrets masked",
}
NOTHING_CHOSEN: Final = "every finding of the record"
EXAMPLES: Final = """\
examples:
  pytorchjob-contract replay reports
      every finding of the last run, on the target and with the options of that run
  pytorchjob-contract replay reports 3f2a91 --token-file token
      one finding; a credential is never in a record, so it is given again
  pytorchjob-contract replay conformance.json 3f2a91 --target https://staging2.example.com --token-file token
      the same on another endpoint

An object of its own is created and deleted, or with --name an existing one is adopted and put back, as in a run.
What came up now and then is tried as often as its rate demands, 100 times at most. Where a finding's cases do not
show it, all that had run before it are run too: what is gone may take as many requests as the run until then.

exit status: 0 none shows again, 1 some are still there, 2 interrupted, 3 of some nothing can be said, 4 usage
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "replay", "show the findings of a record again", run, EXAMPLES)
    parser.add_argument("record", type=Path, metavar="RECORD", help="conformance.json, or the directory that holds it")
    parser.add_argument("findings", nargs="*", metavar="FINDING", help=f"ids of findings (default: {NOTHING_CHOSEN})")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write what was shown, as JSON, into this file too")
    # What is not given is as in the record, whatever a run's default is.
    add_options(parser, (replace(one, help=HELP.get(one.key, one.help), default=None) for one in TAKEN))


def run(options: argparse.Namespace) -> int:
    """Replay what the options name. Raises `ReportError` for a record, `SettingsError` for an id of no finding."""
    if options.har == str(FINDINGS):
        raise SettingsError("--har findings: a replay has no directory of reports; name a file")
    report = record.load(options.record)
    try:
        sought = replay.sought(report, options.findings)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    if not sought:
        print(f"the record holds no finding: {report.verdict}")
        return ERROR if report.verdict is Verdict.ERROR else 0
    file = config_name.choose(options.config, os.environ)
    given = _options(options, report, file)
    configured = [f"{PYTEST_PREFIX}config={file}"] if file else []
    plugin = Replay(sought)
    signals.handle()
    with tempfile.TemporaryDirectory() as unused:
        own = pytest_options({**given, "report_dir": unused})
        arguments = [*discovery.isolated(), *QUIET, *configured, *own]
        status = int(pytest.main([*arguments, *options.rest], plugins=[plugin]))
    found = plugin.results()
    sys.stdout.write(text(found))
    if plugin.error:
        print(f"error: {plugin.error}")
    if options.output:
        shown = {"record": str(options.record), "replayed": codec.to_json(found)}
        write_whole(options.output, json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    stopped = status == pytest.ExitCode.INTERRUPTED and not plugin.error
    return status if stopped or status == pytest.ExitCode.USAGE_ERROR else replay.exit_status(found)


def _options(options: argparse.Namespace, report: Report, file: Path | None) -> dict[str, Any]:
    """The options of the session: those that were given, and of the others what the record tells."""
    given: dict[str, Any] = {one.key: getattr(options, one.key, None) for one in OPTIONS}
    content = config_file.load(file, "--config") if file else {}
    known = {one.key for one in (*OPTIONS, *SECRETS) if one.variable in os.environ or one.name in content}
    taken = recorded.repeated(shlex.split(report.command), given, frozenset(known))
    if "namespace" not in known and not any(given[key] or key in known for key in recorded.WHERE[1:]):
        taken["namespace"] = report.target.namespace
    chosen = {**given, **{key: value for key, value in taken.items() if given[key] is None}}
    settings, _ = resolve_all(chosen, os.environ, file)
    embedded.check(settings)
    return chosen
