"""The command `restore`: undo what runs left behind that were killed."""

import argparse
import os
import sys
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

from contracts.cli.command import ERROR, add_options, command
from contracts.client.access import access_of
from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.resource import journal
from contracts.resource.restore import restore as undo
from contracts.settings import config_name
from contracts.settings.address import address
from contracts.settings.config_file import SettingsError
from contracts.settings.options import OPTIONS, Topic
from contracts.settings.resolve import check_files, resolve

# What it takes to send something.
CONNECTION: Final = tuple(option for option in OPTIONS if option.scope in (Topic.CONNECTION, Topic.CREDENTIAL))
HELP: Final = {
    "target": "undo only what was left at this base URL (default: wherever a journal says); its query is sent, too",
    "kubeconfig": "take trust and credential from this kubeconfig file; the endpoint is the journal's",
    "in_cluster": "take trust and credential from the service account of the pod; the endpoint is the journal's",
    "token_file": "file with the credential that may replace and delete the object",
}
EPILOG: Final = """\
What there is to undo stands in the journals below $XDG_STATE_HOME/pytorchjob-contract (by default in
~/.local/state/pytorchjob-contract). A created object is deleted, an adopted one put back as it was; what somebody else
has changed since is left alone, and so is a run that is still at work.

exit status: 0 nothing is left to undo, 3 something could not be undone, or is not as it was afterwards, 4 usage
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "restore", "undo what runs left behind that did not come to their end", restore, EPILOG)
    parser.add_argument("--list", action="store_true", help="only list what there is to undo")
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
    if not chosen:
        print("there is nothing to undo")
    failed = False
    for one in chosen:
        print(f"{one.entry.url}: {one.entry.namespace}/{one.entry.name}, {one.path}")
        if one.in_use():
            print("  its run is still at work; it is left alone")
        elif not options.list:
            failed |= not _undone(options, one)
    if not options.list:
        journal.sweep(journal.state_directory())
    return ERROR if failed else 0


def _undone(options: argparse.Namespace, one: journal.Journal) -> bool:
    given = {option.key: getattr(options, option.key) for option in CONNECTION}
    given["target"] = given["target"] or one.entry.url
    try:
        settings = resolve(given, os.environ, config_name.choose(options.config, os.environ))
        check_files(settings)
        with closing(access_of(settings)) as access, closing(Client(access.connection)) as target:
            print(f"  {undo(one, target)}")
    except TargetError as error:
        print(f"pytorchjob-contract: {error}", file=sys.stderr)
        return False
    return True
