"""What is judged of a derived specification: what the page shows or lists, with what its tables say of that. Pure.

Tables name many fields more, of which no example shows that a server has them; what is only there to be read (`derive`
marks it `x-inferred-from: table`) is left out, as is `readOnly`: a replacement carries the whole object.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.spec.page.shown_values import Shown
from contracts.spec.schema import COMPONENT, documented_operation

TABLE_ALONE: Final = "table"
GUESSED: Final = "name"


def asserted(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a specification without what only tables name; values that are open (`x-open`) are within the range.

    Raises `SpecificationError` for one without a documented operation.
    """
    operation = documented_operation(document)
    kind, examples = operation.kind, Shown(tuple(_examples(document["paths"][operation.path][operation.method])))
    components = document.get("components", {})
    schemas = components.get("schemas", {})
    kept = {name: _kept(one, examples if name == kind else None) for name, one in schemas.items()}
    used = _used(kept, {name for name, one in kept.items() if name == kind or "x-table" not in one})
    return {**document, "components": {**components, "schemas": {name: kept[name] for name in kept if name in used}}}


def _used(schemas: Mapping[str, Any], names: set[str]) -> set[str]:
    """The names of some schemas, and of all that these refer to."""
    new = names
    while new:
        found = {str(value) for name in new for path, value in paths.walk(schemas[name]) if path[-1:] == ("$ref",)}
        new = {one.removeprefix(COMPONENT) for one in found} & set(schemas) - names
        names = names | new
    return names


def _examples(operation: Mapping[str, Any]) -> Iterator[Any]:
    """What the page shows of the request and of the answers."""
    for body in (operation.get("requestBody", {}), *operation.get("responses", {}).values()):
        for content in body.get("content", {}).values():
            yield from (one["value"] for one in content.get("examples", {}).values())


def _kept(schema: Any, shown: Shown | None) -> Any:
    """A schema without what is not asserted; `shown`: what the examples have there, None where that is not known."""
    if not isinstance(schema, dict):
        return schema
    made = {name: value for name, value in schema.items() if name != "readOnly"}
    if shown and not shown.values and made.get("x-inferred-from") == GUESSED and made.get("type") == "string":
        del made["type"]  # what any name would have
    properties = made.get("properties", {})
    dropped = {name for name, one in properties.items() if _only_in_table(one)}
    if properties:
        made["properties"] = {
            name: _kept(one, shown.at(name) if shown else None)
            for name, one in properties.items()
            if name not in dropped
        }
    if dropped.intersection(made.get("required", ())):
        made["required"] = [name for name in made["required"] if name not in dropped]
    if "items" in made:
        made["items"] = _kept(made["items"], shown.items() if shown else None)
    if "additionalProperties" in made:
        made["additionalProperties"] = _kept(made["additionalProperties"], None)
    if _only_in_table(made.get("additionalProperties")):
        del made["additionalProperties"]
    if "minimum" in made:
        made["minimum"] = min([made["minimum"], *made.get("x-open", ())])
    return made


def _only_in_table(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("x-inferred-from") == TABLE_ALONE
