"""Where a change can be made too that an attempt makes in one place."""

from __future__ import annotations

from contracts.casekit.circumstances import places
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json


def test_the_same_place_of_every_neighbour(live: Json) -> None:
    path = ("spec", "pytorchReplicaSpecs", "Master", "template", "spec", "containers", 0, "image")
    assert list(places(live, path)) == [tuple("Worker" if step == "Master" else step for step in path)]


def test_no_neighbour_has_what_is_at_the_end_of_the_path(live: Json) -> None:
    assert list(places(live, ("spec", "ttlSecondsAfterFinished"))) == []
    assert list(places(live, ("kind",))) == []


def test_every_place_is_there_and_another(live: Json) -> None:
    for path, _ in paths.walk(live):
        for other in places(live, path):
            assert other != path
            assert paths.get(live, other) is not MISSING
