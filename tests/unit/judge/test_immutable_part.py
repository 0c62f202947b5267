"""Nothing outside the replaceable fields changes, whatever is answered, and a refusal changes nothing at all."""

from __future__ import annotations

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules
from contracts.judge.model import Replacement
from tests.unit.judge.replacements import (
    CHANGED,
    CONTRACT,
    DEADLINE,
    LIVE,
    MUTATED,
    MUTATION,
    REPLICAS,
    SCOPES,
    accepted,
    answer,
    field_of,
    found_by,
    judged,
    put,
    refusal_body,
    refused,
    said,
)

IMAGE = ("spec", "pytorchReplicaSpecs", "Master", "template", "spec", "containers", 0, "image")


def test_an_object_that_is_gone_is_said_once() -> None:
    gone = Replacement(LIVE, LIVE, answer(200, LIVE), MISSING)
    assert judged(gone) == judged(gone, "document") == [("immutable.identity", "")]
    refused_and_gone = Replacement(LIVE, LIVE, answer(403, refusal_body(403)), MISSING)
    assert judged(refused_and_gone) == [("immutable.identity", "")]
    [one] = found_by(rules.unchanged_rest, gone)
    assert said(one) == (
        "immutable.identity",
        "a replacement: the object is gone",
        "",
        "the object is there and as it was",
        "200, stored value absent",
    )


@pytest.mark.parametrize("profile", SCOPES)
@pytest.mark.parametrize("status", [200, 403, 500])
def test_a_change_outside_the_replaceable_fields_is_found_whatever_was_answered(profile: str, status: int) -> None:
    after = paths.put(LIVE, IMAGE, "evil")
    replacement = Replacement(LIVE, LIVE, answer(status, LIVE), after)
    [one] = found_by(rules.unchanged_rest, replacement, profile)
    assert said(one) == (
        "immutable.replica-specs",
        f"a replacement changes {paths.render(IMAGE)}",
        paths.render(IMAGE),
        f'refused, or stored value still "{paths.get(LIVE, IMAGE)}"',
        f'{status}, stored value "evil"',
    )


@pytest.mark.parametrize("name", CONTRACT.writable_by_convention)
def test_gaps_are_judged_by_the_page_alone_only(name: str) -> None:
    after = put(LIVE, name, ["x"])
    replacement = Replacement(LIVE, after, answer(200, after), after)
    owned = name in CONTRACT.server_owned
    assert found_by(rules.unchanged_rest, replacement, "kubernetes") == []
    found = found_by(rules.unchanged_rest, replacement, "document")
    assert [one.requirement for one in found] == ([] if owned else ["immutable.other-metadata"])


@pytest.mark.parametrize("profile", SCOPES)
def test_what_server_and_controllers_write_is_nobodys_change(profile: str) -> None:
    after = LIVE
    for name in CONTRACT.server_owned:
        after = put(after, name, "other")
    assert found_by(rules.unchanged_rest, Replacement(LIVE, LIVE, answer(200, after), after), profile) == []
    assert found_by(rules.refusal, Replacement(LIVE, LIVE, answer(403, None), after), profile) == []


@pytest.mark.parametrize("path", ["metadata.labels", "spec.cleanPodPolicy", "metadata.generation", "status"])
def test_what_replacements_and_servers_write_is_not_the_rest(path: str) -> None:
    other = put(LIVE, path, {"x": "y"})
    assert not found_by(rules.unchanged_rest, accepted(LIVE, other))
    other = put(other, "spec.more", 1)
    found = found_by(rules.unchanged_rest, accepted(LIVE, other))
    assert [field_of(one) for one in found] == ["spec.more"]


