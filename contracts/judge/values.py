"""Values to send for the replaceable fields, made from their schemas. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import mutations
from contracts.judge.unusual_texts import (
    BEGINNING,
    FREE_TEXT,
    LONG,
    LONG_TEXTS,
    LONGEST_KEY,
    MANY,
    TOGETHER,
    TYPE_LIKE,
    WHOLE_TEXTS,
    WRONG,
    WRONG_KEYS,
)
from contracts.judge.value_schemas import (
    EXAMPLES,
    INT32,
    KEPT,
    KEYS,
    LIMITED,
    OPEN,
    known_schema,
    schema_of,
    types_of,
)
from contracts.spec.contract import Contract

INT64: Final = 2**63 - 1
_PLAIN_TEXT: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?")

Maker = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, eq=False)
class Step:
    """One replacement in a series: what is done in words, and the value to send (`MISSING`: the field is left out).

    `is_open`: no source says whether the value is one that the field can take.
    """

    title: str
    value: Json
    is_open: bool = False


def is_unusual(value: Json) -> bool:
    """Whether a map has a key or text that a server of stricter syntax than the API family's might not take."""
    texts = [text for pair in value.items() for text in pair] if isinstance(value, dict) else []
    return any(not isinstance(text, str) or not _PLAIN_TEXT.fullmatch(text) for text in texts)


def _set_schema(contract: Contract, field: str) -> dict[str, Any]:
    """The schema of a field that is set: without null, which clears it."""
    schema = known_schema(contract, field)
    schema["type"] = next(iter(types_of(schema)), "")
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    return schema


def _made(contract: Contract, field: str, enum: Maker, integer: Maker, texts: Maker) -> Any:
    """What is made of the schema of a field, by what it takes: one of some values, an integer, a map of texts."""
    schema = _set_schema(contract, field)
    make = enum if "enum" in schema else integer if schema.get("type") == "integer" else texts
    return make(schema)


def _for_each(contract: Contract, enum: Maker, integer: Maker, texts: Maker) -> dict[str, Json]:
    return {field: _made(contract, field, enum, integer, texts) for field in contract.replaceable}


def series(contract: Contract, field: str) -> tuple[Step, ...]:
    """Replacements of one field, to be made one after the other: set, change, boundary values, clear in each way."""
    return tuple(_made(contract, field, _enum_steps, _integer_steps, _map_steps))


def _enum_steps(schema: Mapping[str, Any]) -> Iterator[Step]:
    values = schema["enum"]
    # Of three values each follows each other one.
    for value in [*values, *values[: len(values) > 1], *(values[::-1] if len(values) > 2 else ())]:
        yield Step(f"set to {paths.show(value)}", value)
    for value in map(_other, values) if EXAMPLES in schema and LIMITED not in schema else ():
        yield Step(f"set to {paths.show(value)}", value, is_open=True)
    if KEPT not in schema and values:
        yield Step("cleared by leaving it out", MISSING)
        yield Step("set again", values[-1])
        yield Step("cleared by null", None)


def _integer_steps(schema: Mapping[str, Any]) -> Iterator[Step]:
    least, largest = schema.get("minimum", 0), schema.get("maximum", INT32)
    edges = [least, least + 1, least + 3000, least + 3001, min(largest, INT32)]
    edges += [INT32 + 1] if largest > INT32 else []
    for value in [*edges, least + 600]:
        if value in range(least, largest + 1):
            yield Step(f"set to {value}", value)
    for value in schema.get(OPEN, ()):
        if LIMITED not in schema:
            yield Step(f"set to {value}", value, is_open=True)
    if KEPT not in schema:
        yield Step("cleared by leaving it out", MISSING)
        yield Step(f"set from absent to {least}", least)
        yield Step("cleared by null", None)


def _other(value: Json) -> Json:
    """Another value of the same type and form."""
    if isinstance(value, dict) and value:
        return {name: _other(item) for name, item in value.items()}
    return [*value, *value[-1:]] if isinstance(value, list) else mutations.other_value(value, {})


