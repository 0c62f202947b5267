"""Metadata as every Kubernetes object has it: types, what is dropped, which values are valid."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reference.objects import MetadataError, read_metadata, unknown_fields
from contracts.reference.validation import wrong_change, wrong_metadata, wrong_name


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, {}),
        ({}, {}),
        ({"labels": {}}, {}),
        ({"labels": None}, {}),
        ({"name": ""}, {}),
        ({"annotations": {"a": None}}, {"annotations": {"a": ""}}),
        ({"finalizers": [None]}, {"finalizers": [""]}),
        ({"generation": 0}, {"generation": 0}),
        ({"unheard": 1, "uid": "u"}, {"uid": "u"}),
        ({"creationTimestamp": None}, {}),
        ({"creationTimestamp": "2020-02-29T10:00:00+08:00"}, {"creationTimestamp": "2020-02-29T10:00:00+08:00"}),
        ({"ownerReferences": [{"uid": "u", "x": 1, "name": None}]}, {"ownerReferences": [{"uid": "u"}]}),
    ],
)
def test_what_is_read(sent: Any, read: dict[str, Any]) -> None:
    assert read_metadata(sent) == read


@pytest.mark.parametrize(
    "sent",
    [
        [],
        "x",
        1,
        {"name": 1},
        {"labels": []},
        {"labels": {"a": 1}},
        {"labels": {"a": True}},
        {"annotations": {"a": {}}},
        {"annotations": "x"},
        {"generation": "1"},
        {"generation": True},
        {"generation": 2**63},
        {"generation": 1.5},
        {"finalizers": {}},
        {"finalizers": [1]},
        {"ownerReferences": [1]},
        {"ownerReferences": [{"controller": "yes"}]},
        {"creationTimestamp": "yesterday"},
        {"creationTimestamp": ""},
        {"creationTimestamp": "2020-02-30T10:00:00Z"},
        {"creationTimestamp": 5},
        {"managedFields": [1]},
    ],
)
def test_what_has_the_wrong_type(sent: Any) -> None:
    with pytest.raises(MetadataError):
        read_metadata(sent)


def test_unknown_fields() -> None:
    assert unknown_fields({"name": "a", "nmae": "b"}) == ("nmae",)
    assert unknown_fields(None) == ()


@pytest.mark.parametrize(
    "metadata",
    [
        {"labels": {"a b": "c"}},
        {"labels": {"": "c"}},
        {"labels": {"/a": "c"}},
        {"labels": {"UPPER.example/a": "c"}},
        {"labels": {"example.com/" + "a" * 64: "c"}},
        {"labels": {"a" * 254 + "/a": "c"}},
        {"labels": {"a": "b c"}},
        {"labels": {"a": "-b"}},
        {"labels": {"a": "b\n"}},
        {"labels": {"a": "é"}},
        {"labels": {"a": "b" * 64}},
        {"annotations": {"a b": "c"}},
        {"annotations": {"a": "b" * 262144}},
        {"finalizers": ["a b"]},
        {"ownerReferences": [{"uid": "u"}]},
    ],
)
def test_what_is_wrong(metadata: dict[str, Any]) -> None:
    assert list(wrong_metadata(metadata))


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"labels": {"a": "", "example.com/B_c.d-1": "x" * 63}},
        {"annotations": {"Example.COM/a": "anything\n<at> all ✓", "b": "b" * 262000}},
        {"finalizers": ["example.com/one", "foregroundDeletion"]},
    ],
)
def test_what_is_right(metadata: dict[str, Any]) -> None:
    assert not list(wrong_metadata(metadata))


@given(st.from_regex(r"\A[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\Z"))
def test_every_documented_name_is_a_label_key_and_value(text: str) -> None:
    assert not list(wrong_metadata({"labels": {text: text}}))


@pytest.mark.parametrize(("name", "valid"), [("a", True), ("a.b-c1", True), ("A", False), ("-a", False), ("", False)])
def test_names(name: str, valid: bool) -> None:
    assert (not list(wrong_name({"name": name}))) is valid
    assert list(wrong_name({"name": name + "a" * 254}))


def test_deletion_is_not_asked_for_by_a_replacement() -> None:
    changed = wrong_change({"uid": "u"}, {"uid": "u", "deletionTimestamp": "2000-01-01T00:00:00Z"})
    assert [cause.field for cause in changed] == ["metadata.deletionTimestamp"]
