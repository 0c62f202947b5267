"""Numbers as people write them, as plain digits: "3,600", "2^31-1", "100万". Pure."""

import re
from decimal import Decimal
from math import prod
from typing import Final

_SUPERSCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED: Final = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
# As some Markdown has it: "2^31^".
_ENCLOSED: Final = re.compile(r"(?<=\d)\^(\d{1,3})\^")
_POWER: Final = re.compile(
    r"(?<![\d.])(?P<base>[2-9]|10)\s*(?:\^|\*\*)\s*(?P<exponent>\d{1,2})(?!\d)(?:\s*(?P<sign>[+–-])\s*(?P<more>1)(?!\d|[.,]\d|\^|\*))?"
)
# Digits in groups of three that blanks part.
_SPACED: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ \u2009\u202f]\d{3})+(?![\d.,]?\d| \d)")
# Digits in groups of three; within brackets ("[1,100]"), or where only a range can be meant, the comma parts two.
_GROUPED: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d|,\d)")
_PAIR: Final = re.compile(
    r"[\[(]\s*-?\d+,-?\d+\s*[\])]|(?:\brange|范围)\D{0,8}\d{1,3},\d{3}(?!\s*(?:to|and|[~至到–-])|[\d,])", re.IGNORECASE
)
_CHINESE: Final = {"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
_ENGLISH: Final = {
    "dozen": 12,
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "lakh": 10**5,
    "crore": 10**7,
}
MULTIPLE: Final = rf"(?:[百千万亿]{{1,4}}+|(?:{'|'.join(_ENGLISH)})(?![a-z]))"
# "千米" and the like are units.
_MULTIPLE: Final = re.compile(
    rf"(?<![\d.])(?P<number>\d{{1,9}}(?:\.\d{{1,9}})?)\s*(?P<unit>{MULTIPLE})(?![米克瓦字赫兆])", re.IGNORECASE
)
# Several groups that blanks part from others, or that could be no numbers: "1,000, 2,000", "1,000 or 2,000".
_SURELY_GROUPED: Final = re.compile(r"\d,0\d\d(?!\d)|\d,\d{3},?\s+(?:(?:and|or)\s+)?\d{1,3},\d{3}(?!\d)")


def raised(text: str) -> str:
    """Give a text with `^` before the small raised digits of a power."""
    text = _ENCLOSED.sub(r"^\1", text)
    return _RAISED.sub(lambda match: "^" + match[0].translate(_SUPERSCRIPT), text)


def plain(text: str) -> str:
    """Give a text in which each number consists of digits alone."""
    joined = _SPACED.sub(lambda match: re.sub(r"\s", "", match[0]), ungrouped(text))
    return _MULTIPLE.sub(_multiplied, _POWER.sub(_powered, joined))


def plain_list(text: str) -> str:
    """The same of a text that lists values, where a comma between digits parts two of them unless it cannot."""
    return _MULTIPLE.sub(_multiplied, _POWER.sub(_powered, ungrouped(text) if _SURELY_GROUPED.search(text) else text))


def ungrouped(text: str) -> str:
    """Give a text without the commas that group the digits of a number by three."""
    pairs = [match.span() for match in _PAIR.finditer(text)]

    def joined(match: re.Match[str]) -> str:
        within = any(first <= match.start() < last for first, last in pairs)
        return match[0] if within else match[0].replace(",", "")

    return _GROUPED.sub(joined, text)


def _powered(match: re.Match[str]) -> str:
    more = int(match["more"] or 0)
    return str(int(match["base"]) ** int(match["exponent"]) + (more if match["sign"] == "+" else -more))


def _multiplied(match: re.Match[str]) -> str:
    unit = match["unit"].lower()
    value = Decimal(match["number"]) * (_ENGLISH.get(unit) or prod(_CHINESE[one] for one in unit))
    return str(int(value)) if value == int(value) else match[0]
