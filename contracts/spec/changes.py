"""What changed from one derived specification of a page to another: two specifications in, facts out. Pure.

Words are made of the facts by `change_words.py`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Path

# The units that a text consists of, each a key of `change_words.WORDS`.
_TEXT: Final = ("sentence", "bullet", "row", "caption", "columns", "heading", "member")
# What comes with a change of anything, and does not say of what.
_OF_EVERY_CHANGE: Final = frozenset({"updated", "title"})
METHODS: Final = ("get", "put", "post", "patch", "delete")
# Keywords of a schema that say where it comes from or what is below, and nothing about the value itself.
_NO_FACTS: Final = frozenset({"properties", "items", "additionalProperties", "anyOf", "required"})


@dataclass(frozen=True)
class Change:
    """One fact that is not as it was.

    `kind`: a key of `change_words.WORDS`; `subject`: the field, status or parameter; `before` and `after`: values,
    those of JSON as its text, `MISSING` for an absent one; `lines`: first and last of the page, of the page as it was
    where the fact is gone.
    """

    kind: str
    subject: str = ""
    before: Any = MISSING
    after: Any = MISSING
    lines: tuple[int, int] | None = None

    @property
    def is_gone(self) -> bool:
        """Whether what it is about stands on the earlier page alone."""
        return self.after is MISSING


@dataclass(frozen=True, eq=False)
class _Side:
    """An operation of one of the two specifications."""

    path: str
    method: str
    item: Mapping[str, Any]
    whole: Mapping[str, Any]

    @property
    def operation(self) -> Mapping[str, Any]:
        value: Mapping[str, Any] = self.item[self.method]
        return value

    @property
    def document(self) -> Mapping[str, Any]:
        """What is known of the page itself."""
        value: Mapping[str, Any] = self.operation.get("x-document") or self.whole.get("info", {}).get("x-document", {})
        return value


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Give what is not as it was in the operations that `after` documents.

    `before` may hold those of other pages too; what it does not share with `after` is theirs.
    """
    pairs = _pairs(_sides(before), _sides(after))
    found = [change for old, new in pairs for change in _operation(old, new)]
    # In what was made of several pages the schemas are those of the first one.
    if any(old and "x-document" not in old.operation for old, _ in pairs):
        found += _schemas(before, after, {_stable(one.subject) for one in found})
    if all(one.kind in _OF_EVERY_CHANGE for one in found):
        # Where there is a new date, it is no news that the file is another one.
        text = [change for old, new in pairs if old and new for change in _text(old, new)]
        found += [change for change in text if change.kind != "file" or not found]
    return tuple(dict.fromkeys(found))


def _sides(document: Mapping[str, Any]) -> list[_Side]:
    items = document.get("paths", {}).items()
    return [_Side(path, method, item, document) for path, item in items for method in METHODS if method in item]


def _pairs(before: Sequence[_Side], after: Sequence[_Side]) -> list[tuple[_Side | None, _Side | None]]:
    """The operations of both: of the same path and method, else of the same method in their order."""
    shown = {(one.path, one.method) for one in after}
    old = _of_page(before, after)
    left = [one for one in old if (one.path, one.method) not in shown]
    pairs: list[tuple[_Side | None, _Side | None]] = []
    for new in after:
        same = [one for one in old if (one.path, one.method) == (new.path, new.method)]
        match = next(iter([*same, *(one for one in left if one.method == new.method)]), None)
        if match in left:
            left.remove(match)
        pairs.append((match, new))
    return [*((one, None) for one in left), *pairs]


def _of_page(before: Sequence[_Side], after: Sequence[_Side]) -> list[_Side]:
    """The operations of the page that is compared, told by its operation, else its title, else its method."""
    shown, methods = {(one.path, one.method) for one in after}, {one.method for one in after}
    titles = {one.document.get("title") for one in after}
    alike = (
        [one for one in before if (one.path, one.method) in shown],
        [one for one in before if one.document.get("title") in titles],
        [one for one in before if one.method in methods],
        list(before) if all(one.document == before[0].document for one in before) else [],
    )
    document = next((one[0].document for one in alike if one), None)
    return [one for one in before if one.document == document]


