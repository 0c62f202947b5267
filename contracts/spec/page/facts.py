"""What the description of a field says of its values, as keywords of JSON Schema: in English and Chinese. Pure.

"One of A, B and C. Default to A."      "value must be positive integer"      "取值范围：[1, 65535]，默认值为80。"

Only what is said in so many words is taken. A sentence that does not end where it should, or a list whose items cannot
be told apart, says nothing. Of two statements that differ the one that forbids less is kept, and both are told.
"""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

from contracts.spec.page import numerals, units
from contracts.spec.page.assertions import free, is_default
from contracts.spec.page.bounds import Bounds, bounds
from contracts.spec.page.lengths import lengths
from contracts.spec.page.listed_values import enumeration
from contracts.spec.page.traditional import simplified
from contracts.spec.page.value_lines import with_marks
from contracts.spec.page.value_notes import defaults, is_deprecated
from contracts.spec.page.value_words import END, WORD, value

_CONST: Final = re.compile(
    r"(?:\bthe value of this (?:parameter|field) is\s*|\b(?:the )?(?:value is fixed (?:at|to)|fixed value(?: is|:))\s*"
    r"|(?:该|此|本)?(?:参数|字段)的?(?:取?值)(?:固定)?为\s*|(?:固定值?|取值固定)(?:(?:为|是|:)\s*|(?=[“\"])))"
    rf"(?P<value>{WORD})(?: and (?:cannot|can't|must not) be \w+)?{END}",
    re.IGNORECASE,
)
_DEFAULT: Final = re.compile(
    r"(?:\bdefaults? (?:value )?(?:to|is|:)|\bdefault(?: value)?:|\bdefault\s(?=\s*[-\d])"
    r"|(?:默认|缺省)(?:值|取值)?(?:为|是|:)?)\s*"
    rf"(?P<value>{WORD})(?: seconds?| minutes?| days?| bytes?|秒|分钟|天)?{END}",
    re.IGNORECASE,
)
_BY_DEFAULT: Final = re.compile(
    rf"(?:^|[\s:(（])(?P<value>-?\d+|true|false)(?: seconds?| minutes?)? by default{END}", re.IGNORECASE
)
_READ_ONLY: Final = re.compile(
    r"(?:^|[.;。]\s*|\n|\b(?:this|the) (?:field|parameter|value) is )read[- ]only(?=\s*(?:[.;。\n]|$))"
    r"|(?:^|[.;。]\s*|\n|该字段|该参数|此字段|此参数|为|是)只读(?:字段|参数|属性)?(?=\s*(?:[.;。\n]|$))",
    re.IGNORECASE,
)
_PATTERN: Final = re.compile(
    r"(?:\bregular expression(?: is|:)?|\bregexp?(?: pattern)?(?: ?:| is)?|\bpattern ?:"
    r"|正则表达式(?:为|是|[:：])?|正则(?:匹配)?(?:为|是|[:：]))"
    r"\s*(?P<pattern>[^\s\u3000-\u9fff\uff00-\uffef]+)",
    re.IGNORECASE,
)
# What is said of the field, and not of its values.
_ABOUT_FIELD: Final = frozenset({"default", "readOnly", "deprecated"})
# No description of which anything is taken is longer.
_LONGEST: Final = 2000


@dataclass
class Facts:
    """Keywords of JSON Schema by name; `open`: values that no words allow or forbid; `contradictions`: in words."""

    keywords: dict[str, Any] = field(default_factory=dict)
    open: list[int] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)

    def take(self, said: Bounds) -> None:
        """Add what is said of the least and the largest value."""
        self.keywords |= said.keywords
        self.open += said.open
        self.contradictions += said.contradictions


def facts(description: str, kind: str | None) -> Facts:
    """Give what a description says of the values of a field of that JSON type (None: not known)."""
    # The reader, the schema and the review ask the same of each row.
    found = _facts(description, kind)
    keywords = {key: [*value] if isinstance(value, list) else value for key, value in found.keywords.items()}
    return Facts(keywords, [*found.open], [*found.contradictions])


