"""What a table says of a field's type, as JSON knows it, and how names of fields and tables are compared. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from contracts.spec.page.traditional import simplified
from contracts.spec.page.vocabulary import REFERENCE

OBJECT, ARRAY, MAP, TEXT = "object", "array", "map", "string"
_PRIMITIVES: Final = {
    "string": r"strings?|text|[ug]uid|enum(?:eration)?|字符串?|字符型|枚举(?:型|值)?",
    "integer": r"int(?:eger)?s?|int ?(?:8|16|32|64)|longs?|uint(?:32|64)?|整型|整数|长整型",
    "number": r"floats?|float ?(?:32|64)|doubles?|numbers?|decimals?|浮点(?:型|数)?|数值",
    "boolean": r"bool(?:ean)?s?|布尔(?:型|值)?",
    OBJECT: r"objects?|struct|json|对象|结构体",
}
SCALARS: Final = frozenset(_PRIMITIVES) - {OBJECT}
_TIME: Final = re.compile(r"(?:time\.)?time(?:stamp)?|date-?time|date|时间(?:戳)?", re.IGNORECASE)
_ARRAY: Final = re.compile(
    r"(?:array|list)s? ?of ?(?P<of>.+)|(?:array|list)(?:<(?P<angle>.+)>|\[(?P<square>.+)\])?"
    r"|\[\](?P<go>.+)|(?P<java>.+)\[\]|(?P<zh>.*?)(?:类型的?)?(?:数组|列表)",
    re.IGNORECASE,
)
_MAP: Final = re.compile(
    r"(?:map|dict|hash)(?:<(?P<key>[^,]+),\s*(?P<angle>.+)>|\[[^\]]+\](?P<go>.+)| of (?:\w+ )?to (?P<to>.+)"
    r"| of (?P<of>.+))?|(?P<zh>.*?)(?:映射|键值对)",
    re.IGNORECASE,
)
_OBJECT: Final = re.compile(
    r"(?P<name>.+?)\s*(?:\bobjects?|(?<=[a-z])objects?|对象)|objects?\s*\((?P<of>\w+)\)", re.IGNORECASE
)
# A table that a type refers to by its number: "object, see Table 4", "Table 4 object", "表4对象".
_REFERRING: Final = re.compile(
    r"[\s,，;；.。(（]*(?:(?:for details|please)?[,，]?\s*(?:see|refer to)|(?:请|具体)?(?:参见|参考|参阅|详见|见))?\s*"
    rf"(?:{REFERENCE.pattern})(?:中的)?\s*[)）.。]?",
    re.IGNORECASE,
)
# Sentences of a description that tell the type of what it describes.
_SAID: Final = (
    ("integer", r"\b(?:value|must be|should be|is|as) (?:an? )?(?:(?:non-?negative|positive) )?integers?\b|整数"),
    ("boolean", r"\b(?:value|must be|should be|is|as) (?:an? )?boolean\b|^boolean\b|布尔"),
)
# Descriptions that call a map what the column of types calls an array or an object.
_MAP_OF: Final = re.compile(r"\bmap (?:of|from) (?P<what>\w+)|键值对|映射", re.IGNORECASE)
_SHORTEST_NEAR: Final = 5
_SHORTEST_END: Final = 8


@dataclass(frozen=True)
class MemberType:
    """A JSON type, `map` for an object with free keys; `inner`: of items or values; `name`: of the table about it."""

    kind: str
    inner: "MemberType | None" = None
    name: str = ""
    format: str = ""


def member_type(words: str | None, description: str = "") -> MemberType | None:
    """Give the type that the words of a column mean; None where there are none. Unknown words name a table.

    The number of a table in them is no part of the type.
    """
    if not words:
        return None
    words = _REFERRING.sub(" ", words) if REFERENCE.search(words) else words
    found = _type(simplified(unicodedata.normalize("NFKC", " ".join(words.split()))).strip("* "))
    if found and (match := _MAP_OF.search(description)):
        if found.kind == ARRAY:
            return MemberType(MAP, found.inner)
        if found.kind == OBJECT and not found.name:
            text = (match["what"] or "").lower().startswith("string")
            return MemberType(MAP, MemberType(TEXT) if text else None)
    return found


def type_in(description: str) -> str | None:
    """Give the type that a description says its value has; None where it says none."""
    return next((kind for kind, form in _SAID if re.search(form, description, re.IGNORECASE)), None)


def _type(words: str) -> MemberType | None:
    if not words or words == "-":
        return None
    for kind, form in _PRIMITIVES.items():
        if re.fullmatch(form, words, re.IGNORECASE):
            return MemberType(kind)
    if _TIME.fullmatch(words):
        return MemberType(TEXT, format="date-time")
    for kind, pattern in ((MAP, _MAP), (ARRAY, _ARRAY)):
        if match := pattern.fullmatch(words):
            inner = next((part for name, part in match.groupdict().items() if part and name != "key"), "")
            return MemberType(kind, _type(inner.strip()))
    match = _OBJECT.fullmatch(words)
    return MemberType(OBJECT, name=(match["name"] or match["of"]).strip() if match else words)


def plain_name(name: str) -> str:
    """A name of a table as it is compared: one line, without blanks and brackets around parts of it."""
    return re.sub(r"[\s()_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def near(one: str, other: str) -> bool:
    """Whether two different names can be meant for one: one letter apart, or the end of one is the other."""
    one, other = one.casefold(), other.casefold()
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _SHORTEST_NEAR:
        return False
    if len(shorter) >= _SHORTEST_END and longer.endswith(shorter) and 2 * len(shorter) >= len(longer):
        return True
    if len(longer) - len(shorter) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return shorter[same + (len(shorter) == len(longer)) :] == longer[same + 1 :]
