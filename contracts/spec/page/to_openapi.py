"""A vendor's help page as OpenAPI 3.1: pure, and the same page in gives the same bytes out.

Everything in the result comes from the page and says from which lines (`x-source`). What the page leaves to the
API family that it belongs to is not added here but by `openapi/kubernetes.overlay.yaml`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.spec.page.agreement import is_conventional
from contracts.spec.page.examples import JSON_PATCH, MERGE_PATCH, is_json_patch
from contracts.spec.page.facts import facts
from contracts.spec.page.known_tables import KnownTables, TablesOfPage
from contracts.spec.page.member_types import SCALARS, member_type
from contracts.spec.page.model import (
    FUNCTION,
    REQUEST,
    Document,
    DocumentError,
    Example,
    Member,
    Obstacle,
    Operation,
    PageLines,
    Parameter,
    Structure,
)
from contracts.spec.page.operation_words import VERBS
from contracts.spec.page.operations import api_version, placeholders
from contracts.spec.page.reader import read_document, read_tables
from contracts.spec.page.resource_schema import resource_schema
from contracts.spec.page.rows import schema_facts
from contracts.spec.page.table_schema import TableSchemas
from contracts.spec.page.yaml_output import to_yaml, x_source

# Without an English title: the verb of the operation's id by its method.
METHODS = {"GET": "read", "PUT": "replace", "POST": "create", "PATCH": "update", "DELETE": "delete"}
# Header parameters that OpenAPI has other words for.
NO_PARAMETERS = frozenset({"accept", "authorization", "content-type"})
# Words of a title that are not in the operation's id.
UNNAMED = frozenset({"a", "an", "the", "deprecated"})


def derive_page(path: Path, url: str = "", structures: Sequence[Path] = ()) -> tuple[str, tuple[Obstacle, ...]]:
    """Read the page in a file; give its specification as YAML, and what was not understood. Raises DocumentError.

    `structures`: files with tables that the page refers to.
    """
    document = read_document(path)
    obstacles = list(document.obstacles)
    tables = [read_tables(one) for one in structures]
    try:
        specification = derive(document, url, tables, obstacles)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error
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
    resource = resource_schema(document)
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
                "x-source": x_source(shown.source),
                # One operation has one id: that of another path gets a number.
                document.method.lower(): {
                    **operation,
                    **_group_version_kind(document, shown),
                    "operationId": operation["operationId"] + (str(number) if number > 1 else ""),
                },
            }
            for number, shown in enumerate(document.operations, start=1)
        },
        "components": {"schemas": {document.schema_name: resource, **tables.components}},
        "x-units": [{"kind": unit.kind, **x_source(unit.source), "digest": unit.digest} for unit in document.units],
    }


def _operation(document: Document) -> dict[str, Any]:
    sections = document.sections
    return {
        "operationId": _operation_id(document),
        **({"summary": document.title} if document.title else {}),
        "x-source": x_source(sections.get(FUNCTION, document.operations[0].source)),
        **({"deprecated": True} if document.deprecated else {}),
        **_group_version_kind(document, document.operations[0]),
        # Empty where the page lists none, which leaves open what can be replaced.
        "x-replaceable-fields": [
            {"path": field.path, "x-source": x_source(field.source)} for field in document.replaceable
        ],
        "parameters": [_parameter(parameter) for parameter in _parameters(document)],
        **({"requestBody": request} if (request := _request(document, sections)) else {}),
        "responses": {
            str(status.code): {
                "description": status.reason,
                "x-source": x_source(status.source),
                **_answer(document, status.code),
            }
            for status in document.statuses
        },
    }


def _group_version_kind(document: Document, shown: Operation) -> dict[str, Any]:
    """What a path leads to: of a second one the group and version that it names."""
    own = document.api_version if shown == document.operations[0] else api_version(shown)
    group, _, version = (own or "").rpartition("/")
    kind = {"kind": document.kind} if document.kind else {}
    return {"x-kubernetes-group-version-kind": {"group": group, "version": version, **kind}} if version else {}


def _parameters(document: Document) -> Iterator[Parameter]:
    """The parameters of the page, and those that only its paths name; none of a path that has no place for it."""
    in_path = placeholders(document.operations)
    for parameter in document.parameters:
        foreign = parameter.location == "path" and parameter.name not in in_path
        if not foreign and parameter.name.lower() not in NO_PARAMETERS:
            yield parameter
    told = {parameter.name for parameter in document.parameters if parameter.location == "path"}
    for name in in_path:
        if name not in told:
            yield Parameter(name, "path", True, document.operations[0].source)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = _schema_of(parameter)
    return {
        "name": parameter.name,
        "in": parameter.location,
        "required": bool(parameter.mandatory) or parameter.location == "path",
        **({"deprecated": True} if schema.pop("deprecated", False) else {}),
        "x-source": x_source(parameter.source),
        "schema": schema,
    }


def _schema_of(parameter: Parameter) -> dict[str, Any]:
    """What a column of types says, with the facts in the description; without one, what the description says.

    Where neither does it is a text, as all is that stands in an address or a header.
    """
    said, told = schema_facts(parameter)
    schema = {"type": said or "string", **told.keywords}
    if parameter.type is not None or parameter.location == "path":
        return schema
    return {**schema, **({"x-inferred-from": "description"} if said or {*schema} - {"type", "deprecated"} else {})}


def _request(document: Document, sections: Mapping[str, PageLines]) -> dict[str, Any] | None:
    """The body by its examples, without one by its table; None where the page has neither."""
    table = next((one for one in document.structures if one.role == "body" and one.source.section == REQUEST), None)
    description = {"PATCH": "What shall change.", "DELETE": "How it shall be deleted."}.get(
        document.method, f"The whole {document.schema_name} as it shall be."
    )
    if not document.requests:
        # Options are no object of the resource.
        schema = {"$ref": f"#/components/schemas/{document.schema_name}"}
        if document.method == "DELETE":
            schema = _options(table) if table else {}
        named = document.media_types if document.method == "PATCH" else ()
        content: dict[str, Any] = {one.name: {"schema": {}} for one in named} or {
            "application/json": {"schema": schema}
        }
        source = table.source if table else next((one.source for one in named), None)
        return {"description": description, "x-source": x_source(source), "content": content} if source else None
    return {
        "description": description,
        "required": True,
        "x-source": x_source(sections.get(REQUEST, document.requests[0].source)),
        "content": _content(document, document.requests, "The request that the page shows."),
    }


def _options(table: Structure) -> dict[str, Any]:
    """What the table of a deletion's body says of its fields; those within them stand in tables of their own."""
    required = [one.name for one in table.members if one.mandatory]
    properties = {one.name: {**_schema_of_option(one), "x-source": x_source(one.source)} for one in table.members}
    described = {**({"required": required} if required else {}), "properties": properties}
    return {"type": "object", **described} if properties else {}


