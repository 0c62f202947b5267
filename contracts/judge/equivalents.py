"""Values that a comparison which normalises, trims, parses or looks at a part only takes for the same. Pure.

Each kind has a name and is chosen by the value's form alone: a quantity, an image, a duration, a time, a path.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from contracts.jsonvalue.paths import MISSING, Json

REGISTRY: Final = "docker.io/library/"
DIGEST: Final = f"@sha256:{'0' * 64}"
# Letters and others that become them when capitals are folded: the Kelvin sign, the long s, the i without a dot.
FOLDED: Final = {"k": "\u212a", "K": "\u212a", "s": "\u017f", "S": "\u017f", "i": "\u0131", "I": "\u0131"}
# What stands between texts that are joined, by what that adds to a kind.
SEPARATORS: Final = {"": "", " by a blank": " ", " by a comma": ","}
# Kinds that trimming, and dropping what has no width, take for the same, by the first of them.
TRIMMED: Final = {
    **dict.fromkeys(("white space behind", "line end"), "white space in front"),
    "byte order mark": "character without width",
}
EMPTY: Final[tuple[Json, ...]] = ("", {}, 0, None, [], False)
ZEROS: Final[Mapping[str, Json]] = {
    "string": "",
    "integer": 0,
    "number": 0,
    "boolean": False,
    "array": [],
    "object": {},
}

# Of longer texts the end may be left out of an index.
LONG_TEXT: Final = 255

_QUANTITY: Final = re.compile(r"(\d+)(m|Ki|Mi|Gi|Ti)?")
_SMALLER: Final = {None: "000m", "Ki": "", "Mi": "Ki", "Gi": "Mi", "Ti": "Gi"}
_DURATION: Final = re.compile(r"(\d+)(s|m|h)")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_DECIMAL: Final = re.compile(r"\d+(\.\d+)?")
# A repository with a path, a tag or both.
_IMAGE: Final = re.compile(r"[a-z*][\w.*-]*((:\d+)?(/[\w.-]+)+(:[\w.-]+)?|:[\w.-]+)")
_PATH: Final = re.compile(r"([a-z]+://|/)[^\s]+")
_WORDS: Final = {"true": "True", "false": "False", "True": "true", "False": "false", "yes": "true", "no": "false"}


def of_text(text: str) -> Iterator[tuple[str, Json]]:
    """(kind, value) for each value that a careless comparison takes for `text`."""
    for kind, make in {**_TEXTS, **_FORMS, **_MATCHED}.items():
        other = make(text)
        if other is not None and not (isinstance(other, str) and other == text):
            yield kind, other


def of_number(number: int) -> Iterator[tuple[str, Json]]:
    """(kind, value) for each value that a careless comparison takes for a whole number."""
    if number in (0, 1):
        yield "truth value for a number", bool(number)
    if number:
        yield "zero", 0
    yield "wrapped at 32 bits", number + 2**32
    yield "with a fraction", number + 0.25
    yield "number as text", f"{number}.0"


def of_list(items: list[Json]) -> Iterator[tuple[str, Json]]:
    """(kind, value) for each list that a comparison by members, by content or of flat lists takes for this one."""
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) == len(items):
        yield from _of_joined_texts(texts)
    if items:
        yield "last item twice", [*items, items[-1]]
        yield "first item twice", [items[0], *items]
        yield "list in a list", [items]
    if len(items) == 1:
        yield "item for the list", items[0]
    if len(items) > 2:
        yield "list rotated", [*items[1:], items[0]]
    yield "null in a list", [*items, None]
    yield "empty item", [*items, {} if items and isinstance(items[0], dict) else ""]


def _of_joined_texts(texts: list[str]) -> Iterator[tuple[str, Json]]:
    """What is the same when texts are joined before they are compared, or taken apart, as a shell does."""
    if texts:
        yield "one text for the list", " ".join(texts)
    if len(texts) > 1:
        for kind, separator in SEPARATORS.items():
            yield f"texts joined{kind}", [separator.join(texts[:2]), *texts[2:]]
    for place, text in enumerate(texts):
        parts = text.split(" ", 1)
        if len(parts) > 1:
            yield "text with a blank in two", [*texts[:place], *parts, *texts[place + 1 :]]
            return


def of_name(name: str) -> Iterator[tuple[str, str]]:
    """(kind, name) for each name of a member that a careless comparison or decoder takes for `name`."""
    yield "name in other capitals", name.swapcase()
    yield "name that begins with another's", f"{name}X"
    yield "name with white space", f"{name} "
    yield "name in another style", re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name)
    yield "name in full-width letters", _full_width(name) or name


def zero(schema: Mapping[str, Any]) -> Json:
    """What a typed decoder gives a member of a schema that is absent; `MISSING` where the schema has no type."""
    kind = schema.get("type")
    return ZEROS.get(kind[0] if isinstance(kind, list) else kind or "", MISSING)


def _full_width(text: str) -> str | None:
    """The first letter as Unicode has it once more for East Asian text (NFKC makes it the plain one)."""
    return re.sub(r"[!-~]", lambda match: chr(ord(match[0]) + 0xFEE0), text, count=1)


def _recomposed(text: str) -> str | None:
    other = unicodedata.normalize("NFD", text)
    return other if other != text else unicodedata.normalize("NFC", text)


def _white_space(text: str) -> str | None:
    return text.replace(" ", "  ", 1)


def _parsed(text: str) -> Json:
    """The value that a text is as JSON or YAML, if that is a number or a truth value."""
    return json.loads(text) if text in ("true", "false") or _NUMBER.fullmatch(text) else None


def _reordered(text: str) -> str | None:
    """JSON in a text, laid out otherwise."""
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return json.dumps(dict(reversed(value.items())), separators=(",", ":"))


def _quantity(text: str) -> str | None:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    if match[2] == "m":
        return f"{text[:-1]}000u"
    number = int(match[1]) * (1024 if match[2] else 1)
    return f"{number}{_SMALLER[match[2]]}"


def _duration(text: str) -> str | None:
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    number, unit = int(match[1]), match[2]
    if unit == "s":
        minutes, seconds = divmod(number, 60)
        return f"{minutes}m{seconds}s" if minutes else f"{number}000ms"
    return f"{number * 60}{'s' if unit == 'm' else 'm'}"


def _other_zone(text: str) -> str | None:
    """The same moment in the zone one hour to the east, where the date is the same there."""
    if not _TIME.fullmatch(text) or int(text[11:13]) >= 23:
        return None
    return f"{text[:11]}{int(text[11:13]) + 1:02}{text[13:-1]}+01:00"


def _moment_later(text: str) -> str | None:
    """A second later in the same minute."""
    if not _TIME.fullmatch(text) or int(text[17:19]) >= 59:
        return None
    return f"{text[:17]}{int(text[17:19]) + 1:02}{text[19:]}"


def _registry(text: str) -> str:
    """An image without the registry that it comes from by default, or with it."""
    if text.startswith(REGISTRY):
        return text.removeprefix(REGISTRY)
    return text if {".", ":"} & set(text.partition("/")[0]) else f"docker.io/{text}"


def _same_hash(text: str) -> str | None:
    """A text with the same hash code in Java, 31 times the code before and the next one, and what is built like it."""
    pair = re.search(r"[a-y][a-z]", text)
    if pair is None:
        return None
    first, second = map(ord, pair[0])
    return f"{text[: pair.start()]}{chr(first + 1)}{chr(second - 31)}{text[pair.end() :]}"


def _path(text: str, separator: str) -> str:
    head, _, tail = text.rstrip("/").rpartition("/")
    return f"{head}{separator}{tail}"


def _where(form: re.Pattern[str], make: Callable[[str], str]) -> Callable[[str], str | None]:
    """What `make` makes of texts of a form; None of others."""
    return lambda text: make(text) if form.fullmatch(text) else None


# Of every text.
_TEXTS: Final[Mapping[str, Callable[[str], Json]]] = {
    "capitals": str.swapcase,
    "folded letter": lambda text: re.sub("[kKsSiI]", lambda match: FOLDED[match[0]], text, count=1),
    "full-width letter": _full_width,
    "composed otherwise": _recomposed,
    "character without width": lambda text: f"{text[:1]}\u200b{text[1:]}",
    "byte order mark": lambda text: f"\ufeff{text}",
    "more in front": lambda text: f"x{text}",
    "more behind": lambda text: f"{text}0",
    "last character cut": lambda text: text[:-1],
    "emptied": lambda _: "",
    "white space in front": lambda text: f" {text}",
    "white space behind": lambda text: f"{text} ",
    "line end": lambda text: f"{text}\n",
    "white space within": _white_space,
    "quoted": lambda text: f'"{text}"',
}
# Of texts of one form.
_FORMS: Final[Mapping[str, Callable[[str], Json]]] = {
    "equal quantity": _quantity,
    "equal duration": _duration,
    "time with an offset": _where(_TIME, lambda text: f"{text[:-1]}+00:00"),
    "time with a fraction": _where(_TIME, lambda text: f"{text.partition('.')[0].rstrip('Z')}.000Z"),
    "time in another zone": _other_zone,
    "time a moment later": _moment_later,
    "leading zero": _where(_DECIMAL, lambda text: f"0{text}"),
    "plus sign": _where(_DECIMAL, lambda text: f"+{text}"),
    "trailing zero": _where(_DECIMAL, lambda text: f"{text}0" if "." in text else f"{text}.0"),
    "exponent": _where(_DECIMAL, lambda text: f"{text}e0"),
    "value for its text": _parsed,
    "other word for a truth value": _WORDS.get,
    "digest behind an image": _where(_IMAGE, lambda text: f"{text}{DIGEST}"),
    "tag by default": _where(_IMAGE, lambda text: text if ":" in text.rpartition("/")[2] else f"{text}:latest"),
    "registry by default": _where(_IMAGE, _registry),
    "slash behind": _where(_PATH, lambda text: text.rstrip("/") if text.endswith("/") else f"{text}/"),
    "double slash": _where(_PATH, partial(_path, separator="//")),
    "dot in a path": _where(_PATH, partial(_path, separator="/./")),
    "percent-encoded": _where(_PATH, lambda text: f"{text[:-1]}%{ord(text[-1]):02X}"),
    "end of a long text": lambda text: f"{text[:-1]}0" if len(text) > LONG_TEXT else None,
    "other line ends": lambda text: text.replace("\n", "\r\n") if "\n" in text else None,
    "list in a text": lambda text: ",".join(reversed(text.split(","))),
    "JSON laid out otherwise": _reordered,
}
# Of every text, by how all texts are compared: with a pattern, which is the one or the other, or by a hash.
_MATCHED: Final[Mapping[str, Callable[[str], Json]]] = {
    "pattern of a shell": lambda _: "*",
    "pattern of SQL": lambda _: "%",
    "regular expression": lambda _: ".*",
    "dot for any character": lambda text: re.sub(r"(?<=\w)\.(?=\w)", "x", text, count=1),
    "hash code": _same_hash,
}
MATCHED: Final = frozenset(_MATCHED)
