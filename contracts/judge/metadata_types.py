"""Values of the wrong type for every field of metadata that the specification knows. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from contracts.jsonvalue.paths import Json, Path
from contracts.judge.attempts import IRREVERSIBLE
from contracts.judge.mutations import schema_at
from contracts.spec.contract import Contract
from contracts.spec.fields import VERSION

METADATA: Final = ("metadata",)
# By the type of JSON Schema, a value of it; the list and the object are neither empty nor of texts alone.
VALUES: Final[dict[str, tuple[Json, ...]]] = {
    "number": (7,),
    "string": ("contract",),
    "array": ([7],),
    "object": ({"contract": {"a": 7}},),
    "boolean": (True,),
}
# A version is any text (it is opaque), and yet no server has given out these.
OTHER_VERSIONS: Final = ("contract", "-1", "", "1.5")


def fields(contract: Contract, *, adopted: bool) -> list[Path]:
    """The fields of metadata; on an adopted object without those whose values could not be taken back."""
    known = schema_at(contract.resource_schema, METADATA).get("properties", {})
    found = [(*METADATA, name) for name in known]
    spared = (
        {name.partition(".")[2] for name in (*contract.writable_by_convention, *IRREVERSIBLE)} if adopted else set()
    )
    return [path for path in found if path[-1] not in spared]


def wrong_values(contract: Contract, path: Path) -> Iterator[Json]:
    """A value of each type that the field does not have; for the version also texts that are none."""
    types = _types(schema_at(contract.resource_schema, path))
    for name, values in VALUES.items():
        if name not in types:
            yield from values
    if path == VERSION:
        yield from OTHER_VERSIONS


def _types(schema: Any) -> set[str]:
    found = schema.get("type", "object" if "properties" in schema else "string")
    types = {found} if isinstance(found, str) else set(found)
    return types | {"number"} if "integer" in types else types
