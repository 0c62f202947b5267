"""Derived specifications of several pages as one for each resource: pure, and the same pages give the same bytes.

The page that is judged comes first and stands as it does alone: that about a replacement, else an update, a creation, a
reading. Operations of the others say which page they are from (`x-document`, and `page` in each `x-source`).
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.spec.page.model import DocumentError
from contracts.spec.page.resource_path import resource_path

METHODS: Final = ("put", "patch", "post", "get", "delete")
_PLACEHOLDER: Final = re.compile(r"\{([^}]+)\}")
_DESCRIPTION: Final = (
    "Derived from a vendor's help pages; each x-source gives the section and lines of a page: of the one in "
    "info.x-document, where it names no other."
)

Spec = dict[str, Any]


def merged(specifications: Sequence[Spec]) -> dict[str, Spec]:
    """Give the specification of each resource by the name of its file, without suffix.

    Raises DocumentError where two pages are about the same operation.
    """
    resources: dict[tuple[str, str], list[Spec]] = {}
    for one in specifications:
        resources.setdefault(_resource(one), []).append(one)
    names = [plural for plural, _ in resources]
    return {
        plural if names.count(plural) == 1 else f"{plural}.{version.replace('/', '.')}": _merge(same)
        for (plural, version), same in resources.items()
    }


def _resource(specification: Spec) -> tuple[str, str]:
    """The resource's name in the plural, and its API version."""
    path, _, operation = next(_operations(specification))
    meta = operation.get("x-kubernetes-group-version-kind", {})
    version = "/".join(str(meta[name]) for name in ("group", "version") if meta.get(name))
    return resource_path(path).plural, version


def _operations(specification: Spec) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in specification["paths"].items():
        yield from ((path, method, item[method]) for method in METHODS if method in item)


def _order(specification: Spec) -> tuple[int, bool]:
    path, method, _ = next(_operations(specification))
    return METHODS.index(method), not resource_path(path).is_item


def _merge(pages: Sequence[Spec]) -> Spec:
    """The first page's specification with the operations, and what else is known of the fields, of the others."""
    first, *others = sorted(pages, key=_order)
    result = copy.deepcopy(first)
    for page in others:
        _add(result, copy.deepcopy(page))
    if others:
        result["info"]["description"] = _DESCRIPTION
        _name_apart(result)
        _link(result)
    return result


def _add(result: Spec, page: Spec) -> None:
    document = page["info"]["x-document"]
    name = document.get("title") or page["info"]["title"]
    for path, method, operation in list(_operations(page)):
        known = _same(path, result["paths"])
        item = result["paths"].setdefault(known, {"x-source": {**page["paths"][path]["x-source"], "page": name}})
        if method in item:
            raise DocumentError(f"two pages about the same operation: {method.upper()} {known}")
        renamed = dict(zip(_PLACEHOLDER.findall(path), _PLACEHOLDER.findall(known), strict=True))
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                parameter["name"] = renamed.get(parameter["name"], parameter["name"])
        _say_page(operation, name)
        item[method] = {**operation, "x-document": document, "x-units": page["x-units"]}
    for kind, schema in page["components"]["schemas"].items():
        _say_page(schema, name)
        _fill(result["components"]["schemas"].setdefault(kind, schema), schema)


def _same(path: str, known: Mapping[str, Any]) -> str:
    """The path that is the same but for the names of its parameters, which OpenAPI lets stand once; else itself."""
    shape = _PLACEHOLDER.sub("{}", path)
    return next((one for one in known if _PLACEHOLDER.sub("{}", one) == shape), path)


def _say_page(value: Any, name: str) -> None:
    """Let each source below a value say which page it is of."""
    if isinstance(value, dict):
        if isinstance(source := value.get("x-source"), dict):
            source.setdefault("page", name)
        # An example is the page's own, whatever its keys are called.
        for key, inner in value.items():
            if key not in ("value", "x-source"):
                _say_page(inner, name)
    elif isinstance(value, list):
        for inner in value:
            _say_page(inner, name)


def _fill(schema: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Add the properties that only the other schema has; what both have stays."""
    known: Any = schema.get("properties")
    for name, inner in other.get("properties", {}).items() if isinstance(known, dict) else ():
        _fill(known.setdefault(name, inner), inner)
    items, others = schema.get("items"), other.get("items")
    if isinstance(items, dict) and isinstance(others, dict):
        _fill(items, others)


def _name_apart(result: Spec) -> None:
    """Let each operation have an id of its own."""
    used: set[str] = set()
    for _, _, operation in _operations(result):
        name, number = operation["operationId"], 2
        while operation["operationId"] in used:
            operation["operationId"] = f"{name}{number}"
            number += 1
        used.add(operation["operationId"])


def _link(result: Spec) -> None:
    """Link what names an object (a creation, a list) to the operations on it (OpenAPI: Link Object)."""
    found = list(_operations(result))
    for path, method, operation in found:
        where = resource_path(path)
        if where.name or method not in ("post", "get"):
            continue
        pointer = ("metadata", "name") if method == "post" else ("items", 0, "metadata", "name")
        items = [
            (other, target)
            for other, _, target in found
            if resource_path(other).collection == where.collection and resource_path(other).is_item
        ]
        for status, response in operation["responses"].items():
            if items and status.startswith("2") and _names(response, pointer):
                response["links"] = {target["operationId"]: _to(other, target, pointer) for other, target in items}


def _names(response: Mapping[str, Any], pointer: paths.Path) -> bool:
    """Whether an example of the response has a name there."""
    contents = response.get("content", {}).values()
    examples = (one["value"] for content in contents for one in content.get("examples", {}).values())
    return any(isinstance(paths.get(example, pointer), str) for example in examples)


def _to(path: str, target: Mapping[str, Any], pointer: paths.Path) -> dict[str, Any]:
    name = resource_path(path).name
    others = [one for one in _PLACEHOLDER.findall(path) if one != name]
    body = "$response.body#/" + "/".join(map(str, pointer))
    parameters = {**{f"path.{one}": f"$request.path.{one}" for one in others}, f"path.{name}": body}
    return {"operationId": target["operationId"], "parameters": parameters}
