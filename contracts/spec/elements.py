"""Elements of the specification that a run can exercise: parameters, properties, values, statuses. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.report.model import Exercised
from contracts.spec.contract import Contract
from contracts.spec.schema import parts, resource_schema, response_schema

PARAMETER: Final = "parameter"
PROPERTY: Final = "property"
VALUE: Final = "value"
ERROR: Final = "error property"
STATUS: Final = "status"
DOCUMENT, KUBERNETES = "document", "kubernetes"
# What stands at any key of a map, and at any place of a list.
ANY_KEY, ANY_ITEM = "*", "[]"


@dataclass
class Node:
    """What a schema says of the value at one place: the number of its element, and what lies below."""

    index: int
    properties: dict[str, Node] = field(default_factory=dict)
    rest: Node | None = None
    items: Node | None = None
    # By type and value: true is not 1.
    values: dict[tuple[type, Any], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Inventory:
    """Everything that a run could exercise, and the schemas by which it is found in what is sent and answered.

    `method`: of the documented operation.
    """

    elements: tuple[Exercised, ...]
    resource: Node
    error: Node
    parameters: Mapping[str, int]
    statuses: Mapping[int, int]
    path: re.Pattern[str]
    method: str


def inventory(contract: Contract, profile: str) -> Inventory:
    """What the specification holds that `profile` goes by: with the API conventions, or the page alone."""
    document = contract.spec.derived if profile == DOCUMENT else contract.spec.overlaid
    page = _Builder(set())
    page.tree(resource_schema(contract.spec.derived), PROPERTY)
    builder = _Builder({element.name for element in page.elements})
    parameters = {
        parameter["name"]: builder.add(PARAMETER, parameter["name"], DOCUMENT)
        for parameter in contract.operation["parameters"]
    }
    resource = builder.tree(resource_schema(document), PROPERTY)
    refused = next((status for status in contract.statuses if 400 <= status < 500), None)
    error = builder.tree(response_schema(document, refused) if refused else {}, ERROR)
    conventions = contract.convention_statuses if profile == KUBERNETES else ()
    statuses = {status: builder.add(STATUS, str(status), DOCUMENT) for status in contract.statuses}
    statuses |= {status: builder.add(STATUS, str(status), KUBERNETES) for status in conventions}
    asked = _pattern(contract.item_path), contract.write.method
    return Inventory(tuple(builder.elements), resource, error, parameters, statuses, *asked)


class _Builder:
    def __init__(self, shown: set[str]) -> None:
        self.elements: list[Exercised] = []
        self._shown = shown

    def add(self, kind: str, name: str, level: str) -> int:
        self.elements.append(Exercised(kind, name, level))
        return len(self.elements) - 1

    def tree(self, schema: Mapping[str, Any], kind: str) -> Node:
        """The schema as a tree whose root is no element of its own."""
        return self._below(Node(-1), "", schema, schema, kind)

    def _below(self, node: Node, name: str, schema: Mapping[str, Any], root: Mapping[str, Any], kind: str) -> Node:
        for part in parts(schema, root):
            for key, inner in part.get("properties", {}).items():
                path = f"{name}.{key}" if name else key
                child = node.properties.get(key) or self._node(kind, path)
                node.properties[key] = self._below(child, path, inner, root, kind)
            rest, items = part.get("additionalProperties"), part.get("items")
            if isinstance(rest, dict):
                path = f"{name}.{ANY_KEY}"
                node.rest = self._below(node.rest or self._node(kind, path), path, rest, root, kind)
            if isinstance(items, dict):
                path = name + ANY_ITEM
                node.items = self._below(node.items or self._node(kind, path), path, items, root, kind)
            for value in part.get("enum", [part["const"]] if "const" in part else []):
                key = (type(value), value)
                if kind == PROPERTY and not isinstance(value, dict | list) and key not in node.values:
                    said = f"{name} = {json.dumps(value)}"
                    node.values[key] = self.add(VALUE, said, self._level(said))
        return node

    def _node(self, kind: str, name: str) -> Node:
        return Node(self.add(kind, name, self._level(name) if kind == PROPERTY else KUBERNETES))

    def _level(self, name: str) -> str:
        return DOCUMENT if name in self._shown else KUBERNETES


def _pattern(path: str) -> re.Pattern[str]:
    """The documented path as an expression with a group for each parameter."""
    parts = re.split(r"\{(\w+)\}", path)
    steps = (re.escape(part) if n % 2 == 0 else f"(?P<{part}>[^/?]*)" for n, part in enumerate(parts))
    return re.compile("".join(steps) + r"(?:\?|$)")
