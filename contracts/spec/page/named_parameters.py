"""Parameters that a sentence names: "the query parameter pretty is …", "Query parameters: pretty, dryRun". Pure.

A name is in quotes, or stands where nothing but a name can. A sentence with a negation names none.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.spec.page import negation
from contracts.spec.page.blocks import Bullet, Line, Paragraph
from contracts.spec.page.formerly import at_another_time
from contracts.spec.page.model import RESPONSE, STATUS_CODE, PageLines
from contracts.spec.page.outline import Placed
from contracts.spec.page.vocabulary import EXAMPLE

_NAME: Final = r"[A-Za-z][\w.-]*"
_MARKED: Final = rf"[`\"'“‘]\??({_NAME})(?:=\w*)?[`\"'”’]"
_LIST: Final = rf"{_MARKED}(?:\s*(?:,|，|、|\band\b|\bor\b|和|或|及)\s*(?:and\s+|or\s+)?{_MARKED})*"
_QUERY: Final = r"(?:\bquery(?: string)? (?:parameters?|params?|arguments?|options?)|查询参数|查询字符串)"
_SINGULAR: Final = re.compile(r"\bquery (?:parameter|param|option)\b|查询参数", re.IGNORECASE)
_SENTENCES: Final = re.compile(r"(?<=[.;!?])\s+|(?<=[。；！？])|\n")
_WORDS: Final = r"(?:that|which|it|this|value|name|there|what|one|each|all|and|or|as|if|in|of|for|with|to)\b"
_FORMS: Final = (
    # Without quotes a name is one where it has a value, or something is said of it.
    re.compile(
        rf"{_QUERY}\s+(?:named |called )?(?!{_WORDS})(?P<name>{_NAME})(?==\w|\s+(?:is|to|can be|may be|makes)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_QUERY}\s*[:：]?\s*(?:为|是|\bis\b|\bare\b|\bnamed\b|\bcalled\b)?\s*(?P<names>{_LIST})", re.IGNORECASE
    ),
    re.compile(rf"(?P<names>{_LIST})\s*(?:\bas an? (?:optional )?)?(?:optional )?{_QUERY}", re.IGNORECASE),
    re.compile(rf"\bin the query(?: string)?\s*[:：]?\s*(?P<names>{_LIST})", re.IGNORECASE),
)
# A label with names behind its colon, or as many with their types in brackets, and nothing else.
_TYPED: Final = (
    rf"(?!{_WORDS}|(?:optional|required|supported|available|see|below|yes)\b){_NAME}(?:\s*[(（][^()（）]*[)）])?"
)
_LABEL: Final = re.compile(
    rf"(?:optional )?(?:{_QUERY}|in the query(?: string)?)\s*[:：]"
    rf"\s*(?P<names>{_TYPED}(?:\s*[,，、]\s*{_TYPED})*)\s*[.。]?",
    re.IGNORECASE,
)


def named_parameters(placed: Sequence[Placed]) -> Iterator[tuple[str, PageLines]]:
    """Give the names of the query parameters that sentences name, with their lines."""
    for one, line in _lines(placed):
        yield from ((name, one.source(line.number)) for name in _named(line.text))


def unnamed(placed: Sequence[Placed]) -> Iterator[Line]:
    """Give the lines of sentences that speak of a query parameter and name none that can be told."""
    for _, line in _lines(placed):
        spoken = [part for part in _SENTENCES.split(line.text) if _SINGULAR.search(part)]
        if any(not negation.ANY.search(part) for part in spoken) and not any(_named(line.text)):
            yield line


def _lines(placed: Sequence[Placed]) -> Iterator[tuple[Placed, Line]]:
    """The lines of text about the request, each with what it stands in."""
    for one in placed:
        of_answer = one.section in (RESPONSE, STATUS_CODE) or one.part == EXAMPLE
        if isinstance(one.block, Paragraph | Bullet) and not (one.kind or of_answer):
            yield from ((one, line) for line in one.block.lines)


def _named(text: str) -> Iterator[str]:
    for sentence in _SENTENCES.split(text):
        if negation.ANY.search(sentence) or at_another_time(sentence):
            continue
        if label := _LABEL.fullmatch(sentence.strip()):
            yield from re.findall(rf"({_NAME})(?:\s*[(（][^()（）]*[)）])?", label["names"])
            continue
        for form in _FORMS:
            for match in form.finditer(sentence):
                names = match.groupdict()
                yield from [names["name"]] if "name" in names else re.findall(_MARKED, names["names"])
