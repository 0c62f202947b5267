"""The values that a description lists as all that there are: in English and Chinese. Pure.

A list whose items cannot be told apart, that goes on ("etc."), or that is of forbidden or exemplary values, is none.
"""

import re
from typing import Any, Final

from contracts.spec.page import numerals
from contracts.spec.page.assertions import free, is_free, is_listed
from contracts.spec.page.value_notes import unmarked
from contracts.spec.page.value_words import END, LIST, NEXT, NO_TEXT, WORD, apart_of, value

_ONE_OF: Final = re.compile(
    r"(?:\bone of(?: the following(?: values)?)?:?"
    r"|\b(?:(?:valid|possible|supported|allowed|acceptable|available|optional|enumeration|enum) )?values? ?"
    r"(?::|are:?|includes?:?|can be(?: one of)?:?|(?:is|must be) one of:?)"
    r"|\b(?:options|enumeration|enum)(?: are)? ?:|(?:^|[\n.;]\s*)allowed ?:"
    r"|(?:取值|可选值|枚举值|有效值|合法值|支持的值|值)(?:范围)?(?:包括|包含|有|为|是|如下|可以是|只能为)*"
    r"(?:以下(?:几种|值|之一))* ?:"
    r"|取值(?:包括|包含|有|为|可以为|可以是|只能为)|(?:只能|可以)(?:取值)?(?:为|是))"
    rf"\s*{LIST}",
    re.IGNORECASE,
)
# A list in brackets, in which blanks may part the values; and values in quotes that blanks part.
_BRACKETED: Final = re.compile(
    r"(?P<label>\b(?:enum(?:eration)?(?: values?)?|options|(?:valid|allowed|possible|supported) values?)(?: are)? ?:"
    r"|(?:枚举|可选)值 ?:)\s*\[(?P<items>[^\][]+)\]",
    re.IGNORECASE,
)
_QUOTES_APART: Final = re.compile(r"(?<=[\w.-][\"”'’])[ \t]+(?=[\"“'‘]\w)")
# Three numbers or more are no range, whatever they are called.
_NO_RANGE: Final = re.compile(rf"\brange ?:\s*{LIST}", re.IGNORECASE)
_LISTED: Final = re.compile(
    r"(?:\bvalues?(?: options?| range)?(?: ?are| can be)?(?: one of the following)?"
    r"|\boptions(?: are)?(?: as follows)?|\brange"
    r"|(?:取值|可选值|枚举值|有效值|支持的值|可设置的值|值|策略)(?:范围)?"
    r"(?:包括|包含|有|为|是|如下)*) ?:\s*(?P<rest>[-•*] *[A-Za-z].*)",
    re.IGNORECASE | re.DOTALL,
)
_ITEM: Final = re.compile(rf"(?:^|(?<=[\s.;。])|(?<=[^\w-]))[-•*] *(?P<item>{WORD}?)\s*(?::|\n|$)")
_ITEM_OPEN: Final = re.compile(r"(?:^|\s)[-•*] *(?:etc\b|others?\b|\.\.|(?:其他|其它)?等)", re.IGNORECASE)
# Values in quotes, each with what it means: "'Orphan' - orphan the dependents; 'Background' - …".
_EXPLAINED: Final = re.compile(
    r"\bvalues? ?(?:are)? ?:\s*(?P<rest>[\"'‘“]\w[\w/.-]*[\"'’”]\s*[-–:].*)", re.I | re.DOTALL
)
_QUOTED: Final = re.compile(r"(?:^|[;,]\s*(?:and |or )?)[\"'‘“](?P<item>\w[\w/.-]*)[\"'’”]\s*[-–:]")
# Values in marks, of which it is said that there are no others.
_MARKED: Final = r"[`\"'“‘][\w./-]+[`\"'”’]"
_SUPPORTED: Final = r"(?:supported|accepted|allowed|permitted|valid|possible|available)"
_NO_OTHERS: Final = re.compile(
    rf"(?:\bonly (?P<first>{_MARKED}(?:{NEXT}{_MARKED})*) (?:is|are|can be|may be) (?:currently )?{_SUPPORTED}"
    rf"|\b(?:supports?|accepts?|allows?) only (?P<second>{_MARKED}(?:{NEXT}{_MARKED})*)"
    rf"|\bmust (?:always )?be (?:either )?(?P<third>{_MARKED}(?:{NEXT}{_MARKED})*)"
    rf"|\bconstant(?: value)? ?:|\bthe only {_SUPPORTED} values? (?:is|are) (?P<fourth>{_MARKED}(?:{NEXT}{_MARKED})*)"
    rf"|(?:仅支持|只支持|只能(?:取值)?为|只能是)\s*(?P<fifth>{_MARKED}(?:{NEXT}{_MARKED})*)){END}",
    re.IGNORECASE,
)
# The only value of an enumeration.
_ONLY: Final = re.compile(
    r"(?:\b(?:possible|valid|allowed|supported|enumeration|enum) values? ?:|\benum(?:eration)? ?:"
    rf"|\bconstant(?: value)? ?:|\bthe only {_SUPPORTED} value(?: is|:)|\bvalue is always"
    rf"|(?:枚举值|可选值|取值范围|有效值|合法值)(?:为|是)? ?:)\s*(?P<value>[A-Za-z](?:[\w./-]*\w)?){END}",
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
_ONE_EXPLAINED: Final = re.compile(
    r"\b(?:valid|possible|allowed|supported) values? ?(?:are)? ?: - (?P<item>[A-Za-z]\w*): [^-;]*$", re.IGNORECASE
)
# A list with one of these goes on.
_NO_VALUES: Final = frozenset({"etc", "e.g", "eg", "i.e", "others", "more", "..."})
# So many numbers may be a range.
_FEWEST: Final = 2


def enumeration(written: str, description: str, kind: str) -> list[Any]:
    """Give the values of the first list in a text, written in plain signs, of which `description` is the original."""
    text = _parted(numerals.plain_list(unmarked(written)))
    lists = [apart_of(one["items"]) for one in _ONE_OF.finditer(text) if is_listed(text, one.start(), one.end("items"))]
    ranges = [apart_of(match["items"]) for match in free(_NO_RANGE, text)]
    lists += [words for words in ranges if len(words) > _FEWEST]
    items = [[one["item"] for one in _ITEM.finditer(match["rest"])] for match in free(_LISTED, text)]
    lists += [words for words in items if not _ITEM_OPEN.search(text)]
    below = [match for match in _TYPED.finditer(description) if _is_below_free(match)]
    lists += [re.findall(r"`\s*([^`\s]+)\s*`", match[1]) for match in below]
    lists += [re.findall(r"[A-Z]\w*", match[1]) for match in _NAMES_ALONE.finditer(text) if _is_below_free(match)]
    lists += [_QUOTED.findall(match["rest"]) for match in free(_EXPLAINED, text)]
    lists = [words for words in lists if len(words) > 1]
    marked = [next(filter(None, match.groups())) for match in free(_NO_OTHERS, description)]
    lists += [[one.strip("`\"'“”‘’") for one in re.findall(_MARKED, items)] for items in marked]
    if kind == "string":
        # Of a list with one item the one that is explained.
        lists += [[match["item"]] for match in free(_ONE_EXPLAINED, text)]
        lists += [[match["value"]] for match in free(_ONLY, text) if match["value"].lower() not in NO_TEXT]
    for words in lists:
        values = [value(word, kind) for word in words if word]
        is_open = any(word.lower() in _NO_VALUES for word in words)
        if values and None not in values and not is_open:
            return list(dict.fromkeys(values))
    return []


def _is_below_free(match: re.Match[str]) -> bool:
    """Whether a list that stands alone is not below a label of values that are not taken."""
    above = match.string[: match.start(1)].rstrip()
    label = re.sub(r"(?:\w*values?|options?|取值|值)?\s*(?:are|is|为|有)?\s*[:：]$", "", above, flags=re.IGNORECASE)
    return label == above or is_free(label, len(label))


def _parted(text: str) -> str:
    """A text in which commas part the values of a list that brackets or quotes mark."""

    def listed(match: re.Match[str]) -> str:
        return match["label"] + " " + ", ".join(re.split(r"[,、\s]+", match["items"].strip())) + "."

    return _QUOTES_APART.sub(", ", _BRACKETED.sub(listed, text))
