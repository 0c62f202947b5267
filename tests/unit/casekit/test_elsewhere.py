"""What a lenient target creates in a namespace in which nothing may be written: deleted again, or told and noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.casekit.job import Job
from contracts.client.access import access_of
from contracts.client.client import Client
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.server import ReferenceEndpoint
from contracts.reference.status_error import Refusal
from contracts.resource import leftovers
from contracts.resource.journal import entries, state_directory
from contracts.resource.restore import restore
from contracts.run.run import Run
from tests.e2e.endpoint import put_job_in_use
from tests.faults import faulty
from tests.unit.casekit.conftest import case, running

PROD = "prod"


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@contextmanager
def lenient(denied: set[str]) -> Iterator[ReferenceEndpoint]:
    """An endpoint where a PUT creates what is not there, in any namespace; in PROD some verbs are `denied`."""

    def behaviour(resource: Resource, options: ReferenceOptions) -> Behaviour:
        steps = faulty("created-otherwise-than-answered")(resource, options)
        authorize = steps.authorize

        def anywhere(user: str, verb: str, route: Route) -> None:
            with suppress(*() if route.namespace == PROD and verb in denied else (Refusal,)):
                authorize(user, verb, route)

        return replace(steps, authorize=anywhere)

    with ReferenceEndpoint(ReferenceOptions(), behaviour=behaviour) as endpoint:
        yield endpoint


def sent_elsewhere(endpoint: ReferenceEndpoint, tmp_path: Path, *, adopt: bool = False) -> tuple[Run, int]:
    """A run, closed by now, that has sent an object to PROD; how that was answered."""
    more: dict[str, Any] = {"name": put_job_in_use(endpoint), "yes": True} if adopt else {}
    with running(endpoint, tmp_path, denied_namespace=PROD, **more) as run:
        return run, Job(run, case("status.403")).send_elsewhere(namespace=PROD).status


def in_prod(endpoint: ReferenceEndpoint) -> list[Route]:
    return [route for route, _ in endpoint.store.items(PROD)]


@pytest.mark.parametrize("adopt", [False, True], ids=["created", "adopted"])
def test_what_is_created_there_is_deleted(tmp_path: Path, adopt: bool) -> None:
    with lenient(set()) as endpoint:
        run, status = sent_elsewhere(endpoint, tmp_path, adopt=adopt)
        assert (status, run.error, in_prod(endpoint)) == (201, "", [])
    assert entries(state_directory()) == []


@pytest.mark.parametrize("adopt", [False, True], ids=["created", "adopted"])
def test_what_cannot_be_deleted_there_is_told_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, adopt: bool
) -> None:
    monkeypatch.setattr(leftovers, "DELETION_TIMEOUT", 0)
    denied = {"delete", "get"}
    with lenient(denied) as endpoint:
        run, status = sent_elsewhere(endpoint, tmp_path, adopt=adopt)
        (left,) = in_prod(endpoint)
        assert status == 201
        assert f"{PROD}/{left.name} could not be deleted" in run.error
        assert run.error_kinds == {"left-behind"}
        denied.clear()
        (journal,) = entries(state_directory())
        with closing(access_of(run.settings)) as access, closing(Client(access.connection)) as target:
            restore(journal, target)
        assert in_prod(endpoint) == []
    assert entries(state_directory()) == []


def test_where_it_is_refused_nothing_is_left(tmp_path: Path) -> None:
    with lenient({"get", "update", "delete"}) as endpoint:
        run, status = sent_elsewhere(endpoint, tmp_path)
        assert (status, run.error, in_prod(endpoint)) == (403, "", [])
    assert entries(state_directory()) == []
