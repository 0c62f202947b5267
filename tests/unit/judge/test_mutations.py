"""Every way of changing an object at every depth: complete, each attempt real, and each on its own field only."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths as fields
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path
from contracts.judge import mutations
from contracts.judge.mutations import PROBE, WAYS
from contracts.report import words
from contracts.spec.contract import Contract

A_UUID = "00000000-0000-0000-0000-000000000000"
KEYS = st.sampled_from(["a", "b", "name", "uid"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([0.0, 0.5, 7])
    | st.sampled_from(
        ["", "x", "7", "1", "4Gi", "0s", "2000-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "True", PROBE, A_UUID]
    )
)
OBJECTS = st.dictionaries(
    KEYS,
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)),
    max_size=3,
)
SPARED = st.lists(st.lists(KEYS, min_size=1, max_size=2).map(tuple), max_size=2)
SCHEMA: dict[str, Any] = {
    "properties": {
        "a": {"type": "string", "enum": ["x", "y"]},
        "new": {"$ref": "#/$defs/New"},
    },
    "$defs": {"New": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 4}}}},
}


def is_exchange(one: Mutation) -> bool:
    return one.way == "change" and isinstance(one.new, dict) and bool(one.new)


def all_of(value: Json, spared: tuple[Path, ...] = (), schema: dict[str, Any] | None = None) -> list[Mutation]:
    return list(mutations.mutations(value, schema or {}, spared))


@given(OBJECTS, SPARED, st.sampled_from([{}, SCHEMA]))
def test_each_changes_exactly_its_own_path_and_nothing_spared(value: Json, spared: list[Path], schema: Json) -> None:
    before = copy.deepcopy(value)
    for mutation in mutations.mutations(value, schema, spared):
        after = mutation.apply(value)
        assert not fields.same(after, value), words.title(mutation)
        assert not fields.starts_with(mutation.path, spared), words.title(mutation)
        assert fields.get(value, mutation.path) is mutation.old
        put_back = fields.put(after, mutation.path, mutation.old) if mutation.new is not MISSING else None
        assert put_back is None or fields.same(put_back, value), words.title(mutation)
        for change in fields.differences(value, after):
            shared = min(len(change.path), len(mutation.path))
            assert change.path[:shared] == mutation.path[:shared] or mutation.way == "remove", words.title(mutation)
    assert fields.same(value, before)


@given(OBJECTS, SPARED)
def test_a_careless_attempt_changes_its_own_path_and_nothing_spared(value: Json, spared: list[Path]) -> None:
    for _, attempt in mutations.careless(value, SCHEMA, spared):
        after = attempt.apply(value)
        changed = [change.path for change in fields.differences(value, after)]
        assert changed
        assert all(fields.starts_with(path, [attempt.path]) for path in changed)
        assert not any(fields.starts_with(path, spared) for path in changed)
        assert all(fields.same(fields.get(after, path), fields.get(value, path)) for path in spared)
        assert fields.get(value, attempt.path) is attempt.old


def test_careless_attempts_are_what_careless_comparisons_take_for_no_change() -> None:
    """One for each comparison here, which takes it for none and would let it through."""
    value = {"a": {"b": {"Name": "x", "n": 1}, "c": {"d": "e"}}, "args": ["x", "y"], "zero": 0}
    found = [attempt.apply(value) for _, attempt in mutations.careless(value, {}, ())]
    for alike in (_without_empties, _in_small_letters, _renamed_in_small_letters, _trimmed, lambda one: one):
        assert any(alike(one) == alike(value) and not fields.same(one, value) for one in found)


def _without_empties(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _without_empties(item) for key, item in value.items() if item or item == 0}
    return value


def _in_small_letters(value: Json) -> Json:
    """As a decoder sees it that matches names in any capitals, the first one counting."""
    if not isinstance(value, dict):
        return value
    found: dict[str, Json] = {}
    for key, item in value.items():
        found.setdefault(key.lower(), _in_small_letters(item))
    return found


def _renamed_in_small_letters(value: Json) -> Json:
    """As one who matches names in any capitals, and tells two of them apart where both are there."""
    if not isinstance(value, dict):
        return value
    return sorted((key.lower(), json.dumps(_renamed_in_small_letters(item))) for key, item in value.items())


def _trimmed(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _trimmed(item) for key, item in value.items()}
    return [item.strip() for item in value] if isinstance(value, list) else value


@given(OBJECTS)
def test_each_field_is_attempted_in_every_way_that_it_has(value: Json) -> None:
    found = {(one.way, one.path) for one in all_of(value)}
    for path, item in fields.walk(value):
        assert ("remove", path) in found
        assert ("type", path) in found
        assert (("null", path) in found) == (item is not None)
        assert (("change", path) in found) == (item not in ({}, []))
        assert (("append", path) in found) == isinstance(item, list)
        movable = isinstance(item, list) and not fields.same(item, item[::-1])
        assert (("reorder", path) in found) == movable
        assert (("add", (*path, PROBE)) in found) == isinstance(item, dict)
    assert ("add", (PROBE,)) in found


@given(OBJECTS)
def test_the_new_value_is_what_the_way_says(value: Json) -> None:
    for one in all_of(value):
        if one.way == "change":
            assert type(one.new) is type(one.old) or one.old is None
        elif one.way == "add":
            assert one.old is MISSING
        elif one.way == "remove":
            assert one.new is MISSING
        elif one.way == "null":
            assert one.new is None
        elif one.way == "type":
            assert type(one.new) is not type(one.old)
        elif one.way == "append":
            assert one.new[:-1] == one.old
            assert len(one.new) == len(one.old) + 1
        else:
            assert one.new[::-1] == one.old


@given(OBJECTS, SPARED)
def test_what_is_spared_is_all_that_is_missing(value: Json, spared: list[Path]) -> None:
    def found(*spared: Path) -> set[tuple[str, Path, str]]:
        # what is exchanged must hold nothing that is spared, see the test of that
        return {(one.way, one.path, fields.show(one.new)) for one in all_of(value, spared) if not is_exchange(one)}

    everything, kept = found(), found(*spared)
    assert kept == {one for one in everything if not fields.starts_with(one[1], spared)}


def test_no_attempt_is_made_twice(contract: Contract, live: Json) -> None:
    found = [(one.way, one.path, fields.show(one.new)) for one in all_of(live, (), contract.resource_schema)]
    assert len(set(found)) == len(found)


def test_spared_fields_may_come_from_an_iterator(live: Json) -> None:
    paths = [("metadata",), ("spec",), ("status",)]
    assert {one.path[0] for one in mutations.mutations(live, {}, iter(paths))} == {"apiVersion", "kind", PROBE}


def test_all_ways_occur_on_the_documented_example_at_every_depth(contract: Contract, live: Json) -> None:
    found = all_of(live, (), contract.resource_schema)
    assert {one.way for one in found} == set(WAYS)
    for way in ("remove", "null", "type"):
        assert {one.path for one in found if one.way == way} == {path for path, _ in fields.walk(live)}
    containers = [path for path, item in [((), live), *fields.walk(live)] if isinstance(item, dict)]
    assert {one.path[:-1] for one in found if one.way == "add"} == set(containers)
    assert {len(one.path) for one in found} == set(range(1, max(len(path) for path, _ in fields.walk(live)) + 1))


def test_known_fields_are_added_with_values_that_the_schema_allows(contract: Contract, live: Json) -> None:
    added = {one.field: one.new for one in all_of(live, (), contract.resource_schema) if one.way == "add"}
    assert added["spec.backoffLimit"] == 1
    assert added["metadata.finalizers"] == [PROBE]
    assert added["metadata.deletionTimestamp"] == "2000-01-01T00:00:00Z"
    assert set(added["metadata.ownerReferences"][0]) == {"apiVersion", "kind", "name", "uid"}


def test_another_member_of_an_enum_is_preferred() -> None:
    assert [one.new for one in all_of({"a": "x"}, (), SCHEMA) if one.way == "change"] == ["y"]
    assert [one.new for one in all_of({"a": "y"}, (), SCHEMA) if one.way == "change"] == ["x"]
    assert [one.new for one in all_of({}, (), SCHEMA)] == ["x", {"n": 4}, "1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (True, False),
        (False, True),
        (0, 1),
        (-1, 0),
        (2.5, 3.5),
        (None, PROBE),
        ("", PROBE),
        ("pytorch", "pytorch-x"),
        ("4Gi", "5Gi"),
        ("9", "10"),
        ("2019-07-24T10:35:38Z", "2000-07-24T10:35:38Z"),
        ("2000-07-24T10:35:38Z", "2001-07-24T10:35:38Z"),
        ("c6e548f1-adfe-11e9-ba3a-b44326d0c915", "06e548f1-adfe-11e9-ba3a-b44326d0c915"),
        ("06e548f1-adfe-11e9-ba3a-b44326d0c915", "16e548f1-adfe-11e9-ba3a-b44326d0c915"),
        ("kubeflow.org/v1", "kubeflow.org/v1-x"),
    ],
)
def test_a_changed_value_is_of_the_same_kind(old: Json, new: Json) -> None:
    found = [one.new for one in all_of({"f": old}) if one.way == "change" and one.path == ("f",)]
    assert fields.same(found[0], new)


def test_objects_of_a_map_that_are_alike_are_exchanged() -> None:
    specs = {"Master": {"replicas": 1}, "Worker": {"replicas": 2}, "same": {"replicas": 1}, "other": {"x": 1}, "n": 3}
    found = [one for one in all_of({"specs": specs}) if is_exchange(one)]
    assert {one.path for one in found} == {("specs",)}
    assert [one.new for one in found] == [
        {**specs, "Master": specs["Worker"], "Worker": specs["Master"]},
        {**specs, "Worker": specs["same"], "same": specs["Worker"]},
    ]
    many = {str(number): {"a": number} for number in range(9)}
    assert len([one for one in all_of({"specs": many}) if is_exchange(one)]) == mutations.EXCHANGES


@pytest.mark.parametrize("spared", [("specs", "Master"), ("specs", "Master", "replicas"), ("specs",)])
def test_what_is_spared_or_holds_that_is_not_exchanged(spared: Path) -> None:
    specs = {"Master": {"replicas": 1}, "Worker": {"replicas": 2}}
    assert not [one for one in all_of({"specs": specs}, (spared,)) if is_exchange(one)]


@pytest.mark.parametrize(
    ("old", "later"),
    [
        ("2019-07-24T10:35:38Z", "2096-07-24T10:35:38Z"),
        ("2024-02-29T00:00:00.5Z", "2096-02-29T00:00:00.5Z"),
        ("2096-02-29T00:00:00Z", "2396-02-29T00:00:00Z"),
    ],
)
def test_a_time_is_also_tried_later_than_it_is_and_than_now(old: str, later: str) -> None:
    assert later in [one.new for one in all_of({"f": old}) if one.way == "change"]
    assert later > old


@pytest.mark.parametrize(("old", "new"), [({"a": 1}, {}), ([1], []), ({}, None), ([], None)])
def test_containers_are_emptied(old: Json, new: Json) -> None:
    found = [one.new for one in all_of({"f": old}) if one.way == "change" and one.path == ("f",)]
    assert found == ([new] if new is not None else [])


@pytest.mark.parametrize(
    ("old", "new"),
    [(True, "true"), (1, "1"), (1.5, "1.5"), ("a", 7), ({}, [PROBE]), ([], PROBE), (None, 7)],
)
def test_another_type(old: Json, new: Json) -> None:
    [found] = [one.new for one in all_of({"f": old}) if one.way == "type"]
    assert fields.same(found, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([], [PROBE]),
        (["a"], ["a", "a-x"]),
        ([1, 2], [1, 2, 2]),
        ([{"name": "x", "k": 1}], [{"name": "x", "k": 1}, {"name": "x-x", "k": 1}]),
        ([{"k": 1}], [{"k": 1}, {"k": 1}]),
    ],
)
def test_appended(old: Json, new: Json) -> None:
    [found] = [one.new for one in all_of({"f": old}) if one.way == "append"]
    assert fields.same(found, new)


@pytest.mark.parametrize(
    ("mutation", "title"),
    [
        (Mutation("change", ("spec", "n"), 1, 3), "spec.n changed from 1 to 3"),
        (Mutation("type", ("n",), 1, "1"), 'n changed from 1 to "1"'),
        (Mutation("null", ("n",), 1, None), "n changed from 1 to null"),
        (Mutation("add", ("n",), MISSING, 1), "n added as 1"),
        (Mutation("remove", ("n",), 1, MISSING), "n removed"),
        (Mutation("append", ("n",), [1], [1, 1]), "n appended to"),
        (Mutation("reorder", ("n",), [1, 2], [2, 1]), "n reordered"),
    ],
)
def test_title(mutation: Mutation, title: str) -> None:
    assert words.title(mutation) == title


def test_a_title_is_short_whatever_the_value() -> None:
    assert len(words.title(Mutation("change", ("n",), "x" * 900, "y" * 900))) == len("n changed from  to ") + 120