@pytest.mark.parametrize(
    ("before", "sent", "stored", "fields_"),
    [
        ({"a": 1}, {"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, {"a": 3}, []),
        ({"a": 1}, {"a": 2}, {"a": 2}, ["status.a"]),
        ({"a": 1}, {"a": 2, "b": 3}, {"a": 2, "b": 3}, ["status.a", "status.b"]),
        ({"a": 1}, {"a": 1, "b": 3}, {"a": 1, "b": 3, "c": 4}, ["status.b"]),
        ({"a": 1}, MISSING, {"a": 1}, []),
        ({"a": 1}, MISSING, MISSING, ["status"]),
        ({"a": 1}, {}, {}, ["status.a"]),
        ({"a": 1}, {}, {"b": 2}, ["status.a"]),
        ({"a": 1}, None, None, ["status"]),
        (MISSING, {"a": 2}, {"a": 2}, ["status"]),
        (MISSING, {"a": 2}, MISSING, []),
        (MISSING, {}, MISSING, []),
        ({"l": [1, 2]}, {"l": [2, 1]}, {"l": [2, 1]}, ["status.l[0]", "status.l[1]"]),
        ({"l": [1]}, {"l": [1, 2]}, {"l": [1, 3]}, []),
        ({"a": 1}, {"a": True}, {"a": True}, ["status.a"]),
        # emptied by the client, stored as another kind of empty
        ({"a": 1}, {"a": None}, {}, ["status.a"]),
        ({"a": 1}, {"a": {}}, {"a": None}, ["status.a"]),
        ({"a": [1]}, {"a": []}, {}, ["status.a"]),
        ({"a": 1}, {}, {"a": []}, ["status.a"]),
        ({"a": 1}, {"a": 2}, {}, []),
        ({"a": 1}, {"a": None}, {"a": 1}, []),
        ({"a": None}, {"a": {}}, {}, []),
        # a text of the client's that stands elsewhere
        ({"l": ["a"]}, {"l": ["b"]}, {"l": ["a", "b"]}, ["status.l[1]"]),
        ({"l": ["a"]}, {"l": ["b"]}, {"l": ["a", "c"]}, []),
        ({"l": ["a", "c"]}, {"l": ["c", "a"]}, {"l": ["a", "c", "a"]}, []),
        ({"a": "x", "b": "y"}, {"a": {"c": "z"}, "b": "y"}, {"a": "x", "b": "z"}, ["status.b"]),
        ({"a": 1}, {"a": 2}, {"a": 1, "b": 2}, []),
        (MISSING, {"a": "x"}, {"b": "x"}, []),
    ],
)
def test_the_clients_status(before: Json, sent: Json, stored: Json, fields_: list[str]) -> None:
    objects = [put(LIVE, "status", value) for value in (before, sent, stored)]
    replacement = Replacement(objects[0], objects[1], answer(200, objects[2]), objects[2])
    found = found_by(rules.stored_status, replacement)
    assert [field_of(one) for one in found] == fields_
    assert {one.requirement for one in found} <= {"immutable.status"}


def test_no_status_can_be_stored_from_a_body_that_is_no_object() -> None:
    after = put(LIVE, "status", MISSING)
    bodies: tuple[Json, ...] = (MISSING, [], "x")
    for sent in bodies:
        assert found_by(rules.stored_status, Replacement(LIVE, sent, answer(200, after), after)) == []


@pytest.mark.parametrize(
    ("status", "with_mutation", "requirements"),
    [
        (399, False, []),
        (400, False, ["status.refusal-changes-nothing"]),
        (409, True, ["status.refusal-changes-nothing", "immutable.atomic"]),
        (499, False, ["status.refusal-changes-nothing"]),
        (500, True, []),
        (200, True, []),
    ],
)
def test_refusal_changes_nothing(status: int, with_mutation: bool, requirements: list[str]) -> None:
    replacement = refused(CHANGED, CHANGED, status=status, mutation=MUTATION if with_mutation else None)
    found = found_by(rules.refusal, replacement)
    assert [one.requirement for one in found] == requirements
    assert all(field_of(one) == DEADLINE and one.expected.values == (MISSING,) for one in found)
    assert all((one.observed.status, one.observed.value) == (status, 60) for one in found)


def test_a_finding_names_the_attempt_where_what_it_sent_is_stored() -> None:
    stored = put(put(LIVE, REPLICAS, 3), DEADLINE, 60)
    for mutation, tried in ((None, f"a replacement changes {REPLICAS}"), (MUTATION, f"{REPLICAS} changed from 1 to 3")):
        found = found_by(rules.refusal, refused(MUTATED, stored, mutation=mutation))
        assert {one.message for one in map(said, found)} == {
            f"{tried}: refused and yet stored",
            f"a replacement changes {DEADLINE}: refused and yet stored",
        }
