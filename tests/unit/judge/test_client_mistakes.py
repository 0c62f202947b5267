"""Bodies that are no proper object: each is one, and the object that it was made from stays as it was."""

from __future__ import annotations

import copy

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import Json
from contracts.judge import client_mistakes, value_schemas
from contracts.masking.encodings import near_misses
from contracts.spec.contract import Contract


@pytest.mark.parametrize("name", client_mistakes.malformed(b"{}"))
def test_a_malformed_body_is_no_json_object(live: Json, name: str) -> None:
    body = client_mistakes.malformed(strict.encode(live))[name]
    try:
        value = strict.decode(body)
    except strict.NotJson:
        return
    assert not isinstance(value, dict)


def test_malformed_bodies_differ_from_each_other(live: Json) -> None:
    bodies = client_mistakes.malformed(strict.encode(live))
    assert len(set(bodies.values())) == len(bodies)


def test_mistakes_are_real_and_leave_the_object_alone(contract: Contract, live: Json) -> None:
    before = copy.deepcopy(live)
    made = client_mistakes.mistakes(contract, live)
    for name, value in made.items():
        assert not paths.same(value, live), name
        strict.decode(strict.encode(value))
    assert paths.same(live, before)
    assert len({paths.show(value, 10**6) for value in made.values()}) == len(made)
    assert made["no spec"] == {key: value for key, value in live.items() if key != "spec"}
    assert made["spec is null"]["spec"] is None
    assert made["an empty object"] == {}
    assert made["a number beyond 64 bits"]["metadata"]["generation"] > 2**64


def test_mismatches_differ_in_their_one_field(contract: Contract, live: Json) -> None:
    before = copy.deepcopy(live)
    made = client_mistakes.mismatches(contract, live)
    assert made.pop("a list with it") == {"apiVersion": "v1", "kind": "List", "items": [live]}
    assert made.pop("something around it") == {"object": live}
    changed = {name: [paths.render(one.path) for one in paths.differences(live, value)] for name, value in made.items()}
    assert changed == {
        "another kind": ["kind"],
        "a list of its kind": ["kind"],
        "another version": ["apiVersion"],
        "an earlier version": ["apiVersion"],
        "another group": ["apiVersion"],
        "another name": ["metadata.name"],
        "its name in other capitals": ["metadata.name"],
        "another namespace": ["metadata.namespace"],
    }
    assert paths.same(live, before)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8))
def test_nearly_a_token_is_never_the_token(token: str) -> None:
    almost = near_misses(token)
    if len(token) > 1:
        assert token not in almost.values()
    assert len(almost) == 9
    assert not any(token in name for name in almost if len(token) > 6)


@pytest.mark.parametrize("token", ["secret-A", "secret-B", "12345678", "UPPER"])
def test_nearly(token: str) -> None:
    almost = near_misses(token)
    assert almost["one character more"] == token + "x"
    assert almost["a part behind a dot"] == f"{token}.x"
    assert almost["one character less"] + token[-1] == token
    assert almost["another last character"][:-1] == token[:-1]
    assert token.startswith(almost["its first half"])
    assert almost["twice"] == token * 2
    assert almost["other capitals"].lower().startswith(token.lower())
    assert token not in almost.values()


@pytest.mark.parametrize("field", ["metadata.labels", "metadata.annotations"])
@pytest.mark.parametrize(("prefix", "allowed"), [(253, True), (254, False)])
def test_a_key_has_a_prefix_of_253_characters_at_most(
    contract: Contract, field: str, prefix: int, allowed: bool
) -> None:
    schema = dict(value_schemas.schema_of(contract, field))
    assert jsonschema_rs.is_valid(schema, {f"{'a' * prefix}/x": "1"}) is allowed
    assert jsonschema_rs.is_valid(schema, {f"{'a' * 253}/{'x' * 63}": "1"})


def test_doubtful_bodies_differ_from_the_body(live: Json) -> None:
    body = strict.encode(live)
    made = client_mistakes.doubtful(body)
    assert len(set(made.values()) | {body}) == len(made) + 1


def test_times_that_are_null_stand_where_there_was_none(live: Json) -> None:
    live = paths.put(live, ("spec", "template"), {"metadata": {"labels": {}}})
    live = paths.put(live, ("spec", "known"), {"metadata": {"creationTimestamp": "2024-01-31T09:30:00Z"}})
    sent = strict.decode(client_mistakes.doubtful(strict.encode(live))["no time, as Go writes it"])
    assert {paths.render(one.path): one.after for one in paths.differences(live, sent)} == {
        "metadata.deletionTimestamp": None,
        "spec.template.metadata.creationTimestamp": None,
    }
