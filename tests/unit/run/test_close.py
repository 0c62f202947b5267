"""The end of a run: whatever goes wrong while it cleans up is noted, and keeps nothing from being told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.client import pace, repetition
from contracts.jsonvalue import paths
from contracts.judge import kept
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.server import ReferenceEndpoint
from contracts.report.error_kinds import ErrorKind, internal
from contracts.resource import leftovers
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.spec.fields import FINALIZERS
from tests.unit.casekit.conftest import running


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_an_error_of_ours_is_noted_beside_what_had_stopped_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: ResourceUnderTest) -> None:
        raise ValueError("s3cret")

    with ReferenceEndpoint(ReferenceOptions()) as endpoint, running(endpoint, tmp_path) as run:
        run.fail("the target is gone", ErrorKind.UNREACHABLE)
        with monkeypatch.context() as patch:
            patch.setattr(ResourceUnderTest, "finish", broken)
            run.close()
        assert run.error.startswith(f"the target is gone; {run.resource.path}: internal error: ValueError in ")
        assert "s3cret" not in run.error
        assert run.error_kinds == {ErrorKind.UNREACHABLE, ErrorKind.INTERNAL}


def test_a_controllers_finalizer_that_is_to_be_kept_goes_with_the_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contracts.resource.finalizers.CONTROLLERS_TIME", 0.0)
    with ReferenceEndpoint(ReferenceOptions()) as endpoint:
        with running(endpoint, tmp_path) as run:
            route = Route(endpoint.namespace, run.resource.name)
            stored = endpoint.store.get(route)
            held = paths.put(stored, FINALIZERS, ["example.com/release"])
            endpoint.store.put(route, held)
            run.resource.limits = kept.limits([FINALIZERS], run.resource.read())
        assert (run.error, list(endpoint.store.items())) == ("", [])


@pytest.mark.parametrize("lists", [True, False])
def test_a_gateway_that_ends_the_connection_for_capitals_keeps_no_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists: bool
) -> None:
    """Where a list shows that there is nothing of the name nothing is left; else it is told, and the object deleted."""
    monkeypatch.setattr(leftovers, "DELETION_TIMEOUT", 0)
    monkeypatch.setattr(repetition, "LONGEST_UNTOLD", 0)
    monkeypatch.setattr(pace, "LONGEST_DELAY", 0)

    def behaviour(resource: Resource, options: ReferenceOptions) -> Behaviour:
        steps = conformant(resource, options)

        def answer(request: Request, response: Response) -> Response:
            if "CONTRACT-" in request.path:  # less than was announced
                return Response(200, None, "application/json", {"content-length": "9"}, body=b"")
            unlisted = request.method == "GET" and request.path.endswith(resource.plural) and not lists
            return steps.answer(request, replace(response, value={}) if unlisted else response)

        return replace(steps, answer=answer)

    with ReferenceEndpoint(ReferenceOptions(), behaviour=behaviour) as endpoint:
        with running(endpoint, tmp_path) as run:
            pass
        assert list(endpoint.store.items()) == []
    name = run.resource.name.swapcase()
    assert run.error == ("" if lists else f"{run.resource.collection}: {name} could not be deleted")
    assert run.error_kinds == (set() if lists else {ErrorKind.LEFT_BEHIND})


def test_what_is_said_of_an_error_of_ours_holds_no_message() -> None:
    try:
        raise KeyError("s3cret")
    except KeyError as error:
        said = internal(error)
    assert said.startswith("internal error: KeyError in ")
    assert "s3cret" not in said
