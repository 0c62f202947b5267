"""Strict JSON and YAML bodies, and how answers are written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.reference.encoding import (
    MAXIMUM_DEPTH,
    DecodingError,
    canonical,
    encode,
    ordered,
    parse_json,
    parse_yaml,
    wants_pretty,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# YAML 1.1, 7.5: a key of a flow mapping without "?" before it is no longer than 1024 characters, as it is written.
LONGEST_YAML_KEY = 1024
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | TEXT
    # YAML 1.1 takes 5e-324, which has no point, for a text
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer() and "e" not in repr(x)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)


@given(JSON_VALUES, st.booleans())
def test_what_is_written_is_read_back(value: Any, pretty: bool) -> None:
    assert canonical(parse_json(encode(value, pretty))) == canonical(value)


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(item)


@given(JSON_VALUES)
def test_yaml_reads_json_written_as_yaml_allows(value: Any) -> None:
    assume(all(len(json.dumps(key)) < LONGEST_YAML_KEY for key in keys(value)))
    assert canonical(parse_yaml(json.dumps(value).encode())) == canonical(parse_json(json.dumps(value).encode()))


@given(JSON_VALUES)
def test_ordering_keeps_the_value(value: Any) -> None:
    assert canonical(ordered(value)) == canonical(value)


@given(st.binary(max_size=200), st.booleans())
def test_bytes_are_a_value_or_a_decoding_error(body: bytes, strict: bool) -> None:
    for parse in (parse_json, parse_yaml):
        try:
            value = parse(body, strict)
        except DecodingError:
            continue
        assert encode(value, pretty=False).endswith(b"\n")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{} {}",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b"9" * 5000,
        b"01",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"[1,]",
        b'"\x01"',
        b'"\\x"',
        b"\xef\xbb\xbf{}",
        b"// no\n{}",
        b"tru",
        b"[" * 20000,
        b'{"a":' * (MAXIMUM_DEPTH + 1) + b"1" + b"}" * (MAXIMUM_DEPTH + 1),
    ],
)
def test_what_is_not_json(body: bytes) -> None:
    with pytest.raises(DecodingError):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"5.0", "5"),
        (b"1e3", "1000"),
        (b"-0.0", "0"),
        (b"1.5", "1.5"),
        (b"9223372036854775807", "9223372036854775807"),
        (b"9223372036854775808", "9223372036854775808"),
        (b"1" + b"0" * 30, "1e+30"),
        (b'{"a":1,"a":2}', '{"a":2}'),
        (b'"\xff"', '"\ufffd"'),
        (b'"\\ud800"', '"\ufffd"'),
        (b'"\\ud83d\\ude00"', '"😀"'),
        (b'"[[[\\"[[["', '"[[[\\"[[["'),
        (b'"' + b"[" * 500 + b'"', '"' + "[" * 500 + '"'),
        (b"[" + b"[]," * 500 + b"[]]", "[" + "[]," * 500 + "[]]"),
    ],
)
def test_what_json_means(body: bytes, expected: str) -> None:
    assert canonical(parse_json(body)) == expected


def test_duplicates_are_refused_only_when_strict() -> None:
    with pytest.raises(DecodingError, match='duplicate field "a"'):
        parse_json(b'{"b": [{"a": 1, "a": 1}]}', strict=True)
    assert parse_json(b'{"b": [{"a": 1}, {"a": 2}]}', strict=True) == {"b": [{"a": 1}, {"a": 2}]}


@pytest.mark.parametrize("body", [b"a: &x [1]\nb: *x\n", b"a: .nan", b"a: [", b"!!python/object:os.system {}", b"\x00"])
def test_what_is_not_accepted_as_yaml(body: bytes) -> None:
    with pytest.raises(DecodingError):
        parse_yaml(body)


def test_yaml_has_no_types_that_json_has_not() -> None:
    assert parse_yaml(b"a: 2020-01-01\nb: 5.0\n1: yes\n") == {"a": "2020-01-01", "b": 5, "1": True}


def test_markup_is_escaped() -> None:
    assert encode({"a": "<b>&\u2028é"}, pretty=False) == '{"a":"\\u003cb\\u003e\\u0026\\u2028é"}\n'.encode()


def test_pretty_has_two_spaces_and_no_newline_at_the_end() -> None:
    assert encode({"a": [1, {}], "b": []}, pretty=True) == b'{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}'


def test_one_and_true_differ() -> None:
    assert canonical([1]) != canonical([True])


@given(TEXT, TEXT)
def test_a_given_parameter_decides_over_the_client(value: str, agent: str) -> None:
    expected = value in ("1", "t", "T", "true", "True", "TRUE")
    if value:
        assert wants_pretty(value, agent) is expected
    assert wants_pretty(value or "no", f"curl/{agent}") is expected
    assert wants_pretty(None, f"curl/{agent}")
    assert wants_pretty("", f"curl/{agent}")
