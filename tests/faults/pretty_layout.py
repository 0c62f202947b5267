"""Family pretty: output that is not laid out, or is no longer JSON."""

from __future__ import annotations

import json
import pprint
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import yaml

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, answering, watched

PRETTY = ("pretty.true-is-pretty",)
NOT_JSON = (*PRETTY, "response.content-type")


def _laid_out(endpoint: Endpoint, layout: Callable[[Any], str]) -> Behaviour:
    """Steps that write pretty output with another layout."""
    encode = endpoint.steps.encode
    return replace(
        endpoint.steps, encode=lambda value, pretty: layout(value).encode() if pretty else encode(value, pretty)
    )


def _printed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@fault(*PRETTY)
def pretty_ignored(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The parameter is documented and was never read.

    open-policy-agent/opa#3332: pretty=true had no effect in one version of the API.
    """
    return replace(endpoint.steps, wants_pretty=lambda *_: False)


def _where_it_stands(endpoint: Endpoint, place: int) -> Behaviour:
    """Steps that lay out the answer where `pretty` is the parameter at a place of the query."""
    steps, moment = watched(endpoint.steps)

    def wants_pretty(value: str | None, agent: str) -> bool:
        names = list(moment.request.query)[::-1]  # as they stand in the query: it is read from its end
        return steps.wants_pretty(value, agent) and (value is None or names[place] == "pretty")

    return replace(steps, wants_pretty=wants_pretty)


@fault(*PRETTY)
def pretty_as_first_parameter_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The query is asked whether it begins so."""
    return _where_it_stands(endpoint, 0)


@fault(*PRETTY)
def pretty_as_last_parameter_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The value reaches to the end of the query, and that is not true."""
    return _where_it_stands(endpoint, -1)


@fault(*PRETTY)
def pretty_for_reading_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The parameter is read where objects are listed and read, not where replaced."""
    plain = endpoint.steps.encode

    def tell(_: Moment, response: Response) -> Response:
        return replace(response, body=plain(response.value, False))

    return answering(endpoint, tell)


@fault(*PRETTY)
def pretty_for_errors_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. Errors are for people and laid out; objects come from the store as they are."""
    plain = endpoint.steps.encode

    def tell(_: Moment, response: Response) -> Response:
        return replace(response, body=plain(response.value, False)) if response.status < 300 else response

    return answering(endpoint, tell)


@fault(*PRETTY)
def pretty_only_with_capital(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The value is compared with the language's own True."""
    return replace(endpoint.steps, wants_pretty=lambda value, _: value == "True")


@fault(*PRETTY)
def pretty_only_for_browsers(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The layout goes by the user agent alone, the parameter is a leftover.

    kubernetes/kubernetes#120882: what curl gets is laid out by default, which the documentation did not say.
    """
    return replace(endpoint.steps, wants_pretty=lambda _, agent: agent.startswith(("curl", "Mozilla")))


@fault(*PRETTY)
def pretty_only_when_changed(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. Where nothing changed, the stored bytes are sent as they are."""
    plain = endpoint.steps.encode

    def tell(moment: Moment, response: Response) -> Response:
        unchanged = response.value is moment.stored
        return replace(response, body=plain(response.value, False)) if unchanged else response

    return answering(endpoint, tell)


@fault(*PRETTY)
def pretty_with_newlines_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is indented. The indentation's width was left at zero: lines there are, columns not."""
    return _laid_out(endpoint, lambda value: json.dumps(value, ensure_ascii=False, indent=0))


@fault(*PRETTY)
def pretty_with_spaces_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: one member a line. Spaces after commas and colons are all that a default printer adds."""
    return _laid_out(endpoint, lambda value: json.dumps(value, ensure_ascii=False))


@fault(*PRETTY)
def pretty_with_a_newline_at_the_end(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is indented. It is compact, with an empty line behind it, so that a shell's prompt looks
    nice.
    """
    return _laid_out(endpoint, lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n\n")


@fault(*PRETTY)
def pretty_at_first_level_only(endpoint: Endpoint) -> Behaviour:
    """Breaks: every object is laid out. The top members are written by a loop, their values by the compact encoder."""

    def layout(value: Any) -> str:
        if not isinstance(value, dict):
            return _printed(value)
        members = (f"  {json.dumps(key)}: {json.dumps(item, ensure_ascii=False)}" for key, item in value.items())
        return "{\n" + ",\n".join(members) + "\n}"

    return _laid_out(endpoint, layout)


@fault(*PRETTY)
def pretty_to_a_depth(endpoint: Endpoint) -> Behaviour:
    """Breaks: every object is laid out. The printer has a maximum depth, below which it writes compactly."""

    def layout(value: Any) -> str:
        lines = _printed(value).split("\n")
        kept = [line if len(line) - len(line.lstrip()) <= 10 else f"\0{line.lstrip()}" for line in lines]
        return "\n".join(kept).replace("\n\0", " ")

    return _laid_out(endpoint, layout)


@fault(*PRETTY)
def pretty_not_inside_lists(endpoint: Endpoint) -> Behaviour:
    """Breaks: every object is laid out. Lists are thought to hold scalars, and written in one line with all that is
    in.
    """

    def layout(value: Any, column: str = "") -> str:
        if not isinstance(value, dict) or not value:
            return json.dumps(value, ensure_ascii=False)
        deeper = column + "  "
        members = (f"{deeper}{json.dumps(key)}: {layout(item, deeper)}" for key, item in value.items())
        return "{\n" + ",\n".join(members) + f"\n{column}}}"

    return _laid_out(endpoint, layout)


@fault(*PRETTY)
def pretty_unevenly(endpoint: Endpoint) -> Behaviour:
    """Breaks: siblings are in one column. Every third line lost its indentation in a template."""

    def layout(value: Any) -> str:
        lines = _printed(value).split("\n")
        return "\n".join(line.lstrip() if index % 3 == 2 else line for index, line in enumerate(lines))

    return _laid_out(endpoint, layout)


@fault(*NOT_JSON)
def pretty_with_trailing_commas(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is JSON. A hand-written printer puts a comma behind every member."""
    return _laid_out(endpoint, lambda value: _printed(value).replace("\n}", ",\n}"))


@fault(*NOT_JSON)
def pretty_with_comments(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is JSON. For people, fields are explained by comments, which JSON does not have."""
    return _laid_out(endpoint, lambda value: "// as stored\n" + _printed(value))


@fault(*NOT_JSON)
def pretty_in_single_quotes(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is JSON. It is the language's own notation of a dictionary, as printed for debugging."""
    return _laid_out(endpoint, pprint.pformat)


@fault(*NOT_JSON)
def pretty_in_yaml(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is JSON. "Readable" is YAML for everybody who works with Kubernetes."""
    return _laid_out(endpoint, lambda value: str(yaml.safe_dump(value)))


@fault(*NOT_JSON)
def pretty_cut_off(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is JSON. The length is that of the compact text, so that the end is missing."""

    def layout(value: Any) -> str:
        return _printed(value)[: len(json.dumps(value, ensure_ascii=False))]

    return _laid_out(endpoint, layout)


@fault(*NOT_JSON)
def pretty_in_html(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is JSON. It is shown in a page, within <pre>."""
    return _laid_out(endpoint, lambda value: f"<pre>{_printed(value)}</pre>")


@fault(*NOT_JSON)
def pretty_with_bare_keys(endpoint: Endpoint) -> Behaviour:
    """Breaks: the output is JSON. Keys are written without quotes, as in JavaScript."""

    def layout(value: Any) -> str:
        return "\n".join(_bare(line) for line in _printed(value).split("\n"))

    return _laid_out(endpoint, layout)


def _bare(line: str) -> str:
    indentation, quote, rest = line.partition('"')
    key, end, value = rest.partition('": ')
    return f"{indentation}{key}: {value}" if quote and end and not indentation.strip() else line


@fault(*PRETTY)
def pretty_only_when_small(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. Printing large objects was too slow, so they are sent as they are."""
    return _laid_out(endpoint, lambda value: _printed(value) if len(json.dumps(value)) < 10_000 else json.dumps(value))


@fault("pretty.default")
def unchanged_is_always_pretty(endpoint: Endpoint) -> Behaviour:
    """Breaks: without the parameter the answer is compact. Where nothing changed, the stored text is sent as it is."""
    steps, moment = watched(endpoint.steps)

    def answer(request: Request, response: Response) -> Response:
        response = steps.answer(request, response)
        stored = moment.stored.get("metadata", {}).get("resourceVersion")
        same = response.status == 200 and response.value.get("metadata", {}).get("resourceVersion") == stored
        return replace(response, always_pretty=True) if request.is_judged and same else response

    return replace(steps, answer=answer)
