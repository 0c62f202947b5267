"""Comparisons with a number, "not less than 1 or greater than 10", as the sides that they bound. Pure.

A negation turns a comparison over: what is not greater than 10 is at most 10. Where it is not sure what is denied, or a
comparison only describes which values something else is said of, it bounds nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from contracts.spec.page.assertions import DENIED, MOST, NOT, clause_of, is_unconditional, sentence_before

# What may stand between a negation and the comparison that it denies.
_BETWEEN: Final = (
    r"(?:\s*\b(?:be|have|set|to|a|an|the|values?|is|are|any|numbers?|integers?|it|contain|take|specify|use|enter|allowed"
    r"|permitted|configured|equal)\b)*\s*(?:设置|设|配置|填写|取值|数值|取|为|值|是|成)*\s*"
)
_NOT: Final = (
    rf"(?:{NOT}|\b(?:no|neither)\b"
    r"|(?:不能够?|不得|不可以?|不应该?|不该|不允许|不会|不要|不许|不准|不|切勿|勿|禁止|未))"
)
_COMPARISON: Final = (
    rf"(?P<denied>{_NOT}{_BETWEEN})?"
    r"(?:(?P<least>≥|>=|\bat least\b|\bminimum(?: value)?(?: is|:| of)?|最小值?(?:为|是|:)?)"
    r"|(?P<most>≤|<=|\bat most\b|\bmaximum(?: value)?(?: is|:| of)?|最大值?(?:为|是|:)?)"
    r"|(?P<more>(?<![\d<] )(?<!\w )>(?!=)|\b(?:greater|larger|more|higher|bigger) than\b|\bexceed(?:s|ing)?\b"
    r"|大于|高于|多于|超过)"
    r"|(?P<less>(?<!\w )<(?!=)|\b(?:less|smaller|lower|fewer) than\b|小于|低于|少于))"
    r"(?P<equal>\s*(?:or equal to\b|\(?或\)?\s*等于|等于))?"
)
# A comparison joined to another shares what is said before that.
_JOINED: Final = re.compile(r"\s*,?\s*(?:and|or|nor|but|&&|或者?|且|和|并且|而且|、)?\s*(?:be|为)?\s*", re.IGNORECASE)
# What may be is no bound, but that it may be so much at most.
_MAY: Final = re.compile(r"\b(?:may|might|could|can)\b(?! only\b)|可(?!用|选)|可能", re.IGNORECASE)
# What need not be, may be.
_NEED_NOT: Final = re.compile(
    r"\b(?:need|needs|do|does|did)(?: not|n't)\b|\bnot (?:need|have) to\b|\bnot necessarily\b|不必|不需|无需|不一定"
    r"|未必",
    re.IGNORECASE,
)
_LOW, _HIGH = "low", "high"


@dataclass(frozen=True)
class Comparison:
    """A bound: its side ("low" or "high"), the number as it is written, whether the number itself is outside."""

    side: str
    number: str
    strict: bool


class Comparisons:
    """Finds them in a sentence, by what numbers look like."""

    def __init__(self, number: str) -> None:
        """Take the regular expression of a number."""
        self._form = re.compile(rf"{_COMPARISON}\s*(?P<n>{number})", re.IGNORECASE)

    def within(self, sentence: str) -> Iterator[Comparison]:
        """Give those that bound the value, in their order."""
        before: re.Match[str] | None = None
        denies: bool | None = None
        for match in islice(self._form.finditer(sentence), MOST):
            joined = before is not None and _JOINED.fullmatch(sentence, before.end(), match.start())
            if not (joined and before and match["denied"] is None):
                denies = _denies(sentence, match)
            elif denies and _is_upward(before) == _is_upward(match):
                # "Not less than 1 and less than 10": only the first is denied.
                denies = False
            before = match
            if denies is not None and is_unconditional(sentence, match.start(), match.end()):
                yield _read(match, denies)


def _denies(sentence: str, match: re.Match[str]) -> bool | None:
    """Whether the words before a comparison deny it; None where it is not sure, or where they only allow it."""
    clause = clause_of(sentence_before(sentence, match.start()))
    denied = match["denied"] is not None
    if DENIED.search(clause) or _NEED_NOT.search(clause + (match["denied"] or "")):
        return None
    sure = bool(match["more"] or match["less"]) if denied else bool(match["most"]) or not _MAY.search(clause)
    return denied if sure else None


def _is_upward(match: re.Match[str]) -> bool:
    return bool(match["least"] or match["more"])


def _read(match: re.Match[str], denies: bool) -> Comparison:
    strict = bool(match["more"] or match["less"]) and not match["equal"]
    upward = _is_upward(match) != denies
    return Comparison(_LOW if upward else _HIGH, match["n"], strict != denies)