def _stable(name: str) -> str:
    """The name of a field without places in lists."""
    return re.sub(r"\[\d+\]", f"[{paths.ANY}]", name)


def _operation(old: _Side | None, new: _Side | None) -> Iterator[Change]:
    if old is None or new is None:
        shown = new or old
        yield Change("operation", "", _shown(old), _shown(new), _lines(shown.item) if shown else None)
        return
    if old.path != new.path:
        yield Change("path", "", old.path, new.path, _lines(new.item))
    for name in ("title", "updated"):
        before, after = old.document.get(name, MISSING), new.document.get(name, MISSING)
        if before != after:
            yield Change(name, "", before, after, None)
    meta = "x-kubernetes-group-version-kind"
    for name in ("group", "version", "kind"):
        before, after = (side.operation.get(meta, {}).get(name, MISSING) for side in (old, new))
        if before != after and not (name != "kind" and old.path != new.path):
            yield Change(name, "", before, after, _lines(new.item))
    before, after = (side.operation.get("deprecated", MISSING) for side in (old, new))
    if before is not after:
        yield Change("deprecated", "", before, after, None)
    yield from _named("replaceable", _fields(old), _fields(new))
    yield from _named("parameter", _parameters(old), _parameters(new))
    yield from _values(old, new)
    yield from _named("status", _statuses(old), _statuses(new))
    yield from _examples(old, new)


def _shown(side: _Side | None) -> Any:
    return f"{side.method.upper()} {side.path}" if side else MISSING


def _lines(value: Mapping[str, Any]) -> tuple[int, int] | None:
    source = value.get("x-source")
    return (source["lines"][0], source["lines"][1]) if source else None


# A fact by its name: its value, and the lines that state it.
_Facts = Mapping[str, tuple[Any, tuple[int, int] | None]]


def _named(kind: str, before: _Facts, after: _Facts) -> Iterator[Change]:
    for name in (*before, *(name for name in after if name not in before)):
        old, was = before.get(name, (MISSING, None))
        new, lines = after.get(name, (MISSING, None))
        if old != new:
            yield Change(kind, name, old, new, lines if new is not MISSING else was)


def _fields(side: _Side) -> _Facts:
    return {one["path"]: (True, _lines(one)) for one in side.operation.get("x-replaceable-fields", ())}


def _parameters(side: _Side) -> _Facts:
    return {f"{one['name']} ({one['in']})": (_use(one), _lines(one)) for one in side.operation.get("parameters", ())}


def _values(old: _Side, new: _Side) -> Iterator[Change]:
    """What is said otherwise of the values of a parameter that both have."""
    before, after = (
        {f"{one['name']} ({one['in']})": one for one in side.operation.get("parameters", ())} for side in (old, new)
    )
    for name in (name for name in after if name in before):
        was, now = before[name].get("schema"), after[name].get("schema")
        if was != now:
            yield Change("values", name, _plain(was), _plain(now), _lines(after[name]))


def _use(parameter: Mapping[str, Any]) -> str:
    needed = "mandatory" if parameter["required"] else "optional"
    return f"deprecated {needed}" if parameter.get("deprecated") else needed


def _statuses(side: _Side) -> _Facts:
    return {code: (one["description"], _lines(one)) for code, one in side.operation.get("responses", {}).items()}


def _examples(old: _Side, new: _Side) -> Iterator[Change]:
    """Examples that came, went or show another value, member by member; each once for all statuses that share it."""
    told: set[tuple[int, int] | None] = set()
    before, after = _contents(old), _contents(new)
    for place in (*before, *(place for place in after if place not in before)):
        one, other = before.get(place), after.get(place)
        lines = _lines(other or one or {})
        if lines in told:
            continue
        told.add(lines)
        body = "request" if place[0] == "request" else "response"
        if one is None or other is None:
            yield Change(
                "example", body, MISSING if one is None else place[1], MISSING if other is None else place[1], lines
            )
            continue
        for difference in paths.differences(one["value"], other["value"]):
            subject = paths.render(difference.path) or body
            yield Change(f"{body}-value", subject, _plain(difference.before), _plain(difference.after), lines)


