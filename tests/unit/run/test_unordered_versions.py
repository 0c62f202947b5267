"""Versions that are numbers without order: another writer's may be the smaller one, and is blamed on no request."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.conditions.condition import living
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.resource.versions import FEWEST_GROWN
from contracts.spec.fields import VERSION
from tests.unit.casekit.conftest import opened, running
from tests.unit.run.test_other_writers import LABELS, found, label, persisting, replaced

LOAD = ("metadata", "annotations", "load")


def beside_a_writer(endpoint: ReferenceEndpoint) -> None:
    """Let somebody else write an annotation before the request after each write."""
    store, own, number = endpoint.store, set[str](), count()

    def act(_: datetime) -> None:
        for route, stored in living(store):
            if paths.get(stored, VERSION) not in own:
                own.add(paths.get(store.put(route, paths.put(stored, LOAD, str(next(number)))), VERSION))

    store.due.append(act)


@pytest.mark.parametrize("condition", ["version-unordered", "no-generation"])
def test_another_writers_version_is_blamed_on_no_request(tmp_path: Path, condition: str) -> None:
    with ReferenceEndpoint(ReferenceOptions(conditions=frozenset({condition}))) as endpoint:
        beside_a_writer(endpoint)
        with running(endpoint, tmp_path) as run:
            assert {replaced(run, a=str(number)) for number in range(12)} == {200}
            assert found(run) == set()
            assert run.evidence.other_writers == {paths.render(LOAD)}


def test_what_is_never_removed_is_found_beside_another_writer(tmp_path: Path) -> None:
    behaviour = persisting(
        lambda old, new: paths.put(new, LABELS, {**(paths.get(old, LABELS) or {}), **paths.get(new, LABELS)})
    )
    options = ReferenceOptions(conditions=frozenset({"version-unordered"}))
    with ReferenceEndpoint(options, behaviour=behaviour) as endpoint:
        beside_a_writer(endpoint)
        with running(endpoint, tmp_path) as run:
            replaced(run, a="1")
            assert found(run) == set()
            replaced(run, b="1")
            assert ("replaceable.labels", "replaceable-fields") in found(run)


def test_what_is_lost_by_the_very_write_whose_version_goes_back_is_found(tmp_path: Path) -> None:
    """Once: to ask again tells nothing."""
    faulty = "faulty"

    def make(resource: Any, options: Any) -> Behaviour:
        steps: Behaviour = conformant(resource, options)

        def persist(stored: Json | None, new: Json) -> Json:
            return new if paths.get(new, (*LABELS, faulty)) != "1" else paths.put(new, LABELS, {faulty: "0"})

        def next_version(stored: Json, counter: int) -> str:
            return str(counter + (500 if paths.get(stored, (*LABELS, faulty)) == "before" else 1000))

        def answer(*told: Any) -> Any:
            response = steps.answer(*told)
            if paths.get(response.value, (*LABELS, faulty)) != "0" or told[0].method != "PUT":
                return response
            shown = paths.put(label(response.value, faulty, "1"), VERSION, "600")
            return replace(response, value=shown)

        return replace(steps, persist=persist, next_version=next_version, answer=answer)

    with opened(tmp_path, make) as run:
        for number in range(FEWEST_GROWN):
            replaced(run, a=str(number))
        replaced(run, faulty="before")
        assert found(run) == set()
        replaced(run, faulty="1")
        assert ("replaceable.labels", "replaceable-fields") in found(run)
