"""Merge patches (RFC 7396): the examples of its appendix, and the patch from one value to another."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import merge_patch, paths

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
KEYS = st.sampled_from(["a", "b", "c", ""])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=3)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_examples_of_the_appendix(target: Any, patch: Any, result: Any) -> None:
    assert merge_patch.apply(target, patch) == result


@given(OBJECTS, OBJECTS)
def test_patch_makes_what_is_wanted_but_for_nulls(before: Any, wanted: Any) -> None:
    patch = merge_patch.difference(before, wanted)
    made = merge_patch.apply(before, patch)
    if not _holds_null(wanted):
        assert paths.same(made, wanted)
    assert paths.same(merge_patch.apply(made, patch), made)


@given(OBJECTS)
def test_patch_to_the_same_is_empty(value: Any) -> None:
    assert merge_patch.difference(value, value) == {}


def test_patch_names_nothing_that_stays() -> None:
    before = {"metadata": {"labels": {"a": "1", "b": "2"}, "name": "x"}, "spec": {"list": [1, 2]}}
    wanted = {"metadata": {"labels": {"a": "1", "c": "3"}, "name": "x"}, "spec": {"list": [1, 3]}}
    patch = {"metadata": {"labels": {"b": None, "c": "3"}}, "spec": {"list": [1, 3]}}
    assert merge_patch.difference(before, wanted) == patch


def _holds_null(value: Any) -> bool:
    """Whether a member of an object is null; in an array null is a value like any other."""
    return isinstance(value, dict) and any(item is None or _holds_null(item) for item in value.values())
