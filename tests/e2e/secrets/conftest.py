"""Runs of which everything that they write is kept, against endpoints that know secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ..command import Environment, complete
from ..endpoint import Serve, Served
from .canaries import DENIED, TOKEN, Tell, Told, adoptable

Canaries = Callable[..., AbstractContextManager[tuple[Served, str]]]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Make a run whose home, state and cache are its own, and read all that it wrote."""

    def run(*arguments: str, environment: Environment | None = None) -> Told:
        home = tmp_path / "home"
        own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), **(environment or {})}
        finished = complete(*arguments, directory=home, environment=own)
        files = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
        return Told(finished.status, finished.output, files)

    return run


@pytest.fixture
def canaries(serve: Serve) -> Canaries:
    """A reference endpoint with canaries for tokens, and a job that names a secret one."""

    @contextmanager
    def served(behaviour: Any = None, **options: Any) -> Iterator[tuple[Served, str]]:
        with serve(behaviour, token=TOKEN, denied_token=DENIED, **options) as endpoint:
            yield endpoint, adoptable(endpoint)

    return served
