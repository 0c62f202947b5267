"""The attempts on an object, by requirement and way."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.judge import mutations
from contracts.judge.attempts import IRREVERSIBLE, Attempts, attempts, careless_attempts
from contracts.spec.fields import VERSION
from contracts.spec.load import load_contract

CONTRACT = load_contract()
LIVE: dict[str, Any] = dict(CONTRACT.example_response)
KEYS = [(name, way) for name in CONTRACT.requirements for way in mutations.WAYS]


@pytest.mark.parametrize("adopted", [False, True])
def test_every_attempt_belongs_to_one_requirement_and_way(adopted: bool) -> None:
    tries = Attempts(CONTRACT, adopted=adopted)
    found = [(one.way, one.field) for key in KEYS for one in tries.on(LIVE, *key)]
    assert sorted(found) == sorted((one.way, one.field) for one in attempts(CONTRACT, LIVE, adopted=adopted))
    for name, way in KEYS:
        for one in tries.on(LIVE, name, way):
            assert (CONTRACT.owner(one.path, "immutable"), one.way) == (name, way)


def test_an_adopted_object_is_spared_what_cannot_be_undone() -> None:
    deleted = paths.put(LIVE, paths.parse(IRREVERSIBLE[0]), "2024-01-01T00:00:00Z")
    own, adopted = ({one.field for one in attempts(CONTRACT, deleted, adopted=adopted)} for adopted in (False, True))
    assert own - adopted >= {IRREVERSIBLE[0]}
    assert not adopted & set(IRREVERSIBLE)
    assert Attempts(CONTRACT, adopted=True).spared("immutable.other-metadata") == [*IRREVERSIBLE]
    assert not Attempts(CONTRACT, adopted=True).spared("immutable.status")
    assert not Attempts(CONTRACT, adopted=False).spared("immutable.other-metadata")
    careless = {one.field for _, one in careless_attempts(CONTRACT, deleted, adopted=True)}
    assert not careless & set(IRREVERSIBLE)


def test_no_attempt_is_on_what_clients_may_write_or_on_the_version() -> None:
    spared = [*map(paths.parse, (*CONTRACT.replaceable, *CONTRACT.writable_by_convention)), VERSION]
    careless = [one for _, one in careless_attempts(CONTRACT, LIVE)]
    for one in [*attempts(CONTRACT, LIVE), *careless]:
        assert not paths.starts_with(one.path, spared), one.field


def test_another_object_has_other_attempts() -> None:
    tries = Attempts(CONTRACT, adopted=False)
    key = ("immutable.other-spec", "remove")
    assert not [one for one in tries.on(LIVE, *key) if one.field == "spec.more"]
    larger = paths.put(LIVE, ("spec", "more"), 1)
    assert [one for one in tries.on(larger, *key) if one.field == "spec.more"]
    assert not [one for one in tries.on(LIVE, *key) if one.field == "spec.more"]


def test_numbers_of_another_type_are_another_object() -> None:
    tries = Attempts(CONTRACT, adopted=False)
    key = ("immutable.other-spec", "change")
    for value in (2, 2.0):
        live = paths.put(LIVE, ("spec", "more"), value)
        old = [one.old for one in tries.on(live, *key) if one.field == "spec.more"]
        assert old
        assert all(type(one) is type(value) for one in old)


def test_attempts_on_one_object_are_made_once() -> None:
    tries = Attempts(CONTRACT, adopted=False)
    key = ("immutable.replica-specs", "change")
    first = tries.on(LIVE, *key)
    assert first
    assert tries.on(paths.put(LIVE, ("spec",), LIVE["spec"]), *key) is first
    careless = tries.careless_on(LIVE, key[0])
    assert careless
    assert tries.careless_on(paths.put(LIVE, ("spec",), LIVE["spec"]), key[0]) is careless
    assert tries.on(LIVE, *key) is first


def test_every_careless_attempt_belongs_to_one_requirement() -> None:
    tries = Attempts(CONTRACT, adopted=False)
    found = [one for name in CONTRACT.requirements for one in tries.careless_on(LIVE, name)]
    assert sorted(map(repr, found)) == sorted(map(repr, careless_attempts(CONTRACT, LIVE)))
    for name in CONTRACT.requirements:
        assert all(CONTRACT.owner(one.path, "immutable") == name for _, one in tries.careless_on(LIVE, name))
    larger = paths.put(LIVE, ("spec", "more"), 1)
    careless = [one for name in CONTRACT.requirements for _, one in tries.careless_on(larger, name)]
    assert any(one.field == "spec.more" for one in careless)
