"""The schema of a page's object, as far as its examples and its list of replaceable fields show it. Pure."""

import copy
import re
from collections.abc import Sequence
from typing import Any, Final

from genson import SchemaBuilder

from contracts.spec.page.agreement import is_conventional
from contracts.spec.page.model import Document, DocumentError, Example, ReplaceableField
from contracts.spec.page.operations import api_version
from contracts.spec.page.yaml_output import x_source

# The examples show only some of the replaceable fields, so the types of some follow from their names: the first rule
# whose pattern matches the end of the dotted path decides. Where an example shows another type, the example wins; of a
# name without a rule the type is not known.
NAME_RULES: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    (r"metadata\.(labels|annotations)", {"type": "object", "additionalProperties": {"type": "string"}}),
    (r"Seconds(AfterFinished)?", {"type": "integer"}),
)


def resource_schema(document: Document) -> dict[str, Any]:
    """Give what the examples show and the list of fields names. Raises DocumentError where these contradict."""
    examples = [one for one in (*document.answers, *document.requests) if isinstance(one.value, dict)]
    own = [one for one in examples if not is_conventional(one)]
    examples = own if document.kind else examples
    builder = SchemaBuilder(schema_uri=None)
    builder.add_schema({"type": "object"})
    for example in reversed(examples):
        builder.add_object(example.value)
    schema = _without_required(builder.to_schema())
    properties = schema.setdefault("properties", {})
    for name, constant in (("apiVersion", document.api_version), ("kind", document.kind)):
        if constant and not _conventional(document, examples):
            properties[name] = {"type": "string", "const": constant}
    versions = [*dict.fromkeys(filter(None, map(api_version, document.operations)))]
    if len(versions) > 1 and "const" in properties.get("apiVersion", {}):
        properties["apiVersion"] = {"type": "string", "enum": versions}
    for example in examples:
        for name, source in example.members:
            properties[name]["x-source"] = x_source(source)
    for field in document.replaceable:
        _type_by_name(schema, field)
    return {
        "description": f"A {document.schema_name}, as far as the page's two examples show it.",
        "x-source": x_source(examples[-1].source if examples else document.operations[0].source),
        "x-inferred-from": "examples",
        **schema,
    }


def _conventional(document: Document, examples: Sequence[Example]) -> bool:
    """Whether the page shows none of the resource's objects, only those of all API families (Status, DeleteOptions)."""
    return document.kind is None and any(map(is_conventional, examples))


def _without_required(schema: dict[str, Any]) -> dict[str, Any]:
    """Drop what genson calls required: an example shows what may occur, not what must."""
    kept = {keyword: value for keyword, value in schema.items() if keyword != "required"}
    if "properties" in kept:
        kept["properties"] = {name: _without_required(inner) for name, inner in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = _without_required(kept["items"])
    if "anyOf" in kept:
        kept["anyOf"] = [_without_required(inner) for inner in kept["anyOf"]]
    return kept


def _type_by_name(schema: dict[str, Any], field: ReplaceableField) -> None:
    *parents, name = field.path.split(".")
    for parent in parents:
        key, element, _ = parent.partition("[")
        whole: dict[str, Any] = {"type": "array", "items": {}} if element else {"type": "object"}
        schema = schema.setdefault("properties", {}).setdefault(key, whole)
        if "type" not in schema and schema.get("x-inferred-from") == "name":
            schema |= whole
        kind = schema.get("type")
        if element and kind == "array":
            schema = schema.setdefault("items", {})
            schema.setdefault("type", "object")
        if kind != whole["type"] or schema["type"] != "object":
            place = f"line {field.source.first_line}"
            wanted = "a list of objects" if element else "an object"
            raise DocumentError(f"{place}: expected the examples to show {key!r} as {wanted}, for {field.path}")
    name = name.partition("[")[0]
    rule = next((rule for pattern, rule in NAME_RULES if re.search(f"(?:{pattern})$", field.path)), {})
    properties = schema.setdefault("properties", {})
    shown = properties.get(name)
    if shown is not None and not rule and shown.get("type") == "string":
        rule = {"type": "string"}
    if shown is None or shown.get("type") == rule.get("type"):
        properties[name] = {**copy.deepcopy(rule), "x-inferred-from": "name"}
    else:
        shown["x-inferred-from"] = "examples"
    properties[name]["x-source"] = x_source(field.source)
