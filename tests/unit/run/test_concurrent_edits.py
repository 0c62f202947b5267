"""Somebody edits an adopted object beside the run's first looks at it, and while it is put back: nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.reference.store import Store
from contracts.resource.adoption_guard import ConcurrentModification
from contracts.run.run import Run
from contracts.spec.fields import LABELS
from tests.unit.casekit.conftest import running
from tests.unit.run.test_other_writers import found, replaced
from tests.unit.run.test_reversibility import OWNERS, theirs

EDITED = {**OWNERS, "edited-by": "a-colleague"}


def edit(store: Store, route: Route) -> None:
    """Add a label, as somebody who reads before they write."""
    store.put(route, paths.put(store.get(route), (*LABELS, "edited-by"), EDITED["edited-by"]))


def behind_writes(number: int) -> Any:
    """An endpoint beside somebody who edits behind so many writes."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps, seen = conformant(resource, options), [0]

        def persist(old: Json, new: Json) -> Json:
            seen[0] += 1
            return steps.persist(old, new)

        def later(store: Store) -> None:
            steps.later(store)
            for route, _ in list(store.items()) if seen[0] == number else ():
                seen[0] += 1
                edit(store, route)

        return replace(steps, persist=persist, later=later)

    return make


class Somebody:
    """Edits between the run's read and its write, which is refused then, and made again of what stands there by now.

    `due`: told of each replacement whether that is the one.
    """

    def __init__(self, due: Callable[[], bool]) -> None:
        self.due = due
        self.store: Store | None = None

    def steps(self, resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def find_route(request: Any) -> Route:
            route = steps.find_route(request)
            if request.method == "PUT" and self.store is not None and self.due():
                edit(self.store, route)
            return route

        return replace(steps, find_route=find_route)


def expect_kept(tmp_path: Path, behaviour: Any, use: Callable[[Run], None], somebody: Somebody | None = None) -> None:
    """What they have written stands there in the end, beside all that the owner had, and the target is not blamed."""
    with ReferenceEndpoint(ReferenceOptions(), behaviour=behaviour) as endpoint:
        if somebody:
            somebody.store = endpoint.store
        route = theirs(endpoint, **{"spec.ttlSecondsAfterFinished": 9_000_000})
        with running(endpoint, tmp_path, name=str(route.name), yes=True) as run:
            use(run)
            assert found(run) == set()
        assert paths.get(endpoint.store.get(route), LABELS) == EDITED


def notices(run: Run) -> None:
    def again_and_again() -> None:
        for number in range(8):
            replaced(run, a=str(number))

    with pytest.raises(ConcurrentModification, match=r"metadata\.labels"):
        again_and_again()


def counted(number: int) -> Callable[[], bool]:
    """What is true once: when it was asked so many times."""
    asked = [0]

    def due() -> bool:
        asked[0] += 1
        return asked[0] == number

    return due


@pytest.mark.parametrize("writes", range(1, 14))
def test_what_somebody_writes_in_between_is_kept(tmp_path: Path, writes: int) -> None:
    expect_kept(tmp_path, behind_writes(writes), notices)


@pytest.mark.parametrize("puts", range(2, 12))
def test_what_somebody_writes_before_a_value_is_given_back_is_kept(tmp_path: Path, puts: int) -> None:
    somebody = Somebody(counted(puts))
    expect_kept(tmp_path, somebody.steps, notices, somebody)


def test_what_somebody_writes_while_all_is_put_back_is_kept(tmp_path: Path) -> None:
    somebody = Somebody(lambda: False)

    def use(run: Run) -> None:
        assert replaced(run, a="1") == 200
        somebody.due = counted(1)

    expect_kept(tmp_path, somebody.steps, use, somebody)
