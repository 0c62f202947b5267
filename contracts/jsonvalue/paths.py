"""Paths in a JSON object: read, write, change, compare. Pure."""

import json
import marshal
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Json = Any
Path = tuple[str | int, ...]

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")
# A name (behind a dot, unless it is the first), or in brackets a key with quotes, a place in a list, a key without.
_STEP: Final = re.compile(
    r"""(?:(?:^|(?<=[^.])\.)([^.\[\]]+)|\[(?:("(?:[^"\\]|\\.)*")|(0|[1-9][0-9]*)|([^"\[\]]+))\])"""
)
# A place in a list, which is never so long that more digits were needed.
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


class _Missing:
    """The value of a field that is not there; unlike null, which is a value."""

    def __repr__(self) -> str:
        return "absent"


MISSING: Final = _Missing()
# A step of a path that stands for any key: a label or an annotation is never called so.
ANY: Final = "*"


@dataclass(frozen=True, eq=False)
class Difference:
    """One field that two objects have not in common; `MISSING` stands for an absent one."""

    path: Path
    before: Json
    after: Json


@dataclass(frozen=True, eq=False)
class Mutation:
    """One attempt on one field: what stands there in the sent object instead of what is stored.

    `way`: how it is changed (change, add, remove, null, type, append, reorder).
    """

    way: str
    path: Path
    old: Json
    new: Json

    @property
    def field(self) -> str:
        """The field as people write it."""
        return render(self.path)

    def apply(self, value: Json) -> Json:
        """A copy of the object with the attempt made on it."""
        return put(value, self.path, self.new)


def parse(dotted: str) -> Path:
    """The path that a name means, as `render` writes it; a key in brackets may lack its quotes.

    The empty name is the whole object. Raises `ValueError` for what is no path.
    """
    if "[" not in dotted and "]" not in dotted:
        names = tuple(dotted.split(".")) if dotted else ()
        if "" in names:
            raise _no_path(dotted)
        return names
    steps: list[str | int] = []
    place = 0
    while place < len(dotted):
        match = _STEP.match(dotted, place)
        if match is None:
            raise _no_path(dotted)
        name, quoted, index, bare = match.groups()
        steps.append(name or (json.loads(quoted) if quoted else int(index) if index else bare))
        place = match.end()
    return tuple(steps)


def _no_path(text: str) -> ValueError:
    return ValueError(f"expected a path such as metadata.labels[KEY], found {text!r}")


def render(path: Path) -> str:
    """A path as people write it: `spec.containers[0].image`, `metadata.labels["example.com/x"]`."""
    text = ""
    for step in path:
        if isinstance(step, int) or step == ANY:
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step)}]"
    return text


def show(value: Json, limit: int = 200) -> str:
    """A value as JSON in at most `limit` characters; an absent one as the word absent."""
    text = "absent" if value is MISSING else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def get(value: Json, path: Path) -> Json:
    """What stands at `path`, or `MISSING`."""
    for step in path:
        in_object = isinstance(value, dict) and isinstance(step, str) and step in value
        in_list = isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)
        if not in_object and not in_list:
            return MISSING
        value = value[step]
    return value


def pointer(path: Path) -> str:
    """A path as JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def steps_of(text: str) -> list[str]:
    """The steps of a JSON pointer (RFC 6901)."""
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


def is_index(step: str) -> bool:
    """Whether a step of a JSON pointer may name a place in a list."""
    return bool(_INDEX.fullmatch(step))


def pointed(value: Json, text: str) -> Path:
    """The path that a JSON pointer means in a value: a number is a place where there is a list."""
    path: Path = ()
    for step in steps_of(text):
        path = (*path, int(step) if isinstance(value, list) and is_index(step) else step)
        value = get(value, path[-1:])
    return path


def at_pointer(value: Json, text: str) -> Json:
    """What a JSON pointer leads to, `MISSING` where it leads nowhere."""
    return get(value, pointed(value, text))


def put(value: Json, path: Path, new: Json) -> Json:
    """A copy of `value` with `new` at `path`; `MISSING` removes what stands there, if anything.

    Objects on the way are made when they are absent, null or of another type. A list index one behind the end appends.
    Only what lies on the way is copied.
    """
    if not path:
        return new
    if new is MISSING and get(value, path) is MISSING:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return _put_item(value, step, rest, new)
    copy = dict(value) if isinstance(value, dict) else {}
    if not rest and new is MISSING:
        del copy[step]
        return copy
    copy[step] = put(copy.get(step), rest, new)
    return copy


def _put_item(value: Json, index: int, rest: Path, new: Json) -> Json:
    copy = list(value) if isinstance(value, list) else []
    if not rest and new is MISSING:
        return copy[:index] + copy[index + 1 :]
    if index < len(copy):
        copy[index] = put(copy[index], rest, new)
    else:
        copy.append(put(None, rest, new))
    return copy


def remove(value: Json, path: Path) -> Json:
    """A copy of `value` without what stands at `path`."""
    return put(value, path, MISSING)


def walk(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every field of `value` at every depth, containers before what they hold; the root itself is not among them."""
    items: Iterable[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for step, item in items:
        yield (*path, step), item
        yield from walk(item, (*path, step))


def same(left: Json, right: Json) -> bool:
    """Whether two JSON values are one: like ==, but 1, 1.0 and true are three values."""
    if type(left) is not type(right) or (left is not right and left != right):
        return False
    if left is right or not isinstance(left, dict | list) or _encoded(left) == _encoded(right) is not None:
        return True
    if isinstance(left, dict):
        return all(same(item, right[key]) for key, item in left.items())
    return all(map(same, left, right))


def differences(before: Json, after: Json, *, spared: Iterable[Path] = ()) -> Iterator[Difference]:
    """The smallest fields in which `after` differs from `before`, in the order of `before`; not what `spared` names.

    Objects are compared key by key, lists of one length item by item; lists of different length differ as a whole.
    """
    if not same(before, after):
        paths = tuple(spared)
        yield from _differences(without(before, paths), without(after, paths), ())


def _encoded(value: Json) -> bytes | None:
    """Bytes that two values have in common only where they are the same; None for what is no JSON value."""
    try:
        return marshal.dumps(value, 2)
    except ValueError:
        return None


def _differences(before: Json, after: Json, path: Path) -> Iterator[Difference]:
    if same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _differences(before.get(key, MISSING), after.get(key, MISSING), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _differences(left, right, (*path, index))
    else:
        yield Difference(path, before, after)


def starts_with(path: Path, prefixes: Iterable[Path]) -> bool:
    """Whether `path` is one of `prefixes` or lies below one."""
    return any(path[: len(prefix)] == prefix for prefix in prefixes)


def without(value: Json, paths: Iterable[Path]) -> Json:
    """A copy of `value` without the fields at `paths`."""
    for path in paths:
        if get(value, path) is not MISSING:
            value = remove(value, path)
    return value


def patch(before: Json, after: Json) -> tuple[dict[str, Json], ...]:
    """What makes `after` of `before`, as JSON Patch operations (RFC 6902) with JSON pointers (RFC 6901)."""
    operations = []
    for change in differences(before, after):
        where = pointer(change.path)
        if change.after is MISSING:
            operations.append({"op": "remove", "path": where})
        else:
            kind = "add" if change.before is MISSING else "replace"
            operations.append({"op": kind, "path": where, "value": change.after})
    return tuple(operations)
