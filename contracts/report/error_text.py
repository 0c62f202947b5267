"""What an error of a target says, in whichever form, and which fields of the object it names. Pure."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path

LONGEST_TEXT: Final = 300
# Of an object of thousands of fields, so many are looked for in a text.
MOST_FIELDS: Final = 5000
SHORTEST_QUOTED_KEY: Final = 3
# Members that hold an error's text, the most telling first: of a Status, of gateways, of problem details, of OAuth.
_TELLING: Final = (
    *("message", "error_msg", "errorMessage", "msg", "detail", "error_description"),
    *("description", "title", "error", "reason"),
)
_TAG: Final = re.compile(r"<(?:style|script|title)\b.*?</\w+>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"|\'[^\']*\'|`[^`]*`|\[[^\]]*\]')
_NUMBERED: Final = re.compile(r"[\w.-]*\d[\w.-]*")


def text_of(value: Json, body: bytes) -> str:
    """What an error's body says in one line: its most telling text; of what is no JSON all text but the markup."""
    texts = {str(path[-1]): item for path, item in _texts(value)}
    found = next((texts[name] for name in _TELLING if name in texts), next(iter(texts.values()), ""))
    if value is MISSING:
        found = _TAG.sub(" ", body[: 20 * LONGEST_TEXT].decode("utf-8", "replace"))
    return one_line(found)


def one_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text without line breaks, cut where it has more than so many characters, by default for a record."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def alike(text: str) -> str:
    """A text with all that differs from request to request left open: quoted names, keys, numbers, ids."""
    return _NUMBERED.sub("#", _QUOTED.sub("…", text))


def _texts(value: Json) -> Iterator[tuple[Path, str]]:
    """The texts of a JSON value with their paths, those at the top last, so that they win over nested ones."""
    found = [(path, item) for path, item in islice(paths.walk(value), MOST_FIELDS) if isinstance(item, str) and item]
    yield from sorted(found, key=lambda one: -len(one[0]))


def named_fields(
    text: str, sent: Json, change: Iterable[Mapping[str, Json]], replaceable: Sequence[Path]
) -> tuple[str, ...]:
    """The fields that an error's text names, as options take them (`metadata.labels[example.com/queue]`).

    Fields of the object that was `sent`, and those that the `change` (JSON Patch) has removed from it; in place of a
    key that was added below a replaceable field that field.
    """
    operations = [(paths.pointed(sent, str(one["path"])), one["op"]) for one in change]
    added = {path for path, op in operations if op == "add"}
    candidates = [path for path, op in operations if op == "remove"]
    candidates += [path for path, _ in islice(paths.walk(sent), MOST_FIELDS)]
    found: dict[Path, None] = {}
    for path in candidates:
        field = next((one for one in replaceable if path[: len(one)] == one and path != one), None)
        if _is_named(text, path, is_key=field is not None):
            new = field is not None and any(path[: len(one)] == one for one in added)
            found[field if field is not None and new else path] = None
    return tuple(_option_value(one) for one in found if not any(_is_below(other, one) for other in found))


def _is_named(text: str, path: Path, *, is_key: bool) -> bool:
    """Whether a text names a field by its path; a key by itself only where it has a prefix, or stands in quotes."""
    key = path[-1]
    written = {paths.render(path), _option_value(path)} if len(path) > 1 else set()
    if isinstance(key, str) and "/" in key:
        written.add(key)
    if any(re.search(rf"(?<![\w./-]){re.escape(one)}(?![\w/\[-]|\.\w)", text) for one in written if one in text):
        return True
    quoted = isinstance(key, str) and is_key and len(key) >= SHORTEST_QUOTED_KEY
    return quoted and any(f"{mark}{key}{mark}" in text for mark in "\"'`")


def _is_below(path: Path, other: Path) -> bool:
    return len(path) > len(other) and path[: len(other)] == other


def _option_value(path: Path) -> str:
    """A path as an option takes it, keys in brackets without quotes."""
    return re.sub(r'\["([^"\[\]\\]*)"\]', r"[\1]", paths.render(path))


def decoded(body: bytes | None) -> Json:
    """The JSON value of a request's body, or `MISSING`."""
    try:
        return json.loads(body) if body else MISSING
    except (ValueError, RecursionError):
        return MISSING
