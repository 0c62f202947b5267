"""The object under test holds what careless stores lose or write otherwise: each of their mistakes shows by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from tests.faults import list_items, respelled_specs
from tests.faults.catalogue import FAULTS
from tests.faults.support.rewriting import Rewriting
from tests.unit.faults.world import LABELS, World

NAMES = [
    name.replace("_", "-")
    for module in (list_items, respelled_specs)
    for name in vars(module)
    if name.replace("_", "-") in FAULTS
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_replacement_of_labels_shows_the_mistake(name: str) -> None:
    world = World(name)
    before = world.stored
    assert world.send(world.changed(*LABELS, to={"a": "b"})).status == 200
    changed = list(paths.differences(before["spec"], world.stored["spec"]))
    assert changed


@given(VALUES)
def test_nothing_is_rewritten_unasked(value: paths.Json) -> None:
    assert paths.same(Rewriting().of(value), value)


def test_lists_come_with_the_name_of_their_member() -> None:
    assert Rewriting(lists=lambda name, _: name).of({"a": [1, [2]], "b": {"c": []}}) == {"a": "a", "b": {"c": "c"}}
    assert Rewriting(lists=lambda name, items: [name, *items]).of({"a": [[2]]}) == {"a": ["a", ["a", 2]]}
