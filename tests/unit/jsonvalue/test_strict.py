"""Strict JSON text: what RFC 8259 allows comes through unchanged, everything else is named in one line."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import Json

# Lone surrogates cannot be written as UTF-8.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=10
)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@given(VALUES)
def test_round_trip_with_number_types(value: Json) -> None:
    assert paths.same(strict.decode(strict.encode(value)), value)


@given(VALUES)
def test_encoded_is_compact_utf_8_in_the_given_order(value: Json) -> None:
    text = strict.encode(value).decode()
    assert text == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_encode_keeps_characters_and_refuses_what_is_no_json() -> None:
    assert strict.encode({"b": "é", "a": 1}) == '{"b":"é","a":1}'.encode()
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            strict.encode(number)


@given(st.binary(max_size=20))
@example(b"1e400")
def test_decode_gives_a_value_or_says_why_not(body: bytes) -> None:
    try:
        value = strict.decode(body)
        problem = ""
    except strict.NotJson as error:
        value, problem = None, str(error)
    if problem:
        assert problem.startswith(("it is", "an object holds", "the number"))
        assert "\n" not in problem
    else:
        assert paths.same(json.loads(body.decode()), value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"{", "it is not JSON: "),
        (b"[1,]", "it is not JSON: "),
        (b"{} x", "it is not JSON: "),
        (b"01", "it is not JSON: "),
        (b"'a'", "it is not JSON: "),
        (b'"a\nb"', "it is not JSON: "),
        (b"<html>", "it is not JSON: "),
        (b"\xef\xbb\xbf{}", "it is not JSON: "),
        (b"NaN", "it is not JSON: NaN is no JSON value"),
        (b'{"a":[Infinity]}', "it is not JSON: Infinity is no JSON value"),
        (b"-Infinity", "it is not JSON: -Infinity is no JSON value"),
        (b'"\xff"', "it is not UTF-8: byte 1"),
        (b'{"a":1,"b":2,"a":1}', 'an object holds the key "a" twice'),
        (b'[{"x":{"k\\u00e9":1,"k\xc3\xa9":2}}]', 'an object holds the key "k\\u00e9" twice'),
        (nested(201), "it is nested deeper than 200"),
        (nested(100_000), "it is nested deeper than 200"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "it is nested deeper than 200"),
    ],
)
def test_not_json(body: bytes, message: str) -> None:
    with pytest.raises(strict.NotJson) as caught:
        strict.decode(body)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("body", [nested(200), b'{"a":' * 199 + b"1" + b"}" * 199, b'{"a":{"a":1},"b":{"a":1}}', b"0"])
def test_json(body: bytes) -> None:
    assert paths.same(strict.decode(body), json.loads(body))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[Infinity]", [float("inf")]),
        (b"", None),
        (b"{", None),
        (b"\xff", None),
        (b'["\xe9"]', ["\ufffd"]),
        ('["é"]'.encode("utf-16"), ["é"]),
    ],
)
def test_what_a_careless_server_wrote_is_read_back(body: bytes, value: object) -> None:
    assert strict.decode_leniently(body) == value


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_what_holds_no_surrogate_stays(value: object) -> None:
    assert strict.without_surrogates(value) == value
    assert strict.without_surrogates({"\udfff": [value, "a\ud83db"]}) == {"?": [value, "a?b"]}


@pytest.mark.parametrize(
    "text",
    [b"[" + b"{}," * strict.MOST_VALUES + b"{}]", b"[" * (strict.MOST_VALUES + 1)],
    ids=["side by side", "nested"],
)
def test_more_values_than_memory_should_hold(text: bytes) -> None:
    with pytest.raises(strict.NotJson, match="more than 200000 values"):
        strict.decode(text)
    assert strict.decode_leniently(text) is None


def test_as_many_values_as_are_allowed() -> None:
    assert strict.decode(b"[" + b"0," * (strict.MOST_VALUES - 2) + b"0]") == [0] * (strict.MOST_VALUES - 1)


def test_parse_as_its_caller_wants() -> None:
    assert strict.parse('{"a": 1, "a": 2}', unique=False) == {"a": 2}
    assert strict.parse("[1, 2.5]", integer=str, number=str) == ["1", "2.5"]
    with pytest.raises(strict.NotJson, match="deeper than 3"):
        strict.parse("[[[[]]]]", deepest=3)


def test_an_error_tells_line_or_key() -> None:
    for text, line, key in (('{\n"a": 1,\n}', 3, ""), ('{"b": 1, "b": 2}', 0, "b"), ("", 1, "")):
        with pytest.raises(strict.NotJson) as caught:
            strict.parse(text)
        assert (caught.value.line, caught.value.key) == (line, key)


def test_a_lone_surrogate_may_be_read_as_the_sign_for_one() -> None:
    assert strict.readings(b'{"a": "\\ud83d"}') == [{"a": "\ud83d"}, {"a": "\ufffd"}] * 2
