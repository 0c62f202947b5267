"""Random structures of an invented object: what their tables say, how they are written, what a schema of them holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from contracts.spec.page.member_types import near
from tests.unit.spec.pages import WORDS, Piece

GROUP, KIND = "lights.example/v1", "Lantern"
_NAMES = st.from_regex(r"[a-z]{3,7}[A-Z][a-z]{2,6}", fullmatch=True)
_CHOICES = st.lists(st.sampled_from(["Oil", "Wick", "LED", "Gas-2", "None", "OnDemand"]), min_size=2, unique=True)


@dataclass(frozen=True)
class Field:
    """A row of a table: the words of its type and description, what a schema of it holds, and a value of it.

    `of`: the name of the table about it, if it has one, with its rows (`inner`) or `values`; `form`: whether it is
    such an object, a list or a map of them.
    """

    name: str
    type: str
    mandatory: bool
    description: str
    keywords: dict[str, Any]
    value: Any
    inner: tuple[Field, ...] = ()
    form: str = ""
    values: tuple[str, ...] = ()
    of: str = ""


@dataclass(frozen=True)
class Model:
    """An object by its tables, and what the page about it shows: these of its fields."""

    language: str
    style: int
    fields: tuple[Field, ...]
    shown: frozenset[str]


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Give an object with fields of all types, with what may be said of them."""
    language = draw(st.sampled_from(["en", "zh"]))
    names = draw(st.lists(_NAMES, min_size=1, max_size=8, unique=True).filter(_apart))
    fields = tuple(draw(_field(name, language, ())) for name in names)
    shown = draw(st.sets(st.sampled_from(names)))
    return Model(language, draw(st.integers(0, 2)), fields, frozenset(shown))


def _apart(names: Sequence[str]) -> bool:
    return not any(near(one, other) for one in names for other in names if one != other)


@st.composite
def _field(draw: st.DrawFn, name: str, language: str, path: tuple[str, ...]) -> Field:
    """Give a field; `path`: the names of those that it is within."""
    kinds = [_integer, _text, _choice, _truth, _texts, _listed, *([_object] if len(path) < 2 else [])]
    made: Field = draw(draw(st.sampled_from(kinds))(name, draw(st.booleans()), language == "zh", path))
    return made


@st.composite
def _integer(draw: st.DrawFn, name: str, mandatory: bool, zh: bool, *_: Any) -> Field:
    low, wide = draw(st.integers(-5, 50)), draw(st.integers(1, 100))
    forms: list[tuple[str, dict[str, Any]]] = [
        (
            "必须为正整数。" if zh else "How many; value must be positive integer.",
            {"minimum": 1, "x-open": [0]},
        ),
        ("非负整数。" if zh else "Must be a non-negative integer.", {"minimum": 0}),
        (
            f"取值范围：[{low}, {low + wide}]。" if zh else f"Value range: [{low}, {low + wide}].",
            {"minimum": low, "maximum": low + wide},
        ),
        (
            "不小于2，不超过100。" if zh else "Not less than 2. The maximum value is 100.",
            {"minimum": 2, "maximum": 100},
        ),
        ("灯的数量。" if zh else "Number of lamps.", {}),
    ]
    said, keywords = draw(st.sampled_from(forms))
    least = max(keywords.get("minimum", 1), 1 if keywords.get("x-open") else -99)
    if draw(st.booleans()):
        said += f"默认值为{least}。" if zh else f" Defaults to {least}."
        keywords = {**keywords, "default": least}
    word = draw(st.sampled_from(["Integer", "整型" if zh else "Long"]))
    return Field(name, word, mandatory, said, {"type": "integer", **keywords}, least)


