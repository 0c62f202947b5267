"""The schema at a place, and a value that it allows."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.jsonvalue import paths as fields
from contracts.jsonvalue.paths import Json
from contracts.judge import mutations
from contracts.judge.mutations import PROBE
from contracts.spec.contract import Contract

SAMPLES: list[tuple[dict[str, Any], Json]] = [
    ({"const": "v1", "enum": ["x"]}, "v1"),
    ({"enum": ["All", "None"]}, "All"),
    ({"type": "string"}, PROBE),
    ({}, PROBE),
    ({"type": ["string", "null"], "format": "date-time"}, "2000-01-01T00:00:00Z"),
    ({"type": "integer"}, 1),
    ({"type": "integer", "minimum": 0}, 1),
    ({"type": "number", "minimum": 5}, 5),
    ({"type": "boolean"}, True),
    ({"type": "array"}, [PROBE]),
    ({"type": "array", "items": {"type": "integer"}}, [1]),
    ({"type": "object"}, {PROBE: "1"}),
    ({"properties": {"a": {"type": "integer"}, "b": {}}}, {"a": 1}),
    ({"properties": {"a": {}, "b": {}}, "required": ["b", "c"]}, {"b": PROBE, "c": PROBE}),
]


@pytest.mark.parametrize(("schema", "value"), SAMPLES)
def test_sample(schema: dict[str, Any], value: Json) -> None:
    assert fields.same(mutations.sample(schema, {}), value)


def test_the_sample_of_a_schema_that_holds_itself_ends() -> None:
    schema = {"$defs": {"T": {"type": "object", "properties": {"t": {"$ref": "#/$defs/T"}}}}}
    value = mutations.sample({"type": "object", "properties": {"t": {"$ref": "#/$defs/T"}}}, schema)
    assert len(list(fields.walk(value))) == 8


def test_schema_at_follows_references_items_and_additional_properties() -> None:
    schema = {
        "allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"b": {"minimum": 1}}}],
        "properties": {"a": {"type": "array", "items": {"$ref": "#/$defs/a~1b~0c"}}},
        "$defs": {
            "Base": {"properties": {"c": {"additionalProperties": {"type": "string"}}}, "type": "object"},
            "a/b~c": {"type": "integer"},
        },
    }
    assert mutations.schema_at(schema, ("a", 3)) == {"type": "integer"}
    assert mutations.schema_at(schema, ("b",)) == {"minimum": 1}
    assert mutations.schema_at(schema, ("c", "x")) == {"type": "string"}
    assert mutations.schema_at(schema, ())["type"] == "object"
    assert mutations.schema_at(schema, ("no", 0, "where")) == {}
    assert mutations.schema_at({"additionalProperties": False}, ("a",)) == {}


def test_schema_at_knows_every_replaceable_field(contract: Contract) -> None:
    for name in contract.replaceable:
        assert "type" in mutations.schema_at(contract.resource_schema, fields.parse(name)), name
