"""The command `run`: judge an endpoint, or with `--targets` several. pytest runs the cases."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.cli.command import add_options, command, contract_of
from contracts.pytest_plugin import allure_results, discovery
from contracts.pytest_plugin.names import SESSION
from contracts.report import junit
from contracts.report.files import may_overwrite, write_whole
from contracts.report.html.pages import fleet_page
from contracts.report.runs.fleet import Fleet, as_json, as_markdown, as_text
from contracts.resource.new_object import new_object
from contracts.run import embedded, fleet_config, fleet_processes, signals
from contracts.settings import config_name, show
from contracts.settings.config_file import SettingsError
from contracts.settings.options import BY_KEY, OPTIONS, PYTEST_PREFIX
from contracts.settings.resolve import check_files, resolve_all

# Endpoints of a fleet that are judged at a time.
PARALLEL: Final = 4
INTERRUPTED: Final = 2
# Whatever was judged, the run's own words tell of it.
QUIET: Final = ("-qq", "--no-header", "--no-summary", "--tb=no")
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
  PYTORCHJOB_CONTRACT_IAM_PASSWORD=… pytorchjob-contract run --target 'https://gw.example.com/api?tenant=7' \\
          --iam-url https://iam.region.example.com --iam-user me --iam-domain account --iam-project region
      judge an endpoint behind a gateway, with a token of Huawei Cloud's IAM

Every option is also a key of the configuration file and a variable PYTORCHJOB_CONTRACT_<OPTION>; the command line
beats the environment, the environment the file. Secrets are never options: PYTORCHJOB_CONTRACT_TOKEN, _DENIED_TOKEN,
_ACCESS_KEY, _SECRET_KEY, _SECURITY_TOKEN, _IAM_PASSWORD, _DENIED_IAM_PASSWORD, or in the file such as
`token: ${STAGING_TOKEN}`.

exit status: 0 conformant or partial, 1 nonconformant, 2 interrupted, 3 error (nothing can be said), 4 usage
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "run", "judge an endpoint", run, EXAMPLES)
    parser.add_argument("--show-config", action="store_true", help="print every option and its source; send nothing")
    parser.add_argument("--list-faults", action="store_true", help="print the faults that --fault takes; send nothing")
    parser.add_argument(
        "--targets", type=Path, metavar="FILE", help="YAML file with several endpoints, all to be judged"
    )
    parser.add_argument("--parallel", metavar="N", help=f"with --targets: so many at a time (default: {PARALLEL})")
    add_options(parser, OPTIONS)


def run(options: argparse.Namespace) -> int:
    """Judge what the options name. Raises `SettingsError` for options that cannot be used."""
    if options.list_faults:
        return _list_faults()
    given = {option.key: getattr(options, option.key) for option in OPTIONS}
    if options.targets:
        return _run_fleet(options, given)
    if options.parallel:
        raise SettingsError("--parallel needs --targets")
    file = config_name.choose(options.config, os.environ)
    settings, origins = resolve_all(given, os.environ, file)
    if options.show_config:
        print(show.text(settings, origins, file))
        return 0
    check_files(settings)
    embedded.check(settings)
    # What cannot be read is told of here, in a line, and not by pytest where it collects the cases.
    new_object(contract_of(settings.judged), settings)
    # A plan is no run: the records of the last one stay.
    records = [] if settings.plan else [f"--alluredir={prepare_reports(settings.report_dir)}"]
    configured = [f"{PYTEST_PREFIX}config={file}"] if file else []
    arguments = [*discovery.isolated(), *QUIET, *records, *configured, *pytest_options(given), *options.rest]
    signals.handle()
    watched = _Watched()
    status = int(pytest.main(arguments, plugins=[watched]))
    if status == INTERRUPTED and not watched.told:
        _tell("interrupted: nothing was judged")
    return status


class _Watched:
    """A plugin that notes whether the session came so far that it says itself how it ended."""

    told = False

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look whether there is a report, or a plan, of which the session tells."""
        part = session.config.pluginmanager.getplugin(SESSION)
        self.told = bool(part and (part.state.report or part.state.plan))


def pytest_options(given: Mapping[str, Any]) -> list[str]:
    """The options that were given, as our pytest plugin takes them."""
    return [
        f"{PYTEST_PREFIX}{option.name}" + ("" if option.is_switch else f"={value}")
        for option in OPTIONS
        if given[option.key] is not None
        for value in (given[option.key] if option.several else [given[option.key]])
    ]


def prepare_reports(directory: Path) -> Path:
    """Make the report directory ready and give where Allure results go; results of the run before are removed.

    Raises `SettingsError` when it cannot be written to, or holds what would be overwritten and is not this suite's.
    """
    record, results = directory / junit.FILE_NAME, directory / "allure-results"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
        foreign = None if may_overwrite(record, junit.MARK) else record
        foreign = foreign or (None if allure_results.begin(results) else results)
    except OSError as error:
        raise SettingsError(f"--report-dir: {error.filename or directory}: {error.strerror}") from None
    if foreign:
        problem = "is not from this suite, and is left alone; choose another directory"
        raise SettingsError(f"--report-dir: {foreign} {problem}")
    return results


def _list_faults() -> int:
    faults = embedded.faults()
    width = max(map(len, faults))
    for name, text in faults.items():
        print(f"{name:{width}}  {text}")
    return 0


def _run_fleet(options: argparse.Namespace, given: Mapping[str, Any]) -> int:
    """Judge every endpoint of the file, write fleet.html, fleet.json and fleet.md, and give the worst exit status.

    Raises `SettingsError` when the file as a whole cannot be used, `ReportError` when nothing can be written.
    """
    if options.config or options.show_config:
        raise SettingsError("--config and --show-config are for one endpoint; --targets names a file of its own")
    try:
        parallel = PARALLEL if options.parallel is None else int(BY_KEY["workers"].read(options.parallel))
    except ValueError as error:
        said = str(error) if str(error).startswith("expected") else "expected a whole number of at least 1"
        raise SettingsError(f"--parallel: {said}") from None
    endpoints = fleet_config.read(options.targets, given, os.environ)
    for name in fleet_config.ignored(os.environ):
        _tell(f"{name} is left out: with --targets each endpoint has its own")
    reports = BY_KEY["report_dir"]
    directory = Path(given[reports.key] or os.environ.get(reports.variable) or reports.default)
    started_at = datetime.now(UTC)
    results, interrupted = fleet_processes.run_all(endpoints, directory, parallel, options.rest, _tell)
    fleet = Fleet(results, started_at, datetime.now(UTC), interrupted)
    sys.stdout.write(as_text(fleet, shutil.get_terminal_size().columns))
    write_whole(directory / "fleet.md", as_markdown(fleet))
    write_whole(directory / "fleet.json", json.dumps(as_json(fleet), indent=2) + "\n")
    print(f"report: {write_whole(directory / 'fleet.html', fleet_page(fleet))}")
    return fleet.status


def _tell(line: str) -> None:
    print(f"pytorchjob-contract: {line}", file=sys.stderr, flush=True)
