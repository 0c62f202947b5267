"""Keys that differ from another one in capitals only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contracts.casekit.key_capitals import beside, differs_in_capitals, in_other_capitals, member_at, members
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json

IMAGE = ("spec", "containers", 0, "image")
BEFORE: Json = {"kind": "K", "spec": {"containers": [{"image": "a", "name": "n"}], "x": 1}}
AFTER = paths.put(BEFORE, IMAGE, "b")


def test_the_members_in_which_a_value_lies() -> None:
    assert members(IMAGE) == [("spec",), ("spec", "containers"), IMAGE]


def test_a_place_that_a_short_path_does_not_have_is_its_end() -> None:
    assert [member_at(IMAGE, place) for place in (0, 1, -1)] == members(IMAGE)
    assert [member_at(("spec",), place) for place in (0, 1, -1)] == [("spec",)] * 3
    assert member_at(("spec", "items", 0), -1) == ("spec", "items")


def test_a_second_member_stands_first_or_last() -> None:
    container = ("spec", "containers", 0)
    last, first = (paths.get(beside(BEFORE, AFTER, IMAGE, first=first), container) for first in (False, True))
    assert list(last.items()) == [("image", "a"), ("name", "n"), ("Image", "b")]
    assert list(first.items()) == [("Image", "b"), ("image", "a"), ("name", "n")]
    assert list(beside(BEFORE, AFTER, ("spec",), first=False)) == ["kind", "spec", "Spec"]


def test_a_member_that_is_taken_away_is_null_beside() -> None:
    assert beside({"a": 1}, {}, ("a",), first=False) == {"a": 1, "A": None}


def test_all_else_is_as_it_was() -> None:
    for member in members(IMAGE):
        for first in (False, True):
            added = (*member[:-1], in_other_capitals(str(member[-1])))
            sent = beside(BEFORE, AFTER, member, first=first)
            assert paths.get(sent, added) == paths.get(AFTER, member)
            assert paths.remove(sent, added) == BEFORE


@given(st.text(min_size=1))
def test_another_spelling_of_a_key_is_told_from_another_key(key: str) -> None:
    other = in_other_capitals(key)
    alike = other != key and other.lower() == key.lower()
    assert differs_in_capitals(("spec", other, "x"), ("spec", key)) == alike
    assert not differs_in_capitals(("spec", key, 0), ("spec", key, 1))
    assert not differs_in_capitals(("spec",), ("spec", key))
