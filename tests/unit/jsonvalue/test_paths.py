"""Paths in a JSON object: put, get and remove agree, the input is never changed, and 1, 1.0 and true differ."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.jsonvalue import paths as fields
from contracts.jsonvalue.paths import MISSING, Json, Path

KEYS = st.sampled_from(["a", "b", "spec", "example.com/x", "0", ""]) | st.text(max_size=3)
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0, 2.5]) | st.text(max_size=3)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
PATHS = st.lists(KEYS, min_size=1, max_size=3).map(tuple)


def everywhere(value: Json) -> list[Path]:
    return [path for path, _ in fields.walk(value)]


@given(OBJECTS, PATHS, VALUES)
def test_what_is_put_can_be_got(value: Json, path: Path, new: Json) -> None:
    assert fields.get(fields.put(value, path, new), path) is new


@given(OBJECTS, PATHS, VALUES)
def test_put_changes_nothing_beside_its_path(value: Json, path: Path, new: Json) -> None:
    for change in fields.differences(value, fields.put(value, path, new)):
        related = fields.starts_with(change.path, [path]) or fields.starts_with(path, [change.path])
        assert related, f"{fields.render(change.path)} changed with {fields.render(path)}"


@given(OBJECTS, PATHS, VALUES | st.just(MISSING))
def test_put_leaves_its_input_alone(value: Json, path: Path, new: Json) -> None:
    before = copy.deepcopy(value)
    fields.put(value, path, new)
    assert fields.same(value, before)


@given(OBJECTS.filter(bool), st.data())
def test_every_field_can_be_replaced_and_removed_in_place(value: Json, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(everywhere(value)))
    before = copy.deepcopy(value)
    assert fields.get(fields.put(value, path, "new"), path) == "new"
    assert fields.same(fields.put(value, path, fields.get(value, path)), value)
    smaller = fields.remove(value, path)
    assert not fields.same(smaller, value)
    if isinstance(path[-1], str):
        assert fields.get(smaller, path) is MISSING
    assert fields.same(value, before)


@given(OBJECTS, st.lists(KEYS | st.integers(0, 3), min_size=1, max_size=3).map(tuple))
def test_removing_what_is_not_there_changes_nothing(value: Json, path: Path) -> None:
    assume(fields.get(value, path) is MISSING)
    assert fields.same(fields.remove(value, path), value)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": 1}, ("a", "b")),
        ({"a": None}, ("a", "b")),
        ({"a": []}, ("a", 0, "b")),
        ({"a": [1]}, ("a", 1)),
        ({"a": {}}, ("b", "c")),
    ],
)
def test_removing_below_what_is_no_container_changes_nothing(value: Json, path: Path) -> None:
    assert fields.same(fields.remove(value, path), value)


@pytest.mark.parametrize(
    ("value", "path", "new", "expected"),
    [
        ({}, ("a", "b"), 1, {"a": {"b": 1}}),
        ({"a": None}, ("a", "b"), 1, {"a": {"b": 1}}),
        ({"a": "text"}, ("a", "b"), 1, {"a": {"b": 1}}),
        ({"a": [1]}, ("a", 1), 2, {"a": [1, 2]}),
        ({"a": [1, 2]}, ("a", 0), 5, {"a": [5, 2]}),
        ({"a": [1, 2, 3]}, ("a", 1), MISSING, {"a": [1, 3]}),
        ({"a": [1, 2, 3]}, ("a", 2), MISSING, {"a": [1, 2]}),
        ({"a": None}, ("a", 0, "b"), 2, {"a": [{"b": 2}]}),
        ({"a": 1}, (), {"b": 2}, {"b": 2}),
    ],
)
def test_put(value: Json, path: Path, new: Json, expected: Json) -> None:
    assert fields.same(fields.put(value, path, new), expected)


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ({"a": [{"b": None}]}, ("a", 0, "b"), None),
        ({"a": [1]}, ("a", 1), MISSING),
        ({"a": [1]}, ("a", -1), MISSING),
        ({"a": [1]}, ("a", "0"), MISSING),
        ({"0": 1}, (0,), MISSING),
        ({"a": "text"}, ("a", 0), MISSING),
        ({"a": 1}, ("a", "b"), MISSING),
        (MISSING, ("a",), MISSING),
        (5, (), 5),
    ],
)
def test_get(value: Json, path: Path, expected: Json) -> None:
    assert fields.get(value, path) is expected or fields.get(value, path) == expected
    assert (fields.get(value, path) is MISSING) == (expected is MISSING)


ALIKE = [1, 1.0, True, 0, 0.0, False, None, "", "1", [], {}, [1], [1.0], [True], {"a": 1}, {"a": True}, {"a": None}]


@pytest.mark.parametrize("left", range(len(ALIKE)))
@pytest.mark.parametrize("right", range(len(ALIKE)))
def test_values_that_python_confuses_are_not_the_same(left: int, right: int) -> None:
    assert fields.same(copy.deepcopy(ALIKE[left]), ALIKE[right]) == (left == right)


def test_same_looks_at_keys_length_and_order() -> None:
    assert fields.same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not fields.same({"a": 1}, {"a": 1, "b": 2})
    assert not fields.same({"a": 1, "b": 2}, {"a": 1})
    assert not fields.same([1, 2], [2, 1])
    assert not fields.same([1, 2], [1])
    assert fields.same(MISSING, MISSING)
    assert not fields.same(MISSING, None)


@given(VALUES, VALUES, VALUES)
def test_same_is_an_equivalence(one: Json, two: Json, three: Json) -> None:
    assert fields.same(one, copy.deepcopy(one))
    assert fields.same(one, two) == fields.same(two, one)
    if fields.same(one, two) and fields.same(two, three):
        assert fields.same(one, three)


@given(VALUES, VALUES)
def test_differences_are_all_and_real(before: Json, after: Json) -> None:
    changes = list(fields.differences(before, after))
    assert (not changes) == fields.same(before, after)
    for change in changes:
        assert not fields.same(change.before, change.after)
        assert fields.get(before, change.path) is change.before
        assert fields.get(after, change.path) is change.after


@given(OBJECTS, OBJECTS)
def test_making_all_differences_makes_the_other_object(before: Json, after: Json) -> None:
    value = before
    for change in fields.differences(before, after):
        value = fields.put(value, change.path, change.after)
    assert fields.same(value, after)


@given(OBJECTS, OBJECTS, st.lists(PATHS, max_size=3))
def test_spared_fields_are_no_difference_and_all_others_are(before: Json, after: Json, spared: list[Path]) -> None:
    found, expected = (
        [(one.path, repr(one.before), repr(one.after)) for one in changes]
        for changes in (
            fields.differences(before, after, spared=iter(spared)),
            fields.differences(fields.without(before, spared), fields.without(after, spared)),
        )
    )
    assert found == expected


def test_differences_are_the_smallest_fields_in_the_order_of_before() -> None:
    before = {"b": {"x": 1, "y": 2}, "a": [1, {"k": 1}], "gone": None, "long": [1]}
    after = {"new": 0, "a": [1, {"k": 2}], "b": {"x": 1, "y": 3}, "long": [1, 2]}
    found = [(fields.render(one.path), one.before, one.after) for one in fields.differences(before, after)]
    assert found == [
        ("b.y", 2, 3),
        ("a[1].k", 1, 2),
        ("gone", None, MISSING),
        ("long", [1], [1, 2]),
        ("new", MISSING, 0),
    ]


def test_differences_between_absent_and_absent_are_none() -> None:
    assert not list(fields.differences(MISSING, MISSING))
    assert [one.after for one in fields.differences(MISSING, None)] == [None]


@given(VALUES)
def test_walk_visits_every_field_once_containers_first(value: Json) -> None:
    visited = list(fields.walk(value))
    paths = [path for path, _ in visited]
    assert len(set(paths)) == len(paths) == sum(1 for _ in nodes(value)) - 1
    for path, item in visited:
        assert fields.get(value, path) is item
        assert len(path) == 1 or paths.index(path[:-1]) < paths.index(path)


def nodes(value: Json) -> Iterator[Json]:
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(item)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("spec", "cleanPodPolicy"), "spec.cleanPodPolicy"),
        (("spec", "containers", 0, "image"), "spec.containers[0].image"),
        (("metadata", "labels", "example.com/x"), 'metadata.labels["example.com/x"]'),
        (("metadata", "labels", "app-1"), "metadata.labels.app-1"),
        (("a", "0"), 'a["0"]'),
        (("a", ""), 'a[""]'),
        (('"',), r'["\""]'),
        (("a\n",), r'["a\n"]'),
        (("$ref",), "$ref"),
    ],
)
def test_render(path: Path, text: str) -> None:
    assert fields.render(path) == text


STEPS = st.lists(KEYS | st.integers(0, 3), max_size=3).map(tuple)


@given(STEPS, STEPS)
def test_render_never_gives_two_paths_one_name(one: Path, two: Path) -> None:
    assert (fields.render(one) == fields.render(two)) == (one == two)


@given(st.lists(st.from_regex(r"[A-Za-z_$][A-Za-z0-9_$-]*", fullmatch=True), max_size=4).map(tuple))
def test_parse_reads_what_render_writes(path: Path) -> None:
    assert fields.parse(fields.render(path)) == path


@pytest.mark.parametrize("text", [".", "metadata..labels", ".metadata", "metadata.labels.", "a..b[c]", "a]", "a[b"])
def test_parse_refuses_what_is_no_path(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a path such as metadata\.labels\[KEY\]"):
        fields.parse(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [("", ()), ("a", ("a",)), ("a.b", ("a", "b")), ('a[""].b', ("a", "", "b")), ("a[b..c]", ("a", "b..c"))],
)
def test_parse_takes_any_key_in_brackets(text: str, path: Path) -> None:
    assert fields.parse(text) == path


@given(OBJECTS)
def test_a_pointer_leads_where_its_path_does(value: Json) -> None:
    for path, item in fields.walk(value):
        assert fields.pointed(value, fields.pointer(path)) == path
        assert fields.at_pointer(value, fields.pointer(path)) is item


@given(OBJECTS | st.lists(VALUES, max_size=3), st.lists(KEYS | st.text("0123456789²٣-"), max_size=4).map(tuple))
def test_a_pointer_that_leads_nowhere_is_no_error(value: Json, path: Path) -> None:
    fields.at_pointer(value, fields.pointer(path))


def test_a_pointer_to_a_place_behind_all_numbers_leads_nowhere() -> None:
    assert fields.at_pointer([1], "/" + "9" * 5000) is MISSING
    assert fields.at_pointer({"9" * 5000: 1}, "/" + "9" * 5000) == 1


def test_show_is_json_of_limited_length() -> None:
    assert fields.show({"b": 1, "a": "é"}) == '{"a": "é", "b": 1}'
    assert fields.show(MISSING) == repr(MISSING) == "absent"
    assert fields.show(None) == "null"
    assert fields.show("x" * 8, 10) == '"xxxxxxxx"'
    assert fields.show("x" * 9, 10) == '"xxxxxxxx…'
    assert len(fields.show("x" * 1000)) == 200


@pytest.mark.parametrize(
    ("path", "prefixes", "expected"),
    [
        (("a", "b"), [("a",)], True),
        (("a",), [("a",)], True),
        (("a",), [("a", "b")], False),
        (("ab",), [("a",)], False),
        (("a",), [()], True),
        (("a",), [], False),
        (("a", "b"), [("x",), ("a", "b")], True),
    ],
)
def test_starts_with(path: Path, prefixes: list[Path], expected: bool) -> None:
    assert fields.starts_with(path, prefixes) is expected


@given(OBJECTS, st.lists(PATHS, max_size=3))
def test_without_takes_all_paths_away_and_only_them(value: Json, paths: list[Path]) -> None:
    less = fields.without(value, paths)
    assert all(fields.get(less, path) is MISSING for path in paths)
    for change in fields.differences(value, less):
        assert change.after is MISSING
        assert change.path in paths


@given(OBJECTS, OBJECTS)
def test_applying_a_patch_makes_the_other_object(before: Json, after: Json) -> None:
    value = before
    for operation in fields.patch(before, after):
        steps = [step.replace("~1", "/").replace("~0", "~") for step in operation["path"].split("/")[1:]]
        path = typed(value, steps)
        assert (operation["op"] == "add") == (fields.get(value, path) is MISSING)
        assert (operation["op"] == "remove") == ("value" not in operation)
        value = fields.put(value, path, operation.get("value", MISSING))
    assert fields.same(value, after)


def typed(value: Json, steps: list[str]) -> Path:
    """The path that the steps of a JSON pointer mean in `value`."""
    path: Path = ()
    for step in steps:
        path = (*path, int(step) if isinstance(fields.get(value, path), list) else step)
    return path


def test_patch_is_json_patch() -> None:
    before = {"a/b": 1, "m~n": {"gone": 1}, "list": [1, 2], "same": 0}
    after = {"a/b": 2, "m~n": {}, "list": [1, 3], "same": 0, "new": None}
    assert fields.patch(before, after) == (
        {"op": "replace", "path": "/a~1b", "value": 2},
        {"op": "remove", "path": "/m~0n/gone"},
        {"op": "replace", "path": "/list/1", "value": 3},
        {"op": "add", "path": "/new", "value": None},
    )
    assert fields.patch(before, before) == ()
    assert fields.patch(1, 2) == ({"op": "replace", "path": "", "value": 2},)
