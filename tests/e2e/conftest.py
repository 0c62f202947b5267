"""Runs of the real command, as a user makes them: another process, real sockets, files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from .command import Command, Environment, Finished, complete
from .endpoint import Serve, served
from .tls import Tls, certificates


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Make a run in a new directory, and wait for its end."""

    def command(*arguments: str, environment: Environment | None = None) -> Finished:
        return complete(*arguments, directory=tmp_path_factory.mktemp("run"), environment=environment)

    return command


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """A context manager over a reference endpoint, with its credentials in files."""
    return partial(served, tmp_path)


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """Certificates by an authority made here."""
    return certificates(tmp_path_factory.mktemp("tls"))
