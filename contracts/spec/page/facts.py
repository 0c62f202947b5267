"""What the description of a field says of its values, as keywords of JSON Schema: in English and Chinese. Pure.

"One of A, B and C. Default to A."      "value must be positive integer"      "取值范围：[1, 65535]，默认值为80。"

Only what is said in so many words is taken. A sentence that does not end where it should, or a list whose items cannot
be told apart, says nothing. Of two statements that differ the one that forbids less is kept, and both are told.
"""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import jsonschema_rs

from contracts.spec.page import numerals
from contracts.spec.page.bounds import Bounds, bounds, lengths, number
from contracts.spec.page.value_lines import with_marks

# What a list of values consists of, and where a statement ends.
_TOKEN: Final = r"[\"'“‘]?[A-Za-z0-9_$/+-]+(?:[.:][A-Za-z0-9_/-]+)*[\"'”’]?"
_NEXT: Final = r"\s*(?:,\s*(?:and|or)\s|[,、/|;\n]|\s(?:and|or)\s|和|或|及|与)\s*"
_NEXT_WORD: Final = _NEXT.replace("/", "", 1)
# Media types and names with a domain: "application/json", "kubernetes.io/tls"; and what quotes hold together.
_WITH_SLASH: Final = re.compile(
    r"[\"'“‘][^\"'”’]*/[^\"'“‘]*[\"'”’]|(?:application|text|image|multipart|[\w-]+(?:\.[\w-]+)+)/[\w.+-]+",
    re.IGNORECASE,
)
_END: Final = r"(?=\s*(?:\.(?![A-Za-z0-9])|[;。)\n]|,(?!\d{3}(?!\d))(?!\s*(?:and|or)\s)\s*(?!\w+[,.])|$))"
_LIST: Final = rf"(?P<items>{_TOKEN}(?:{_NEXT}{_TOKEN})+){_END}"
# Values that are only examples forbid no others.
_NO_EXAMPLE: Final = r"(?<!example )(?<!sample )(?<!示例)(?<!样例)"
_ONE_OF: Final = re.compile(
    r"(?:\bone of(?: the following(?: values)?)?:?"
    rf"|\b{_NO_EXAMPLE}"
    r"(?:(?:valid|possible|supported|allowed|acceptable|available|optional|enumeration|enum) )?values? ?"
    r"(?::|are:?|includes?:?|can be(?: one of)?:?|(?:is|must be) one of:?)"
    r"|\b(?:options|enumeration|enum)(?: are)? ?:|(?:^|[\n.;]\s*)allowed ?:"
    rf"|{_NO_EXAMPLE}(?<!默认)(?<!缺省)(?<!固定)(?:取值|可选值|枚举值|有效值|合法值|支持的值|值)(?:范围)?(?:包括|包含|有|为|是|如下|可以是|只能为)*"
    r"(?:以下(?:几种|值|之一))* ?:"
    r"|(?<!默认)(?<!缺省)(?<!固定)取值(?:包括|包含|有|为|可以为|可以是|只能为)|(?:只能|可以)(?:取值)?(?:为|是))"
    rf"\s*{_LIST}",
    re.IGNORECASE,
)
# The value of a list that is the default: "A (default), B".
_MARKED: Final = re.compile(
    rf"(?P<value>{_TOKEN})\s*\((?:the )?(?:default(?: value)?|默认值?|缺省值?)\)", re.IGNORECASE
)
# A list in brackets, in which blanks may part the values; and values in quotes that blanks part.
_BRACKETED: Final = re.compile(
    r"(?P<label>\b(?:enum(?:eration)?(?: values?)?|options|(?:valid|allowed|possible|supported) values?)(?: are)? ?:"
    r"|(?:枚举|可选)值 ?:)\s*\[(?P<items>[^\][]+)\]",
    re.IGNORECASE,
)
_QUOTES_APART: Final = re.compile(r"(?<=[\w.-][\"”'’])[ \t]+(?=[\"“'‘]\w)")
# Three numbers or more are no range, whatever they are called.
_NO_RANGE: Final = re.compile(rf"\brange ?:\s*(?P<items>{_TOKEN}(?:{_NEXT}{_TOKEN}){{2,}}){_END}", re.IGNORECASE)
_LISTED: Final = re.compile(
    rf"(?:\b{_NO_EXAMPLE}values?(?: options?| range)?(?: ?are| can be)?(?: one of the following)?"
    r"|\boptions(?: are)?(?: as follows)?|\brange"
    rf"|{_NO_EXAMPLE}(?<!默认)(?<!缺省)(?:取值|可选值|枚举值|有效值|支持的值|可设置的值|值|策略)(?:范围)?"
    r"(?:包括|包含|有|为|是|如下)*) ?:\s*(?P<rest>[-•*] *[A-Za-z].*)",
    re.IGNORECASE | re.DOTALL,
)
_ITEM: Final = re.compile(rf"(?:^|(?<=[\s.;。])|(?<=[^\w-]))[-•*] *(?P<item>{_TOKEN}?)\s*(?::|\n|$)")
# Values in quotes, each with what it means: "'Orphan' - orphan the dependents; 'Background' - …".
_EXPLAINED: Final = re.compile(
    r"\bvalues? ?(?:are)? ?:\s*(?P<rest>[\"'‘“]\w[\w/.-]*[\"'’”]\s*[-–:].*)", re.I | re.DOTALL
)
_QUOTED: Final = re.compile(r"(?:^|[;,]\s*(?:and |or )?)[\"'‘“](?P<item>\w[\w/.-]*)[\"'’”]\s*[-–:]")
# The only value of an enumeration.
_ONLY: Final = re.compile(
    r"(?:\b(?:possible|valid|allowed|supported|enumeration|enum) values? ?:|\benum(?:eration)? ?:"
    rf"|(?:枚举值|可选值|取值范围|有效值|合法值)(?:为|是)? ?:)\s*(?P<value>[A-Za-z](?:[\w./-]*\w)?){_END}",
    re.IGNORECASE,
)
# A description, or a sentence of one, that is a list of values as they are typed and nothing else.
_TYPED: Final = re.compile(
    r"(?:^|(?<=[.;。\n]))\s*(`[^`\n]+`(?:(?:\s*(?:,\s*(?:and|or)\s|[,、|]|\b(?:and|or)\b|和|或)\s*)`[^`\n]+`)+)\s*(?=[.;。\n]|$)"
)
# The same without marks: names in capitals, with "or" before the last, or bars between them.
_NAMES_ALONE: Final = re.compile(
    r"(?:^|(?<=[.;。\n]))\s*((?:[A-Z]\w*\s*[,、]\s*)*[A-Z]\w*,?\s*(?:\bor\b|或)\s*[A-Z]\w*|[A-Z]\w*(?:\s*\|\s*[A-Z]\w*)+)\s*(?=[.;。\n]|$)"
)
_CONST: Final = re.compile(
    r"(?:\bthe value of this (?:parameter|field) is\s*|\b(?:the )?(?:value is fixed (?:at|to)|fixed value(?: is|:))\s*"
    r"|(?:该|此|本)?(?:参数|字段)的?(?:取?值)(?:固定)?为\s*|(?:固定值?|取值固定)(?:(?:为|是|:)\s*|(?=[“\"])))"
    rf"(?P<value>{_TOKEN})(?: and (?:cannot|can't|must not) be \w+)?{_END}",
    re.IGNORECASE,
)
_DEFAULT: Final = re.compile(
    r"(?:\bdefaults? (?:value )?(?:to|is|:)|\bdefault(?: value)?:|\bdefault\s(?=\s*[-\d])"
    r"|(?:默认|缺省)(?:值|取值)?(?:为|是|:)?)\s*"
    rf"(?P<value>{_TOKEN})(?: seconds?| minutes?| days?| bytes?|秒|分钟|天)?{_END}",
    re.IGNORECASE,
)
_BY_DEFAULT: Final = re.compile(
    rf"(?:^|[\s:(（])(?P<value>-?\d+|true|false)(?: seconds?| minutes?)? by default{_END}", re.IGNORECASE
)
_DEPRECATED: Final = re.compile(
    r"(?:^|[.;。\n(（]\s*)(?:this (?:field|parameter) is )?deprecated\b"
    r"|(?:^|[.;。\n(（,]\s*|(?:该|此|本)?(?:字段|参数|属性))已(?:废弃|弃用)",
    re.IGNORECASE,
)
_READ_ONLY: Final = re.compile(
    r"(?:^|[.;。]\s*|\n|\b(?:this|the) (?:field|parameter|value) is )read[- ]only(?=\s*(?:[.;。\n]|$))"
    r"|(?:^|[.;。]\s*|\n|该字段|该参数|此字段|此参数|为|是)只读(?:字段|参数|属性)?(?=\s*(?:[.;。\n]|$))",
    re.IGNORECASE,
)
_ONE_EXPLAINED: Final = re.compile(
    r"\b(?:valid|possible|allowed|supported) values? ?(?:are)? ?: - (?P<item>[A-Za-z]\w*): [^-;]*$", re.IGNORECASE
)
_PATTERN: Final = re.compile(
    r"(?:\bregular expression(?: is|:)?|\bregexp?(?: pattern)?(?: ?:| is)?|\bpattern ?:"
    r"|正则表达式(?:为|是|[:：])?|正则(?:匹配)?(?:为|是|[:：]))"
    r"\s*(?P<pattern>[^\s\u3000-\u9fff\uff00-\uffef]+)",
    re.IGNORECASE,
)
# Words that no text is meant by where a default is named.
_NO_TEXT: Final = frozenset({"empty", "nil", "null", "none", "the", "a", "an", "no", "not", "system", "true", "false"})
_NO_VALUE: Final = frozenset({"everything", "nothing", "any"})
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
    written = _plain(description)
    text = numerals.plain(written)
    found = Facts()
    marked: list[Any] = []
    if kind in ("string", "integer"):
        marked = [_value(match["value"], kind) for match in _MARKED.finditer(written)]
        _enumeration(_parted(numerals.plain_list(_MARKED.sub(r"\g<value>", written))), description, kind, found)
        constants = [_value(match["value"], kind) for match in _CONST.finditer(written if kind == "string" else text)]
        _put(found, "const", [one for one in constants if one is not None])
    if kind in ("integer", "number"):
        found.take(bounds(text, kind))
    if kind == "string":
        found.keywords |= lengths(text)
        _pattern(description[:_LONGEST], found)
    if kind in ("string", "integer", "number", "boolean"):
        said = written if kind == "string" else text
        named = [*_DEFAULT.finditer(said), *_BY_DEFAULT.finditer(said)]
        values = [_value(match["value"], kind, text=True) for match in named]
        # "true" may be a text where the page lists it as one.
        words = [match["value"].strip("\"'“”‘’") for match in named if kind == "string"]
        listed = found.keywords.get("enum", ())
        values += [word for word in words if word in ("true", "false") and word in listed]
        values += [one for one in marked if one in listed]
        _put(found, "default", [one for one in values if one is not None])
    if _READ_ONLY.search(text):
        found.keywords["readOnly"] = True
    if _DEPRECATED.search(text):
        found.keywords["deprecated"] = True
    _agree(found)
    return found