@st.composite
def _text(draw: st.DrawFn, name: str, mandatory: bool, zh: bool, *_: Any) -> Field:
    most = draw(st.integers(5, 99))
    forms: list[tuple[str, dict[str, Any]]] = [
        (f"长度不超过{most}个字符。" if zh else f"Name of it, at most {most} characters.", {"maxLength": most}),
        (f"1~{most}个字符。" if zh else f"It has 1 to {most} characters.", {"minLength": 1, "maxLength": most}),
        ("该字段只读。" if zh else "Set by the system. Read-only.", {"readOnly": True}),
        (
            "满足正则表达式[a-z0-9]([-a-z0-9]*[a-z0-9])?。" if zh else "Matches the regular expression [a-z]{1,9}.",
            {"pattern": "^(?:[a-z0-9]([-a-z0-9]*[a-z0-9])?)$" if zh else "^(?:[a-z]{1,9})$"},
        ),
        ("只在夜里用。" if zh else "It is used at night only.", {}),
    ]
    said, keywords = draw(st.sampled_from(forms))
    return Field(name, "String", mandatory, said, {"type": "string", **keywords}, "wick")


@st.composite
def _listed(draw: st.DrawFn, name: str, mandatory: bool, zh: bool, *_: Any) -> Field:
    """Values in a sentence."""
    values = draw(_CHOICES)
    *first, last = values
    said = f"取值：{'、'.join(first)}或{last}。" if zh else f"How it burns. One of {', '.join(first)} and {last}."
    said += f"默认为{last}。" if zh else f" Default to {last}."
    return Field(name, "String", mandatory, said, {"type": "string", "enum": values, "default": last}, values[0])


@st.composite
def _choice(draw: st.DrawFn, name: str, mandatory: bool, zh: bool, path: tuple[str, ...]) -> Field:
    """Values in a table of their own."""
    values = draw(_CHOICES)
    of = _type_name((*path, name), "Kind")
    word = f"{of}{'对象' if zh else ' object'}"
    said = "灯的种类。" if zh else f"Which kind it is. Default to {values[-1]}."
    keywords: dict[str, Any] = {"type": "string", "enum": values, **({} if zh else {"default": values[-1]})}
    return Field(name, word, mandatory, said, keywords, values[0], values=tuple(values), of=of)


@st.composite
def _truth(draw: st.DrawFn, name: str, mandatory: bool, zh: bool, *_: Any) -> Field:
    default = draw(st.booleans())
    said = f"默认值：{str(default).lower()}。" if zh else f"Whether it burns. Default is {str(default).lower()}."
    word = draw(st.sampled_from(["Boolean", "布尔" if zh else "Bool"]))
    return Field(name, word, mandatory, said, {"type": "boolean", "default": default}, not default)


@st.composite
def _texts(draw: st.DrawFn, name: str, mandatory: bool, zh: bool, *_: Any) -> Field:
    if draw(st.booleans()):
        word = "字符串数组" if zh else "Array of strings"
        return Field(name, word, mandatory, "-", {"type": "array", "items": {"type": "string"}}, ["a"])
    keywords = {"type": "object", "additionalProperties": {"type": "string"}}
    return Field(name, "Map<String,String>", mandatory, "-", keywords, {"any": "a"})


@st.composite
def _object(draw: st.DrawFn, name: str, mandatory: bool, zh: bool, path: tuple[str, ...]) -> Field:
    names = draw(st.lists(_NAMES, min_size=1, max_size=4, unique=True).filter(_apart))
    inner = tuple(draw(_field(one, "zh" if zh else "en", (*path, name))) for one in names)
    form = draw(st.sampled_from(["object", "list", "map"]))
    of = _type_name((*path, name), "Spec")
    word = {
        "object": f"{of}对象" if zh else f"{of} object",
        "list": f"{of}对象数组" if zh else f"Array of {of} objects",
        "map": f"Map<String,{of}>",
    }[form]
    value = {one.name: one.value for one in inner}
    shown = {"object": value, "list": [value], "map": {"k": value}}[form]
    return Field(name, word, mandatory, "-", {}, shown, inner, form, of=of)


def _type_name(path: tuple[str, ...], ending: str) -> str:
    return "".join(one.capitalize() for one in path) + ending


# ---------------------------------------------------------------- pages


