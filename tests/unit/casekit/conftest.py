"""A case's view of a reference endpoint over HTTP, in this process, without a pytest session of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from contracts.casekit.job import Job
from contracts.casekit.markers import NothingToTry
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.run.run import Run
from contracts.settings.resolve import resolve


def case(*requirements: str, name: str = "test_my_case", parameters: str = "") -> pytest.Item:
    """As much of a collected case as the case API asks for."""

    def function() -> None:
        """It holds."""

    marker = pytest.mark.requirement(*requirements).mark
    item = SimpleNamespace(
        stash=pytest.Stash(),
        name=f"{name}[{parameters}]" if parameters else name,
        originalname=name,
        nodeid=f"test_mine.py::{name}",
        obj=function,
        iter_markers=lambda wanted: [marker] if wanted == marker.name else [],
    )
    if parameters:
        item.callspec = SimpleNamespace(id=parameters)
    return cast("pytest.Item", item)


@contextmanager
def opened(tmp_path: Path, behaviour: Any = None, conditions: Iterable[str] = (), **settings: Any) -> Iterator[Run]:
    """A run against a reference endpoint, from preflight to clean-up; nothing is left of it."""
    more = {"behaviour": behaviour} if behaviour else {}
    with ReferenceEndpoint(ReferenceOptions(conditions=frozenset(conditions)), **more) as endpoint:
        with running(endpoint, tmp_path, **settings) as run:
            yield run
        assert run.error == ""


@contextmanager
def running(endpoint: ReferenceEndpoint, tmp_path: Path, **settings: Any) -> Iterator[Run]:
    """A run against an endpoint, closed before that is; `name` and `yes` adopt an object."""
    token, denied = tmp_path / "token", tmp_path / "denied"
    token.write_text(endpoint.options.token)
    denied.write_text(endpoint.options.denied_token)
    given = {
        "target": endpoint.url,
        "namespace": endpoint.namespace,
        "token_file": str(token),
        "denied_token_file": str(denied),
        **settings,
    }
    run = Run(resolve(given, {"XDG_STATE_HOME": str(tmp_path)}))
    try:
        run.open()
        run.evidence.begin_case()
        yield run
    finally:
        run.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """A case that finds nothing to try skips, and a test of it would be skipped with it."""
    try:
        return (yield)
    except NothingToTry as error:
        pytest.fail(f"the case found nothing to try: {error}")


@pytest.fixture(scope="module")
def conformant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run against a conformant endpoint, shared by the tests of a module."""
    directory = tmp_path_factory.mktemp("conformant")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(directory / "state"))
        with opened(directory) as run:
            yield run


@pytest.fixture
def job_of(conformant: Run) -> Callable[..., Job]:
    """Makes the job of a new case that names some requirements, on the conformant endpoint."""

    def make(*requirements: str, **more: Any) -> Job:
        conformant.evidence.begin_case()
        return Job(conformant, case(*(requirements or ("status.200",)), **more))

    return make
