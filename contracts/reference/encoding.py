"""Encodes answers: JSON as an API server writes it, compact or pretty."""

from __future__ import annotations

import json
from typing import Any

# Go's strconv.ParseBool; a value that it does not know counts as false (recordings, pretty=yes).
TRUE_VALUES = frozenset({"1", "t", "T", "TRUE", "true", "True"})
# An API server takes these clients for people in front of a terminal or browser.
PEOPLE = ("curl", "Wget", "Mozilla/5.0")
_HTML_SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


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
    return text.translate(_HTML_SAFE).encode() if _needs_escape(text) else text.encode()


def ordered(value: Any) -> Any:
    """The same value with the keys of all its objects sorted, as objects of custom resources are written."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [ordered(item) for item in value]
    return value


def wants_pretty(pretty: str | None, user_agent: str) -> bool:
    """Is the answer to be pretty? `pretty` is the query parameter's first value, None without one.

    Source: the page's Table 2 for `true`, kube-apiserver for the other values and for people's clients.
    """
    if pretty:
        return pretty in TRUE_VALUES
    return user_agent.startswith(PEOPLE)


def _needs_escape(text: str) -> bool:
    return any(character in text for character in "<>&\u2028\u2029")
