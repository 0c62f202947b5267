"""An accepted replacement is answered with 200, pretty where asked for, and stores every replaceable field as sent."""

from __future__ import annotations

import dataclasses

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules
from contracts.judge.model import Replacement, Response
from contracts.report import words
from tests.unit.judge.replacements import (
    CHANGED,
    CONTRACT,
    DEADLINE,
    LABELS,
    LIVE,
    accepted,
    added_by_the_server,
    answer,
    field_of,
    found_by,
    put,
    refused,
    said,
)


@pytest.mark.parametrize(
    ("status", "requirements"),
    [
        (199, []),
        (200, []),
        (201, ["status.200", "status.201"]),
        (202, ["status.200"]),
        (299, ["status.200"]),
        (300, []),
        (404, []),
    ],
)
def test_accepted_status(status: int, requirements: list[str]) -> None:
    found = found_by(rules.accepted_status, accepted(LIVE, status=status))
    assert [one.requirement for one in found] == requirements
    assert all((one.expected.values, one.observed.status) == ((200,), status) for one in found)


def test_201_says_what_is_wrong_with_it() -> None:
    found = found_by(rules.accepted_status, accepted(LIVE, status=201))
    assert said(found[1]) == ("status.201", "201 is answered though the object existed before", "", "200", "201")


def test_a_long_value_is_kept_whole_and_cut_in_words() -> None:
    long = {"a": "x" * 300}
    first, second = found_by(rules.replaceable_fields, accepted(put(LIVE, LABELS, long), LIVE))
    assert (field_of(first), first.expected.values) == ("metadata.labels.a", ("x" * 300,))
    shown = paths.show("x" * 300, words.LONGEST_VALUE)
    assert len(shown) == words.LONGEST_VALUE
    assert words.expected(first.expected) == f"stored value {shown}"
    assert (field_of(second), second.expected.values) == ("metadata.labels.app", (MISSING,))


@pytest.mark.parametrize("name", CONTRACT.replaceable)
def test_each_replaceable_field_that_is_not_stored_speaks_against_its_own_requirement(name: str) -> None:
    value: Json = {"k": "v"} if name.startswith("metadata") else "All" if "Policy" in name else 77
    was = put(LIVE, name, MISSING) if isinstance(value, dict) else LIVE
    [one] = found_by(rules.replaceable_fields, accepted(put(LIVE, name, value), was))
    assert one.requirement == CONTRACT.owner(paths.parse(name), "replaceable")
    assert field_of(one) == name
    assert one.expected.values == (value,)
    assert one.observed.value == paths.get(was, paths.parse(name))
    assert one.observed.status == 200


@pytest.mark.parametrize(
    ("sent", "stored", "default", "wrong"),
    [
        ({"a": "1", "b": "2"}, {"a": "1"}, MISSING, {"b": ("2", MISSING)}),
        ({"a": "1"}, {"a": "2"}, MISSING, {"a": ("1", "2")}),
        ({"a": "1"}, {"a": "1", "old": "x"}, MISSING, {"old": (MISSING, "x")}),
        ({"a": "1"}, {"b": "1"}, MISSING, {"a": ("1", MISSING), "b": (MISSING, "1")}),
        ({}, {"a": "1", "b": "2"}, MISSING, {"a": (MISSING, "1"), "b": (MISSING, "2")}),
        (MISSING, {"old": "x", "d": "2"}, {"d": "1"}, {"old": (MISSING, "x")}),
        ({"a": "1"}, {"a": "2", "d": "1"}, {"d": "1"}, {"a": ("1", "2")}),
        ({"a": "1"}, MISSING, MISSING, {"": ({"a": "1"}, MISSING)}),
        ({"a": "1"}, ["a"], MISSING, {"": ({"a": "1"}, ["a"])}),
    ],
)
def test_a_map_is_found_wrong_key_by_key(
    sent: Json, stored: Json, default: Json, wrong: dict[str, tuple[Json, Json]]
) -> None:
    added = added_by_the_server(LABELS, default)
    before = put(LIVE, LABELS, {"before": "x"})
    replacement = accepted(put(LIVE, LABELS, sent), put(LIVE, LABELS, stored), before=before, added=added)
    found = found_by(rules.replaceable_fields, replacement)
    assert {one.requirement for one in found} == {"replaceable.labels"}
    by_key = {field_of(one).removeprefix(LABELS).lstrip("."): one for one in found}
    assert {key: (one.expected.values, one.observed.value) for key, one in by_key.items()} == {
        key: ((expected,), observed) for key, (expected, observed) in wrong.items()
    }


def case(sent: Json, stored: Json, before: Json = MISSING, default: Json = MISSING, name: str = LABELS) -> bool:
    """Whether the rule is silent when `sent` is sent for one field and `stored` is then stored."""
    was = put(LIVE, name, before)
    after, added = put(LIVE, name, stored), added_by_the_server(name, default)
    replacement = Replacement(was, put(LIVE, name, sent), answer(200, after), after, added=added)
    return not found_by(rules.replaceable_fields, replacement)