def _longest_text(schema: Mapping[str, Any]) -> int | None:
    longest: int | None = schema.get("additionalProperties", {}).get("maxLength")
    return longest


def _map_steps(schema: Mapping[str, Any]) -> Iterator[Step]:
    """Of a map whose keys no source describes only the steps with plain keys and texts."""
    return (step for step in _all_map_steps(schema) if KEYS in schema or not is_unusual(step.value))


def _all_map_steps(schema: Mapping[str, Any]) -> Iterator[Step]:
    longest = _longest_text(schema)
    text = "x" * longest if longest else "x" * LONG + FREE_TEXT
    many = {f"contract-{number}": str(number) for number in range(MANY)}
    # As the text of the two entries that come next is written by languages that print a map.
    alike = "1" if longest or KEYS not in schema else "1.0, contract-b=B.b_c-d"
    yield Step("one key set", {"contract-a": alike})
    yield Step("value changed, a key added", {"contract-a": "1.0", "contract-b": "B.b_c-d"})
    yield Step("two values exchanged", {"contract-a": "B.b_c-d", "contract-b": "1.0"})
    yield Step("a key renamed", {"contract-c": "B.b_c-d", "contract-b": "1.0"})
    yield Step("a key removed", {"contract-c": "B.b_c-d"})
    yield Step("value in other capitals", {"contract-c": "b.B_C-D"})
    yield Step("all keys exchanged", {"example.com/contract-c": "true", "contract-d": "0"})
    # Between two that stay: whoever compares the ends of a map, or as many of its entries as there are, sees no change.
    ends = {"contract-c": "1", "contract-e": "1"}
    if longest:
        yield Step("the longest value", {**ends, "contract-d": text})
        yield Step("its last character changed", {**ends, "contract-d": f"{text[:-1]}y"})
    else:
        yield Step("the longest value but for its last character, a space", {**ends, "contract-d": text[:-1]})
        yield Step("the longest value", {**ends, "contract-d": text})
        # Which ends as the one before.
        yield Step("short values of any characters", {"contract-d": FREE_TEXT, **WHOLE_TEXTS})
        yield Step("a long value of any characters", LONG_TEXTS)
    yield Step("an empty value", {"contract-d": ""})
    yield Step("keys with capitals, values that look like other types", TYPE_LIKE)
    yield Step("many keys", many)
    # Neither at an end nor alone in how it begins: whoever removes by a pattern removes others with it.
    fewer = {key: text for key, text in many.items() if key != BEGINNING}
    yield Step("one of many keys removed, as which others begin", fewer)
    yield Step("the longest key added", {**fewer, LONGEST_KEY: "x"})
    yield Step("cleared by leaving it out", MISSING)
    yield Step("set again", {"contract-a": "1"})
    yield Step("cleared by an empty object", {})
    yield Step("a key that is a number", {"0": "3"})
    yield Step("cleared by null", None)


def inexact(contract: Contract, field: str) -> Iterator[Json]:
    """Values that floating point does not hold: a target may refuse them as too large, but not store others."""
    schema = _set_schema(contract, field)
    if schema.get("type") == "integer" and schema.get("maximum", INT64) > 2**53:
        yield from (2**53 + 1, min(schema.get("maximum", INT64), INT64))


