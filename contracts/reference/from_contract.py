"""From the contract to the resource that a reference endpoint serves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contracts.reference.resource import Resource
from contracts.spec.contract import Contract
from contracts.spec.schema import resolve

COMMON_FIELDS: Final = frozenset({"apiVersion", "kind", "metadata"})


def resource_of(contract: Contract) -> Resource:
    """The resource of a contract; raises `KeyError` when its schema has no properties or no spec."""
    root = contract.resource_schema
    properties = resolve(root, root)["properties"]
    example = contract.example_response
    return Resource(
        group=contract.group,
        version=contract.version,
        kind=contract.kind,
        plural=contract.plural,
        collection_path=contract.collection_path,
        replaceable=contract.replaceable,
        server_owned=contract.server_owned,
        fields=COMMON_FIELDS | frozenset(properties),
        spec_fields=frozenset(resolve(properties["spec"], root)["properties"]),
        spec_schema=_spec_schema(properties["spec"], root),
        example_status=example.get("status", {}),
        example_name=example["metadata"]["name"],
    )


def _spec_schema(spec: Any, root: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "required": ["spec"], "properties": {"spec": spec}}
    return {**schema, "$defs": root["$defs"]} if "$defs" in root else schema
