"""What of a derived specification is judged."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contracts.spec.asserted import asserted
from contracts.spec.schema import SpecificationError, resource_schema

TABLE = {"x-inferred-from": "table"}


def specification(**properties: Any) -> dict[str, Any]:
    put = {
        "x-replaceable-fields": [],
        "x-kubernetes-group-version-kind": {"group": "a", "version": "v1", "kind": "Lamp"},
    }
    schemas = {
        "Lamp": {"type": "object", "properties": properties, "required": [*properties]},
        "Table8.Wick": {"x-table": {}, "properties": {"inner": {"$ref": "#/components/schemas/Table9.Wax"}}},
        "Table9.Wax": {"x-table": {}, "properties": {"colour": {"type": "string", "readOnly": True}}},
        "Other": {"type": "object"},
    }
    return {"paths": {"/lamps": {"put": put}}, "components": {"schemas": schemas, "responses": {}}}


def schemas_of(document: dict[str, Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = asserted(document)["components"]["schemas"]
    return schemas


def test_what_only_a_table_names_is_left_out() -> None:
    document = specification(
        a={"type": "string", "readOnly": True},
        b={"type": "string", **TABLE},
        c={"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Table8.Wick", **TABLE}},
        d={"type": "array", "items": {"type": "object", "properties": {"e": TABLE, "f": {}}}},
    )
    before = copy.deepcopy(document)
    schemas = schemas_of(document)
    assert schemas["Lamp"] == {
        "type": "object",
        "properties": {
            "a": {"type": "string"},
            "c": {"type": "object"},
            "d": {"type": "array", "items": {"type": "object", "properties": {"f": {}}}},
        },
        "required": ["a", "c", "d"],
    }
    assert [*schemas] == ["Lamp", "Other"]
    assert document == before


def test_tables_about_what_the_page_lists_stay() -> None:
    schemas = schemas_of(specification(wick={"$ref": "#/components/schemas/Table8.Wick"}))
    assert [*schemas] == ["Lamp", "Table8.Wick", "Table9.Wax", "Other"]
    assert schemas["Table9.Wax"]["properties"] == {"colour": {"type": "string"}}
    assert resource_schema(asserted(specification(wick={"$ref": "#/components/schemas/Table8.Wick"})))["$defs"]


def test_open_values_are_within_the_range() -> None:
    schemas = schemas_of(
        specification(a={"minimum": 1, "x-open": [0]}, b={"minimum": 1}, c={"minimum": -1, "x-open": [0]})
    )
    assert [one["minimum"] for one in schemas["Lamp"]["properties"].values()] == [0, 1, -1]


def test_a_specification_without_schemas_is_taken_as_it_is() -> None:
    document = specification()
    del document["components"]
    assert asserted(document)["components"] == {"schemas": {}}
    with pytest.raises(SpecificationError):
        asserted({})