def page(model: Model, table: int) -> str:
    """The page about the object as plain text, with an example of the fields that it shows."""
    spec = {one.name: one.value for one in model.fields if one.name in model.shown}
    example = json.dumps({"apiVersion": GROUP, "kind": KIND, "spec": spec}, indent=4, ensure_ascii=False)
    zh = model.language == "zh"
    see = (
        f"请求参数的详细描述请参见表{table}。"
        if zh
        else f"For the description about request parameters, see Table {table}."
    )
    request = "请求消息" if zh else "Request"
    uri = "PUT /apis/lights.example/v1/namespaces/{namespace}/lanterns/{name}"
    return f"Replacing a Lantern\n\nURI\n\n{uri}\n\n{request}\n\n{see}\n\n{example}\n\nStatus Code\n\n200 OK\n"


def structures(model: Model, table: int) -> list[Piece]:
    """The tables about the object, the first with that number: each type in one of its own, nested ones after it."""
    root = [
        Field("apiVersion", "String", True, "-", {}, GROUP),
        Field("kind", "String", True, "-", {}, KIND),
        Field("spec", "LanternSpec object", True, "-", {}, {}),
    ]
    numbers = iter(range(table, 999))
    found = [Piece("heading", "Structures", level=1), _table(model, next(numbers), KIND, root)]
    waiting: list[tuple[str, Sequence[Field]]] = [("LanternSpec", model.fields)]
    while waiting:
        name, rows = waiting.pop(0)
        found.append(_table(model, next(numbers), name, rows))
        for one in rows:
            if one.inner:
                waiting.append((one.of, one.inner))
            if one.values:
                found.append(_values(model, next(numbers), one))
    return found


def _table(model: Model, number: int, name: str, rows: Sequence[Field]) -> Piece:
    words = WORDS[model.language]
    header = tuple(words[one][model.style] for one in ("name", "mandatory", "type", "description"))
    yes, no = words["yes"][model.style], words["no"][model.style]
    cells = tuple((one.name, yes if one.mandatory else no, one.type, one.description) for one in rows)
    caption = f"{name}字段数据结构说明" if model.language == "zh" else f"{name} data structure"
    return Piece("table", words["table"][model.style].format(number, caption), (header, *cells))


def _values(model: Model, number: int, field: Field) -> Piece:
    words, zh = WORDS[model.language], model.language == "zh"
    caption = words["table"][model.style].format(number, f"{field.of}字段可选值说明" if zh else field.of)
    header = ("可选值" if zh else "Value", words["description"][model.style])
    return Piece("table", caption, (header, *((one, "灯。" if zh else "A lamp.") for one in field.values)))


# ---------------------------------------------------------------- schemas


def said(schema: Any, root: dict[str, Any]) -> Any:
    """What a schema says, references followed and places left out."""
    if isinstance(schema, list):
        return [said(one, root) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: value for key, value in schema.items() if key not in ("x-table", "x-inferred-from", "$ref")}
    if "$ref" in schema:
        found = {**root["components"]["schemas"][schema["$ref"].rpartition("/")[2]], **found}
        found.pop("x-table")
    if "required" in found:
        found["required"] = sorted(found["required"])
    return {key: said(value, root) for key, value in found.items()}


def expected(fields: Sequence[Field], shown: frozenset[str] | None) -> dict[str, Any]:
    """The schema of an object with these fields, of which examples show some (None: nothing shows the object)."""
    required = sorted(one.name for one in fields if one.mandatory and (shown is None or one.name in shown))
    properties = {one.name: _expected(one, shown is not None and one.name in shown) for one in fields}
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _expected(field: Field, shown: bool) -> dict[str, Any]:
    if not field.inner:
        if shown and field.keywords == {"type": "object", "additionalProperties": {"type": "string"}}:
            # An example of a map is an object with members.
            return {"type": "object", "properties": {"any": {"type": "string"}}}
        return field.keywords
    whole = expected(field.inner, frozenset(one.name for one in field.inner) if shown else None)
    if field.form == "list":
        return {"type": "array", "items": whole}
    if field.form == "map":
        return {
            "type": "object",
            **({"properties": {"k": whole}} if shown else {}),
            "additionalProperties": expected(field.inner, None),
        }
    return whole
