"""Servers of another version: what they show or write otherwise with the same meaning, and what is still a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.conditions.webhooks import PROCESSES
from contracts.reference.http_request import Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.resource.adoption_guard import ObjectDamaged
from contracts.run.trial import Send, assign
from tests.e2e.endpoint import put_job_in_use
from tests.unit.casekit.conftest import opened, running
from tests.unit.run.test_other_writers import found, persisting, replaced

TEAM = ("metadata", "labels", "team")
CANONICAL = frozenset({"quantities-canonical"})


def answering(change: Callable[[int, str, Json], Json]) -> Any:
    """An endpoint of which each answer with an object is changed: by its number, and by the method asked."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps, numbers = conformant(resource, options), count()

        def answer(*told: Any) -> Any:
            response = steps.answer(*told)
            return replace(response, value=change(next(numbers), told[0].method, response.value))

        return replace(steps, answer=answer)

    return make


def limits(value: Json) -> dict[tuple[str | int, ...], Json]:
    """The limits of resources that an object holds, by path."""
    return {path: item for path, item in paths.walk(value) if path[-2:] == ("resources", "limits")}


def given_odd_forms(endpoint: ReferenceEndpoint, labels: dict[str, str] | None = None) -> Route:
    """Somebody's job that holds quantities in other forms than the canonical one."""
    route = Route(endpoint.namespace, put_job_in_use(endpoint))
    stored: Json = endpoint.store.get(route)
    for path in limits(stored):
        stored = paths.put(stored, path, {"cpu": "1000m", "memory": "1024Mi"})
    endpoint.store.put(route, paths.put(stored, TEAM[:-1], labels) if labels else stored)
    return route


def test_a_default_that_one_server_of_two_shows_is_no_finding(tmp_path: Path) -> None:
    with opened(tmp_path, conditions=["skewed-replicas"]) as run:
        for number in range(6):
            assert replaced(run, a=str(number)) == 200
            run.target.send("GET", run.resource.path)  # so that the next one asks the other server first
        assert found(run) == set()
        assert run.evidence.server_added == {"spec.nprocPerNode"}


@pytest.mark.parametrize("turn", [0, 1])
def test_such_a_default_of_somebodys_job_is_neither_a_finding_nor_taken_from_it(tmp_path: Path, turn: int) -> None:
    with ReferenceEndpoint(ReferenceOptions(conditions=frozenset({"skewed-replicas"}))) as endpoint:
        route = Route(endpoint.namespace, put_job_in_use(endpoint))
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            for number in range(8):
                assert replaced(run, a=str(number)) == 200
                for _ in range((number + turn) % 2):
                    run.target.send("GET", run.resource.path)
            assert found(run) == set()
            assert run.evidence.server_added == {"spec.nprocPerNode"}
            assert run.target.unshown == {}
        assert run.error == ""


def test_a_field_of_somebodys_job_that_answers_alone_lack_is_a_finding(tmp_path: Path) -> None:
    hidden = ("spec", "elasticPolicy")
    behaviour = answering(lambda _, method, value: paths.remove(value, hidden) if method == "PUT" else value)
    with ReferenceEndpoint(ReferenceOptions(), behaviour=behaviour) as endpoint:
        name = put_job_in_use(endpoint)
        with running(endpoint, tmp_path, name=name, yes=True) as run:
            replaced(run, a="1")
            assert ("response.is-stored-state", "stored-state") in found(run)


def test_only_the_default_itself_is_taken_for_absent(tmp_path: Path) -> None:
    with opened(tmp_path, conditions=["skewed-replicas"]) as run:
        for number in range(3):
            replaced(run, a=str(number))
            run.target.send("GET", run.resource.path)
        told = run.target.send("GET", run.resource.path).response
        for value, seen in (("auto", MISSING), ("cpu", "cpu")):
            body = strict.encode(paths.put(told.value, PROCESSES, value))
            assert paths.get(replace(told, body=body).value, PROCESSES) == seen