def _schema_of_option(row: Member) -> dict[str, Any]:
    said = member_type(row.type, row.description)
    kind = said.kind if said and said.kind in SCALARS else None
    return {**({"type": kind} if kind else {}), **facts(row.description, kind).keywords}


def _answer(document: Document, status: int) -> dict[str, Any]:
    """The content of an answer: what the page shows for its status; what it shows for none, each success carries."""
    success = 200 <= status < 300
    shown = [one for one in document.responses if one.status == status or (one.status is None and success)]
    if not shown and success and any(one.role == "body" and one.status == status for one in document.structures):
        return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{document.schema_name}"}}}}
    if not shown:
        return {}
    content = _content(document, shown, "The response that the page shows.")
    return {"content": content if success else {name: {**one, "schema": {}} for name, one in content.items()}}


def _operation_id(document: Document) -> str:
    words: list[str] = [
        word for word in re.findall(r"[A-Za-z0-9]+", document.title or "") if word.lower() not in UNNAMED
    ]
    if not words or words[0].lower() not in VERBS:
        return METHODS[document.method] + document.schema_name
    verb = VERBS[words[0].lower()]
    return verb + "".join(word[0].upper() + word[1:] for word in words[1:])


def _content(document: Document, examples: Sequence[Example], summary: str) -> dict[str, Any]:
    """The examples by media type: that which is shown with them, else the page's only one, else JSON.

    Of a request also the media types that the page names and shows no example of.
    """
    named = [one.name for one in document.media_types] if examples[0] in document.requests else []
    # An object is a merge patch where that is one of several media types.
    usual = named if len(named) == 1 else [name for name in named if name == MERGE_PATCH]
    content: dict[str, Any] = {}
    for example in examples:
        of_steps = JSON_PATCH in named and is_json_patch(example.value)
        media_type = example.media_type or (JSON_PATCH if of_steps else next(iter(usual), "application/json"))
        whole = isinstance(example.value, dict) and media_type == "application/json"
        whole = whole and not (document.kind and is_conventional(example))
        schema = {"$ref": f"#/components/schemas/{document.schema_name}"} if whole else {}
        shown = content.setdefault(media_type, {"schema": schema, "examples": {}})["examples"]
        name = "documented" + (str(len(shown) + 1) if shown else "")
        shown[name] = {"summary": summary, "x-source": x_source(example.source), "value": example.value}
    return {**content, **{name: {"schema": {}} for name in named if name not in content}}
