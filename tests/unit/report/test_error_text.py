"""What an error says is found in every form of body, and the fields that it names are found in the object."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.report.error_text import LONGEST_TEXT, alike, decoded, named_fields, text_of

QUEUE = "kueue.x-k8s.io/queue-name"
OBJECT = {
    "metadata": {"labels": {QUEUE: "q", "team": "a"}},
    "spec": {"runPolicy": {"ttl": 1}, "list": [{"image": "x"}]},
}
REPLACEABLE = (("metadata", "labels"), ("spec", "runPolicy"))


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "Status", "status": "Failure", "message": "no such", "reason": "Invalid", "code": 422},
        {"error_code": "CCI.01", "error_msg": "no such"},
        {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "no such"},
        {"error": {"code": 403, "message": "no such"}},
        {"errors": [{"status": "403", "title": "Forbidden", "detail": "no such"}]},
        {"error": "invalid_token", "error_description": "no such"},
        {"oops": "no such"},
        "no such",
    ],
)
def test_the_text_of_every_form(body: Any) -> None:
    wrapped = {"x": body} if isinstance(body, str) else body
    assert text_of(wrapped, b"") == "no such"


def test_the_text_of_a_page_is_what_is_between_the_markup() -> None:
    page = b"<html><head><title>403</title><style>a{}</style></head><body><h1>Not  here</h1>\r\n</body></html>"
    assert text_of(MISSING, page) == "Not here"


@given(st.recursive(st.none() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)), st.binary())
def test_the_text_is_one_short_line(value: Any, body: bytes) -> None:
    for text in (text_of(value, body), text_of(MISSING, body)):
        assert len(text) <= LONGEST_TEXT
        assert len(text.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"metadata.labels[{QUEUE}]: field is immutable", (f"metadata.labels[{QUEUE}]",)),
        (f'metadata.labels["{QUEUE}"] must stay', (f"metadata.labels[{QUEUE}]",)),
        (f"label {QUEUE} cannot change", (f"metadata.labels[{QUEUE}]",)),
        ("the label 'team' is needed", ("metadata.labels.team",)),
        ("the team is needed", ()),
        ("spec.runPolicy.ttl: Invalid", ("spec.runPolicy.ttl",)),
        ("spec.runPolicy.ttlSeconds: Invalid", ()),
        ("spec.list[0].image: Invalid", ("spec.list[0].image",)),
        ("spec: Required value", ()),
    ],
)
def test_the_fields_that_a_text_names(text: str, names: tuple[str, ...]) -> None:
    assert named_fields(text, OBJECT, (), REPLACEABLE) == names


def test_a_key_that_was_removed_is_found_in_the_change() -> None:
    sent = paths.remove(OBJECT, ("metadata", "labels", QUEUE))
    change = paths.patch(OBJECT, sent)
    assert named_fields(f"{QUEUE} is immutable", sent, change, REPLACEABLE) == (f"metadata.labels[{QUEUE}]",)


def test_in_place_of_a_key_that_was_added_its_field_is_named() -> None:
    sent = paths.put(OBJECT, ("metadata", "labels", "a/b"), "x")
    assert named_fields("a/b is not allowed", sent, paths.patch(OBJECT, sent), REPLACEABLE) == ("metadata.labels",)


@given(st.text(), st.text(alphabet="0123456789", min_size=1), st.text(alphabet="0123456789", min_size=1))
def test_numbers_are_alike(text: str, one: str, other: str) -> None:
    assert alike(f"{text} {one} old") == alike(f"{text} {other} old")


def test_a_body_that_is_no_json_is_none() -> None:
    assert decoded(b"{") is MISSING
    assert decoded(None) is MISSING
    assert decoded(b"[1]") == [1]
