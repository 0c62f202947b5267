"""Family response: refusals whose bodies are no Status, and bodies under another media type."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Response
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, answering

BODY = ("response.error-body",)
KIND = ("response.content-type",)


def _refusals(endpoint: Endpoint, change: Callable[[Response], Response]) -> Behaviour:
    def tell(_: Moment, response: Response) -> Response:
        return change(response) if response.status >= 400 else response

    return answering(endpoint, tell)


def _values(endpoint: Endpoint, change: Callable[[dict[str, Any]], Any]) -> Behaviour:
    return _refusals(endpoint, lambda response: replace(response, value=change(response.value)))


def _successes(endpoint: Endpoint, change: Callable[[Response], Response]) -> Behaviour:
    def tell(_: Moment, response: Response) -> Response:
        return change(response) if response.status < 300 else response

    return answering(endpoint, tell)


def _html(response: Response) -> bytes:
    return f"<html><body><h1>{response.status}</h1><hr>nginx</body></html>".encode()


@fault(*KIND, *BODY)
def errors_in_html(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refusal is a Status object in JSON. A reverse proxy exchanges error pages for its own."""
    return _refusals(endpoint, lambda response: replace(response, body=_html(response), content_type="text/html"))


@fault(*KIND, *BODY)
def errors_in_html_called_json(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is called JSON is JSON. The media type is set for all routes, the error page comes from
    elsewhere.
    """
    return _refusals(endpoint, lambda response: replace(response, body=_html(response)))


@fault(*KIND, *BODY)
def errors_in_plain_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refusal is a Status object in JSON. Errors are written by the HTTP library's helper.

    kubernetes/kubernetes#52754: errors of the API server came as text/plain; etcd-io/etcd#726, likewise.
    """

    def change(response: Response) -> Response:
        text = str(response.value.get("message", "")).encode()
        return replace(response, body=text + b"\n", content_type="text/plain; charset=utf-8")

    return _refusals(endpoint, change)


@fault(*KIND)
def json_called_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is application/json. The refusal is JSON, but the writer's default type stays.

    etcd-io/etcd#606: errors were JSON with Content-Type text/plain.
    """
    return _refusals(endpoint, lambda response: replace(response, content_type="text/plain; charset=utf-8"))


@fault(*BODY)
def errors_empty(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refusal has a Status body. The status says it all, thought somebody."""
    return _refusals(endpoint, lambda response: replace(response, body=b"", content_type=""))


@fault(*BODY)
def errors_as_json_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refusal is a Status object. The message alone is serialised, as a JSON string."""
    return _values(endpoint, lambda value: value.get("message", ""))


@fault(*BODY)
def errors_in_a_list(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refusal is a Status object. There could be several, so there is a list of them."""
    return _values(endpoint, lambda value: [value])


@fault(*BODY)
def errors_without_code(endpoint: Endpoint) -> Behaviour:
    """Breaks: a Status has the HTTP status as its code. The field is optional in the schema, and was left out."""
    return _values(endpoint, lambda value: {key: item for key, item in value.items() if key != "code"})


@fault(*BODY)
def errors_with_another_code(endpoint: Endpoint) -> Behaviour:
    """Breaks: a Status has the HTTP status as its code. The body is made by an inner service, the status by the
    outer.
    """
    return _values(endpoint, lambda value: {**value, "code": 500 if value["code"] != 500 else 400})


@fault(*BODY)
def errors_with_code_as_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: a Status has the HTTP status as its code, a number. A template writes quotes around everything."""
    return _values(endpoint, lambda value: {**value, "code": str(value["code"])})


@fault(*BODY)
def errors_without_message(endpoint: Endpoint) -> Behaviour:
    """Breaks: a Status says what is wrong. Messages are emptied in production, for fear of what they tell."""
    return _values(endpoint, lambda value: {**value, "message": ""})


@fault(*BODY)
def errors_of_another_kind(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refusal is a Status object. The kind of the resource is put on everything that is sent."""
    return _values(endpoint, lambda value: {**value, "kind": endpoint.resource.kind})


@fault(*BODY)
def errors_called_success(endpoint: Endpoint) -> Behaviour:
    """Breaks: a refusal is a Status of Failure. The Status of a deletion was copied, and with it its outcome."""
    return _values(endpoint, lambda value: {**value, "status": "Success"})


@fault(*KIND, *BODY)
def errors_cut_off(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON. The length is counted in characters before it is written in bytes, or a buffer is
    full.
    """
    return _refusals(endpoint, lambda response: replace(response, body=json.dumps(response.value).encode()[:-7]))


@fault(*KIND)
def errors_written_twice(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is one JSON value. The handler writes the error and goes on, and the framework writes it again."""
    return _refusals(endpoint, lambda response: replace(response, body=json.dumps(response.value).encode() * 2))


@fault(*KIND)
def answers_without_media_type(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is sent as application/json. The header is set after the body was begun, which is too late.

    kubernetes/kubernetes#44646 is about answers under another media type than their content.
    """
    return _successes(endpoint, lambda response: replace(response, content_type=""))


@fault(*KIND)
def answers_as_text(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is sent as application/json. Go guesses the type of what nobody has named: text/plain."""
    return _successes(endpoint, lambda response: replace(response, content_type="text/plain; charset=utf-8"))


@fault(*KIND)
def answers_of_a_vendor_type(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is sent as application/json. The platform's other APIs have a media type with a version in it."""
    return _successes(endpoint, lambda response: replace(response, content_type="application/vnd.example.v1+json"))


@fault(*KIND)
def answers_in_utf_16(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON, which is UTF-8. The platform's native strings are written as they are in memory."""
    return _successes(
        endpoint,
        lambda response: replace(response, body=json.dumps(response.value, ensure_ascii=False).encode("utf-16")),
    )


@fault(*KIND, "response.schema", "status.200")
def all_answers_in_latin_1(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON, which is UTF-8. What is read is written in the default charset of 1999 as well: what is
    not in it is read as a question mark, and refused when it is sent back.
    """
    encode = endpoint.steps.encode

    def encoded(value: Any, pretty: bool) -> bytes:
        return encode(value, pretty).decode(errors="surrogatepass").encode("latin-1", "replace")

    return replace(endpoint.steps, encode=encoded)


@fault(*KIND)
def answers_in_latin_1(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON, which is UTF-8. The response's default charset is HTTP's old one."""

    def change(response: Response) -> Response:
        return replace(response, body=json.dumps(response.value, ensure_ascii=False).encode("latin-1", "replace"))

    return _successes(endpoint, change)
