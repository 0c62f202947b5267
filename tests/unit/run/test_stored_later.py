"""What comes to stand some time after it was sent: what the target stores late, or what a controller writes anyway."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Mutation
from contracts.judge.attempts import attempts
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.store import Store
from contracts.resource.adoption_guard import ObjectDamaged
from contracts.run.run import Run
from contracts.run.trial import Send, assign
from tests.faults import faulty
from tests.unit.casekit.conftest import opened
from tests.unit.run.test_additions import adopting
from tests.unit.run.test_other_writers import found

SUSPEND = ("spec", "runPolicy", "suspend")
REPLICAS = ("spec", "pytorchReplicaSpecs", "Worker", "replicas")


def admitting(seconds: float) -> Any:
    """An endpoint beside a queue, which admits each new object so many seconds after it was seen first."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps, seen = conformant(resource, options), dict[str, float]()

        def persist(stored: Json, new: Json) -> Json:
            return steps.persist(stored, paths.put(new, SUSPEND, True) if stored is None else new)

        def later(store: Store) -> None:
            steps.later(store)
            for route, stored in store.items():
                since = seen.setdefault(stored["metadata"]["uid"], time.monotonic())
                if paths.get(stored, SUSPEND) and time.monotonic() - since >= seconds:
                    store.put(route, paths.put(stored, SUSPEND, False))

        return replace(steps, persist=persist, later=later)

    return make


def tried(run: Run, path: paths.Path) -> None:
    """Try to change a field, and look for what comes of it some time later."""
    run.examiner.replace(attempted(run, path))
    run.examiner.look_late()


def attempted(run: Run, path: paths.Path) -> Send:
    found = attempts(run.contract, run.examiner.live(), adopted=run.resource.adopted)
    attempt = next(one for one in found if one.path == path and one.way == "change")
    return Send(attempt.apply, mutation=attempt)


@pytest.mark.parametrize("seconds", [0.2, 0.9])
def test_what_a_controller_writes_after_the_creation_is_its_own(tmp_path: Path, seconds: float) -> None:
    with opened(tmp_path, admitting(seconds)) as run:
        for _ in range(2):
            tried(run, SUSPEND)
        assert found(run) == set()


def test_what_the_target_stores_late_is_a_finding(tmp_path: Path) -> None:
    with opened(tmp_path, faulty("refused-change-stored-later")) as run:
        tried(run, REPLICAS)
        assert {requirement for requirement, _ in found(run)} >= {"immutable.replica-specs", "immutable.atomic"}


SLOW = ["refused-changes-stored-400ms-later", "refused-replicas-stored-a-second-later"]


@pytest.mark.parametrize("fault", SLOW)
def test_what_the_target_stores_as_late_again_is_a_finding(tmp_path: Path, fault: str) -> None:
    with opened(tmp_path, faulty(fault)) as run:
        tried(run, REPLICAS)
        assert {requirement for requirement, _ in found(run)} >= {"immutable.replica-specs", "immutable.atomic"}
        assert run.evidence.other_writers == set()


def test_what_comes_to_stand_behind_other_replacements_is_a_finding(tmp_path: Path) -> None:
    with opened(tmp_path, faulty(SLOW[0])) as run:
        run.examiner.replace(attempted(run, REPLICAS))
        goes_on(run, 0.6)
        assert {requirement for requirement, _ in found(run)} >= {"immutable.replica-specs", "immutable.atomic"}


def goes_on(run: Run, seconds: float) -> None:
    """Replace labels for some seconds, without a look in between."""
    until, numbers = time.monotonic() + seconds, itertools.count()
    while time.monotonic() < until:
        run.examiner.replace(Send(assign({"metadata.labels.number": str(next(numbers))})))


def scaling(resource: Any, options: Any) -> Behaviour:
    """An endpoint beside what scales a job by load: every now and then, now so and now so, whatever is sent."""
    steps, replicas, last = conformant(resource, options), itertools.cycle((2, 3, 0, 4)), [time.monotonic()]

    def later(store: Store) -> None:
        steps.later(store)
        for route, stored in store.items():
            if time.monotonic() - last[0] >= 0.35:
                last[0] = time.monotonic()
                store.put(route, paths.put(stored, REPLICAS, next(replicas)))

    return replace(steps, later=later)


def test_what_others_write_meanwhile_is_not_blamed_but_told(tmp_path: Path) -> None:
    with opened(tmp_path, scaling) as run:
        for _ in range(2):
            tried(run, REPLICAS)
            goes_on(run, 0.8)
        assert {requirement for requirement, _ in found(run)} <= {"concurrency.generation"}
        assert run.evidence.other_writers >= {paths.render(REPLICAS)}


def stored_once(resource: Any, options: Any) -> Behaviour:
    """An endpoint at which one refused change is stored 400 ms later, and no other one."""
    faulty_steps, steps, first = faulty(SLOW[0])(resource, options), conformant(resource, options), list[Json]()

    def later(store: Store) -> None:
        (steps if first else faulty_steps).later(store)
        first.extend(one for _, one in store.items() if paths.get(one, REPLICAS) == 2)

    return replace(faulty_steps, later=later)


def test_what_does_not_come_again_is_told_as_others_doing(tmp_path: Path) -> None:
    with opened(tmp_path, stored_once) as run:
        tried(run, REPLICAS)
        assert found(run) == set()
        assert run.evidence.other_writers == {"spec.pytorchReplicaSpecs.Worker.replicas"}


def replaced_and_looked(run: Run, attempt: Mutation) -> None:
    """Make an attempt, and look at the object for some seconds."""
    run.examiner.replace(Send(attempt.apply, mutation=attempt))
    until = time.monotonic() + 5
    while time.monotonic() < until:
        run.examiner.live()


def test_what_an_adopted_object_comes_to_hold_later_is_a_finding_and_put_back(tmp_path: Path) -> None:
    with adopting(tmp_path, behaviour=faulty("refused-change-stored-later")) as (run, stored):
        was = stored()
        attempt = next(one for one in attempts(run.contract, run.examiner.live(), adopted=True) if one.path == REPLICAS)
        with pytest.raises(ObjectDamaged):
            replaced_and_looked(run, attempt)
        assert "status.refusal-changes-nothing" in {one.finding.requirement for one in run.evidence.met}
        run.resource.finish()
        assert paths.same(paths.get(stored(), attempt.path), paths.get(was, attempt.path))
