"""The path of the documented operation as every contract has it, whatever a page calls its parameters. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

from contracts.spec.page.resource_path import API, resource_path
from contracts.spec.schema import JUDGED, SpecificationError, documented_operation

NAMESPACE: Final = "namespace"
NAME: Final = "name"
_PARAMETER: Final = re.compile(r"\{([^}]+)\}")


def canonical(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a specification in whose documented path the parameters are {namespace} and {name}.

    What precedes the API's root (/api or /apis) belongs to the target's URL where it has parameters. Raises
    `SpecificationError` for a path that leads to no single object, or with a parameter that nobody could fill.
    """
    found = documented_operation(document)
    if found.method not in JUDGED.values():
        return dict(document)
    path, names = _canonical(found.method.upper(), found.path)
    item = dict(document["paths"][found.path])
    operation = dict(item[found.method])
    operation["parameters"] = [
        {**one, NAME: names.get(one[NAME], one[NAME])} if one["in"] == "path" else one
        for one in operation.get("parameters", ())
        if one["in"] != "path" or one[NAME] in names
    ]
    return {**document, "paths": _renamed(document["paths"], found.path, path, {**item, found.method: operation})}


def _renamed(items: Mapping[str, Any], old: str, new: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """The paths of a specification, one of them with another name and content in its place."""
    return {new if path == old else path: item if path == old else value for path, value in items.items()}


def _canonical(method: str, path: str) -> tuple[str, Mapping[str, str]]:
    """The canonical path, and what its parameters are called in it."""
    root, place = API.search(path), resource_path(path)
    if root is None or not place.is_item:
        raise SpecificationError(f"{method} {path}: this is no path of one object of a Kubernetes API")
    start = root.start() if "{" in path[: root.start()] else 0
    *above, name = _PARAMETER.findall(path[start:])
    names = {name: NAME, **{one: NAMESPACE for one in above[:1] if f"/namespaces/{{{one}}}/" in path}}
    if unknown := [one for one in above if one not in names]:
        raise SpecificationError(f"{method} {path}: a run cannot tell what to give for {{{unknown[0]}}}")
    return _PARAMETER.sub(lambda match: f"{{{names[match[1]]}}}", path[start:]), names