def invalid(contract: Contract, field: str) -> Iterator[Json]:
    """Values that the field cannot take: of the wrong type, outside its range, not in its enum.

    Some are under a key that `assignments` has, too. None where a target that takes them nevertheless would let them do
    harm.
    """
    schema = _set_schema(contract, field)
    if LIMITED in schema:
        return
    if EXAMPLES in schema or schema["type"] == "boolean":
        yield from WRONG.get(schema["type"], ())
    elif "enum" in schema:
        first = schema["enum"][0]
        yield from (_word_of_another(schema["enum"]), str(first).lower(), "", 1, True, [first], {"value": "x"})
        # As flags are written that may be set together, and as an enumeration's number that was put into quotes.
        yield from (f"{first} ", f"{first}, {schema['enum'][-1]}", "1")
    elif schema.get("type") == "integer":
        yield from ("5", 1.5, True, [5], {"value": 5}, "", "5m", "PT5M")
        # What no source says of a range is not judged.
        if schema.get("minimum", -1) >= 0:
            yield -1
        if "maximum" in schema:
            yield min(schema["maximum"], INT64) + 1
    else:
        yield from (
            "a=b",
            5,
            [{"key": "contract-a", "value": "1"}],
            {"contract-a": 1},
            {"contract-a": True},
            {"contract-mark": {"b": "c"}},
        )
        if KEYS in schema:
            yield from ({key: "x", "contract-z": "z"} for key in WRONG_KEYS)
        if _longest_text(schema):
            yield from ({"contract-mark": text} for text in ("x" * 64, "-b", "b-"))
            # What ranges of a careless pattern hold: letters of any alphabet, from Z to a or from . to _, any digits.
            yield from ({"contract-a": text} for text in ("b c", "gr\u00f6\u00dfe", "b^c", "b\u0663c"))
            # Beside one that is valid: whoever looks at the first or the last alone lets them pass.
            yield {"contract-a": "b\n", "contract-z": "z"}
            yield {"contract-a": "a", "contract-b": '"b\\'}
        elif KEYS in schema:
            yield {"contract-a": "x" * TOGETHER}


def _word_of_another(enum: Sequence[Json]) -> str:
    """A word that the enumeration does not have, if it can be one that another one of the API family has."""
    return next((word for word in ("Never", "Always", "Sometimes") if word not in enum), "contract-other")


def assignments(contract: Contract, mark: int) -> dict[str, Json]:
    """A value for every replaceable field, another one for another `mark`."""
    return _for_each(
        contract,
        lambda schema: _of(schema["enum"], mark),
        lambda schema: min(schema.get("minimum", 0) + 1000 + mark, schema.get("maximum", INT32)),
        lambda schema: {"contract-mark": _marked(schema, mark), f"contract-key-{mark % 3}": "x"},
    )


def _marked(schema: Mapping[str, Any], mark: int) -> str:
    """A text of a mark, another one for a label than for an annotation of the same key."""
    return f"{'l' if _longest_text(schema) else 'm'}{mark}"


def escapable(contract: Contract, mark: int) -> dict[str, Json]:
    """As `assignments`, and in maps of any texts one that JSON may write in several ways: beyond 16 bits, slashes."""
    made = assignments(contract, mark)
    for field, value in made.items():
        schema = _set_schema(contract, field)
        if KEYS in schema and not _longest_text(schema) and isinstance(value, dict):
            made[field] = {**value, "contract-escaped": f"{mark}/\U0001f600/é"}
    return made


def cleared(contract: Contract) -> dict[str, Json]:
    """Every replaceable field left out, but for those that have to stand there: they have their owner's value."""
    return {field: schema_of(contract, field).get(KEPT, MISSING) for field in contract.replaceable}


def extremes(contract: Contract) -> dict[str, Json]:
    """The least value of every replaceable field that is still one: zero, an empty text."""
    return _for_each(
        contract,
        lambda schema: _of(schema["enum"], -1),
        lambda schema: schema.get("minimum", 0),
        lambda _: {"contract-empty": ""},
    )


def intricate(contract: Contract) -> dict[str, Json]:
    """A value for every replaceable field that is easily spoilt where an answer is laid out: long, large, not ASCII."""
    return _for_each(
        contract,
        lambda schema: _of(schema["enum"], 0),
        lambda schema: min(schema.get("maximum", INT32), INT32),
        lambda schema: (
            {"contract-d": "x"} if KEYS not in schema else TYPE_LIKE if _longest_text(schema) else LONG_TEXTS
        ),
    )


def _of(values: Sequence[Json], place: int) -> Json:
    """One of some values, by its place; `MISSING` where there is none that may be sent."""
    return values[place % len(values)] if values else MISSING