def test_a_field_that_was_created_and_is_hidden_by_turns_is_a_finding(tmp_path: Path) -> None:
    hidden, since_write = ("spec", "elasticPolicy"), count()

    def change(_: int, method: str, value: Json) -> Json:
        nonlocal since_write
        since_write = count() if method == "PUT" else since_write
        return paths.remove(value, hidden) if method == "GET" and next(since_write) % 2 == 0 else value

    with opened(tmp_path, behaviour=answering(change)) as run:
        run.target.send("GET", run.resource.path)
        assert replaced(run, a="1") == 200
        assert ("immutable.other-spec", "unchanged-rest") in found(run)
        assert run.target.unshown == {}


def test_a_default_that_answers_show_and_reads_do_not_is_a_finding(tmp_path: Path) -> None:
    behaviour = answering(lambda _, method, value: paths.put(value, PROCESSES, "auto") if method == "PUT" else value)
    with opened(tmp_path, behaviour=behaviour) as run:
        assert replaced(run, a="1") == 200
        assert ("response.is-stored-state", "stored-state") in found(run)
        assert run.target.unshown == {}


def test_quantities_that_the_first_write_gives_another_form_are_no_damage(tmp_path: Path) -> None:
    with ReferenceEndpoint(ReferenceOptions(conditions=CANONICAL)) as endpoint:
        route = given_odd_forms(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            assert [replaced(run, a=str(number)) for number in range(3)] == [200, 200, 200]
            assert found(run) == set()
        assert run.error == ""
        now = limits(endpoint.store.get(route))
        assert now
        assert all(paths.same(one, {"cpu": "1", "memory": "1Gi"}) for one in now.values())
        assert {name.rpartition(".")[2] for name in run.evidence.server_added} == {"cpu", "memory"}


@pytest.mark.parametrize("given", ["2", "1000"])
def test_a_quantity_that_the_first_write_makes_another_is_damage(tmp_path: Path, given: str) -> None:
    def persist(_: Json, new: Json) -> Json:
        for path in limits(new):
            new = paths.put(new, (*path, "cpu"), given)
        return new

    with ReferenceEndpoint(ReferenceOptions(), behaviour=persisting(persist)) as endpoint:
        route = given_odd_forms(endpoint)
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            with pytest.raises(ObjectDamaged, match=r"limits\.cpu"):
                replaced(run, a="1")
            assert ("immutable.replica-specs", "unchanged-rest") in found(run)
        assert "is not as it was, and cannot be put back" in run.error


def test_an_owners_label_that_the_server_writes_over_is_told(tmp_path: Path) -> None:
    """It is nothing that the server adds, and nobody can give it back."""

    def persist(_: Json, new: Json) -> Json:
        return paths.put(new, TEAM, "ml")

    with ReferenceEndpoint(ReferenceOptions(), behaviour=persisting(persist)) as endpoint:
        route = given_odd_forms(endpoint, {"team": "ML"})
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            replaced(run, a="1")
        assert "is not as it was, and cannot be put back: metadata.labels.team" in run.error


def test_a_stamp_in_an_owners_annotation_is_nobodys_loss(tmp_path: Path) -> None:
    number = count()

    def persist(_: Json, new: Json) -> Json:
        return paths.put(new, TEAM, f"write-{next(number)}")

    with ReferenceEndpoint(ReferenceOptions(), behaviour=persisting(persist)) as endpoint:
        route = given_odd_forms(endpoint, {"team": "write-0"})
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            replaced(run, a="1")
            assert found(run) == set()
        assert run.error == ""


def test_absent_members_that_are_shown_as_null_fail_one_requirement(tmp_path: Path) -> None:
    with opened(tmp_path, conditions=["nulls-shown"]) as run:
        for labels in ({"a": "1"}, None, MISSING):
            assert run.examiner.replace(Send(assign({"metadata.labels": labels}))).exchange.response.status == 200
        assert found(run) == {("response.schema", "response-schema")}
