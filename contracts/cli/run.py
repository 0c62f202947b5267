"""The command `run`: judge an endpoint, or with `--targets` several. pytest runs the cases."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest

from contracts.cli import fleet, report_directory
from contracts.cli.command import add_options, command
from contracts.pytest_plugin import discovery
from contracts.run import embedded, signals
from contracts.settings import config_file, show
from contracts.settings.config_file import SettingsError
from contracts.settings.options import OPTIONS
from contracts.settings.resolve import resolve_all
from contracts.spec.load import load_contract

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

Every option is also a key of the configuration file and a variable PYTORCHJOB_CONTRACT_<OPTION>; the command line
beats the environment, the environment the file. Secrets are never options: PYTORCHJOB_CONTRACT_TOKEN, _DENIED_TOKEN,
_ACCESS_KEY, _SECRET_KEY, _SECURITY_TOKEN, or in the file such as `token: ${STAGING_TOKEN}`.

exit status: 0 conformant or partial, 1 nonconformant, 2 interrupted, 3 error (nothing can be said), 4 usage
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "run", "judge an endpoint", run, EXAMPLES)
    parser.add_argument("--show-config", action="store_true", help="print every option and its source; send nothing")
    parser.add_argument("--list-faults", action="store_true", help="print the faults that --fault takes; send nothing")
    fleet.add_arguments(parser)
    add_options(parser, OPTIONS)


def run(options: argparse.Namespace, rest: Sequence[str]) -> int:
    """Judge what the options name. Raises `SettingsError` for options that cannot be used."""
    if options.list_faults:
        return _list_faults()
    given = {option.key: getattr(options, option.key) for option in OPTIONS}
    if options.targets:
        return fleet.run(options, given, rest)
    if options.parallel:
        raise SettingsError("--parallel needs --targets")
    file = config_file.choose(options.config, os.environ)
    resolved = resolve_all(given, os.environ, file)
    if options.show_config:
        print(show.text(resolved, file))
        return 0
    settings = resolved.settings
    load_contract()  # one that cannot be read is told of here, in a line, and not by pytest where it collects the cases
    if settings.fault:
        embedded.check_fault(settings.fault)
    records = []
    if not settings.plan:  # a plan is no run: the records of the last one stay
        results = report_directory.prepare(settings.report_dir)
        records = [f"--alluredir={results}"]
    arguments = [f"{discovery.PREFIX}config={file}"] if file else []
    arguments += pytest_options(given)
    signals.handle()
    return int(pytest.main([*discovery.isolated(), *QUIET, *records, *arguments, *rest]))


def pytest_options(given: Mapping[str, Any]) -> list[str]:
    """The options that were given, as our pytest plugin takes them."""
    return [
        f"{discovery.PREFIX}{option.name}" + ("" if option.is_switch else f"={given[option.key]}")
        for option in OPTIONS
        if given[option.key] is not None
    ]


def _list_faults() -> int:
    faults = embedded.faults()
    width = max(map(len, faults))
    for name, text in faults.items():
        print(f"{name:{width}}  {text}")
    return 0
