"""A vendor's help page as OpenAPI 3.1: pure, and the same page in gives the same bytes out.

Everything in the result comes from the page and says from which lines (`x-source`). What the page leaves to the
API family that it belongs to is not added here but by `openapi/kubernetes.overlay.yaml`.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from genson import SchemaBuilder

from contracts.spec.page.agreement import CONVENTIONAL
from contracts.spec.page.facts import facts
from contracts.spec.page.known_tables import KnownTables, TablesOfPage
from contracts.spec.page.member_types import SCALARS, member_type
from contracts.spec.page.model import (
    FUNCTION,
    REQUEST,
    Document,
    DocumentError,
    Example,
    Obstacle,
    PageLines,
    Parameter,
    ReplaceableField,
)
from contracts.spec.page.operations import placeholders
from contracts.spec.page.reader import read_document, read_tables
from contracts.spec.page.table_schema import TableSchemas
from contracts.spec.page.vocabulary import VERBS
from contracts.spec.page.yaml_output import to_yaml

# The examples show only some of the replaceable fields, so their types follow from their names: the first rule
# whose pattern matches the end of the dotted path decides. Where an example shows another type, the example wins.
NAME_RULES: tuple[tuple[str, dict[str, Any]], ...] = (
    (r"metadata\.(labels|annotations)", {"type": "object", "additionalProperties": {"type": "string"}}),
    (r"Seconds(AfterFinished)?", {"type": "integer"}),
    (r".*", {"type": "string"}),
)

# Without an English title: the verb of the operation's id by its method.
METHODS = {"GET": "read", "PUT": "replace", "POST": "create", "PATCH": "update", "DELETE": "delete"}
# Header parameters that OpenAPI has other words for.
NO_PARAMETERS = frozenset({"accept", "authorization", "content-type"})
ARTICLES = frozenset({"a", "an", "the"})


def derive_page(path: Path, url: str = "", structures: Sequence[Path] = ()) -> tuple[str, tuple[Obstacle, ...]]:
    """Read the page in a file; give its specification as YAML, and what was not understood. Raises DocumentError.

    `structures`: files with tables that the page refers to.
    """
    document = read_document(path)
    obstacles = list(document.obstacles)
    specification = derive(document, url, [read_tables(one) for one in structures], obstacles)
    return to_yaml(specification), tuple(obstacles)


def derive(
    document: Document, url: str = "", structures: Sequence[TablesOfPage] = (), obstacles: list[Obstacle] | None = None
) -> dict[str, Any]:
    """Give the OpenAPI 3.1 document of a page; `x-units` lists of what the page consists, also what is not used.

    `url`: the page's public address, which it does not say itself; `structures`: tables of other pages that it refers
    to; what these contradict or lack is added to `obstacles`.

    Raises DocumentError where a replaceable field lies below something that the examples show not to be an object.
    """
    operation = _operation(document)
    resource = _resource(document)
    tables = TableSchemas(KnownTables((TablesOfPage("", document.structures), *structures)))
    tables.lay_under(resource, document)
    if obstacles is not None:
        obstacles.extend(tables.obstacles)
    said = {"title": document.title, "updated": document.updated, "sha256": document.sha256, "url": url}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": document.title or f"{document.method} {document.path}",
            "version": document.updated or "undated",
            "description": "Derived from a vendor's help page; each x-source gives the section and lines of the page.",
            "x-document": {key: value for key, value in said.items() if value},
            **(
                {"x-structures": [{"page": one.page, "sha256": one.sha256} for one in structures]} if structures else {}
            ),
        },
        "paths": {
            shown.path: {
                "x-source": _source(shown.source),
                # One operation has one id: that of another path gets a number.
                document.method.lower(): {
                    **operation,
                    "operationId": operation["operationId"] + (str(number) if number > 1 else ""),
                },
            }
            for number, shown in enumerate(document.operations, start=1)
        },
        "components": {"schemas": {_kind(document): resource, **tables.components}},
        "x-units": [{"kind": unit.kind, **_source(unit.source), "digest": unit.digest} for unit in document.units],
    }


def _source(source: PageLines) -> dict[str, Any]:
    return {"section": source.section, "lines": [source.first_line, source.last_line]}


def _file(tables: TablesOfPage) -> dict[str, Any]:
    return {"page": tables.page, "sha256": tables.sha256}


def _operation(document: Document) -> dict[str, Any]:
    group, _, version = (document.api_version or "").rpartition("/")
    sections = document.sections
    kind = {"kind": document.kind} if document.kind else {}
    return {
        "operationId": _operation_id(document),
        **({"summary": document.title} if document.title else {}),
        "x-source": _source(sections.get(FUNCTION, document.operations[0].source)),
        **({"x-kubernetes-group-version-kind": {"group": group, "version": version, **kind}} if version else {}),
        # Empty where the page lists none, which leaves open what can be replaced.
        "x-replaceable-fields": [
            {"path": field.path, "x-source": _source(field.source)} for field in document.replaceable
        ],
        "parameters": [_parameter(parameter) for parameter in _parameters(document)],
        **({"requestBody": _request(document, sections)} if document.requests else {}),
        "responses": {
            str(status.code): {
                "description": status.reason,
                "x-source": _source(status.source),
                **_answer(document, status.code),
            }
            for status in document.statuses
        },
    }


def _parameters(document: Document) -> Iterator[Parameter]:
    """The parameters of the page, and those that only its paths name."""
    yield from (parameter for parameter in document.parameters if parameter.name.lower() not in NO_PARAMETERS)
    told = {parameter.name for parameter in document.parameters if parameter.location == "path"}
    for name in placeholders(document.operations):
        if name not in told:
            yield Parameter(name, "path", True, document.operations[0].source)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.location,
        "required": bool(parameter.mandatory) or parameter.location == "path",
        "x-source": _source(parameter.source),
        "schema": _schema_of(parameter),
    }


def _schema_of(parameter: Parameter) -> dict[str, Any]:
    """What a column of types says, with the facts in the description; without one, a text."""
    told = member_type(parameter.type, parameter.description)
    if told is None or told.kind not in SCALARS:
        return {"type": "string"}
    return {"type": told.kind, **facts(parameter.description, told.kind).keywords}


def _request(document: Document, sections: Mapping[str, PageLines]) -> dict[str, Any]:
    whole = f"The whole {_kind(document)} as it shall be." if document.method != "PATCH" else "What shall change."
    return {
        "description": whole,
        "required": True,
        "x-source": _source(sections.get(REQUEST, document.requests[0].source)),
        "content": _content(document, document.requests, "The request that the page shows."),
    }


def _answer(document: Document, status: int) -> dict[str, Any]:
    """The content of an answer: what the page shows for its status; what it shows for none, each success carries."""
    success = 200 <= status < 300
    shown = [one for one in document.responses if one.status == status or (one.status is None and success)]
    if not shown:
        return {}
    content = _content(document, shown, "The response that the page shows.")
    return {"content": content if success else {name: {**one, "schema": {}} for name, one in content.items()}}


def _operation_id(document: Document) -> str:
    words: list[str] = [
        word for word in re.findall(r"[A-Za-z0-9]+", document.title or "") if word.lower() not in ARTICLES
    ]
    if not words or words[0].lower() not in VERBS:
        return METHODS[document.method] + _kind(document)
    verb = VERBS[words[0].lower()]
    return verb + "".join(word[0].upper() + word[1:] for word in words[1:])


def _kind(document: Document) -> str:
    return document.kind or "Object"


def _content(document: Document, examples: Sequence[Example], summary: str) -> dict[str, Any]:
    """The examples by media type: that which is shown with them, else the page's only one, else JSON."""
    named = [one.name for one in document.media_types] if examples[0] in document.requests else []
    # An object is a merge patch where that is one of several media types.
    named = named if len(named) == 1 else [name for name in named if name == "application/merge-patch+json"]
    content: dict[str, Any] = {}
    for example in examples:
        media_type = example.media_type or next(iter(named), "application/json")
        whole = isinstance(example.value, dict) and media_type == "application/json"
        schema = {"$ref": f"#/components/schemas/{_kind(document)}"} if whole else {}
        shown = content.setdefault(media_type, {"schema": schema, "examples": {}})["examples"]
        name = "documented" + (str(len(shown) + 1) if shown else "")
        shown[name] = {"summary": summary, "x-source": _source(example.source), "value": example.value}
    return content


def _resource(document: Document) -> dict[str, Any]:
    examples = [one for one in (*document.answers, *document.requests) if isinstance(one.value, dict)]
    builder = SchemaBuilder(schema_uri=None)
    builder.add_schema({"type": "object"})
    for example in reversed(examples):
        builder.add_object(example.value)
    schema = _without_required(builder.to_schema())
    properties = schema.setdefault("properties", {})
    for name, constant in (("apiVersion", document.api_version), ("kind", document.kind)):
        if constant and not _conventional(document, examples):
            properties[name] = {"type": "string", "const": constant}
    for example in examples:
        for name, source in example.members:
            properties[name]["x-source"] = _source(source)
    for field in document.replaceable:
        _type_by_name(schema, field)
    return {
        "description": f"A {_kind(document)}, as far as the page's two examples show it.",
        "x-source": _source(examples[-1].source if examples else document.operations[0].source),
        "x-inferred-from": "examples",
        **schema,
    }


def _conventional(document: Document, examples: Sequence[Example]) -> bool:
    """Whether the page shows none of the resource's objects, only those of all API families (Status, DeleteOptions)."""
    return document.kind is None and any(one.value.get("kind") in CONVENTIONAL for one in examples)


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
