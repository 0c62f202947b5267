"""What is known of the values of the replaceable fields: their schemas, and what examples show. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import jsonschema_rs

from contracts.jsonvalue import merge_patch, paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import mutations
from contracts.spec.contract import Contract

# What the schema of a field of an adopted object says: only harmless values are in it; this value is to stay there.
LIMITED: Final = "x-limited"
KEPT: Final = "x-kept"
# What the schema of a field says of values that no source allows or forbids.
OPEN: Final = "x-open"
# What the schema of a field says whose values are known by examples alone.
EXAMPLES: Final = "x-examples-alone"
# What the schema of a map says where the syntax of its keys is known.
KEYS: Final = "propertyNames"
INT32: Final = 2**31 - 1


def schema_of(contract: Contract, field: str) -> Mapping[str, Any]:
    """The schema of a field of the resource, as far as values for it may be sent; what is mandatory is to stay."""
    path = paths.parse(field)
    schema = dict(mutations.schema_at(contract.resource_schema, path))
    if is_mandatory(contract, path) and (shown := next(examples(contract, field), None)) is not None:
        schema[KEPT] = shown
    return {**schema, **contract.narrower.get(field, {})}


def is_mandatory(contract: Contract, path: Path) -> bool:
    """Whether an object cannot do without a field."""
    return path[-1] in mutations.schema_at(contract.resource_schema, path[:-1]).get("required", ())


def examples(contract: Contract, field: str) -> Iterator[Json]:
    """The values that the examples of the page and of the overlay give a field, each once."""
    shown = (contract.realistic_example, contract.example_request, contract.example_response)
    found: list[Json] = []
    for value in (paths.get(one, paths.parse(field)) for one in shown):
        if contract.write.is_patch and isinstance(value, dict):
            value = merge_patch.apply({}, value)  # null in an object is what no patch can make
        if value is not MISSING and value is not None and not any(paths.same(value, one) for one in found):
            found.append(value)
            yield value


def generated_schema(contract: Contract, field: str) -> dict[str, Any]:
    """The schema of a field for who generates values: of an integer whose range no source says those that any has."""
    schema = known_schema(contract, field)
    return {"minimum": 0, "maximum": INT32, **schema} if "integer" in types_of(schema) else schema


def has_values(contract: Contract, field: str) -> bool:
    """Whether it is known of any value that a field can take it; else nothing can be expected of a replacement."""
    return known_schema(contract, field).get("enum") != []


def takes(contract: Contract, field: str, value: Json) -> bool:
    """Whether a value is one that the schema of a field allows; nothing, and null, which clears it, always is."""
    if value is MISSING or value is None:
        return True
    schema = {**schema_of(contract, field), "$defs": contract.resource_schema.get("$defs", {})}
    return jsonschema_rs.is_valid(schema, value)


def has_type(contract: Contract, field: str, value: Json) -> bool:
    """Whether a value is of the type that the schema of a field names, as its members are, whatever else is asked."""
    schema = schema_of(contract, field)
    members = schema.get("additionalProperties") or {}
    return jsonschema_rs.is_valid({**_type_alone(schema), "additionalProperties": _type_alone(members)}, value)


def _type_alone(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": schema["type"]} if "type" in schema else {}


def known_schema(contract: Contract, field: str) -> dict[str, Any]:
    """The schema of a field with the values that it is known to take: without the least where no source speaks of it.

    Of what no source says which texts, lists or objects it takes, only those of the examples are known to be right.
    """
    schema = dict(schema_of(contract, field))
    while schema.get("minimum") in schema.get(OPEN, ()):
        schema["minimum"] += 1
    if "enum" not in schema and "boolean" in types_of(schema):
        schema["enum"] = [True, False]
    elif "enum" not in schema and "integer" not in types_of(schema) and not is_map_of_texts(schema):
        schema |= {"enum": [*examples(contract, field)], EXAMPLES: True}
    return schema


def types_of(schema: Mapping[str, Any]) -> Sequence[str]:
    """The types that a schema names, without null, which clears a field."""
    named = schema.get("type", ())
    return [name for name in ([named] if isinstance(named, str) else named) if name != "null"]


def is_map_of_texts(schema: Mapping[str, Any]) -> bool:
    """Whether a schema is of objects whose members have any name and are texts, as labels are."""
    return "string" in types_of(schema.get("additionalProperties") or {})
