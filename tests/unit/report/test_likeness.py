"""Which requests are like the one that a finding was recorded with."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.report.likeness import is_alike, likeness
from contracts.report.model import RecordedExchange

from .samples import FINDING

ONE = replace(FINDING, id="3f2a91", rule="unchanged-rest")
URL = "http://localhost/apis/jobs/one?pretty=true"
EXCHANGE = RecordedExchange("PUT", URL, {}, "{}", 200, {}, '{"a": 1}', 0.1)


def test_what_the_object_does_not_have_cannot_be_sent_again() -> None:
    change = paths.patch({"spec": {"args": ["a"]}}, {"spec": {"args": ["b"]}})
    finding = replace(ONE, field="spec.args[0]", change=change)
    assert not is_alike(finding, b'{"spec": {}, "metadata": {}}')
    assert is_alike(finding, b'{"spec": {"args": ["c"]}}')
    removed = replace(finding, change=tuple({"op": "remove", "path": path} for path in ("/spec/args", "/metadata/uid")))
    assert is_alike(removed, b'{"spec": {}}')
    assert not is_alike(removed, b'{"spec": {"args": []}, "metadata": {}}')
    assert not is_alike(removed, b"[")
    assert is_alike(ONE, b"")
    of_the_answer = replace(
        finding, field="status", change=({"op": "add", "path": "/metadata/labels/a", "value": "1"},)
    )
    assert is_alike(of_the_answer, b'{"metadata": {"labels": {"b": "1"}}}')
    assert not is_alike(of_the_answer, b'{"metadata": {}}')
    assert not is_alike(of_the_answer, b"[" * 100_000)


VALUES = st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=4)


@given(VALUES, VALUES, VALUES)
def test_the_request_that_was_recorded_is_like_itself_most(before: object, sent: object, other: object) -> None:
    finding = replace(ONE, change=paths.patch(before, sent), exchange=EXCHANGE)
    itself = likeness(finding, "PUT", URL, json.dumps(sent).encode())
    assert itself == 3 + 4 * len(finding.change)
    assert is_alike(finding, json.dumps(sent).encode())
    assert likeness(finding, "PUT", URL, json.dumps(other).encode()) <= itself
    assert likeness(finding, "PUT", "http://localhost/", json.dumps(sent).encode()) == itself - 2
    assert likeness(finding, "PUT", URL, b"{") == 3
    assert likeness(finding, "GET", URL, b"") == 0
    assert likeness(replace(finding, exchange=None), "PUT", URL, b"") == 0
