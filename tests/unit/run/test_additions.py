"""What a server adds once, or anew: a webhook younger than the object, one that comes into force, a checksum."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Route
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.resource.adoption_guard import ObjectDamaged
from contracts.run.run import Run
from contracts.run.trial import Send, assign
from tests.e2e.endpoint import put_job_in_use
from tests.unit.casekit.conftest import opened, running
from tests.unit.run.test_other_writers import found, label, persisting, replaced

PROCESSES = ("spec", "nprocPerNode")
HASH = ("metadata", "annotations", "hash")
MODES = [Immutability.REFUSE_403, Immutability.IGNORE]


@contextmanager
def adopting(
    tmp_path: Path, behaviour: Any = conformant, annotations: Json = MISSING, **options: Any
) -> Iterator[tuple[Run, Callable[[], Json]]]:
    """A run on somebody's job, and what reads it from the store; closed before the store is."""
    with ReferenceEndpoint(ReferenceOptions(**options), behaviour=behaviour) as endpoint:
        route = Route(endpoint.namespace, put_job_in_use(endpoint))
        if annotations is not MISSING:
            endpoint.store.put(route, paths.put(endpoint.store.get(route), HASH[:-1], annotations))
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            yield run, lambda: endpoint.store.get(route)


def adding_from(writes: int) -> Any:
    """An endpoint whose webhook comes into force with so many writes, creations among them."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps, number = conformant(resource, options), itertools.count(1)

        def persist(old: Json, new: Json) -> Json:
            new = steps.persist(old, new)
            late = next(number) >= writes and paths.get(new, PROCESSES) is MISSING
            return paths.put(new, PROCESSES, "auto") if late else new

        return replace(steps, persist=persist, next_generation=lambda old, _new: old["metadata"]["generation"])

    return make


def test_a_webhook_that_comes_into_force_during_the_run_is_no_finding(tmp_path: Path) -> None:
    with opened(tmp_path, adding_from(3)) as run:
        for number in range(4):
            assert replaced(run, a=str(number)) == 200
        assert {rule for _, rule in found(run)} <= {"generation"}
        assert run.evidence.server_added == {"spec.nprocPerNode"}


@pytest.mark.parametrize("mode", MODES)
def test_a_webhook_younger_than_somebodys_job_is_no_finding(tmp_path: Path, mode: Immutability) -> None:
    options = {"conditions": frozenset({"webhook-younger"}), "immutability": mode}
    with adopting(tmp_path, **options) as (run, stored):
        for number in range(3):
            assert replaced(run, a=str(number)) == 200
        assert found(run) == set()
        assert run.evidence.server_added == {"spec.nprocPerNode"}
    assert run.error == ""
    assert paths.get(stored(), PROCESSES) == "auto"


@pytest.mark.parametrize("adopt", [False, True])
def test_a_value_that_comes_with_some_requests_alone_is_a_finding(tmp_path: Path, adopt: bool) -> None:
    def change(_: Json, new: Json) -> Json:
        wrong = paths.get(new, ("metadata", "labels", "a")) == "wrong"
        return paths.put(new, PROCESSES, "auto") if wrong else new

    expected = ("immutable.other-spec", "unchanged-rest")
    if adopt:
        with adopting(tmp_path, persisting(change), immutability=Immutability.REFUSE_403) as (run, _):
            with pytest.raises(ObjectDamaged):
                replaced(run, a="wrong")
            assert expected in found(run)
        assert "spec.nprocPerNode" in run.error
        return
    with opened(tmp_path, persisting(change)) as run:
        replaced(run, a="wrong")
        assert expected in found(run)


@pytest.mark.parametrize("path", [("metadata", "labels", "contract-control"), PROCESSES])
def test_what_is_made_of_the_control_write_is_a_finding(tmp_path: Path, path: paths.Path) -> None:
    def change(_: Json, new: Json) -> Json:
        return paths.put(new, path, paths.get(new, (*HASH[:-1], "contract-control")))

    with adopting(tmp_path, persisting(change)) as (run, _):
        with suppress(ObjectDamaged):
            replaced(run, a="1")
        assert {requirement for requirement, _ in found(run)} & {"replaceable.labels", "immutable.other-spec"}


@pytest.mark.parametrize("mode", MODES)
def test_a_value_that_was_sent_is_a_finding_though_the_server_adds_one(tmp_path: Path, mode: Immutability) -> None:
    def make(resource: Any, options: Any) -> Behaviour:
        steps: Behaviour = adding_from(0)(resource, options)

        def check(*both: Json) -> None:
            steps.check_immutable(*(paths.without(one, [PROCESSES]) for one in both))

        return replace(
            steps,
            check_immutable=check,
            merge=lambda old, sent: paths.put(steps.merge(old, sent), PROCESSES, paths.get(sent, PROCESSES)),
        )

    with adopting(tmp_path, make, immutability=mode) as (run, _):
        replaced(run, a="1")
        assert not [one for one in found(run) if one[0] == "immutable.other-spec"]
        run.examiner.replace(Send(assign({"spec.nprocPerNode": "4"})))
        assert ("immutable.other-spec", "unchanged-rest") in found(run)


def summed(_: Json, new: Json) -> Json:
    return paths.put(new, HASH, f"of {paths.get(new, ('metadata', 'labels'))}")


def test_a_checksum_that_the_owner_has_is_the_servers_own(tmp_path: Path) -> None:
    with adopting(tmp_path, persisting(summed), {"hash": "of the owner's"}) as (run, _):
        for number in range(2):
            assert replaced(run, a=str(number)) == 200
            annotations: Json = {"metadata.annotations": {"a": "1"}, "metadata.labels": {"b": str(number)}}
            run.examiner.replace(Send(assign(annotations)))
        assert found(run) == set()
        assert run.evidence.server_added == {"metadata.annotations.hash"}
    assert run.error == ""


def test_a_value_of_the_owners_that_is_altered_is_a_finding(tmp_path: Path) -> None:
    def change(_: Json, new: Json) -> Json:
        sent = paths.get(new, HASH[:-1])
        return new if sent is MISSING else paths.put(new, HASH[:-1], {key: text[:3] for key, text in sent.items()})

    with adopting(tmp_path, persisting(change), {"hash": "of the owner"}) as (run, _):
        run.examiner.replace(Send(lambda live: label(live, "a", "1")))
        assert {requirement for requirement, _ in found(run)} >= {"replaceable.annotations"}
