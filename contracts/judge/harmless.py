"""What an adopted object may be sent: nothing that lets a controller end or delete it sooner than its owner wanted.

Which fields are dangerous, and in which way, stands in the overlay (`x-adopted`). Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.spec.contract import Contract
from contracts.spec.schema import Schema, resolve

KEYWORD: Final = "x-adopted"
NOTHING: Final = (MISSING, None)


@dataclass(frozen=True)
class Limit:
    """What one field of an adopted object may be sent beside its owner's value.

    `least` to `greatest`: whole numbers; `values`: these alone; neither: nothing else. `clearable`: whether the field
    may be left out or null, too. `kept`: the user wants it to stay (`--keep`).
    """

    path: Path
    owner: Json
    least: int | None = None
    greatest: int = 2**63 - 1
    values: tuple[Json, ...] = ()
    clearable: bool = False
    kept: bool = False

    @property
    def field(self) -> str:
        """The field's dotted path."""
        return paths.render(self.path)

    def allows(self, value: Json) -> bool:
        """Whether the field may be sent this value."""
        if paths.same(value, self.owner) or (value in NOTHING and self.owner in NOTHING):
            return True
        if value in NOTHING:
            return self.clearable
        if self.least is not None:
            return type(value) is int and self.least <= value <= self.greatest
        return any(paths.same(value, one) for one in self.values)

    @property
    def frozen(self) -> bool:
        """Whether the field can only be sent as it is, so that nothing is seen of whether it can be replaced."""
        known = {repr(one) for one in (self.owner, *self.values) if one not in NOTHING}
        return self.least is None and len(known) + (self.clearable or self.owner in NOTHING) < 2

    @property
    def schema(self) -> dict[str, Any]:
        """What the field's schema becomes where values are made of it: `x-limited`, and `x-kept` if not clearable."""
        kept = {} if self.clearable or self.owner in NOTHING else {"x-kept": self.owner}
        if self.least is not None:
            return {"x-limited": True, "minimum": self.least, "maximum": self.greatest, **kept}
        own = () if self.owner in NOTHING else (self.owner,)
        return {"x-limited": True, "enum": [*own, *(one for one in self.values if one not in own)], **kept}


def limits(contract: Contract, owner: Json, age: int) -> tuple[Limit, ...]:
    """The limits of an object as its owner has it, which is less than `age` seconds old; fields in lists have none."""
    root = contract.resource_schema
    return tuple(_limit(path, schema, owner, age) for path, schema in _dangerous((), root, root))


def harmful(known: tuple[Limit, ...], sent: Json, live: Json) -> tuple[str, ...]:
    """The dotted paths of the fields that an object about to be sent changes beyond their limits.

    `live`: as the object is stored, by whoever it was changed since it was adopted. A decoder may match names in any
    capitals (Go's encoding/json does), so a member that is called like a field but for these counts as the field.
    """
    return tuple(one.field for one in known if not _is_allowed(one, sent, live))


def _is_allowed(limit: Limit, sent: Json, live: Json) -> bool:
    standing = paths.get(live, limit.path)
    found = [value for path, value in _spelled(sent, limit.path) if not paths.same(value, paths.get(live, path))]
    if paths.get(sent, limit.path) is MISSING and standing is not MISSING:
        found.append(MISSING)
    return all(limit.allows(value) or paths.same(value, standing) for value in found)


def _spelled(value: Json, path: Path, above: Path = ()) -> Iterator[tuple[Path, Json]]:
    """What stands at a path, whatever capitals its names have."""
    if not path:
        yield above, value
        return
    for name in value if isinstance(value, dict) else ():
        if name.casefold() == str(path[0]).casefold():
            yield from _spelled(value[name], path[1:], (*above, name))


def narrowed(contract: Contract, known: tuple[Limit, ...]) -> Contract:
    """The contract for who makes values of it: the schemas of replaceable fields hold what is within the limits."""
    return replace(contract, narrower={one.field: one.schema for one in known if one.field in contract.replaceable})


def _dangerous(path: Path, schema: Schema, root: Schema) -> Iterator[tuple[Path, Schema]]:
    known = resolve(schema, root)
    if KEYWORD in known:
        yield path, known
    for name, inner in known.get("properties", {}).items():
        yield from _dangerous((*path, name), inner, root)


def _limit(path: Path, schema: Schema, owner: Json, age: int) -> Limit:
    rule, value = schema[KEYWORD], paths.get(owner, path)
    if rule == "untouched":
        return Limit(path, value)
    if "most" in rule:
        return _at_most(path, value, rule["most"])
    greatest = schema.get("maximum", 2**31 - 1 if schema.get("format") == "int32" else 2**63 - 1)
    if rule["least"] == "age":
        # What is left out may be stored as 0 or as another default, so it is where the owner has none alone.
        # Less than the owner's is not sent either: where the owner's is refused later on, it would stay.
        least = max(age, value) if type(value) is int else age
        return Limit(path, value, least, greatest) if least <= greatest else Limit(path, value)
    return Limit(path, value, value, greatest) if type(value) is int else Limit(path, value)


def _at_most(path: Path, value: Json, order: list[Json]) -> Limit:
    """Absent is the controller's default, which may be any: only as much as the least is sent in its place."""
    place = order.index(value) if value in order else 0
    last = value in NOTHING or place == len(order) - 1
    return Limit(path, value, values=tuple(order[: place + 1]) if value in (*order, *NOTHING) else (), clearable=last)
