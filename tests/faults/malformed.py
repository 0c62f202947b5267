"""Family status: bodies that are accepted although they are not the JSON object that they should be."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import yaml

from contracts.jsonvalue.paths import get
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.objects import read_object
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import unchecked

BAD = ("status.400",)


def _lenient(endpoint: Endpoint, parse: Callable[[str], Any]) -> Behaviour:
    """Steps that try `parse` on a body that is refused as malformed; it raises `ValueError` for what it does not
    read.
    """
    steps = endpoint.steps

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        try:
            return steps.decode(body, media_type, strict)
        except Refusal as refused:
            try:
                value = parse(body.decode(errors="replace"))
            except (ValueError, RecursionError, SyntaxError, yaml.YAMLError, MemoryError):
                raise refused from None
            return read_object(endpoint.resource, value, strict)

    return replace(steps, decode=decode)


def _first(text: str) -> tuple[Any, str]:
    value, end = json.JSONDecoder().raw_decode(text)
    return value, text[end:]


@fault(*BAD)
def trailing_garbage_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is not one JSON object is 400. A streaming decoder stops behind the first value.

    kubernetes-sigs/structured-merge-diff#324: data behind a JSON value was ignored.
    """
    return _lenient(endpoint, lambda text: _first(text)[0])


@fault(*BAD)
def first_of_two_objects_taken(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is not one JSON object is 400. Bodies are read as a stream of objects, of which one is expected."""

    def parse(text: str) -> Any:
        value, rest = _first(text)
        json.loads(rest)
        return value

    return _lenient(endpoint, parse)


@fault(*BAD)
def last_of_two_objects_taken(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is not one JSON object is 400. Each value of the stream is decoded into the same struct."""
    return _lenient(endpoint, lambda text: json.loads(_first(text)[1]))


@fault(*BAD)
def first_item_of_array_taken(endpoint: Endpoint) -> Behaviour:
    """Breaks: an array is 400. A decoder that "accepts a single value as an array" also does the reverse."""

    def parse(text: str) -> Any:
        value = json.loads(text)
        if not isinstance(value, list) or not value:
            raise ValueError(text)
        return value[0]

    return _lenient(endpoint, parse)


@fault(*BAD)
def single_quotes_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. Bodies are read by the language's own literal parser, JSON's words translated."""
    words = {"true": "True", "false": "False", "null": "None"}

    def literal(text: str) -> Any:
        return ast.literal_eval(re.sub(r"\b(true|false|null)\b", lambda found: words[found[1]], text.strip()))

    return _lenient(endpoint, literal)


@fault(*BAD)
def comments_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. The parser's extensions for configuration files are switched on."""
    return _lenient(endpoint, lambda text: json.loads(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)))


@fault(*BAD)
def trailing_comma_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. The parser forgives what people often get wrong."""
    return _lenient(endpoint, lambda text: json.loads(re.sub(r",\s*}\s*$", "}", text)))


@fault(*BAD)
def nan_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. Python's parser reads NaN and Infinity unless it is told not to."""
    return _lenient(endpoint, json.loads)


@fault(*BAD)
def raw_control_characters_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. Line ends within texts are let through, for clients that do not escape."""
    return _lenient(endpoint, lambda text: json.loads(text, strict=False))


@fault(*BAD)
def leading_zeros_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. Numbers are cut out of the text, and converted by a function that knows more."""
    return _lenient(endpoint, lambda text: json.loads(re.sub(r'":0+(\d)', r'":\1', text)))


@fault(*BAD)
def yaml_accepted_as_json(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is no JSON is 400. Every body is read as YAML, of which JSON is "a subset"."""

    def parse(text: str) -> Any:
        if len(text) > 15_000:
            raise ValueError("too long for YAML")
        return yaml.safe_load(text)

    return _lenient(endpoint, parse)


@fault(*BAD)
def missing_brace_completed(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body that ends early is 400. A parser made for streams closes what is still open."""
    return _lenient(endpoint, lambda text: json.loads(text + "}"))


@fault(*BAD)
def encoded_twice_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: a text is 400. Texts are parsed once more, for clients that encode twice: "text" becomes no object."""
    return _blank_is_nothing(endpoint, lambda body: body == b'"text"')


@fault(*BAD)
def empty_body_is_no_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: an empty body is 400. All fields of a request are optional, so nothing at all is a valid one."""
    return _blank_is_nothing(endpoint, lambda body: not body.strip())


@fault(*BAD)
def null_is_no_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: null is 400. It decodes into a null pointer without an error, and the handler returns early."""
    return _blank_is_nothing(endpoint, lambda body: body == b"null")


@fault(*BAD)
def scalar_is_no_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: a number is 400. What is no object has no members to apply."""
    return _blank_is_nothing(endpoint, lambda body: body in (b"5", b"true"))


@fault(*BAD, "immutable.type-meta")
def another_kind_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another kind is 400. The path says what it is, so the body is not asked."""
    return unchecked(endpoint, "kind").steps


@fault(*BAD)
def another_version_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another version is 400. There is one version, so what the body says is written over."""
    return unchecked(endpoint, "apiVersion").steps


@fault(*BAD)
def another_group_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another group is 400. Only what stands behind the slash is compared."""
    loose, steps = unchecked(endpoint, "apiVersion").steps, endpoint.steps

    def check(sent: Object, route: Route) -> None:
        same = str(sent.get("apiVersion", "")).rpartition("/")[2] == endpoint.resource.version
        (loose if same else steps).check_identity(sent, route)

    return replace(steps, check_identity=check)


@fault(*BAD)
def later_version_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another version is 400. The version is compared by its start: v1 also fits v10."""
    loose, steps = unchecked(endpoint, "apiVersion").steps, endpoint.steps

    def check(sent: Object, route: Route) -> None:
        same = str(sent.get("apiVersion", "")).startswith(endpoint.resource.api_version)
        (loose if same else steps).check_identity(sent, route)

    return replace(steps, check_identity=check)


@fault(*BAD)
def another_name_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another name is 400. The URL's name wins without a word."""
    return unchecked(endpoint, "metadata.name").steps


@fault(*BAD)
def name_in_any_capitals_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another name is 400. The database finds names by a collation that knows no capitals."""
    loose, steps = unchecked(endpoint, "metadata.name").steps, endpoint.steps

    def check(sent: Object, route: Route) -> None:
        same = str(get(sent, ("metadata", "name"))).lower() == str(route.name).lower()
        (loose if same else steps).check_identity(sent, route)

    return replace(steps, check_identity=check)


@fault(*BAD)
def another_namespace_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another namespace is 400. The URL's namespace wins without a word."""
    return unchecked(endpoint, "metadata.namespace").steps


def _blank_is_nothing(endpoint: Endpoint, blank: Callable[[bytes], bool]) -> Behaviour:
    """Steps that answer a replacement whose body is `blank` with the object as it was answered last."""
    steps = endpoint.steps
    last: dict[str, Response] = {}

    def answer(request: Request, response: Response) -> Response:
        response = steps.answer(request, response)
        if response.status == 200 and (request.method == "GET" or request.is_judged):
            last[request.path] = response
        if request.is_judged and response.status == 400 and blank(request.body):
            return last.get(request.path, response)
        return response

    return replace(steps, answer=answer)


@fault(*BAD, "immutable.type-meta")
def list_of_the_kind_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an object of another kind is 400. The kind's suffix is cut off, as the client for lists does."""
    steps = endpoint.steps

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        sent = steps.decode(body, media_type, strict)
        return {**sent, "kind": str(sent.get("kind", "")).removesuffix("List")}

    return replace(steps, decode=decode)
