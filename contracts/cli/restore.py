"""The command `restore`: undo what runs left behind that were killed."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from contracts.cli.command import add_options, command
from contracts.client.access import access_of
from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.report.error_kinds import ErrorKind
from contracts.report.outcomes import ERROR
from contracts.resource import journal
from contracts.resource.restore import restore as undo
from contracts.run import fleet_config
from contracts.settings import config_name
from contracts.settings.address import address
from contracts.settings.config_file import SettingsError
from contracts.settings.option import Topic
from contracts.settings.options import BY_KEY, OPTIONS, Settings
from contracts.settings.resolve import check_files, resolve
from contracts.spec.contract import ContractError
from contracts.spec.schema import SpecificationError

# What it takes to send something.
CONNECTION: Final = tuple(option for option in OPTIONS if option.scope in (Topic.CONNECTION, Topic.CREDENTIAL))
# The credential that may not write, which a file for runs names too: nothing is undone with it, so it may be missing.
DENIED: Final = tuple(key for key in BY_KEY if key.startswith("denied_"))
HELP: Final = {
    "target": "undo only what was left at this base URL (default: wherever a journal says); its query is sent, too",
    "kubeconfig": "take trust and credential from this kubeconfig file, for what was left at its server or --target",
    "in_cluster": "take trust and credential from the pod's service account, for its API server or --target",
    "token_file": "file with the credential that may replace and delete the object",
}
EPILOG: Final = """\
examples:
  pytorchjob-contract restore --list
      what there is to undo
  pytorchjob-contract restore --target https://staging.example.com --token-file token
      undo what was left there
  pytorchjob-contract restore --targets fleet.yaml
      undo what runs of a fleet have left, on each endpoint with its own credential

What there is to undo stands in the journals below $XDG_STATE_HOME/pytorchjob-contract (by default in
~/.local/state/pytorchjob-contract). A created object is deleted, an adopted one put back as it was, but for what
somebody else has changed since. A run that is still at work is left alone.

exit status: 0 nothing is left to undo, 3 something could not be undone, or is not as it was afterwards, 4 usage
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "restore", "undo what runs left behind that did not come to their end", restore, EPILOG)
    parser.add_argument("--list", action="store_true", help="only list what there is to undo")
    parser.add_argument("--targets", type=Path, metavar="FILE", help="take how each endpoint is reached from this file")
    add_options(parser, (replace(one, help=HELP.get(one.key, one.help)) for one in CONNECTION))


def restore(options: argparse.Namespace) -> int:
    """Undo, or list, what the journals of earlier runs tell of."""
    # The newest first: what it found was left by the one before it.
    journals = journal.entries(journal.state_directory())[::-1]
    try:
        url = address(options.target).url if options.target is not None else None
    except ValueError as error:
        raise SettingsError(f"--target: {error}") from None
    chosen = [one for one in journals if url in (None, one.entry.url)]
    settings_for = _of_fleet(options) if options.targets else _of_one(options)
    unreadable = journal.unreadable(journal.state_directory())
    for path in unreadable:
        said = "no journal of this version: what its run has left cannot be undone; look there for name and namespace"
        print(f"pytorchjob-contract: {path}: {said}", file=sys.stderr)
    if not chosen and not unreadable:
        print("there is nothing to undo")
    failed = bool(unreadable)
    silent = set[str]()
    for number, one in enumerate(chosen, 1):
        of = f"{number} of {len(chosen)}: " if len(chosen) > 1 and not options.list else ""
        print(f"{of}{one.entry.url}: {one.entry.namespace}/{one.entry.name}, {one.path}", flush=True)
        if one.in_use():
            print("  its run is still at work; it is left alone")
        elif one.entry.url in silent and not options.list:
            print("  left for later: the endpoint does not answer")
            failed = True
        elif not options.list:
            problem = _problem(settings_for, one)
            failed |= problem is not None
            if isinstance(problem, TargetError) and problem.kind == ErrorKind.UNREACHABLE:
                silent.add(one.entry.url)
    if not options.list:
        journal.sweep(journal.state_directory())
    return ERROR if failed else 0


