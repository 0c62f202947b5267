"""The one resource that a reference endpoint serves, as the contract describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from contracts.spec.contract import Contract

COMMON_FIELDS = frozenset({"apiVersion", "kind", "metadata"})


@dataclass(frozen=True, eq=False)
class Resource:
    """Names, paths, fields and schema of the resource; nothing of it is written in Python.

    `fields` and `spec_fields` are those that an object and its spec can hold, all others are pruned.
    `spec_schema` judges an object by its spec alone: for metadata an API server has rules of its own.
    """

    group: str
    version: str
    kind: str
    plural: str
    collection_path: str
    replaceable: tuple[str, ...]
    server_owned: tuple[str, ...]
    fields: frozenset[str]
    spec_fields: frozenset[str]
    spec_schema: Mapping[str, Any]
    example_status: Mapping[str, Any]
    example_name: str

    @property
    def api_version(self) -> str:
        """`group/version`."""
        return f"{self.group}/{self.version}"

    @classmethod
    def of(cls, contract: Contract) -> Self:
        """The resource of a contract; raises `KeyError` when its schema has no properties or no spec."""
        schema = contract.resource_schema
        properties = properties_of(schema, schema)
        example = contract.example_response
        return cls(
            group=contract.group,
            version=contract.version,
            kind=contract.kind,
            plural=contract.plural,
            collection_path=contract.collection_path,
            replaceable=contract.replaceable,
            server_owned=contract.server_owned,
            fields=COMMON_FIELDS | frozenset(properties),
            spec_fields=frozenset(properties_of(properties["spec"], schema)),
            spec_schema=_spec_schema(properties["spec"], schema),
            example_status=example.get("status", {}),
            example_name=example["metadata"]["name"],
        )


def properties_of(schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of an object schema, those behind `$ref` (into `root`) and in `allOf` included."""
    found: dict[str, Any] = {}
    if "$ref" in schema:
        found |= properties_of(_resolve(schema["$ref"], root), root)
    for part in schema.get("allOf", ()):
        found |= properties_of(part, root)
    found |= schema.get("properties", {})
    return found


def _resolve(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = root
    for key in reference.removeprefix("#").strip("/").split("/"):
        found = found[key.replace("~1", "/").replace("~0", "~")]
    resolved: Mapping[str, Any] = found
    return resolved


def _spec_schema(spec: Any, root: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "required": ["spec"], "properties": {"spec": spec}}
    return {**schema, "$defs": root["$defs"]} if "$defs" in root else schema