@lru_cache(maxsize=8192)
def _facts(description: str, kind: str | None) -> Facts:
    written = _plain(description)
    text = numerals.plain(written)
    if kind in ("integer", "number"):
        text = units.without_foreign(text)
    found = Facts()
    marked: list[Any] = []
    if kind in ("string", "integer"):
        marked = defaults(written, kind)
        if listed := enumeration(written, description[:_LONGEST], kind):
            found.keywords["enum"] = listed
        constants = [value(match["value"], kind) for match in free(_CONST, written if kind == "string" else text)]
        _put(found, "const", [one for one in constants if one is not None])
    if kind in ("integer", "number"):
        found.take(bounds(text, kind))
    if kind == "string":
        found.keywords |= lengths(text)
        _pattern(description[:_LONGEST], found)
    if kind in ("string", "integer", "number", "boolean"):
        said = written if kind == "string" else text
        named = [
            one for form in (_DEFAULT, _BY_DEFAULT) for one in form.finditer(said) if is_default(said, one.start())
        ]
        values = [value(match["value"], kind, text=True) for match in named]
        # "true" may be a text where the page lists it as one.
        words = [match["value"].strip("\"'“”‘’") for match in named if kind == "string"]
        listed = found.keywords.get("enum", ())
        values += [word for word in words if word in ("true", "false") and word in listed]
        values += [one for one in marked if one in listed]
        _put(found, "default", [one for one in values if one is not None])
    if _READ_ONLY.search(text):
        found.keywords["readOnly"] = True
    if is_deprecated(written, kind, found.keywords.get("enum", ())):
        found.keywords["deprecated"] = True
    _agree(found)
    return found


def _plain(text: str) -> str:
    """A text in which a full stop always has a blank behind it, whatever the page's layout has lost."""
    text = re.sub(r"(?<=\d)\*\*(?=\d)", "^", numerals.raised(text[:_LONGEST]))
    text = simplified(unicodedata.normalize("NFKC", text)).replace("**", "").replace("`", "")
    text = with_marks(_without_nothing(text))
    # A line that is a label goes on in the next, and so does one that ends within a sentence.
    text = re.sub(r"(取值范围|默认取值|默认值|枚举值|可选值)\s*:\s*\n\s*", r"\1: ", text)
    text = re.sub(r"(?<=[a-z,])\n(?=[a-z])", " ", text)
    text = re.sub(r"(?<=\d)\s*\.\.\.?\s*(?=-?\d)", "~", text)
    return re.sub(r"(?<=[a-z0-9)\]])\.(?=[A-Z一-鿿])", ". ", text)


def _without_nothing(text: str) -> str:
    """A text without the words that say that there is nothing: "N/A" is no value, and no two values.

    "None" may be one, save where the page also says so of what has none: "Constraints: None".
    """
    text = re.sub(r"(?<![^\s:])(?:N/A(?![\w/])|-+(?=[ \t]*(?:\n|$)))", "—", text)
    nothing = re.search(r"\b(?:constraints?|range)[ \t]*:?\s*none\b", text, re.IGNORECASE)
    return re.sub(r"(?<=[:\n])([ \t]*)none(?=\W*(?:\n|$))", r"\1—", text, flags=re.IGNORECASE) if nothing else text


def _put(found: Facts, keyword: str, values: list[Any]) -> None:
    """The one value that all statements name; none where they differ."""
    if values and all(one == values[0] for one in values):
        found.keywords[keyword] = values[0]
    elif values:
        found.contradictions.append(f"one {keyword}, not {' and '.join(map(str, values))}")


def _agree(found: Facts) -> None:
    """Leave out, and tell, a range that holds no value, and a default or only value that the other words forbid."""
    kept = found.keywords
    for least, largest in (("inimum", "aximum"), ("inLength", "axLength")):
        ends = [[key for key in kept if key.endswith(end)] for end in (least, largest)]
        low, high = (kept[end[0]] if end else None for end in ends)
        if low is not None and high is not None and low > high:
            found.contradictions.append(f"a range from its least value to its largest, not {low} to {high}")
            found.keywords = kept = {key: value for key, value in kept.items() if key not in (*ends[0], *ends[1])}
    for name, what in (("const", "fixed value"), ("default", "default")):
        others = {key: value for key, value in kept.items() if key not in (*_ABOUT_FIELD, name)}
        against = [key for key in others if name in kept and not jsonschema_rs.is_valid({key: kept[key]}, kept[name])]
        if against:
            listed = ", ".join(map(str, kept.get("enum", ())))
            wanted = f"is one of {listed}" if "enum" in against else f"{against[0]} {kept[against[0]]} allows"
            found.contradictions.append(f"a {what} that {wanted}, not {kept.pop(name)}")


def _pattern(description: str, found: Facts) -> None:
    """The regular expression that the whole value must match, if it is one; a full stop behind it ends the sentence."""
    match = next(free(_PATTERN, description.replace("**", " ")), None)
    if match is None:
        return
    pattern = re.split(r"\.(?=[A-Z])", match["pattern"])[0].strip("\"'`“”‘’").rstrip(".,;").strip("\"'`“”‘’")
    with suppress(re.error, ValueError, RecursionError, OverflowError):
        re.compile(pattern)
        jsonschema_rs.is_valid({"pattern": pattern}, "")
        # Any other group with a question mark is not one of every dialect.
        if re.search(r"\[[^\]]+\]|\\[dws]", pattern) and not re.search(r"\(\?(?!:)", pattern):
            found.keywords["pattern"] = f"^(?:{pattern.removeprefix('^').removesuffix('$')})$"
