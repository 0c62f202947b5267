"""The one resource that a reference endpoint serves, as the contract describes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.spec.fields import SPEC
from contracts.spec.schema import resolve

if TYPE_CHECKING:
    from contracts.spec.contract import Contract

Object = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Resource:
    """Names, paths, fields and schema of the resource; nothing of it is written in Python.

    `judged_method`: of the operation that the contract is about. `fields` and `spec_fields` are those that an object
    and its spec can hold, all others are pruned; None where a spec can hold any. `desired`: the members that say what a
    client wants; `desired_schema` judges an object by them alone: for metadata an API server has rules of its own.
    """

    group: str
    version: str
    kind: str
    plural: str
    collection_path: str
    replaceable: tuple[str, ...]
    server_owned: tuple[str, ...]
    fields: frozenset[str]
    spec_fields: frozenset[str] | None
    desired: tuple[str, ...]
    desired_schema: Mapping[str, Any]
    example_status: Mapping[str, Any]
    example_name: str
    judged_method: str

    @property
    def api_version(self) -> str:
        """`group/version`, of the core group the version alone."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def namespaced(self) -> bool:
        """Whether objects lie in namespaces."""
        return "{namespace}" in self.collection_path

    @property
    def has_spec(self) -> bool:
        """Whether objects have a spec."""
        return SPEC[0] in self.desired

    def wanted(self, value: Object | None) -> Object:
        """What an object says of what its client wants; empty without an object."""
        return {name: value[name] for name in self.desired if name in value} if value else {}

    def subject(self, name: str | None) -> str:
        """How messages name an object, or the resource itself where there is no name."""
        subject = f"{self.plural}.{self.group}" if self.group else self.plural
        return f'{subject} "{name}"' if name else subject

    def details(self, name: str | None, causes: Iterable[Mapping[str, str]] = ()) -> Object:
        """The details of a Status about an object, or about the resource itself where there is no name."""
        details = {**({"name": name} if name else {}), "group": self.group, "kind": self.plural}
        told = list(causes)
        return {**details, "causes": told} if told else details


def resource_of(contract: Contract) -> Resource:
    """The resource of a contract; raises `KeyError` when its schema has no properties."""
    root = contract.resource_schema
    properties = resolve(root, root)["properties"]
    example = contract.example_response
    desired = contract.desired
    has_spec = SPEC[0] in desired
    known = resolve(properties["spec"], root).get("properties") if has_spec else None
    desired_schema = {
        "type": "object",
        "required": [*SPEC] if has_spec else [],
        "properties": {name: properties[name] for name in desired},
    }
    return Resource(
        group=contract.group,
        version=contract.version,
        kind=contract.kind,
        plural=contract.plural,
        collection_path=contract.collection_path,
        replaceable=contract.replaceable,
        server_owned=contract.server_owned,
        fields=frozenset({"apiVersion", "kind", "metadata", *properties}),
        spec_fields=frozenset(known) if known else None,
        desired=desired,
        desired_schema={**desired_schema, "$defs": root.get("$defs", {})},
        example_status=example.get("status", {}),
        example_name=example["metadata"].get("name", contract.kind.lower()),
        judged_method=contract.write.method,
    )
