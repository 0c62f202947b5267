"""Where in a schema the rows of a table are laid. Pure."""

from dataclasses import replace
from typing import Any

from contracts.spec.page.known_tables import Found
from contracts.spec.page.member_types import ARRAY, OBJECT
from contracts.spec.page.model import Member
from contracts.spec.page.shown_values import Shown

Node = dict[str, Any]


def laid_at(schema: Node, found: Found, shown: Shown) -> tuple[Node, Found, Shown]:
    """Where a table is laid: under the object, or under the field of it whose path is the table's name."""
    node, at = schema, shown
    for step in found.structure.name.split("."):
        field = step.partition("[")[0]
        inner, within = element_of(node.get("properties", {}).get(field, {}), at.at(field))
        if inner is None:
            return schema, found, shown
        node, at = inner, within
    return node, found, at


def element_of(node: Node, shown: Shown) -> tuple[Node | None, Shown]:
    """The object, or that in the list, of which rows with dots behind its name list fields; None for anything else."""
    if node.get("type") == ARRAY and isinstance(node.get("items"), dict):
        node, shown = node["items"], shown.items()
    if node.get("type") != OBJECT or {"additionalProperties", "$ref"} & set(node):
        return None, shown
    return node, shown


def with_members(found: Found, members: tuple[Member, ...]) -> Found:
    """Give a table with other rows."""
    return replace(found, structure=replace(found.structure, members=members))
