"""The codes that begin a line or stand in a cell, with the words behind them. Pure."""

import re
from typing import Final

from contracts.spec.page.status_sentences import CODE, PHRASES

_RANGE: Final = rf"{CODE}(?:\s*(?:[-~～–—]|to|至|到)\s*{CODE})?"
CODES: Final = rf"(?>{_RANGE}(?:\s*(?:[,，、/;；&|]|and|or|和|及|或|\s)\s*(?:HTTP )?{_RANGE})*)"
# The mark of a footnote.
_MARK: Final = r"(?:\s?(?:\\?\*+|[†‡§]|\^\d{1,2}|\[\d{1,2}\]|\(\d{1,2}\))(?![\w*]))?"
LINE: Final = re.compile(
    r"(?:HTTP(?:/[\d.]+)? |(?:http )?status(?: codes?)?\s*[:：]?\s*|状态码\s*[:：]?\s*)?"
    rf"({CODES}){_MARK}(?!\.\d|\+)[\s:：,(（|–—-]*(.*?)[)）]?",
    re.DOTALL | re.IGNORECASE,
)
_PHRASES: Final = frozenset((code, phrase.casefold()) for code, phrase in PHRASES)
WORDS_OF_HTTP: Final = frozenset(re.sub(r"\W", "", phrase).casefold() for _, phrase in PHRASES)
# Several on one line, each with its words: "200 OK | 403 Forbidden", "HTTP 200 (OK), HTTP 403 (Forbidden)". Behind a
# comma a number is one where the words are those of HTTP, or in brackets.
_ONE: Final = re.compile(rf"[`*]*(?:HTTP(?:/[\d.]+)? )?({CODE})[`*]*[\s:：(（–—-]+([^\d]*?)[)）]?", re.IGNORECASE)
_BRACKETED: Final = re.compile(rf"[`*]*(?:HTTP )?{CODE}[`*]*\s*[(（][^()（）\d]+[)）]", re.IGNORECASE)
_DIGITS: Final = {ord("０") + digit: str(digit) for digit in range(10)}
# Of more a line or a cell is not read.
LONGEST: Final = 2000
_WIDEST: Final = 30


def begun(text: str) -> re.Match[str] | None:
    """A line that begins with a status."""
    begins = re.match(r"`?(?:HTTP(?:/[\d.]+)? )?[1-5]\d\d\b", text, re.IGNORECASE)
    return LINE.fullmatch(text) if begins else None


def several(text: str) -> list[tuple[int, str]]:
    """The statuses of a line that has several, each with its words; empty where it is not sure that it has."""
    for separator in (r"\s*[|;；]\s*", r"\s*[,，、]\s*"):
        parts = re.split(separator, text.strip(" .。"))
        matches = [_ONE.fullmatch(part) for part in parts]
        sure = "|" in separator or all(_BRACKETED.fullmatch(part) or _is_phrased(part) for part in parts)
        found = [(int(match[1]), match[2].strip("*` ")) for match in matches if match]
        if 1 < len(found) == len(parts) and sure and all(reason for _, reason in found):
            return found
    return []


def _is_phrased(text: str) -> bool:
    """Whether a text is a code and the words that HTTP has for it."""
    match = _ONE.fullmatch(text)
    return match is not None and (int(match[1]), match[2].casefold()) in _PHRASES


def with_ascii_digits(text: str) -> str:
    """A text with its full-width digits as ordinary ones."""
    return text.translate(_DIGITS)


def codes_in(text: str) -> list[int]:
    """All codes of a list with ranges, each once."""
    found: list[int] = []
    for match in re.finditer(_RANGE, text):
        first, *last = (int(code) for code in re.findall(r"\d{3}", match[0]))
        end = last[0] if last else first
        found += range(first, end + 1) if first <= end < first + _WIDEST else [first, end]
    return list(dict.fromkeys(found))