def _plain(value: Any) -> Any:
    """A value, whole, that can be compared and shown."""
    return value if value is MISSING else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _contents(side: _Side) -> Mapping[tuple[str, str, str], Mapping[str, Any]]:
    """The examples by request or status, media type and name."""
    bodies = [("request", side.operation.get("requestBody", {})), *side.operation.get("responses", {}).items()]
    return {
        (where, media_type, name): example
        for where, body in bodies
        for media_type, content in body.get("content", {}).items()
        for name, example in content.get("examples", {}).items()
    }


def _schemas(before: Mapping[str, Any], after: Mapping[str, Any], told: set[str]) -> Iterator[Change]:
    """What is said otherwise about a field, and fields that came or went; not what one has from files of tables alone.

    Of what came or went with all that is in it only the whole.
    """
    if bool(before.get("info", {}).get("x-structures")) != bool(after.get("info", {}).get("x-structures")):
        return
    old, new = (dict(_described(one.get("components", {}).get("schemas", {}))) for one in (before, after))
    # Of several pages' fields it is not known which were on this one.
    alone = not any("x-document" in one.operation for one in _sides(before))
    for path in (*(path for path in old if path not in new and alone), *new):
        name = paths.render(path[1:]) or str(path[0])
        whole = path[:-1] in old and path[:-1] in new
        if name in told or not (whole or (path in old and path in new)):
            continue
        was, now = (_plain(side[path][0]) if path in side else MISSING for side in (old, new))
        if was != now:
            yield Change("schema", name, was, now, (new if path in new else old)[path][1])


def _described(schemas: Mapping[str, Any]) -> Iterator[tuple[Path, tuple[dict[str, Any], tuple[int, int] | None]]]:
    # The number of a table is no fact about what it describes.
    names = {name: re.sub(r"^Table\d+\.", "", name) for name in schemas}
    names = {name: bare if [*names.values()].count(bare) == 1 else name for name, bare in names.items()}
    waiting: list[tuple[Path, Any]] = [((names[name],), schema) for name, schema in schemas.items()]
    while waiting:
        path, schema = waiting.pop()
        if not isinstance(schema, dict):
            continue
        facts = {key: value for key, value in schema.items() if key not in _NO_FACTS and not key.startswith("x-")}
        facts.pop("description", None)
        if isinstance(reference := facts.get("$ref"), str):
            facts["$ref"] = names.get(reference.rpartition("/")[2], reference)
        yield path, (facts, _stated(schema))
        needed = schema.get("required", ())
        waiting += [
            ((*path, name), {**inner, "mandatory": True} if name in needed else inner)
            for name, inner in schema.get("properties", {}).items()
        ]
        waiting += [((*path, paths.ANY), schema[key]) for key in ("items", "additionalProperties") if key in schema]


def _stated(schema: Mapping[str, Any]) -> tuple[int, int] | None:
    """The lines of the page that state a field: of an example or a list, else of a table of the page itself."""
    if isinstance(schema.get("x-source"), dict):
        return _lines(schema)
    table = schema.get("x-table")
    own = isinstance(table, dict) and "page" not in table and isinstance(table.get("lines"), list)
    return (table["lines"][0], table["lines"][1]) if own and table else None


def _text(old: _Side, new: _Side) -> Iterator[Change]:
    """Where no fact changed: what was added or left out of the text, else that the file is not the same."""
    before, after = _units(old), _units(new)
    for unit in (*before, *(unit for unit in after if unit not in before)):
        kind, digest = unit
        if unit not in after:
            yield Change(kind, digest, True, MISSING, before[unit])
        elif unit not in before:
            yield Change(kind, digest, MISSING, True, after[unit])
    one, other = old.document.get("sha256"), new.document.get("sha256")
    if before.keys() == after.keys() and one != other:
        yield Change("file", "", one, other)


def _units(side: _Side) -> Mapping[tuple[str, str], tuple[int, int]]:
    """What the text consists of, by kind and digest; not what belongs to the site around it."""
    units = side.operation.get("x-units") or side.whole.get("x-units", ())
    return {
        (unit["kind"], unit["digest"]): (unit["lines"][0], unit["lines"][1]) for unit in units if unit["kind"] in _TEXT
    }
