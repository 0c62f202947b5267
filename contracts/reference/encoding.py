"""Bodies: requests in JSON or YAML are decoded as strictly as by an API server, answers encoded as one writes them."""

import json
from collections.abc import Callable
from typing import Any

import yaml

from contracts.jsonvalue import strict as strict_json
from contracts.reference.http_request import JSON

# An API server stops at 10,000; ours is lower because Python's own recursion is.
MAXIMUM_DEPTH = 200
# Go writes floats from here on with an exponent, so that an integer would be something else.
_LARGEST_WHOLE = 1e21
# Go's strconv.ParseBool; a value that it does not know counts as false (recordings, pretty=yes).
_TRUE_VALUES = frozenset({"1", "t", "T", "TRUE", "true", "True"})
# An API server takes these clients for people in front of a terminal or browser.
_PEOPLE = ("curl", "Wget", "Mozilla/5.0")
_HTML_SAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class DecodingError(ValueError):
    """The bytes are not one JSON value; the message says why."""


def parse_json(body: bytes, strict: bool = False) -> Any:
    """The JSON value of a body: RFC 8259 without NaN, control characters, trailing data; numbers as Go keeps them.

    Integral floats become integers (5.0 is 5), integers beyond 64 bits become floats, bytes that are not UTF-8 become
    U+FFFD. The last of several equal keys counts; with `strict` they are an error. Raises `DecodingError`.
    """
    text = body.decode(errors="replace")
    try:
        value = strict_json.parse(text, deepest=MAXIMUM_DEPTH, unique=strict, integer=_integer, number=_number)
    except strict_json.NotJson as error:
        told = f'strict decoding error: duplicate field "{error.key}"' if error.key else str(error)
        raise DecodingError(told) from error
    return _scrub(value) if "\\u" in text else value


def parse_yaml(body: bytes, strict: bool = False) -> Any:
    """The JSON value of a YAML document, through JSON so that the same rules hold; raises `DecodingError`."""
    try:
        value = yaml.load(body.decode(errors="replace"), Loader=_JsonLoader)  # noqa: S506 - a SafeLoader
        return parse_json(json.dumps(value, allow_nan=False).encode(), strict)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise DecodingError(" ".join(str(error).split())) from error


PARSERS: dict[str, Callable[[bytes, bool], Any]] = {JSON: parse_json, "application/yaml": parse_yaml}


def _integer(digits: str) -> int | float:
    # Python refuses to read more than 4,300 digits at once; a float of that size is infinite anyway.
    value = int(digits) if len(digits) < 400 else None
    return value if value is not None and -(2**63) <= value < 2**63 else _number(digits)


def _number(text: str) -> int | float:
    value = strict_json.finite(text)
    return int(value) if value.is_integer() and abs(value) < _LARGEST_WHOLE else value


def _scrub(value: Any) -> Any:
    """The value with lone surrogates replaced: they cannot be written as UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_scrub(key): _scrub(item) for key, item in value.items()}
    return [_scrub(item) for item in value] if isinstance(value, list) else value


class _JsonLoader(yaml.SafeLoader):
    """YAML without what JSON has no word for: no timestamps, and no aliases, which can grow without bound."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML declares it
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not supported")
        return super().compose_node(parent, index)


def canonical(value: Any) -> str:
    """One text per JSON value, whatever the order of its keys; 1 and true differ, unlike with `==`."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def encode(value: Any, pretty: bool) -> bytes:
    """The body of an answer in UTF-8: two spaces of indentation and no newline at the end, or one compact line.

    Keys keep their order: see `ordered`. Escapes what HTML could take for markup, as Go's encoder does.
    """
    if pretty:
        text = json.dumps(value, ensure_ascii=False, indent=2)
    else:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
    unsafe = any(character in text for character in "<>&\u2028\u2029")
    for character, escape in _HTML_SAFE.items() if unsafe else ():
        text = text.replace(character, escape)
    return text.encode()


def ordered(value: Any) -> Any:
    """The same value with the keys of all its objects sorted, as objects of custom resources are written."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    return [ordered(item) for item in value] if isinstance(value, list) else value


def wants_pretty(pretty: str | None, user_agent: str) -> bool:
    """Is the answer to be pretty? `pretty` is the query parameter's first value, None without one.

    Source: the page's Table 2 for `true`, kube-apiserver for the other values and for people's clients.
    """
    return pretty in _TRUE_VALUES if pretty else user_agent.startswith(_PEOPLE)