@pytest.mark.parametrize(
    ("sent", "stored", "before", "default", "silent"),
    [
        ({"a": "1"}, {"a": "1"}, MISSING, MISSING, True),
        ({"a": "1"}, {"a": "2"}, MISSING, MISSING, False),
        ({"a": "1"}, {"a": "1", "b": "2"}, {"b": "2"}, MISSING, False),
        ({"a": "1"}, {"a": "1", "d": "2"}, MISSING, {"d": "2"}, True),
        ({"a": "1"}, {"a": "0", "d": "2"}, MISSING, {"a": "0", "d": "2"}, False),
        ({"a": "1"}, {"d": "2"}, MISSING, {"d": "2"}, False),
        (MISSING, MISSING, {"a": "1"}, MISSING, True),
        (MISSING, None, {"a": "1"}, MISSING, True),
        (MISSING, {}, {"a": "1"}, MISSING, True),
        (MISSING, {"a": "1"}, {"a": "1"}, MISSING, False),
        (MISSING, {"d": "2"}, {"a": "1"}, {"d": "2"}, True),
        (None, MISSING, {"a": "1"}, MISSING, True),
        (None, {"a": "1"}, {"a": "1"}, MISSING, False),
        ({}, MISSING, {"a": "1"}, MISSING, True),
        ({}, {"a": "1"}, {"a": "1"}, MISSING, False),
        ([], MISSING, {"a": "1"}, MISSING, True),
        ({"a": ""}, {"a": ""}, MISSING, MISSING, True),
        ({"a": ""}, MISSING, MISSING, MISSING, False),
    ],
)
def test_what_may_be_stored_of_a_map(sent: Json, stored: Json, before: Json, default: Json, silent: bool) -> None:
    assert case(sent, stored, before, default) == silent


@pytest.mark.parametrize(
    ("sent", "stored", "default", "silent"),
    [
        (60, 60, MISSING, True),
        (60, 61, MISSING, False),
        (60, "60", MISSING, False),
        (60, 60.0, MISSING, False),
        (60.0, 60, MISSING, True),
        (60.0, 60.0, MISSING, True),
        (60.5, 60, MISSING, False),
        (0, 0, MISSING, True),
        (0, MISSING, MISSING, False),
        (1, True, MISSING, False),
        (False, False, MISSING, True),
        (False, MISSING, MISSING, False),
        (MISSING, 5, 5, True),
        (MISSING, 6, 5, False),
        (MISSING, MISSING, 5, True),
        (None, 5, 5, True),
        (7, 5, 5, False),
    ],
)
def test_what_may_be_stored_of_a_number(sent: Json, stored: Json, default: Json, silent: bool) -> None:
    assert case(sent, stored, 3, default, DEADLINE) == silent


@pytest.mark.parametrize(
    ("metadata", "stored", "silent"),
    [(MISSING, "old", True), (None, "old", True), ({}, "old", False), ({}, MISSING, True)],
)
def test_when_the_container_is_not_sent_the_old_value_may_stand(metadata: Json, stored: Json, silent: bool) -> None:
    after = LIVE if stored == "old" else put(LIVE, LABELS, MISSING)
    sent = put(LIVE, "metadata", metadata)
    assert (not found_by(rules.replaceable_fields, accepted(sent, after))) == silent


def test_nothing_is_asked_of_replaceable_fields_when_refused_malformed_or_gone() -> None:
    one = accepted(CHANGED, LIVE)
    assert found_by(rules.replaceable_fields, one)
    for other in (
        refused(CHANGED),
        dataclasses.replace(one, sent=MISSING),
        dataclasses.replace(one, sent=[]),
        dataclasses.replace(one, after=MISSING),
    ):
        assert not found_by(rules.replaceable_fields, other)


@pytest.mark.parametrize(
    ("pretty", "status", "indent", "speaks"),
    [
        ("true", 200, None, True),
        ("true", 200, 2, False),
        ("true", 299, None, True),
        ("true", 300, None, False),
        ("true", 403, None, False),
        ("false", 200, None, False),
        ("True", 200, None, False),
        (None, 200, None, False),
    ],
)
def test_pretty_output(pretty: str | None, status: int, indent: int | None, speaks: bool) -> None:
    replacement = accepted(LIVE, pretty=pretty, status=status, indent=indent)
    found = found_by(rules.pretty_output, replacement)
    assert [one.requirement for one in found] == (["pretty.true-is-pretty"] if speaks else [])
    assert all(one.observed.note.startswith("line 1: ") for one in found)


def test_pretty_output_of_bytes_that_are_no_text_is_not_pretty() -> None:
    replacement = Replacement(LIVE, LIVE, Response(200, {}, b'{\n "a": "\xff'), LIVE, pretty="true")
    assert found_by(rules.pretty_output, replacement)
