"""Family pretty: output that is laid out well and is another value than without the parameter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import wants_pretty
from contracts.reference.http_request import Response
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, answering

CONTENT = ("pretty.same-content",)


def _shown(endpoint: Endpoint, change: Callable[[Any], Any]) -> Behaviour:
    """Steps whose accepted replacements, when pretty, show another value than they should."""

    def tell(moment: Moment, response: Response) -> Response:
        wanted = wants_pretty(moment.request.query.get("pretty"), "") and response.status < 300
        return replace(response, value=change(response.value)) if wanted else response

    return answering(endpoint, tell)


@fault("response.content-type")
def pretty_called_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is application/json. What is for people is sent as text, so that browsers show it."""

    def tell(moment: Moment, response: Response) -> Response:
        pretty = wants_pretty(moment.request.query.get("pretty"), "")
        return replace(response, content_type="text/plain; charset=utf-8") if pretty else response

    return answering(endpoint, tell)


@fault(*CONTENT, "response.schema")
def pretty_text_in_a_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. The laid out text is put through the JSON encoder as a string."""
    return _shown(endpoint, lambda value: json.dumps(value, ensure_ascii=False, indent=2))


@fault(*CONTENT, "response.is-stored-state")
def pretty_without_annotations(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. Long annotations are noise for people, and are left out for them."""
    return _shown(endpoint, lambda value: put(value, ("metadata", "annotations"), MISSING))


@fault(*CONTENT, "response.is-stored-state")
def pretty_without_empty_values(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. The printer skips what is zero or empty, a status' empty objects included."""
    return _shown(endpoint, _without_empty)


@fault(*CONTENT, "response.is-stored-state")
def pretty_without_status(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. The readable form is made for editing, and shows what can be edited."""
    return _shown(endpoint, lambda value: put(value, ("status",), MISSING))


@fault(*CONTENT, "response.is-stored-state", "response.schema")
def pretty_numbers_quoted(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered, number types included. The printer has one format for all scalars."""
    return _shown(endpoint, lambda value: _scalars(value, str))


@fault(*CONTENT, "response.is-stored-state")
def pretty_numbers_as_floats(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered, number types included. The text is parsed again with floats for all
    numbers.
    """
    return _shown(endpoint, lambda value: _scalars(value, float))


@fault(*CONTENT, "response.is-stored-state")
def pretty_numbers_grouped(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. Large numbers are rounded to thousands, for people."""
    return _shown(endpoint, lambda value: _scalars(value, lambda number: round(number, -3) if number > 999 else number))


@fault(*CONTENT, "response.is-stored-state")
def pretty_lists_sorted(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. The printer sorts everything, to make outputs easy to compare."""
    return _shown(endpoint, _sorted)


@fault(*CONTENT, "response.is-stored-state")
def pretty_texts_shortened(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. Long texts are shortened with three dots, as in a table."""

    def short(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: short(item) for key, item in value.items()}
        return value[:29] + "..." if isinstance(value, str) and len(value) > 32 else value

    return _shown(endpoint, short)


@fault(*CONTENT, "response.schema")
def pretty_in_an_envelope(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. The readable form comes from another library, which wraps its results."""
    return _shown(endpoint, lambda value: {"result": value})


@fault(*CONTENT, "response.is-stored-state")
def pretty_shows_old_object(endpoint: Endpoint) -> Behaviour:
    """Breaks: the same value is answered. The laid out text is cached with the object, and one write behind."""
    last: list[Any] = []

    def earlier(value: Any) -> Any:
        last.append(value)
        return last.pop(0) if len(last) > 1 else value

    return _shown(endpoint, earlier)


def _scalars(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _scalars(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_scalars(item, change) for item in value]
    return change(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item not in ("", 0, {}, [])}
    return value


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in value.items()}
    return sorted(map(_sorted, value), key=json.dumps) if isinstance(value, list) else value
