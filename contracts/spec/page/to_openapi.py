"""A vendor's help page as OpenAPI 3.1: pure, and the same page in gives the same bytes out.

Everything in the result comes from the page and says from which lines (`x-source`). What the page leaves to the
API family that it belongs to is not added here but by `openapi/kubernetes.overlay.yaml`.
"""

import copy
import re
from pathlib import Path
from typing import Any

import yaml
from genson import SchemaBuilder

from contracts.spec.page.model import Document, DocumentError, Example, PageLines, ReplaceableField
from contracts.spec.page.reader import read_document

# The examples show only some of the replaceable fields, so their types follow from their names: the first rule
# whose pattern matches the end of the dotted path decides. Where an example shows another type, the example wins.
NAME_RULES: tuple[tuple[str, dict[str, Any]], ...] = (
    (r"metadata\.(labels|annotations)", {"type": "object", "additionalProperties": {"type": "string"}}),
    (r"Seconds(AfterFinished)?", {"type": "integer"}),
    (r".*", {"type": "string"}),
)

# The title's first word, as the verb of the operation's id.
VERBS = {
    "creating": "create",
    "deleting": "delete",
    "listing": "list",
    "querying": "query",
    "reading": "read",
    "replacing": "replace",
    "updating": "update",
}
ARTICLES = frozenset({"a", "an", "the"})


def derive_page(path: Path, url: str = "") -> str:
    """Read the page in a file and give its specification as YAML. Raises DocumentError."""
    return to_yaml(derive(read_document(path), url))


def derive(document: Document, url: str = "") -> dict[str, Any]:
    """Give the OpenAPI 3.1 document of a page; `x-units` lists of what the page consists, also what is not used.

    `url`: the page's public address, which it does not say itself.

    Raises DocumentError where a replaceable field lies below something that the examples show not to be an object.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": document.title,
            "version": document.updated,
            "description": "Derived from a vendor's help page; each x-source gives the section and lines of the page.",
            "x-document": {
                "title": document.title,
                "updated": document.updated,
                "sha256": document.sha256,
                **({"url": url} if url else {}),
            },
        },
        "paths": {
            document.path: {"x-source": _source(document.path_source), document.method.lower(): _operation(document)}
        },
        "components": {"schemas": {document.kind: _resource(document)}},
        "x-units": [{"kind": unit.kind, **_source(unit.source), "digest": unit.digest} for unit in document.units],
    }


def to_yaml(specification: dict[str, Any]) -> str:
    """Write a specification as block-style YAML in the order of its keys, ended by one newline."""
    text: str = yaml.dump(
        specification, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=110
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key and writes equal values out in full, for people who read the file."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        # PyYAML reads the line breaks that only Unicode knows as blanks unless they are escaped.
        style = '"' if any(character in data for character in "\x85\u2028\u2029") else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


_Dumper.add_representer(str, _Dumper.represent_str)


def _source(source: PageLines) -> dict[str, Any]:
    return {"section": source.section, "lines": [source.first_line, source.last_line]}


def _operation(document: Document) -> dict[str, Any]:
    group, _, version = document.api_version.rpartition("/")
    # The page shows one response and does not say for which status, so each success carries it.
    success = {"content": _content(document, document.response, "The response that the page shows.")}
    return {
        "operationId": _operation_id(document),
        "summary": document.title,
        "x-source": _source(document.sections["Function"]),
        "x-kubernetes-group-version-kind": {"group": group, "version": version, "kind": document.kind},
        "x-replaceable-fields": [
            {"path": field.path, "x-source": _source(field.source)} for field in document.replaceable
        ],
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.location,
                "required": parameter.mandatory,
                "x-source": _source(parameter.source),
                "schema": {"type": "string"},
            }
            for parameter in document.parameters
        ],
        "requestBody": {
            "description": f"The whole {document.kind} as it shall be.",
            "required": True,
            "x-source": _source(document.sections["Request"]),
            "content": _content(document, document.request, "The request that the page shows."),
        },
        "responses": {
            str(status.code): {
                "description": status.reason,
                "x-source": _source(status.source),
                **(success if 200 <= status.code < 300 else {}),
            }
            for status in document.statuses
        },
    }


def _operation_id(document: Document) -> str:
    words: list[str] = [word for word in re.findall(r"[A-Za-z0-9]+", document.title) if word.lower() not in ARTICLES]
    if not words:
        return document.method.lower() + document.kind
    verb = VERBS.get(words[0].lower(), words[0].lower())
    return verb + "".join(word[0].upper() + word[1:] for word in words[1:])


def _content(document: Document, example: Example, summary: str) -> dict[str, Any]:
    shown = {"summary": summary, "x-source": _source(example.source), "value": example.value}
    schema = {"$ref": f"#/components/schemas/{document.kind}"}
    return {"application/json": {"schema": schema, "examples": {"documented": shown}}}


def _resource(document: Document) -> dict[str, Any]:
    builder = SchemaBuilder(schema_uri=None)
    builder.add_object(document.request.value)
    builder.add_object(document.response.value)
    schema = _without_required(builder.to_schema())
    for name, constant in (("apiVersion", document.api_version), ("kind", document.kind)):
        schema["properties"][name] = {"type": "string", "const": constant}
    for name, source in document.response.members + document.request.members:
        schema["properties"][name]["x-source"] = _source(source)
    for field in document.replaceable:
        _type_by_name(schema, field)
    return {
        "description": f"A {document.kind}, as far as the page's two examples show it.",
        "x-source": _source(document.request.source),
        "x-inferred-from": "examples",
        **schema,
    }


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
        schema = schema.setdefault("properties", {}).setdefault(parent, {"type": "object"})
        if schema.get("type") != "object":
            place = f"line {field.source.first_line}"
            raise DocumentError(f"{place}: expected the examples to show {parent!r} as an object, for {field.path}")
    rule = next(rule for pattern, rule in NAME_RULES if re.search(f"(?:{pattern})$", field.path))
    properties = schema.setdefault("properties", {})
    shown = properties.get(name)
    if shown is None or shown.get("type") == rule["type"]:
        properties[name] = {**copy.deepcopy(rule), "x-inferred-from": "name"}
    else:
        shown["x-inferred-from"] = "examples"
    properties[name]["x-source"] = _source(field.source)
