"""The command `run`: judge an endpoint, or with `--targets` several. pytest runs the cases."""

import argparse
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.cli import run_fleet, run_operations
from contracts.cli.command import add_options, command, contract_of
from contracts.client.certificates import check_certificates
from contracts.pytest_plugin import allure_results, discovery
from contracts.pytest_plugin.names import SESSION
from contracts.report import junit
from contracts.report.files import ALLURE_RESULTS, may_overwrite
from contracts.report.outcomes import INTERRUPTED
from contracts.resource.new_object import new_object
from contracts.run import embedded, signals
from contracts.settings import config_file, config_name, show
from contracts.settings.config_file import SettingsError
from contracts.settings.options import OPTIONS, PYTEST_PREFIX
from contracts.settings.resolve import check_files, resolve_all
from contracts.settings.variables import unknown

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
  pytorchjob-contract run --targets fleet.yaml --parallel 4 --report-dir nights/2026-05-02
      judge every endpoint of a file, four at a time
  pytorchjob-contract run --targets fleet.yaml --shard 0/4 --resume 12 --report-dir nights/2026-05-02
      judge the first, fifth, ninth … of them, but for those of which the last 12 hours left a verdict there; in a pod
      of an Indexed Job --shard 4 does, as JOB_COMPLETION_INDEX holds the number before the slash (docs/fleet.md)

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
    faults = "print the faults that --fault takes (in a checkout only); send nothing"
    parser.add_argument("--list-faults", action="store_true", help=faults)
    run_fleet.add(parser)
    add_options(parser, OPTIONS)


def run(options: argparse.Namespace) -> int:
    """Judge what the options name. Raises `SettingsError` for options that cannot be used."""
    if options.list_faults:
        return _list_faults()
    given = {option.key: getattr(options, option.key) for option in OPTIONS}
    if options.targets:
        return run_fleet.run(options, given)
    if alone := [name for name in run_fleet.NEEDING if getattr(options, name) is not None]:
        raise SettingsError(f"--{alone[0]} needs --targets")
    file = config_name.choose(options.config, os.environ)
    settings, origins = resolve_all(given, os.environ, file)
    for name in unknown(os.environ, config_file.load(file, "--config") if file else {}):
        run_fleet.tell(f"{name} is no option's variable, and is left out")
    if options.show_config:
        print(show.text(settings, origins, file))
        return 0
    check_files(settings)
    check_certificates(settings)
    embedded.check(settings)
    # What cannot be read is told of here, in a line, and not by pytest where it collects the cases.
    new_object(contract_of(settings.judged), settings)
    if operations := run_operations.several(settings):
        return run_operations.run(operations, settings, options, given, prepare_reports(settings.report_dir))
    # A plan is no run: the records of the last one stay.
    records = [] if settings.plan else [f"--alluredir={prepare_reports(settings.report_dir)}"]
    configured = [f"{PYTEST_PREFIX}config={file}"] if file else []
    arguments = [*discovery.isolated(), *QUIET, *records, *configured, *pytest_options(given), *options.rest]
    signals.handle()
    watched = _Watched()
    status = int(pytest.main(arguments, plugins=[watched]))
    if status == INTERRUPTED and not watched.told:
        run_fleet.tell("interrupted: nothing was judged")
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
    record, results = directory / junit.FILE_NAME, directory / ALLURE_RESULTS
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
