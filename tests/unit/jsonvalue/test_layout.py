"""Is this text pretty-printed JSON? Every printer's output is, compact output is not, and one damaged line shows."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.jsonvalue import layout
from contracts.jsonvalue.paths import Json

TEXTS = st.text('ab {}[],:"\\\né', max_size=4)
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([1.5, -0.0, 1e300]) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=10
)
INDENTS = st.sampled_from([1, 2, 3, 4, 8, "\t", "  "])
FULL = VALUES.filter(lambda value: isinstance(value, dict | list) and bool(value))
OBJECTS = st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3)


def jackson(value: Json, column: int = 0) -> str:
    """As Jackson's DefaultPrettyPrinter: members a line each, ` : ` after keys, arrays on one line, `{ }`, `[ ]`."""
    if isinstance(value, dict):
        inner = "  " * (column + 1)
        members = [f"{inner}{json.dumps(key)} : {jackson(item, column + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(members) + "\n" + "  " * column + "}" if members else "{ }"
    if isinstance(value, list):
        return "[ " + ", ".join(jackson(item, column) for item in value) + " ]" if value else "[ ]"
    return json.dumps(value)


@given(VALUES, INDENTS, st.booleans())
def test_indented_output_is_pretty(value: Json, indent: int | str, ascii_only: bool) -> None:
    assert layout.defect(json.dumps(value, indent=indent, ensure_ascii=ascii_only)) is None


@given(VALUES)
def test_jackson_output_is_pretty(value: Json) -> None:
    assert layout.defect(jackson(value)) is None


@given(VALUES, INDENTS)
def test_line_ends_and_a_final_one_are_the_printers_choice(value: Json, indent: int | str) -> None:
    text = json.dumps(value, indent=indent)
    assert layout.is_pretty(text + "\n")
    assert layout.is_pretty(text.replace("\n", "\r\n"))


@given(OBJECTS)
def test_an_object_on_one_line_is_not_pretty(value: Json) -> None:
    for text in (json.dumps(value), json.dumps(value, separators=(",", ":"))):
        assert not layout.is_pretty(text)
        assert not layout.is_pretty(text + "\n")
        assert not layout.is_pretty("\n\n  " + text)


@given(FULL)
def test_a_container_with_an_object_that_holds_something_is_not_pretty_on_one_line(value: Json) -> None:
    text = json.dumps(value)
    assume(re.search(r"\{.", re.sub(r'"(?:[^"\\]|\\.)*"', "s", text).replace("{}", "")))
    assert not layout.is_pretty(text)


@given(OBJECTS, INDENTS, st.data())
def test_one_damaged_indentation_is_noticed(value: Json, indent: int | str, data: st.DataObject) -> None:
    lines = json.dumps(value, indent=indent).split("\n")
    number = data.draw(st.integers(1, len(lines) - 1))
    # One line alone may be indented as it likes: there is no second one to compare it with.
    assume(len(lines) > 3 or number == len(lines) - 1)
    damaged = [*lines]
    if lines[number].startswith((" ", "\t")) and data.draw(st.booleans()):
        damaged[number] = lines[number][1:]
    else:
        damaged[number] = " " + lines[number]
    # The step of indentation is learned from the first member, so that damage there shows one line later.
    assert layout.defect("\n".join(damaged)) is not None


# Without arrays, whose items and closing bracket may stand on the opening line.
NO_ARRAYS = st.recursive(SCALARS, lambda inner: st.dictionaries(TEXTS, inner, max_size=3), max_leaves=10)


@given(st.dictionaries(TEXTS, NO_ARRAYS, min_size=1, max_size=3), INDENTS, st.data())
def test_one_joined_line_is_noticed(value: Json, indent: int | str, data: st.DataObject) -> None:
    lines = json.dumps(value, indent=indent).split("\n")
    number = data.draw(st.integers(1, len(lines) - 1))
    joined = "\n".join([*lines[: number - 1], lines[number - 1] + lines[number].lstrip(), *lines[number + 1 :]])
    assert layout.defect(joined) is not None


SCALAR_TEXTS = ["1", '"a"', "null", "{}", "[]", "{ }", "[ ]", " 5\n", '"{\\"a\\": 1}"']


@pytest.mark.parametrize(
    "text",
    [
        *SCALAR_TEXTS,
        '{\n  "a": 1\n}',
        '{\n\t"a": [1, 2],\n\t"b": {}\n}',
        '{\n "a": [\n  1,\n  2\n ]\n}',
        '{\n  "a" : [ {\n    "b" : 1\n  }, {\n    "b" : 2\n  } ]\n}',
        '{\n  "text": "{ [ , : \\" ]}"\n}',
        "[\n  {},\n  []\n]",
        "[1, 2]",
        "[[1], [2]]",
        '{\n  "wrapped": [1, 2,\n3,\n      4]\n}',
        '  {\n  \t"opened in a column of its own": {\n  \t\t"b": 1\n  \t}\n  }',
    ],
)
def test_pretty(text: str) -> None:
    assert layout.defect(text) is None
    assert layout.is_pretty(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1}', "line 1: a member of an object does not begin a line"),
        ('{\n  "a": 1, "b": 2\n}', "line 2: a member of an object does not begin a line"),
        ('{\n  "a": 1}', "line 2: a closing bracket does not begin a line"),
        ('{\n"a": 1\n}', "line 2: it is not indented below the line that opens its container"),
        ('{\n  "a": {\n  "b": 1\n  }\n}', "line 3: it is not indented below the line that opens its container"),
        ('{\n  "a": {\n\t"b": 1\n  }\n}', "line 3: it is not indented below the line that opens its container"),
        ('{\n  "a": {\n     "b": 1\n  }\n}', "line 3: its indentation is not one step deeper than its container's"),
        ('{\n  "a": {\n   "b": 1\n  }\n}', "line 3: its indentation is not one step deeper than its container's"),
        ('{\n  "a": 1,\n   "b": 2\n}', "line 3: its indentation is not one step deeper than its container's"),
        (
            '{\n  "a": 1\n  }',
            "line 3: a closing bracket is not in the column of the line that opens its container",
        ),
        ('{\n  "a": {\n    "b": 1\n}\n}', "line 4: a closing bracket is not in the column of the line"),
        ('{\n  "a": [\n    1,\n    2]\n}', "line 4: a closing bracket does not begin a line"),
        ('{\n  "a": [\n    1,\n   2\n  ]\n}', "line 4: its indentation is not one step deeper"),
        ('{\n  "a": [ {"b": 1} ]\n}', "line 2: a member of an object does not begin a line"),
        ("[\n1\n]", "line 2: it is not indented below the line that opens its container"),
        ('{\n  "a": [\n  1,\n  2\n  ]\n}', "line 3: it is not indented below the line that opens its container"),
        ("[\n  1,\n2\n]", "line 3: it is not indented below the line that opens its container"),
        ("", "it is empty"),
        ("<html>", "it is not JSON: "),
        ('{\n  "a": 1\n', "it is not JSON: "),
    ],
)
def test_not_pretty(text: str, problem: str) -> None:
    found = layout.defect(text)
    assert found is not None
    assert found.startswith(problem)
    assert "\n" not in found
    assert not layout.is_pretty(text)
