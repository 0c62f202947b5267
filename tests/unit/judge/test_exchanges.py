"""What is exchanged, or moved from one member to another, so that a set or a total stays what it was."""

from __future__ import annotations

import json

from contracts.jsonvalue.paths import MISSING
from contracts.judge import exchanges, mutations
from contracts.judge.mutations import FAMILY
from contracts.judge.representations import MEBIBYTE, of_windows, padded

PATH = ("spec", "replicas")


def test_the_sum_of_two_numbers_stays() -> None:
    item = {"a": {"n": 1, "x": "y"}, "b": {"n": 2}, "c": {"n": True}, "d": 3}
    ((kind, attempt),) = exchanges.balanced(PATH, item, list(item))
    assert kind == "two numbers of one sum"
    assert attempt.new == {**item, "a": {"n": 0, "x": "y"}, "b": {"n": 3}}


def test_the_set_of_texts_stays_and_names_are_left_alone() -> None:
    items = [{"name": "a", "image": "x", "n": 1}, {"name": "b"}, {"name": "c", "image": "y", "n": 2}]
    ((_, attempt),) = exchanges.of_items(PATH, items)
    assert attempt.new == [{"name": "a", "image": "y", "n": 1}, {"name": "b"}, {"name": "c", "image": "x", "n": 2}]
    assert not list(exchanges.of_items(PATH, ["a", "b"]))
    assert not list(exchanges.of_items(PATH, [{"image": "x"}, {"image": "x"}]))


def test_members_of_the_api_family_are_added_where_they_are_not() -> None:
    schema = {"properties": {"spec": {FAMILY: {"tty": True, "stdin": True}}}}
    found = dict(mutations.careless({"spec": {"stdin": False}}, schema, []))
    attempt = found["member of the API family"]
    assert (attempt.path, attempt.old, attempt.new) == (("spec", "tty"), MISSING, True)


def test_another_layout_and_blanks_are_the_same_json() -> None:
    value = {"a": "é/\U0001f600\u00ff", "b": [1, {"c": None}]}
    body = json.dumps(value, ensure_ascii=False).encode()
    for encoded in (of_windows(body), padded(body)):
        assert json.loads(encoded) == value
    assert b'\r\n\t"a": "\\u00E9/\\uD83D\\uDE00\\u00FF"' in of_windows(body)
    assert of_windows(body).startswith(b"\r\n{")
    assert len(padded(body)) > MEBIBYTE


def test_lists_of_alike_items_are_the_same_behind_each_other() -> None:
    item = {"command": ["sh", "-c"], "args": ["a", "b"], "ports": [{"name": "p", "port": 1}], "env": []}
    found = dict(exchanges.of_lists(("spec",), item, list(item)))
    assert found.keys() == {"item moved from command to args", "item moved from args to command"}
    moved = found["item moved from command to args"].new
    assert (moved["command"], moved["args"]) == (["sh"], ["-c", "a", "b"])
    assert moved["ports"] == item["ports"]


def test_objects_are_alike_where_more_than_a_name_is_in_both() -> None:
    first, second = {"name": "a", "image": "b"}, {"name": "c", "image": "d"}
    assert len(list(exchanges.of_lists((), {"one": [first], "other": [second]}, ["one", "other"]))) == 2
    assert not list(exchanges.of_lists((), {"one": [first], "other": [{"name": "c"}]}, ["one", "other"]))
