"""What a refusal shows of an object."""

from __future__ import annotations

import pytest

from contracts.judge.disclosure import shown
from contracts.judge.model import Response

LIVE = {"metadata": {"uid": "u-7", "name": "an-object-of-mine", "labels": {"a": "contract-4711"}}, "spec": {"n": "1"}}


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({}, b'{"message": "no"}', []),
        ({}, b'{"message": "no access to an-object-of-mine 1"}', []),
        ({}, b'{"details": {"uid": "u-7"}}', [("metadata", "uid")]),
        ({"x-label": "contract-4711"}, b"", [("metadata", "labels", "a")]),
    ],
)
def test_texts_of_the_object_that_the_client_has_not_said(
    headers: dict[str, str], body: bytes, found: list[tuple[str, ...]]
) -> None:
    assert list(shown(LIVE, "PUT /things/an-object-of-mine", Response(403, headers, body))) == found
