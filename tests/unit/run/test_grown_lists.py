"""Items that the server puts into the lists of somebody's job by itself, as an injector younger than the job does."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.reference.behaviour import Behaviour
from contracts.reference.options import Immutability
from contracts.resource.adoption_guard import ObjectDamaged
from contracts.run.trial import Send, assign
from tests.unit.run.test_additions import MODES, adopting
from tests.unit.run.test_other_writers import found, persisting, replaced

CONTAINERS = paths.parse("spec.pytorchReplicaSpecs.Master.template.spec.containers")
SIDECAR = {"name": "sidecar", "image": "sidecar:1"}
IMAGE = f"{paths.render(CONTAINERS)}[1].image"


def injecting(image: Any) -> Any:
    """An endpoint that puts a sidecar with such an image behind the containers."""

    def change(_: Json, new: Json) -> Json:
        others = [one for one in paths.get(new, CONTAINERS) if one["name"] != "sidecar"]
        return paths.put(new, CONTAINERS, [*others, {"name": "sidecar", "image": image()}])

    return persisting(change)


@pytest.mark.parametrize("mode", MODES)
def test_a_sidecar_that_comes_with_the_first_write_is_the_servers_own(tmp_path: Path, mode: Immutability) -> None:
    numbers = itertools.count()
    made = injecting(lambda: f"sidecar:{next(numbers) // 4}")  # which has a newer release by and by
    with adopting(tmp_path, made, immutability=Immutability.IGNORE if mode is MODES[0] else mode) as (run, stored):
        for number in range(8):
            assert replaced(run, a=str(number)) == 200
        assert {rule for _, rule in found(run)} <= {"generation"}, "which this endpoint does not count"
        assert paths.render(CONTAINERS) in run.evidence.server_added
        assert len(paths.get(stored(), CONTAINERS)) == 2
    assert run.error == ""
    assert len(paths.get(stored(), CONTAINERS)) == 2


def test_what_was_sent_of_such_a_sidecar_is_a_finding_where_it_is_stored(tmp_path: Path) -> None:
    def make(resource: Any, options: Any) -> Behaviour:
        steps: Behaviour = injecting(lambda: "sidecar:1")(resource, options)

        def merge(old: Json, sent: Json) -> Json:
            image = paths.get(sent, (*CONTAINERS, 1, "image"))
            merged = steps.merge(old, sent)
            return merged if image is MISSING else paths.put(merged, (*CONTAINERS, 1, "image"), image)

        def persist(old: Json, new: Json) -> Json:
            return steps.persist(old, new) if len(paths.get(new, CONTAINERS)) == 1 else new

        return replace(steps, merge=merge, persist=persist)

    with adopting(tmp_path, make, immutability=Immutability.IGNORE) as (run, _):
        replaced(run, a="1")
        assert {rule for _, rule in found(run)} <= {"generation"}
        with suppress(ObjectDamaged):
            run.examiner.replace(Send(assign({IMAGE: "of the client"})))
        assert ("immutable.replica-specs", "unchanged-rest") in found(run)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda items: [*items, items[0]],
        lambda items: [SIDECAR],
        lambda items: [{**items[0], "image": "other"}, SIDECAR],
    ],
    ids=["doubled", "replaced", "altered"],
)
def test_what_was_there_is_to_stay_beside_it(tmp_path: Path, spoil: Any) -> None:
    def change(_: Json, new: Json) -> Json:
        return paths.put(new, CONTAINERS, spoil(paths.get(new, CONTAINERS)))

    with adopting(tmp_path, persisting(change), immutability=Immutability.IGNORE) as (run, _):
        with suppress(ObjectDamaged):
            replaced(run, a="1")
        assert ("immutable.replica-specs", "unchanged-rest") in found(run)
    assert "containers" in run.error


def test_a_list_that_grows_with_each_write_is_a_finding(tmp_path: Path) -> None:
    numbers = itertools.count()

    def change(_: Json, new: Json) -> Json:
        return paths.put(
            new, CONTAINERS, [*paths.get(new, CONTAINERS), {**SIDECAR, "name": f"sidecar-{next(numbers)}"}]
        )

    with adopting(tmp_path, persisting(change), immutability=Immutability.IGNORE) as (run, _):
        with suppress(ObjectDamaged):
            for number in range(3):
                replaced(run, a=str(number))
        assert ("immutable.replica-specs", "unchanged-rest") in found(run)