def _of_one(options: argparse.Namespace) -> Callable[[journal.Journal], Settings]:
    """How the endpoint of a journal is reached, as the command line, the environment and the file say."""
    given = {option.key: getattr(options, option.key) for option in CONNECTION}
    file = config_name.choose(options.config, os.environ)
    configured = cache(lambda: _configured(given, file))

    def settings_for(one: journal.Journal) -> Settings:
        # A credential is for one endpoint: what was left on another one is not undone with it.
        if given["target"] is None and configured() not in (None, one.entry.url):
            there = shlex.quote(one.entry.url)
            raise TargetError(
                f"credential and trust are for {configured()}; give those of this one with --target={there}"
            )
        settings = _resolved({**given, "target": given["target"] or one.entry.url}, os.environ, file)
        check_files(settings)
        return settings

    return settings_for


def _resolved(given: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings without what may not write; raises `SettingsError`."""
    nothing: dict[str, Any] = dict.fromkeys(DENIED)
    return replace(resolve(given, environment, file), **nothing)


def _configured(given: Mapping[str, Any], file: Path | None) -> str | None:
    """The endpoint that is named, by its URL, a kubeconfig or the pod; None where none is."""
    try:
        settings = _resolved(given, os.environ, file)
    except SettingsError:  # a credential without an endpoint; any other mistake is told when the endpoint is added
        return None
    if settings.target or settings.embedded:
        return settings.target
    with closing(access_of(settings)) as access:
        return access.connection.url


def _of_fleet(options: argparse.Namespace) -> Callable[[journal.Journal], Settings]:
    """How it is reached as the file of the fleet says, where one of its endpoints is there."""
    if options.config:
        raise SettingsError("--config is for one endpoint; --targets names a file of its own")
    given = {option.key: getattr(options, option.key) for option in CONNECTION}
    fleet = fleet_config.read(options.targets, given, os.environ)
    places = cache(lambda: tuple(_places(fleet)))

    def settings_for(one: journal.Journal) -> Settings:
        here = [(namespace, settings) for url, namespace, settings in places() if url == one.entry.url]
        if not here:
            raise TargetError(f"{one.entry.url}: no endpoint of {options.targets} that can be reached is there")
        # Of several at one URL the one with this namespace; a namespace that is not told may be this one.
        order = (one.entry.namespace, None)
        _, settings = min(here, key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
        return replace(settings, target=one.entry.url)

    return settings_for


def _places(fleet: fleet_config.Fleet) -> Iterator[tuple[str, str | None, Settings]]:
    """URL, namespace and settings of each endpoint; what is wrong with one is said, and keeps no other from it."""
    for member in fleet.members:
        if member.problem:
            print(f"pytorchjob-contract: {member.problem}", file=sys.stderr)
            continue
        try:
            settings = _resolved(member.given, fleet.environment(member, os.environ))
            check_files(settings)
            if settings.target:
                yield settings.target, settings.namespace, settings
            elif not settings.embedded:
                with closing(access_of(settings)) as access:
                    yield access.connection.url, settings.namespace or access.namespace, settings
        except (SettingsError, TargetError) as error:
            print(f"pytorchjob-contract: {member.name}: {error}", file=sys.stderr)


def _problem(settings_for: Callable[[journal.Journal], Settings], one: journal.Journal) -> Exception | None:
    """What kept a run from being undone, once it is told; None where nothing did."""
    try:
        with closing(access_of(settings_for(one))) as access, closing(Client(access.connection)) as target:
            print(f"  {undo(one, target)}")
    except TargetError as error:
        print(f"pytorchjob-contract: {error}", file=sys.stderr)
        return error
    except (SpecificationError, ContractError) as error:  # the file of --spec may be gone by now
        print(f"pytorchjob-contract: {one.entry.namespace}/{one.entry.name}: {error}", file=sys.stderr)
        return error
    return None
