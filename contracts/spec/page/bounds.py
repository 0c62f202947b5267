"""The least and the largest value that words about a field name: in English and Chinese. Pure."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from contracts.spec.page.assertions import MOST, is_free, is_unconditional
from contracts.spec.page.bound_words import BoundWords
from contracts.spec.page.comparisons import Comparisons
from contracts.spec.page.numerals import MULTIPLE

_NUMBER: Final = (
    r"(?<![\d.])-?(?:0|[1-9]\d{0,17})(?:\.\d{1,9})?(?!\d|\s*%|\.\d|[kKMGT](?![a-z])|[kKMGT]i?[bB]\b|[eE][+-]?\d|\^"
    # What was not multiplied is another number.
    rf"|\s*{MULTIPLE})"
)
_N: Final = rf"\s*(?P<n>{_NUMBER})"
# More numbers behind two of them: a list of values, and no range.
_NO_LIST: Final = r"(?!\s*(?:,|、|/|\bor\b|或)\s*(?:(?:and|or)\s+)?-?\d)"
# Sentences that are about the value, so that a comparison in them bounds it.
_ABOUT_VALUE: Final = re.compile(
    r"\b(?:values?|must|should|shall|ranges?|between|minimum|maximum|cannot)\b|n't\b|^\s*(?:[≥≤<>]|(?:not?|at|greater|larger|less|smaller|more)\b)|\d\s*[<≤]\s*[a-z]+\s*[<≤]"
    r"|取值|必须|范围|大于|小于|[高低多少]于|超过|最大|最小|整数|之间|介于",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    r"(?:\brange(?:s|d)?(?: of \w+(?: \w+)?)?(?: is| from)?:?|\bbetween"
    r"|(?:取值)?范围(?:为|是|在)?:?|取值(?:为|在)|介于)\s*"
    rf"(?P<open>[\[(])?\s*(?P<low>{_NUMBER})\s*(?:,|to|and|-|~|–|至|到|和|与)\s*(?P<high>{_NUMBER})\s*(?P<shut>[\])])?{_NO_LIST}",
    re.IGNORECASE,
)
# All that a sentence says.
_ONLY_RANGE: Final = re.compile(
    rf"\s*(?:from\s+)?(?P<low>{_NUMBER})\s*(?:to|through|-|~|–|至|到)\s*(?P<high>{_NUMBER})\s*"
    # As Redoc writes it: "[ 0 .. 90 ]".
    rf"|\s*\[\s*(?P<least>{_NUMBER})\s*(?:\.\.\.?|~)\s*(?P<most>{_NUMBER})\s*\]\s*",
    re.IGNORECASE,
)
_AMONG: Final = re.compile(rf"(?P<low>{_NUMBER})\s*[-~–至到和与]\s*(?P<high>{_NUMBER})\s*之间")
_BETWEEN: Final = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<least><|≤|<=)\s*[a-z]+\s*(?P<most><|≤|<=)\s*(?P<high>{_NUMBER})"
)
_COMPARISONS: Final = Comparisons(_NUMBER)
_WORDS: Final = BoundWords(_NUMBER)
_NOT_NEGATIVE: Final = re.compile(r"\bnon-?negative\b|\bnot (?:be )?negative\b|非负", re.IGNORECASE)
_POSITIVE: Final = re.compile(
    r"\bpositive (?:integers?|numbers?|values?|ints?)\b|\bmust be positive\b|正整数|正数", re.IGNORECASE
)
_Bound = tuple[str, str, Any]


@dataclass
class Bounds:
    """Keywords of JSON Schema by name; `open`: values that no words allow or forbid; `contradictions`: in words."""

    keywords: dict[str, Any] = field(default_factory=dict)
    open: list[int] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)


def bounds(text: str, kind: str) -> Bounds:
    """Give the least and the largest value that a text names, for an "integer" or a "number"."""
    found = Bounds()
    text = _WORDS.plain(text)
    sentences = [one for one in re.split(r"[;。\n]|\.(?!\d)", text) if _is_about_value(one)]
    said = [bound for sentence in sentences for bound in _compared(sentence, kind)]
    positive = any(_is_said(text, match) for match in islice(_POSITIVE.finditer(text), MOST))
    if any(_is_said(text, match) for match in islice(_NOT_NEGATIVE.finditer(text), MOST)):
        said.append(("low", "minimum", 0))
    elif positive and kind == "number":
        said.append(("low", "exclusiveMinimum", 0))
    elif positive:
        # Whoever says "positive" may mean not negative: 0 is neither demanded nor forbidden.
        found.open = [] if any(side == "low" for side, _, _ in said) else [0]
        said.append(("low", "minimum", 1))
    for which, weakest, what in (("low", min, "least"), ("high", max, "largest")):
        named = [(keyword, value) for side, keyword, value in said if side == which]
        if named:
            keyword, value = weakest(named, key=lambda one: one[1])
            found.keywords[keyword] = value
            different = list(dict.fromkeys(str(one) for _, one in named))
            if len(different) > 1:
                found.contradictions.append(f"one {what} value, not {' and '.join(different)}")
    return found


def _is_about_value(sentence: str) -> bool:
    return bool(_ABOUT_VALUE.search(sentence) or _ONLY_RANGE.fullmatch(sentence))


def number(word: str, kind: str) -> Any:
    """Give a word as an "integer" or a "number"; None where it is none."""
    with suppress(ValueError):
        return int(word) if kind == "integer" or word.lstrip("-").isdigit() else float(word)
    return None


def _compared(sentence: str, kind: str) -> Iterator[_Bound]:
    """The bounds in a sentence: the side, the keyword, the number."""
    if match := _ONLY_RANGE.fullmatch(sentence):
        yield from _bound("low", match["low"] or match["least"], kind, strict=False)
        yield from _bound("high", match["high"] or match["most"], kind, strict=False)
        return
    for form in (_RANGE, _AMONG, _BETWEEN):
        for match in islice(form.finditer(sentence), MOST):
            if not _is_said(sentence, match):
                continue
            groups = match.groupdict()
            below, above = (groups.get("open"), groups.get("least")), (groups.get("shut"), groups.get("most"))
            yield from _bound("low", groups["low"], kind, strict="(" in below or "<" in below)
            yield from _bound("high", groups["high"], kind, strict=")" in above or "<" in above)
        sentence = form.sub(" ", sentence)
    for one in _COMPARISONS.within(sentence):
        yield from _bound(one.side, one.number, kind, strict=one.strict)


def _is_said(text: str, match: re.Match[str]) -> bool:
    """Whether words are what a text demands of the value, always."""
    return is_free(text, match.start()) and is_unconditional(text, match.start(), match.end())


def _bound(side: str, word: str, kind: str, *, strict: bool) -> Iterator[_Bound]:
    value = number(word, kind)
    name = "minimum" if side == "low" else "maximum"
    if value is None:
        return
    if strict and kind == "integer":
        yield side, name, value + (1 if side == "low" else -1)
    else:
        yield side, f"exclusive{name.capitalize()}" if strict else name, value
