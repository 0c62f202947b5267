"""The one resource that a reference endpoint serves, as the contract describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]


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
