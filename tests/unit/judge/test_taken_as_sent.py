"""The schema of answers: what is not valid since it was sent so, and taken, is told once, as what it is."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Replacement
from tests.unit.judge.replacements import LIVE, accepted, answer, judged, put

TEMPLATE = "spec.pytorchReplicaSpecs.Master.template.spec"
GPU = paths.put(
    LIVE,
    (
        *paths.parse("spec.pytorchReplicaSpecs.Master.template.spec.containers"),
        0,
        "resources",
        "limits",
        "nvidia.com/gpu",
    ),
    1.5,
)


def families(sent: Json, after: Json = None, **more: Any) -> set[str]:
    return {requirement for requirement, _ in judged(accepted(sent, after, **more))}


def taken(name: str, value: Json) -> Json:
    """The documented object as a server stores it that takes this value."""
    return put(put(LIVE, name, value), "metadata.resourceVersion", "72519847")


@pytest.mark.parametrize(
    ("name", "value"),
    [("metadata.labels", {"not a key": "x"}), ("metadata.labels", {"a": "b c"}), ("spec.cleanPodPolicy", "Sometimes")],
)
def test_an_invalid_value_that_is_taken_is_told_once(name: str, value: Json) -> None:
    after = taken(name, value)
    if name.startswith("spec"):
        after = put(after, "metadata.generation", LIVE["metadata"]["generation"] + 1)
    assert families(put(LIVE, name, value), after) == {"replaceable.invalid-refused"}
    judged_by_page = judged(accepted(put(LIVE, name, value), after), "document")
    assert "replaceable.invalid-refused" not in {requirement for requirement, _ in judged_by_page}


@pytest.mark.parametrize("name", ["metadata.labels", "metadata.annotations", "spec.cleanPodPolicy"])
def test_null_that_clears_a_field_is_no_mistake_and_shown_is_the_answers(name: str) -> None:
    after = taken(name, None)
    if name.startswith("spec"):
        after = put(after, "metadata.generation", LIVE["metadata"]["generation"] + 1)
    assert families(put(LIVE, name, None), after) == {"response.schema"}


def test_null_in_a_map_that_is_stored_is_taken_by_mistake() -> None:
    value = {"a": None}
    assert families(put(LIVE, "metadata.labels", value), taken("metadata.labels", value)) == {
        "replaceable.invalid-refused"
    }


def test_what_was_taken_before_and_is_sent_along_is_not_told_again() -> None:
    stored = taken("metadata.labels", {"not a key": "x"})
    after = put(put(stored, "spec.activeDeadlineSeconds", 60), "metadata.resourceVersion", "72519848")
    after = put(after, "metadata.generation", LIVE["metadata"]["generation"] + 1)
    assert judged(Replacement(stored, put(stored, "spec.activeDeadlineSeconds", 60), answer(200, after), after)) == []


def test_the_same_value_that_was_never_sent_is_the_answers_fault() -> None:
    value = {"not a key": "x"}
    assert "response.schema" in families(LIVE, taken("metadata.labels", value))
    assert "response.schema" in families(
        put(LIVE, "metadata.labels", value), LIVE, shown=taken("metadata.labels", value)
    )


def test_an_immutable_change_that_is_taken_is_told_once() -> None:
    changed = put(put(LIVE, TEMPLATE, None), "metadata.generation", LIVE["metadata"]["generation"] + 1)
    after = put(changed, "metadata.resourceVersion", "72519847")
    assert families(put(LIVE, TEMPLATE, None), after) == {"immutable.replica-specs"}


@pytest.mark.parametrize("value", [None, 5, MISSING])
def test_a_version_that_is_taken_from_the_client_is_still_no_version(value: Json) -> None:
    sent = put(LIVE, "metadata.resourceVersion", value)
    assert "response.schema" in families(sent, sent)


def test_what_an_owner_wrote_is_spared() -> None:
    one = Replacement(GPU, GPU, answer(200, GPU), GPU)
    assert judged(one) == []
    lost = Replacement(LIVE, LIVE, answer(200, GPU), LIVE)
    assert "response.schema" in {requirement for requirement, _ in judged(lost)}


@pytest.mark.parametrize(
    ("sent", "stored", "requirement"),
    [
        ({"a": {"b": "c"}}, {"a": "b"}, "replaceable.invalid-refused"),
        ({"not a key": "x"}, {}, "replaceable.invalid-refused"),
        ({"a": "1"}, {}, "replaceable.labels"),
        (None, {"a": "1"}, "replaceable.labels"),
        (MISSING, {"a": "1"}, "replaceable.labels"),
    ],
)
def test_what_should_not_be_taken_is_one_mistake_whatever_becomes_of_it(
    sent: Json, stored: Json, requirement: str
) -> None:
    bare = put(put(LIVE, "metadata.labels", sent), "metadata.uid", MISSING)
    assert families(bare, taken("metadata.labels", stored)) == {requirement}
    by_page = judged(accepted(bare, taken("metadata.labels", stored)), "document")
    assert "replaceable.labels" in {broken for broken, _ in by_page}
