"""What a value has more than another one that is wholly in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.judge.grown import grown

scalars = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b"]))
objects = st.recursive(
    st.dictionaries(st.sampled_from("abc"), scalars, min_size=1, max_size=3),
    lambda inner: st.dictionaries(
        st.sampled_from("abc"), st.one_of(scalars, inner, st.lists(inner, max_size=3)), max_size=3
    ),
    max_leaves=8,
)
NEW = {"name": "new"}


@given(objects, st.data())
def test_items_and_members_that_are_put_in_are_all_that_is_found(before: dict[str, Any], data: st.DataObject) -> None:
    after, put = before, list[paths.Path]()
    for path, value in [((), before), *paths.walk(before)]:
        if paths.starts_with(path, put) or not data.draw(st.booleans()):
            continue
        if isinstance(value, dict):
            put.append((*path, "new"))
            after = paths.put(after, (*path, "new"), 1)
    assert sorted(map(repr, grown(before, after) or ())) == sorted(map(repr, put))
    assert grown(before, before) == ()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_item_is_found_wherever_it_stands(place: int) -> None:
    before = [{"name": "a", "env": [{"name": "x"}]}, {"name": "b"}]
    after = [*before[:place], NEW, *before[place:]]
    assert grown({"list": before}, {"list": after}) == (("list", place),)


def test_members_within_items_are_found_beside_items() -> None:
    after = [NEW, {"name": "a", "env": [{"name": "x"}, {"name": "y"}], "tty": True}]
    found = grown([{"name": "a", "env": [{"name": "x"}]}], after)
    assert sorted(map(repr, found or ())) == sorted(map(repr, [(0,), (1, "env", 1), (1, "tty")]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"name": "a"}, {"name": "b"}], [{"name": "a"}, NEW]),
        ([{"name": "a"}], [{"name": "a"}, {"name": "a"}]),
        ([{"name": "a"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}]),
        ([{"name": "a", "image": "1"}], [{"name": "a", "image": "2"}, NEW]),
        ({"a": 1}, {"a": 1.0, "b": 1}),
        ({"a": 1}, {"b": 1}),
        ([1], {}),
        (1, True),
    ],
    ids=repr,
)
def test_what_lacks_or_repeats_something_has_not_grown(before: Any, after: Any) -> None:
    assert grown(before, after) is None
