"""All the ways in which a client can try to change an object, generated from the object itself. Pure.

Seven ways, at every depth: change a value, add a sibling, remove, set to null, change the type, append to a list,
reorder a list. Where the schema knows better values (another member of an enum, a known field that the object does
not have) they are used, so that a target's validation does not refuse what its immutability rule should have.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import ANY, MISSING, Json, Mutation, Path
from contracts.judge import equivalents, exchanges
from contracts.spec.schema import resolve

WAYS: Final = ("change", "add", "remove", "null", "type", "append", "reorder")
PROBE: Final = "contract-probe"
# Members that attempts add to objects.
INVENTED: Final = frozenset({PROBE, f"{PROBE}-empty", "contractProbe"})

# What a schema says of members that the API family has, beside those of its properties: each with a value.
FAMILY: Final = "x-members"
# The kind of an attempt that adds one of these.
KNOWN_MEMBER: Final = "member of the API family"
# So many pairs of members of one object are exchanged for each other.
EXCHANGES: Final = 3
# A leap year, as every date is one of its dates, and a later one; both are to come.
LATER: Final = ("2096", "2396")

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME: Final = re.compile(r"\d{4}(-\d\d-\d\dT.*)")
_NUMBER_FIRST: Final = re.compile(r"(\d+)(.*)", re.DOTALL)


def mutations(value: Json, schema: Mapping[str, Any], spared: Iterable[Path]) -> Iterator[Mutation]:
    """Every attempt on every field of `value` that neither is one of `spared` nor lies below one.

    `value`: the live object. `schema`: its JSON Schema, asked for other values and missing fields.
    """
    spared = tuple(spared)
    schemas: dict[Path, Mapping[str, Any]] = {(): resolve(schema, schema)}
    for path, item in [((), value), *paths.walk(value)]:
        if paths.starts_with(path, spared):
            continue
        known = schemas[path] if not path else _below(schemas[path[:-1]], path[-1], schema)
        schemas[path] = known
        if path:
            yield from _on_value(path, item, known)
        for attempt in _inside(path, item, known, schema):
            if not paths.starts_with(attempt.path, spared):
                yield attempt
        if path and isinstance(item, dict):
            own = [name for name in item if not _touches((*path, name), spared)]
            yield from islice(exchanges.of_objects(path, item, own), EXCHANGES)


def careless(value: Json, schema: Mapping[str, Any], spared: Iterable[Path]) -> Iterator[tuple[str, Mutation]]:
    """(kind, attempt) for what a careless comparison takes for no change, on what `spared` neither names nor holds.

    Kinds are those of `equivalents`, of members: added beside one that has almost their name, renamed so, added empty
    or as a typed decoder gives them.
    """
    spared = tuple(spared)
    for path, item in [((), value), *paths.walk(value)]:
        if paths.starts_with(path, spared):
            continue
        if isinstance(item, dict):
            for kind, attempt in _of_members(path, item, schema_at(schema, path), schema, spared):
                if not paths.starts_with(attempt.path, spared):
                    yield kind, attempt
        if not path or any(paths.starts_with(one, [path]) for one in spared):
            continue
        if isinstance(item, list):
            yield from exchanges.of_items(path, item)
        for kind, new in _equivalents(item):
            if not paths.same(new, item):
                yield kind, Mutation("change" if type(new) is type(item) else "type", path, item, new)


def _equivalents(item: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(item, bool):
        yield "number for a truth value", int(item)
    elif isinstance(item, int):
        yield from equivalents.of_number(item)
    elif isinstance(item, str):
        yield from equivalents.of_text(item)
    elif isinstance(item, list):
        yield from equivalents.of_list(item)


def _of_members(
    path: Path, item: dict[str, Json], known: Mapping[str, Any], root: Mapping[str, Any], spared: tuple[Path, ...]
) -> Iterator[tuple[str, Mutation]]:
    for empty in equivalents.EMPTY:
        yield f"member that is {paths.show(empty)}", Mutation("add", (*path, f"{PROBE}-empty"), MISSING, empty)
    yield from _absent_members(path, item, known, root)
    for name, old in item.items():
        if paths.starts_with((*path, name), spared):
            continue
        # what holds something that is spared keeps its name
        movable = path and not _touches((*path, name), spared)
        for kind, other in equivalents.of_name(name):
            if other in item or other == name:
                continue
            yield f"another {kind}", Mutation("add", (*path, other), MISSING, other_value(old, {}))
            if movable:
                renamed = {other if key == name else key: value for key, value in item.items()}
                yield f"renamed: {kind}", Mutation("change", path, item, renamed)
    if path:
        texts = [name for name, old in item.items() if isinstance(old, str) and not _touches((*path, name), spared)]
        yield from islice(exchanges.of_texts(path, item, texts), 1)
        others = [name for name in item if not _touches((*path, name), spared)]
        yield from islice(exchanges.balanced(path, item, others), 1)
        yield from exchanges.of_lists(path, item, others)


def _absent_members(
    path: Path, item: dict[str, Json], known: Mapping[str, Any], root: Mapping[str, Any]
) -> Iterator[tuple[str, Mutation]]:
    """Members that are not there, as a decoder or the conventions would fill them in, or as the API family has them."""
    for name, value in known.get(FAMILY, {}).items():
        if name not in item:
            yield KNOWN_MEMBER, Mutation("add", (*path, name), MISSING, value)
    for name, below in known.get("properties", {}).items():
        if name in item:
            continue
        inner = resolve(below, root)
        for kind, value in (("default", inner.get("default", MISSING)), ("zero value", equivalents.zero(inner))):
            if value is not MISSING:
                yield f"member with its {kind}", Mutation("add", (*path, name), MISSING, value)


def _touches(path: Path, spared: tuple[Path, ...]) -> bool:
    """Whether a field is spared, lies below one that is, or holds one."""
    return paths.starts_with(path, spared) or any(paths.starts_with(one, [path]) for one in spared)


def _on_value(path: Path, item: Json, schema: Mapping[str, Any]) -> Iterator[Mutation]:
    if item not in ({}, []):
        yield Mutation("change", path, item, other_value(item, schema))
    if isinstance(item, str) and (match := _TIME.fullmatch(item)):  # of two times the later one may win
        yield Mutation("change", path, item, LATER[item[:4] >= LATER[0]] + match[1])
    if type(item) is int and item > 0:  # what may grow may yet not shrink, and the other way round
        yield Mutation("change", path, item, item - 1)
    yield Mutation("remove", path, item, MISSING)
    if item is not None:
        yield Mutation("null", path, item, None)
    yield Mutation("type", path, item, _other_type(item))


def _inside(path: Path, item: Json, known: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mutation]:
    if isinstance(item, dict):
        for key, schema in known.get("properties", {}).items():
            if key not in item:
                yield Mutation("add", (*path, key), MISSING, sample(resolve(schema, root), root))
        yield Mutation("add", (*path, PROBE), MISSING, "1")
    elif isinstance(item, list):
        extra = _other_item(item[-1]) if item else PROBE
        yield Mutation("append", path, item, [*item, extra])
        if len(item) > 1 and not paths.same(item, item[::-1]):
            yield Mutation("reorder", path, item, item[::-1])


def other_value(item: Json, schema: Mapping[str, Any]) -> Json:
    """Another value of the same type; of an object or a list the empty one."""
    if isinstance(item, bool):
        return not item
    if isinstance(item, int | float):
        return item + 1
    if isinstance(item, str):
        return next((other for other in schema.get("enum", ()) if other != item), _other_text(item))
    return type(item)() if isinstance(item, dict | list) else PROBE


def _other_text(text: str) -> str:
    """Another text of the same kind: uid, time, quantity, name."""
    if _UUID.fullmatch(text):
        return ("1" if text[0] == "0" else "0") + text[1:]
    if match := _TIME.fullmatch(text):
        return ("2001" if text.startswith("2000") else "2000") + match[1]
    if match := _NUMBER_FIRST.fullmatch(text):
        return f"{int(match[1]) + 1}{match[2]}"
    return f"{text}-x" if text else PROBE


def _other_type(item: Json) -> Json:
    if isinstance(item, bool):
        return str(item).lower()
    if isinstance(item, int | float):
        return str(item)
    return [PROBE] if isinstance(item, dict) else PROBE if isinstance(item, list) else 7


def _other_item(item: Json) -> Json:
    if isinstance(item, dict) and isinstance(item.get("name"), str):
        return {**item, "name": _other_text(item["name"])}
    return _other_text(item) if isinstance(item, str) else item


def sample(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int = 0) -> Json:
    """A value that `schema` allows, never an empty one (servers drop those); `root` holds what `$ref` points to."""
    for key in ("const", "enum"):
        if key in schema:
            return schema[key] if key == "const" else schema[key][0]
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return _sample_object(schema, root, depth)
    if kind == "array":
        return [sample(resolve(schema.get("items", {}), root), root, depth + 1)]
    if kind in ("integer", "number"):
        return max(1, int(schema.get("minimum", 1)))
    if kind == "boolean":
        return True
    return "2000-01-01T00:00:00Z" if schema.get("format") == "date-time" else PROBE


def _sample_object(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> dict[str, Json]:
    properties = schema.get("properties", {})
    names = schema.get("required") or list(properties)[:1]
    if depth > 6 or not names:
        return {PROBE: "1"}
    return {name: sample(resolve(properties.get(name, {}), root), root, depth + 1) for name in names}


def schema_at(schema: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """What `schema` says of the field at `path`, references followed; empty where it says nothing."""
    known = resolve(schema, schema)
    for step in path:
        known = _below(known, step, schema)
    return known


def _below(known: Mapping[str, Any], step: str | int, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a schema says of the item or the property `step`; empty where it says nothing."""
    if isinstance(step, int):
        return resolve(known.get("items", {}), root)
    return resolve(known.get("properties", {}).get(step, known.get("additionalProperties", {})), root)


def stable_path(path: Path, sent: Mapping[Path, Collection[str]], own: Json) -> Path:
    """`path` with `ANY` for each key that the run made up: its probes, and the keys of maps that it alone has sent.

    `sent`: by map of the object the keys that the run has sent there. `own`: the object as it was before the run
    changed anything.
    """

    def is_made_up(place: int) -> bool:
        step = path[place]
        return step in INVENTED or (step in sent.get(path[:place], ()) and paths.get(own, path[: place + 1]) is MISSING)

    return tuple(ANY if is_made_up(place) else step for place, step in enumerate(path))
