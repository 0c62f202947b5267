"""An adopted object at odds with a policy, or at work: the first loss ends the run, and everything else is put back."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.conditions.gateways import page
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.reference.status_error import Refusal
from contracts.resource.adoption_guard import ObjectDamaged
from contracts.run.trial import Send, assign
from contracts.spec.fields import ANNOTATIONS, LABELS
from tests.e2e.endpoint import age, put_job_in_use
from tests.unit.casekit.conftest import running
from tests.unit.run.test_other_writers import found, replaced

OWNERS = {"app": "bert", "team": "legacy", "tier": "1", "queue": "a"}
DEADLINE = ("spec", "activeDeadlineSeconds")


def ratcheting(path: paths.Path, allowed: Callable[[Json], bool]) -> Any:
    """An endpoint whose policy lets a value stand that it does not take any more."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def validate(stored: Json, new: Json) -> None:
            steps.validate(stored, new)
            now = paths.get(new, path)
            if not allowed(now) and not paths.same(now, paths.get(stored, path)):
                raise Refusal(403, "Forbidden", "a policy does not allow this")

        return replace(steps, validate=validate)

    return make


def theirs(endpoint: ReferenceEndpoint, **fields: Json) -> Route:
    """Somebody's job with labels of its own, and other fields by dotted path."""
    route = Route(endpoint.namespace, put_job_in_use(endpoint))
    stored: Json = paths.put(endpoint.store.get(route), LABELS, OWNERS)
    for name, value in fields.items():
        stored = paths.put(stored, paths.parse(name), value)
    endpoint.store.put(route, stored)
    return route


def test_a_label_that_is_not_taken_again_ends_the_run_and_is_all_that_is_lost(tmp_path: Path) -> None:
    behaviour = ratcheting((*LABELS, "team"), lambda value: value in (MISSING, "ml"))
    with ReferenceEndpoint(ReferenceOptions(), behaviour=behaviour) as endpoint:
        route = theirs(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            with pytest.raises(ObjectDamaged, match=r"metadata\.labels\.team.*--keep=metadata\.labels\.team"):
                replaced(run, a="1")
            with pytest.raises(ObjectDamaged):
                replaced(run, b="1")
        stored = endpoint.store.get(route)
        assert paths.get(stored, LABELS) == {name: value for name, value in OWNERS.items() if name != "team"}
        assert paths.get(stored, ANNOTATIONS) in (MISSING, {})
        assert "could not be put back as it was: metadata.labels.team" in run.error


def test_what_is_to_be_kept_is_not_tried(tmp_path: Path) -> None:
    behaviour = ratcheting((*LABELS, "team"), lambda value: value in (MISSING, "ml"))
    with ReferenceEndpoint(ReferenceOptions(), behaviour=behaviour) as endpoint:
        route = theirs(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True, keep=["metadata.labels.team"]) as run:
            assert replaced(run, a="1") == 200
        assert run.error == ""
        assert paths.get(endpoint.store.get(route), LABELS) == OWNERS


def test_a_deadline_is_never_less_than_the_owners(tmp_path: Path) -> None:
    """Where the owner's is not taken again, what stands then does not end the job sooner."""
    behaviour = ratcheting(DEADLINE, lambda value: isinstance(value, int) and value != 9_000_000)
    with ReferenceEndpoint(ReferenceOptions(), behaviour=behaviour) as endpoint:
        route = theirs(endpoint, **{"spec.activeDeadlineSeconds": 9_000_000})
        name = str(route.name)
        with (
            running(endpoint, tmp_path, name=name, yes=True) as run,
            pytest.raises(ObjectDamaged, match=r"spec\.activeDeadlineSeconds"),
        ):
            replaced(run, a="1")
        assert paths.get(endpoint.store.get(route), DEADLINE) > 9_000_000
        assert paths.get(endpoint.store.get(route), LABELS) == OWNERS
        assert "spec.activeDeadlineSeconds (now " in run.error


@pytest.mark.parametrize("number", range(1, 9))
def test_a_write_that_was_carried_out_and_not_answered_is_the_runs_own(tmp_path: Path, number: int) -> None:
    def behaviour(resource: Any, options: Any) -> Behaviour:
        steps, writes = conformant(resource, options), itertools.count(1)

        def answer(request: Request, response: Response) -> Response:
            lost = request.method == "PUT" and response.status == 200 and next(writes) == number
            return page(504) if lost else steps.answer(request, response)

        return replace(steps, answer=answer)

    with ReferenceEndpoint(ReferenceOptions(), behaviour=behaviour) as endpoint:
        route = theirs(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            assert replaced(run, a="1") == 200
        assert run.error == ""
        assert paths.get(endpoint.store.get(route), LABELS) == OWNERS


def test_a_first_change_that_a_controller_may_act_on_ends_the_run(tmp_path: Path) -> None:
    def lenient(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)
        return replace(steps, check_immutable=lambda *_: None, merge=lambda _, sent: sent)

    with ReferenceEndpoint(ReferenceOptions(), behaviour=lenient) as endpoint:
        route = theirs(endpoint)
        age(endpoint, str(route.name))
        before = endpoint.store.get(route)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            with pytest.raises(ObjectDamaged, match=r"in a way that harms it: spec\.elasticPolicy\.rdzvConf"):
                run.examiner.replace(Send(assign({"spec.pytorchReplicaSpecs.Worker.replicas": 2})))
            assert found(run) == {("immutable.other-spec", "unchanged-rest")}
        after = endpoint.store.get(route)
        assert paths.same(paths.get(before, ("spec",)), paths.get(after, ("spec",)))
