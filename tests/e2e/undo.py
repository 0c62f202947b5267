"""Runs that are killed, and `restore`, which undoes them."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from .command import call, started
from .endpoint import Served


def killed_run(served: Served, directory: Path, writes: int, *arguments: str) -> None:
    """A run that is killed without warning once the store has seen so many writes, or has ended by then."""
    start = served.version
    with started(*served.arguments, *arguments, directory=directory) as running:
        running.wait_until(lambda: served.version >= start + writes)
        running.end(signal.SIGKILL)


def restore(served: Served, state: Path) -> subprocess.CompletedProcess[str]:
    """Undo what the journals of a state directory say."""
    return call("restore", f"--token-file={served.token_file}", directory=state, XDG_STATE_HOME=str(state))
