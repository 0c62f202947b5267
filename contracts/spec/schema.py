"""JSON Schemas of a specification: taken from its documents, `$ref` followed, made self-contained. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
COMPONENT: Final = "#/components/schemas/"

Schema = Mapping[str, Any]
METHODS: Final = ("get", "put", "post", "patch", "delete", "head", "options", "trace")


class SpecificationError(ValueError):
    """A file is missing or malformed, an overlay does not fit, or a schema is absent; the message is one line."""


@dataclass(frozen=True)
class Specification:
    """A page's specification, the same under the overlays, and the SHA-256 of its file. Not to be changed.

    `file`: its path, empty where it is the one that ships.
    """

    derived: dict[str, Any]
    overlaid: dict[str, Any]
    sha256: str
    file: str = ""


@dataclass(frozen=True)
class Operation:
    """The operation that a page documents: path, method as OpenAPI writes it; group, version, kind of the resource."""

    path: str
    method: str
    group: str
    version: str
    kind: str


# Where a derived operation lists what can be replaced: empty where the page does not list it.
FIELDS: Final = "x-replaceable-fields"
# The operations that can be judged, and their methods in OpenAPI's spelling; the first is judged where none is named.
JUDGED: Final = {"replace": "put", "update": "patch"}


def judged_operations(document: Schema) -> tuple[str, ...]:
    """The names of the operations of a specification that can be judged."""
    methods = {
        method
        for item in document.get("paths", {}).values()
        for method, value in item.items()
        if isinstance(value, dict) and FIELDS in value
    }
    return tuple(name for name, method in JUDGED.items() if method in methods)


def of_operation(document: Schema, name: str) -> dict[str, Any]:
    """A specification with nothing but one operation of those that can be judged, by default the first of them.

    One that has none is given as it is. Raises SpecificationError for an operation that it does not have.
    """
    there = judged_operations(document)
    if name and name not in there:
        raise SpecificationError(f"--operation: the specification has no {name}; it has {', '.join(there) or 'none'}")
    if not there:
        return dict(document)
    method = JUDGED[name or there[0]]
    path, item = next((path, item) for path, item in document["paths"].items() if FIELDS in item.get(method, {}))
    operation, known = dict(item[method]), {"info": document["info"]}
    # Of several pages each operation but the first says which page it is from.
    if "x-document" in operation:
        told = operation.pop("x-document")
        known = {"info": {**document["info"], "title": told["title"], "x-document": told}}
        known["x-units"] = operation.pop("x-units", [])
    beside = {key: value for key, value in item.items() if key not in METHODS}
    return {**document, **known, "paths": {path: {**beside, method: operation}}}


def documented_operation(document: Schema) -> Operation:
    """The operation of a specification that was derived of a page; raises SpecificationError where there is none."""
    for path, item in document.get("paths", {}).items():
        for method, value in item.items():
            if isinstance(value, dict) and FIELDS in value:
                found = value.get("x-kubernetes-group-version-kind")
                if not found:
                    raise SpecificationError(f"{method.upper()} {path}: this is no path of a Kubernetes API")
                if "kind" not in found:
                    raise SpecificationError(f"{method.upper()} {path}: the page shows no example of an object")
                return Operation(path, method, found["group"], found["version"], found["kind"])
    raise SpecificationError(f"specification: expected an operation with {FIELDS}")


def left_open(operation: Schema) -> tuple[str, ...]:
    """Give the dotted paths that a page lists as replaceable and the conventions leave to the server: not judged."""
    given = operation.get("x-given-by-server", ())
    return tuple(path for field in operation[FIELDS] if (path := str(field["path"])) in given)


def resource_schema(document: Schema) -> dict[str, Any]:
    """Give the JSON Schema of the resource itself, self-contained: what holds for it wherever it appears."""
    return self_contained(document, {"$ref": COMPONENT + documented_operation(document).kind})


def response_schema(document: Schema, status: int, method: str | None = None) -> dict[str, Any]:
    """Give the JSON Schema of a response's body, self-contained; of the documented operation where no method is named.

    A status without a described body gets a schema that accepts anything. Raises SpecificationError for a method
    or status that the document does not list.
    """
    found = documented_operation(document)
    item = document["paths"][found.path]
    operation = item.get((method or found.method).lower(), {"responses": {}})
    response = operation["responses"].get(str(status))
    if response is None:
        raise SpecificationError(f"specification: no response {status} to {method or 'the documented operation'}")
    return self_contained(document, response.get("content", {}).get("application/json", {}).get("schema", {}))


def pointed(root: Schema, reference: str) -> Any:
    """What a reference within a document ("#/$defs/Name", an RFC 6901 pointer) points to; `KeyError` for nothing."""
    value: Any = root
    for step in reference.removeprefix("#/").split("/"):
        value = value[step.replace("~1", "/").replace("~0", "~")]
    return value


def parts(schema: Schema, root: Schema) -> Iterator[Schema]:
    """A schema and all others that may apply to the same value: behind its `$ref`, in `allOf`, `anyOf` and `oneOf`."""
    yield schema
    if "$ref" in schema:
        yield from parts(pointed(root, schema["$ref"]), root)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from parts(part, root)


def resolve(schema: Any, root: Schema) -> Schema:
    """`schema` with its `$ref` followed and its `allOf` folded in, as far as properties, items and enums go.

    Empty for what is no object. `root`: the document that references point into.
    """
    if not isinstance(schema, Mapping):
        return {}
    merged: dict[str, Any] = {key: item for key, item in schema.items() if key not in ("$ref", "allOf")}
    others = [pointed(root, schema["$ref"])] if "$ref" in schema else []
    for part in [*others, *schema.get("allOf", ())]:
        resolved = resolve(part, root)
        properties = {**resolved.get("properties", {}), **merged.get("properties", {})}
        merged = {**resolved, **merged, **({"properties": properties} if properties else {})}
    return merged


def self_contained(document: Schema, schema: Schema) -> dict[str, Any]:
    """A schema of a document with every component that it refers to, directly or not, under its own $defs.

    Raises SpecificationError for a component that the document does not have.
    """
    definitions: dict[str, Any] = {}

    def rewritten(value: Any) -> Any:
        if isinstance(value, list):
            return [rewritten(child) for child in value]
        if not isinstance(value, dict):
            return value
        return {key: referred(child) if key == "$ref" else rewritten(child) for key, child in value.items()}

    def referred(reference: Any) -> Any:
        if not isinstance(reference, str) or not reference.startswith(COMPONENT):
            return rewritten(reference)
        name = reference.removeprefix(COMPONENT)
        if name not in definitions:
            try:
                component = pointed(document, reference)
            except KeyError:
                raise SpecificationError(f"specification: no schema {name!r} under components") from None
            # Known before it is read: a component may refer to itself.
            definitions[name] = {}
            definitions[name] = rewritten(component)
        return f"#/$defs/{name}"

    made = {"$schema": DIALECT, **rewritten(schema)}
    return {**made, "$defs": dict(sorted(definitions.items()))} if definitions else made
