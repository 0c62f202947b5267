"""Lines of text that a page's width or a printed page breaks, put together; each stays where it begins. Pure.

What is copied from a PDF has lines that end within a sentence or a word, and numbers of pages between them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from contracts.spec.page.status_sentences import REGISTERED

# A line of prose: no code, no cells side by side.
_PROSE: Final = re.compile(r"(?:[^\"{}|<>$=\t ]| (?! {2}))+")
# No sentence, heading or cell ends with one of these words.
_GOES_ON: Final = re.compile(
    r"(?:[a-z`]|^.*\w) *,$|\s(?:and|or|nor|but|the|an?|of|to|in|into|on|at|by|for|from|with|be|is|are|was|were|can|may"
    r"|must|will|cannot|not|that|which|only|its|this|these|if|than|as)$"
)
_WITHIN_WORD: Final = re.compile(r"(?<=[A-Za-z]{2})-$")
_LOWER: Final = re.compile(r"[`(]?[a-z]")
_SENTENCE_END: Final = re.compile(r"[.;:。；：]$")
# As wide as the lines of a page are; the items of a list are shorter, or begin with a name and a sign.
_WIDE: Final = 55
_ITEM: Final = re.compile(r"`?[\w.$-]+`?(?:\s*[:：(（]|\s+[-–—]\s)")
_NUMBER: Final = re.compile(r"\d{1,4}")
_OF_PAGE: Final = re.compile(
    r"(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|第\s*\d{1,4}\s*页|[-–—]\s*\d{1,4}\s*[-–—]", re.IGNORECASE
)
_SHORTEST_PAGE: Final = 25


def mended(lines: Sequence[str]) -> list[str]:
    """Give the lines; what one goes on with is behind it, and its own place is empty."""
    found = _without_pages(lines)
    # Joined at the end alone: thousands of lines may be one sentence.
    pieces = [found[:1]]
    begins = 0
    for index, (above, line) in enumerate(pairwise(found), start=1):
        pieces.append([])
        whole = pieces[begins]
        if _WITHIN_WORD.search(above.rstrip()) and _is_prose(above) and re.match(r"\s*[A-Za-z]", line):
            whole[-1:] = [whole[-1].rstrip()[:-1], line.strip()]
        elif _goes_on(above.strip(), line.strip()):
            whole[-1:] = [whole[-1].rstrip(), " ", line.strip()]
        else:
            begins = index
            pieces[index].append(line)
    return ["".join(one) for one in pieces]


def _is_prose(line: str) -> bool:
    return _PROSE.fullmatch(line.strip()) is not None


def _goes_on(above: str, line: str) -> bool:
    """Whether a line is the rest of a sentence that the one above it begins."""
    if not _LOWER.match(line) or not (_is_prose(above) and _is_prose(line)):
        return False
    wide = len(above) >= _WIDE and not _SENTENCE_END.search(above)
    return bool(_GOES_ON.search(above) or (wide and _SENTENCE_END.search(line) and not _ITEM.match(line)))


def _without_pages(lines: Sequence[str]) -> list[str]:
    """The lines, those that number pages empty, and what is printed on each page beside its number."""
    found = list(lines)
    for index in _running(lines):
        found[index] = ""
    return _without_numbers_of_pages(found)


def _running(lines: Sequence[str]) -> Iterator[int]:
    """The lines beside the number of a page that the text has once more; the first of them may be a heading."""
    words = [" ".join(line.split()) for line in lines]
    often = Counter(words)
    written = [index for index, one in enumerate(words) if one]
    seen = set[str]()
    numbers = {one for one, index in enumerate(written) if _OF_PAGE.fullmatch(words[index])}
    for place, index in enumerate(written):
        beside = place - 1 in numbers or place + 1 in numbers
        if beside and place not in numbers and words[index] in seen and often[words[index]] > 1:
            yield index
        seen.add(words[index])


def _without_numbers_of_pages(lines: Sequence[str]) -> list[str]:
    """The lines, those that number pages empty."""
    found = [("" if _OF_PAGE.fullmatch(line.strip()) else line) for line in lines]
    for run in _runs(found):
        # Two statuses may follow each other as pages do.
        if any(number not in REGISTERED for _, number in run):
            for index, _ in run:
                found[index] = ""
    return found


def _runs(lines: Sequence[str]) -> Iterator[list[tuple[int, int]]]:
    """The lines that are a number and nothing else, between blank ones, which count up by one from page to page."""
    runs: dict[int, list[tuple[int, int]]] = {}
    edges = ["", *(line.strip() for line in lines), ""]
    for index, (before, line, after) in enumerate(zip(edges, edges[1:], edges[2:], strict=False)):
        if before or after or not _NUMBER.fullmatch(line):
            continue
        number = int(line)
        # Values in the cells of a table count up, too, and are closer together.
        above = runs.get(number - 1, [(index, 0)])
        runs[number] = [*(runs.pop(number - 1) if index - above[-1][0] >= _SHORTEST_PAGE else []), (index, number)]
    yield from (run for run in runs.values() if len(run) > 1)