def _plain(text: str) -> str:
    """A text in which a full stop always has a blank behind it, whatever the page's layout has lost."""
    text = re.sub(r"(?<=\d)\*\*(?=\d)", "^", numerals.raised(text[:_LONGEST]))
    text = unicodedata.normalize("NFKC", text).replace("**", "").replace("`", "")
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


def _parted(text: str) -> str:
    """A text in which commas part the values of a list that brackets or quotes mark."""

    def listed(match: re.Match[str]) -> str:
        return match["label"] + " " + ", ".join(re.split(r"[,、\s]+", match["items"].strip())) + "."

    return _QUOTES_APART.sub(", ", _BRACKETED.sub(listed, text))


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


def _value(word: str, kind: str, *, text: bool = False) -> Any:
    """A word as a value of a JSON type; None where it is none. `text`: words that stand for no text are none."""
    bare = word.strip("\"'“”‘’")
    if kind == "boolean":
        return {"true": True, "false": False}.get(bare.lower())
    if kind in ("integer", "number"):
        return number(bare, kind)
    return (
        None
        if text and bare == word and bare.lower() in (_NO_TEXT | _NO_VALUE) - {"none" if bare == "None" else ""}
        else bare
    )


def _enumeration(text: str, description: str, kind: str, found: Facts) -> None:
    lists = [_words(match["items"]) for form in (_ONE_OF, _NO_RANGE) for match in form.finditer(text)]
    lists += [[one["item"] for one in _ITEM.finditer(match["rest"])] for match in _LISTED.finditer(text)]
    lists += [re.findall(r"`\s*([^`\s]+)\s*`", match[1]) for match in _TYPED.finditer(description[:_LONGEST])]
    lists += [re.findall(r"[A-Z]\w*", match[1]) for match in _NAMES_ALONE.finditer(text)]
    lists += [_QUOTED.findall(match["rest"]) for match in _EXPLAINED.finditer(text)]
    lists = [words for words in lists if len(words) > 1]
    if kind == "string":
        # Of a list with one item the one that is explained.
        lists += [[match["item"]] for match in _ONE_EXPLAINED.finditer(text)]
        lists += [[match["value"]] for match in _ONLY.finditer(text) if match["value"].lower() not in _NO_TEXT]
    for words in lists:
        values = [_value(word, kind) for word in words if word]
        if values and None not in values and "enum" not in found.keywords:
            found.keywords["enum"] = list(dict.fromkeys(values))


def _words(items: str) -> list[str]:
    """The values of a list. A slash parts them only where nothing else does, and where it is not within a name."""
    apart = re.split(_NEXT_WORD, items)
    named = len(apart) > 1 or _WITH_SLASH.fullmatch(items)
    return apart if named else re.split(_NEXT, items)


def _pattern(description: str, found: Facts) -> None:
    """The regular expression that the whole value must match, if it is one; a full stop behind it ends the sentence."""
    match = _PATTERN.search(description.replace("**", " "))
    if match is None:
        return
    pattern = re.split(r"\.(?=[A-Z])", match["pattern"])[0].strip("\"'`“”‘’").rstrip(".,;").strip("\"'`“”‘’")
    with suppress(re.error, ValueError, RecursionError, OverflowError):
        re.compile(pattern)
        jsonschema_rs.is_valid({"pattern": pattern}, "")
        # Any other group with a question mark is not one of every dialect.
        if re.search(r"\[[^\]]+\]|\\[dws]", pattern) and not re.search(r"\(\?(?!:)", pattern):
            found.keywords["pattern"] = f"^(?:{pattern.removeprefix('^').removesuffix('$')})$"
