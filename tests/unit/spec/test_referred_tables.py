"""Tables that a page refers to: random ones written down in every format and both languages, and single forms."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from contracts.spec.page.facts import facts
from contracts.spec.page.model import DocumentError, Obstacle
from contracts.spec.page.reader import parse_document, read_tables
from contracts.spec.page.to_openapi import derive
from contracts.spec.page.yaml_output import to_yaml
from tests.unit.spec.page_writers import FORMATS
from tests.unit.spec.table_models import KIND, Model, expected, models, page, said, structures
from tests.unit.spec.test_page_mutations import PATIENCE, mutated

FEW, MANY, NUMBER = 25, 500, 165
formats = pytest.mark.parametrize("name", FORMATS)


def check(name: str, model: Model, directory: Path) -> None:
    suffix, write = FORMATS[name]
    file = directory / f"structures{suffix}"
    file.write_text(write(structures(model, NUMBER)), encoding="utf-8")
    told: list[Obstacle] = []
    derived = derive(parse_document(page(model, NUMBER).encode()), "", [read_tables(file)], told)
    validate(derived)
    spec = derived["components"]["schemas"][KIND]["properties"]["spec"]
    found = said(spec, derived)
    found.pop("x-source")
    assert found == expected(model.fields, model.shown), file.read_text()
    lacking = [one.name for one in model.fields if one.mandatory and one.name not in model.shown]
    assert [one.found or one.expected.split("'")[1] for one in told] == lacking
    lines = file.read_text(encoding="utf-8").split("\n")
    for field in model.fields:
        first, last = spec["properties"][field.name]["x-table"]["lines"]
        assert field.name in "\n".join(lines[first - 1 : last])


@formats
def test_what_tables_say_is_in_the_schema(name: str, tmp_path: Path) -> None:
    settings(max_examples=FEW, deadline=None)(given(models())(lambda model: check(name, model, tmp_path)))()


@pytest.mark.slow
@formats
def test_what_tables_say_is_in_the_schema_many_times(name: str, tmp_path: Path) -> None:
    settings(max_examples=MANY, deadline=None)(given(models())(lambda model: check(name, model, tmp_path)))()


@settings(max_examples=FEW, deadline=None)
@given(models(), st.sampled_from([*FORMATS]), st.data())
def test_tables_that_are_broken_in_any_way_are_read_or_refused(model: Model, name: str, data: st.DataObject) -> None:
    suffix, write = FORMATS[name]
    text = data.draw(mutated(write(structures(model, NUMBER))))
    started = time.process_time()
    with TemporaryDirectory() as directory, suppress(DocumentError):
        file = Path(directory, f"structures{suffix}")
        file.write_bytes(text)
        told: list[Obstacle] = []
        derived = derive(parse_document(page(model, NUMBER).encode()), "", [read_tables(file)], told)
        validate(yaml.safe_load(to_yaml(derived)))
        assert all(len(str(one).splitlines()) == 1 for one in told)
    assert time.process_time() - started < PATIENCE


@pytest.mark.parametrize("words", ["- a ", "range from 1", "1", "one of a, ", "值为", "default a.", "0 characters < "])
def test_no_description_takes_long(words: str) -> None:
    started = time.process_time()
    for kind in ("string", "integer"):
        facts(words * 200_000, kind)
    assert time.process_time() - started < PATIENCE


PAGE = """Replacing a Lamp

Function

{fields}

URI

PUT /apis/lights.example/v1/namespaces/{{namespace}}/lamps/{{name}}

Request

Request parameters

For the parameters, see Table 7.

{{"apiVersion": "lights.example/v1", "kind": "Lamp", "spec": {spec}}}

Status Code

