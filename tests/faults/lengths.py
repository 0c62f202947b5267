"""Family response: answers whose length is counted wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.reference.behaviour import Behaviour
from tests.faults.catalogue import Endpoint, fault


def _ending_early(endpoint: Endpoint, length: Callable[[str], int]) -> Behaviour:
    """Steps whose answers end after `length` bytes, as they reach a client that was told so many."""
    encode = endpoint.steps.encode

    def cut(value: Any, pretty: bool) -> bytes:
        body = encode(value, pretty)
        return body[: length(body.decode())]

    return replace(endpoint.steps, encode=cut)


@fault("response.content-type")
def length_counts_characters(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON. Content-Length counts characters, and some have more than one byte in UTF-8."""
    return _ending_early(endpoint, len)


@fault("response.content-type")
def length_counts_utf_16(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON. Content-Length counts what a text's length is in Java and JavaScript: units of UTF-16."""
    return _ending_early(endpoint, lambda text: len(text.encode("utf-16-le")) // 2)