200 OK
"""
TOP = (
    ("apiVersion", "Yes", "String", "-"),
    ("kind", "Yes", "String", "-"),
    ("spec", "Yes", "LampSpec object", "-"),
)


def table(number: int, name: str, *rows: tuple[str, ...], columns: str = "Parameter|Mandatory|Type|Description") -> str:
    header = columns.split("|")
    lines = [header, ["--"] * len(header), *rows]
    return f"**Table {number}** {name}\n\n" + "\n".join(f"|{'|'.join(line)}|" for line in lines) + "\n\n"


def derived(
    directory: Path, *tables: str, spec: str = "{}", fields: str = "It is.", page: str = PAGE
) -> tuple[dict[str, Any], list[str]]:
    """What the page with these tables gives: the specification, and what is told."""
    file = directory / "tables.md"
    file.write_text("# Tables\n\n" + "".join(tables), encoding="utf-8")
    told: list[Obstacle] = []
    document = parse_document(page.format(spec=spec, fields=fields).encode())
    found = derive(document, "", [read_tables(file)], told)
    validate(found)
    return found, [f"{one.page or 'page'} {one}" for one in told]


def spec_of(found: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = found["components"]["schemas"]["Lamp"]["properties"]["spec"]
    return spec


def test_a_near_miss_is_used_and_told_with_its_line(tmp_path: Path) -> None:
    rows = (("burnSecond", "No", "Integer", "Must be positive integer."), ("WickSpecs", "Yes", "Object", "-"))
    found, told = derived(
        tmp_path,
        table(7, "Lamp", *TOP),
        table(8, "LampSpec", *rows),
        spec='{"longWickSpecs": {"a": 1}}',
        fields="The following fields can be replaced:\n\n• spec.burnSeconds",
    )
    burn = spec_of(found)["properties"]["burnSeconds"]
    assert (burn["type"], burn["minimum"], burn["x-open"]) == ("integer", 1, [0])
    assert burn["x-table"] == {
        "number": 8,
        "name": "LampSpec",
        "page": "tables.md",
        "lines": [15, 15],
        "spelled": "burnSecond",
    }
    assert burn["x-source"] == {"section": "Function", "lines": [7, 7]}
    assert spec_of(found)["required"] == ["longWickSpecs"]
    assert told == [
        "tables.md line 15: expected 'burnSeconds' as the page spells it, found 'burnSecond'",
        "tables.md line 16: expected 'longWickSpecs' as the page spells it, found 'WickSpecs'",
    ]


def test_what_may_be_two_fields_is_no_near_miss(tmp_path: Path) -> None:
    rows = (("burnSeconda", "No", "Integer", "-"), ("burnSecondb", "No", "Integer", "-"))
    found, told = derived(
        tmp_path, table(7, "Lamp", *TOP), table(8, "LampSpec", *rows), spec='{"burnSeconds": 1, "a": 2}'
    )
    assert set(spec_of(found)["properties"]) == {"burnSeconds", "burnSeconda", "burnSecondb", "a"}
    assert [one.partition(": ")[2] for one in told] == [
        "expected Table 8 LampSpec to name 'burnSeconds', which the page shows",
        "expected Table 8 LampSpec to name 'a', which the page shows",
    ]


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    top = (*TOP[:2], ("spec", "Yes", "Object", "See Table 9."), ("wick", "No", "Wick object", "-"))
    assert derived(tmp_path, table(8, "Lamp", *TOP))[1] == ["page line 15: expected Table 7 in the files of structures"]
    found, told = derived(tmp_path, table(7, "Lamp", *top))
    assert told == [
        "tables.md line 9: expected Table 9, to which 'spec' refers",
        "tables.md line 10: expected a type, or a table of that name, found 'Wick'",
    ]
    wick = found["components"]["schemas"]["Lamp"]["properties"]["wick"]
    assert {*wick} == {"x-table", "x-inferred-from"}


def test_without_files_nothing_is_asked_of_a_reference() -> None:
    told: list[Obstacle] = []
    derive(parse_document(PAGE.format(spec="{}", fields="It is.").encode()), "", (), told)
    assert told == []


def test_the_page_goes_before_its_tables(tmp_path: Path) -> None:
    rows = (
        ("a", "No", "String", "-"),
        ("b", "No", "Integer", "Value range: [5, 9]."),
        ("c", "Yes", "String", "One of X, Y and Z."),
        ("d", "Yes", "String", "-"),
        ("e", "No", "Array of Wick objects", "-"),
    )
    wick = table(9, "Wick", ("length", "Yes", "Integer", "At least 1."))
    found, told = derived(
        tmp_path,
        table(7, "Lamp", *TOP),
        table(8, "LampSpec", *rows),
        wick,
        spec='{"a": 1, "b": 3, "c": "X", "e": {"length": 2}}',
    )
    shown = spec_of(found)["properties"]
    assert (shown["a"]["type"], shown["b"]["type"]) == ("integer", "integer")
    assert ("minimum" in shown["b"], shown["b"]["maximum"]) == (False, 9)
    assert (shown["c"]["enum"], spec_of(found)["required"]) == (["X", "Y", "Z"], ["c"])
    assert (shown["e"]["type"], shown["e"]["properties"]["length"]["minimum"]) == ("object", 1)
    assert [one.partition(": expected ")[2] for one in told] == [
        "the type that the page shows, integer, found 'String'",
        "minimum 5 to allow what the page shows, found '3'",
        "'d' not to be mandatory, as an example lacks it",
        "the type that the page shows, object, found 'Array of Wick objects'",
    ]


def test_tables_go_before_what_a_name_seems_to_mean(tmp_path: Path) -> None:
    rows = (
        ("keepSeconds", "No", "String", "At most 9 characters."),
        ("colour", "No", "Map<String,String>", "-"),
        ("wick", "No", "Wick object", "-"),
    )
    found, told = derived(
        tmp_path,
        table(7, "Lamp", *TOP),
        table(8, "LampSpec", *rows),
        table(9, "Wick", ("length", "Yes", "Integer", "At least 1.")),
        fields="Only spec.keepSeconds, spec.colour and spec.wick can be replaced.",
    )
    shown = {name: said(one, found) for name, one in spec_of(found)["properties"].items()}
    for one in shown.values():
        assert one.pop("x-source")["section"] == "Function"
    assert shown == {
        "keepSeconds": {"type": "string", "maxLength": 9},
        "colour": {"type": "object", "additionalProperties": {"type": "string"}},
        "wick": {"type": "object", "properties": {"length": {"type": "integer", "minimum": 1}}, "required": ["length"]},
    }
    assert told == []


def test_of_two_tables_of_one_name_the_closer_one_is_meant(tmp_path: Path) -> None:
    other = table(1, "LampSpec", ("a", "No", "String", "-"))
    found, _ = derived(tmp_path, other, table(7, "Lamp", *TOP), table(8, "LampSpec", ("b", "No", "String", "-")))
    assert [*spec_of(found)["properties"]] == ["b"]


def test_tables_may_refer_to_themselves(tmp_path: Path) -> None:
    rows = (("inner", "No", "LampSpec object", "-"), ("all", "No", "Array of LampSpec objects", "-"))
    found, told = derived(tmp_path, table(7, "Lamp", *TOP), table(8, "LampSpec", *rows), spec='{"inner": {}}')
    assert "$ref" in spec_of(found)["properties"]["inner"]["properties"]["inner"]
    assert told == []


def test_a_reference_to_a_table_about_something_else_is_told(tmp_path: Path) -> None:
    _, told = derived(tmp_path, table(7, "Oil", ("price", "No", "Integer", "-")))
    assert told == ["page line 15: expected Table 7 to be about the object that the page shows, found 'Oil'"]


def test_the_parameters_of_the_path_are_no_structure(tmp_path: Path) -> None:
    own = "Table 7 Path parameters\n\nParameter\tMandatory\tDescription\nname\tYes\tThe name.\n\nRequest\n"
    page = PAGE.replace("Request\n", own, 1)
    found, told = derived(tmp_path, table(7, "Lamp", *TOP), page=page)
    assert "x-table" not in spec_of(found)
    assert told == []


def test_what_a_description_contradicts_is_told(tmp_path: Path) -> None:
    rows = (
        ("a", "No", "Integer", "Minimum value is 1. Value range: ≥ 0. Default: 3. Defaults to 4."),
        ("b", "No", "String", "One of X and Y. Default to Z."),
    )
    found, told = derived(tmp_path, table(7, "Lamp", *TOP), table(8, "LampSpec", *rows))
    shown = spec_of(found)["properties"]
    assert (shown["a"]["minimum"], "default" in shown["a"], "default" in shown["b"]) == (0, False, False)
    assert [one.partition(": expected ")[2] for one in told] == [
        "one least value, not 1 and 0",
        "one default, not 3 and 4",
        "a default that is one of X, Y, not Z",
    ]


@pytest.mark.parametrize("mark", ["", "[]", "[*]"])
def test_rows_lead_through_lists(mark: str) -> None:
    rows = f"spec\tYes\tObject\t-\nspec.wicks\tNo\tArray\t-\nspec.wicks{mark}.width\tYes\tInteger\t1 to 9\n"
    rows += f"spec.oils\tNo\tArray\t-\nspec.oils{mark}.price\tNo\tInteger\tAt most 5\n\n"
    body = f"Table 2 Request body parameters\n\nParameter\tMandatory\tType\tDescription\n{rows}"
    page = PAGE.replace('{{"apiVersion"', body + '{{"apiVersion"')
    told: list[Obstacle] = []
    found = derive(
        parse_document(page.format(spec='{"wicks": [{"width": 3}]}', fields="It is.").encode()), "", (), told
    )
    wicks, oils = (spec_of(found)["properties"][name] for name in ("wicks", "oils"))
    assert (wicks["type"], "properties" in wicks, oils["type"], "properties" in oils) == (
        "array",
        False,
        "array",
        False,
    )
    assert (wicks["items"]["properties"]["width"]["maximum"], wicks["items"]["required"]) == (9, ["width"])
    assert oils["items"]["properties"]["price"]["maximum"] == 5
    assert not [one for one in told if "width" in str(one)]


def test_own_tables_of_a_page_need_no_file() -> None:
    body = "Table 2 Request body parameters\n\nParameter\tType\tDescription\nspec\tLampSpec object\t-\n\n"
    body += "Table 3 LampSpec\n\nParameter\tType\tDescription\nb\tInteger\tMust be a non-negative integer.\n\n"
    page = PAGE.replace('{{"apiVersion"', body + '{{"apiVersion"')
    found = derive(parse_document(page.format(spec='{"b": 1}', fields="It is.").encode()))
    b = spec_of(found)["properties"]["b"]
    assert b["minimum"] == 0
    assert b["x-table"] == {"number": 3, "name": "LampSpec", "lines": [25, 25]}


def test_a_place_is_written_on_one_line(tmp_path: Path) -> None:
    found, _ = derived(tmp_path, table(7, "Lamp", *TOP))
    assert "x-table: {number: 7, name: Lamp, page: tables.md, lines: [7, 7]}\n" in to_yaml(found)
    assert found["info"]["x-structures"][0]["page"] == "tables.md"
